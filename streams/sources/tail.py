"""The next complete lines of a file that may still be growing, plain or in gzip."""

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from streams.files import MAX_LINE_BYTES
from streams.intake.validate import read_mention

BATCH_LINES = 1_000
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tail:
    """Lines, and where the next ones begin. `problem` says why there are no more, if it isn't the end."""

    lines: list[bytes]
    offset: int
    problem: str | None = None


def read_tail(path: Path, offset: int) -> Tail:
    """Up to 1,000 lines from `offset` (of the unpacked file) on.

    A last line without its end may still be growing: it is left, unless it is a whole mention already.
    """
    packed = path.suffix == ".gz"
    lines: list[bytes] = []
    try:
        with cast(IO[bytes], gzip.open(path)) if packed else path.open("rb") as file:
            file.seek(offset)
            while len(lines) < BATCH_LINES and sum(map(len, lines[-8:])) < BATCH_BYTES:
                line = file.readline(MAX_LINE_BYTES)
                if not line.endswith(b"\n") and not _is_complete(line):
                    break
                offset += len(line)
                if line := line.strip():
                    lines.append(line)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        return Tail(lines, offset, f"its gzip data is damaged or ends early ({error})")
    except OSError as error:
        return Tail(lines, offset, error.strerror or type(error).__name__)
    return Tail(lines, offset)


def _is_complete(line: bytes) -> bool:
    return len(line) == MAX_LINE_BYTES or (bool(line) and not isinstance(read_mention(line), tuple))

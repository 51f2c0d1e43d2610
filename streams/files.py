"""Files of mentions: JSON lines (`.jsonl`), or the same in gzip (`.jsonl.gz`).

Lines stay bytes: what is wrong with one is found where mentions are validated, and counted there. Of each line only its
time is looked at, so that several files are merged in order of time.

Time goes forward only, and a line whose time lies ahead of the lines after it doesn't move it: one mention dated 2099
mustn't make all others late. Nor do strays of years ago among the lines hold it up.
"""

import gzip
import heapq
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

import msgspec

from schemas.errors import UsageError
from streams.intake.explain import FIRST_YEAR, LAST_YEAR
from streams.intake.records import RawRecord

MAX_LINE_BYTES = 8 * 1024 * 1024
"""Longer lines are cut: they are refused as too large all the same."""

_LOOK_AHEAD = 50  # lines that must agree before time jumps forward
_SMALL_STEP_MS = 60_000  # less than the grace for late mentions: no jump
_STRAY_MS = 86_400_000  # a line so much older than the one at hand, where few are, has no say


class _Dated(msgspec.Struct):
    """The only field of a line that matters for its place."""

    observed_at: datetime


_decode = msgspec.json.Decoder(_Dated).decode


def read_records(paths: Sequence[Path]) -> Iterator[RawRecord]:
    """All lines of the files in order of time, numbered from 0; `append_ms` is the time so far (0 before the first).

    Raises `UsageError`, before the first line or in between, for a file that can't be read or ends early.
    """
    for path in paths:
        _open(path).close()
    lines = (_timed_lines(path) for path in paths)
    for number, (time_ms, line) in enumerate(heapq.merge(*lines, key=lambda item: item[0])):
        yield RawRecord(0, number, time_ms, line)


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of one file without their ends; empty ones are left out. Raises `UsageError`."""
    number = 0
    try:
        with _open(path) as file:
            while line := file.readline(MAX_LINE_BYTES):
                number += 1
                rest = line
                while not rest.endswith(b"\n") and (rest := file.readline(MAX_LINE_BYTES)):
                    pass
                if line := line.strip():
                    yield line
    except EOFError as error:
        raise UsageError(f"{path} is cut off: its gzip data ends early, after {number} lines. Copy it again.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise UsageError(f"{path} is damaged after {number} lines ({error}). Copy it again.") from error
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error


def line_ms(line: bytes) -> int | None:
    """The time of a line in ms since 1970; None if it has none that can be used.

    >>> line_ms(b'{"observed_at": "1970-01-01T00:00:01Z"}'), line_ms(b'{"observed_at": "2013-02-25T12:00:00Z"}')
    (None, 1361793600000)
    """
    try:
        moment = _decode(line).observed_at
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return round(moment.astimezone(UTC).timestamp() * 1000)


def _open(path: Path) -> IO[bytes]:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        return cast(IO[bytes], gzip.open(path)) if packed else path.open("rb")
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {path}.") from error
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error


def _timed_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Each line with the time so far: the latest that no line within the look-ahead goes back behind."""
    waiting: deque[tuple[int | None, bytes]] = deque()
    time_ms = 0
    for line in read_lines(path):
        waiting.append((line_ms(line), line))
        if len(waiting) > _LOOK_AHEAD:
            time_ms = _advanced(time_ms, waiting)
            yield time_ms, waiting.popleft()[1]
    while waiting:
        time_ms = _advanced(time_ms, waiting)
        yield time_ms, waiting.popleft()[1]


def _advanced(time_ms: int, waiting: deque[tuple[int | None, bytes]]) -> int:
    own_ms = waiting[0][0]
    if own_ms is None or own_ms <= time_ms:
        return time_ms
    if own_ms - time_ms <= _SMALL_STEP_MS:
        return own_ms
    times = [at for at, _ in waiting if at is not None]
    near = [at for at in times if at >= own_ms - _STRAY_MS]
    return max(time_ms, min(near if 2 * len(near) > len(times) else times))

"""Files of mentions: JSON lines (`.jsonl`), or the same in gzip (`.jsonl.gz`).

Lines stay bytes: what is wrong with one is found where mentions are validated, and counted there. Of each line only its
time is looked at, so that several files are merged in order of time.

Time goes forward only, and a line whose time lies ahead of the lines after it doesn't move it: one mention dated 2099
mustn't make all others late. Nor do strays of years ago among the lines hold it up.
"""

import gzip
import heapq
import sys
import zlib
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BufferedIOBase, BufferedReader
from itertools import chain, repeat
from operator import itemgetter
from pathlib import Path
from typing import cast

import msgspec

from schemas.errors import UsageError
from streams.intake.explain import FIRST_YEAR, LAST_YEAR
from streams.intake.records import RawRecord

MAX_LINE_BYTES = 8 * 1024 * 1024
"""Longer lines are cut: they are refused as too large all the same."""

STANDARD = Path("-")
"""Standard input."""

_BLOCK_BYTES = 256 * 1024
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
    files = [_timed_lines(path, _open(path)) for path in paths]
    lines = files[0] if len(files) == 1 else heapq.merge(*files, key=itemgetter(0))
    for number, (time_ms, line) in enumerate(lines):
        yield RawRecord(0, number, time_ms, line)


def _lines(path: Path, opened: BufferedReader) -> Iterator[bytes]:
    """The lines of one file without their ends; empty ones are left out, as is a byte order mark. Raises `UsageError`."""
    number = 0
    try:
        with opened:
            packed = opened.peek(2)[:2] == b"\x1f\x8b"
            for lines in _split(gzip.GzipFile(fileobj=opened) if packed else opened):
                for line in lines:
                    number += 1
                    if number == 1:
                        line = line.removeprefix(BOM_UTF8)
                    if line := line.strip():
                        yield line
    except EOFError as error:
        raise UsageError(f"{path} is cut off: its gzip data ends early, after {number} lines. Copy it again.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise UsageError(f"{path} is damaged after {number} lines ({error}). Copy it again.") from error
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error


def _split(file: BufferedIOBase) -> Iterator[list[bytes]]:
    """The lines of what could be read at once; a line is cut at its longest, so that no file fills the memory."""
    begun = b""
    while block := file.read1(_BLOCK_BYTES):
        lines = block.split(b"\n")
        lines[0] = begun + lines[0]
        begun = lines.pop()[:MAX_LINE_BYTES]
        yield [line[:MAX_LINE_BYTES] for line in lines]
    if begun:
        yield [begun]


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
    return round(moment.timestamp() * 1000)


def _open(path: Path) -> BufferedReader:
    """The file's bytes. It is opened once and never goes back, so that a pipe will do."""
    try:
        file = cast(BufferedReader, sys.stdin.buffer) if path == STANDARD else path.open("rb")
        file.peek(1)  # a folder can be opened, but not read
        return file
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {path}.") from error
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error


def _timed_lines(path: Path, opened: BufferedReader) -> Iterator[tuple[int, bytes]]:
    """Each line with the time so far: the latest that no line within the look-ahead goes back behind."""
    waiting: deque[tuple[int | None, bytes]] = deque()
    time_ms, before_ms, in_order = 0, 0, 0  # how many of the lines waiting, the last ones, are in order
    for line in chain(_lines(path, opened), repeat(None)):
        if line is not None:
            at_ms = line_ms(line)
            if at_ms is None or at_ms < before_ms:
                in_order = 0
            else:
                in_order += 1
            before_ms = at_ms or before_ms
            waiting.append((at_ms, line))
            if len(waiting) <= _LOOK_AHEAD:
                continue
        elif not waiting:
            return
        own_ms, oldest = waiting[0]
        if own_ms is not None and own_ms > time_ms:
            time_ms = own_ms if in_order >= len(waiting) else _advanced(time_ms, own_ms, waiting)
        waiting.popleft()
        yield time_ms, oldest


def _advanced(time_ms: int, own_ms: int, waiting: Iterable[tuple[int | None, bytes]]) -> int:
    """The time after `time_ms` when the first of those waiting is at `own_ms`."""
    if own_ms - time_ms <= _SMALL_STEP_MS:
        return own_ms
    times = [at for at, _ in waiting if at is not None]
    near = [at for at in times if at >= own_ms - _STRAY_MS]
    return max(time_ms, min(near if 2 * len(near) > len(times) else times))

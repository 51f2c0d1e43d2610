"""What a process and its children have used, from `/proc`: CPU, memory, and the wall clock beside them (Linux)."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_USER, _SYSTEM, _CHILDREN = 11, 12, slice(13, 15)  # fields of /proc/PID/stat after the name, proc(5)
_PAGES = 21


@dataclass(frozen=True, slots=True)
class Usage:
    """A reading, or the difference of two."""

    cpu_s: float
    """User and system time of the process and all below it, those that have ended and were waited for included."""
    rss_bytes: int
    """Resident memory of all of them; in a difference, that of the later reading."""
    wall_s: float
    """Monotonic clock; in a difference, the time between."""

    @classmethod
    def of(cls, *pids: int) -> Self:
        """A reading of these processes together. Raises `ProcessLookupError` when one has ended."""
        cpu_ticks = pages = 0
        for pid in pids:
            for member in _tree(pid):
                fields = _stat(member)
                children = sum(map(int, fields[_CHILDREN]))
                cpu_ticks += int(fields[_USER]) + int(fields[_SYSTEM]) + children
                pages += int(fields[_PAGES])
        return cls(cpu_ticks / _TICKS_PER_S, pages * _PAGE_BYTES, time.monotonic())

    def since(self, earlier: Self) -> Self:
        """What was used from `earlier` to here."""
        return type(self)(self.cpu_s - earlier.cpu_s, self.rss_bytes, self.wall_s - earlier.wall_s)

    @property
    def core_share(self) -> float:
        """Of a difference: the share of one core, 1 = all of it."""
        return self.cpu_s / self.wall_s


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError as error:
        raise ProcessLookupError(f"process {pid} has ended") from error


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += _tree(int(child))
    return found

"""What is read each second while things break: memory, open files and CPU of each role, and how far watch has come."""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from confluent_kafka import Consumer, KafkaException, TopicPartition

_EVERY_S = 1.0
_ASK_S = 0.8
_SETTLED = 0.25  # the first and last quarter of a process's readings are compared
_LEAST_READINGS = 20
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at one process."""

    at_s: float
    pid: int
    rss_bytes: int
    files: int


@dataclass(slots=True)
class Readings:
    """All of a run."""

    by_role: dict[str, list[Reading]] = field(default_factory=lambda: defaultdict(list))
    stillest_s: float = 0.0
    """The longest time in which watch made nothing durable although something was said."""
    most_behind: int = 0
    """The largest number of digest records that watch had yet to make durable."""

    def most_bytes(self, role: str) -> int:
        """The largest memory that a role's process had."""
        return max((each.rss_bytes for each in self.by_role[role]), default=0)

    def most_files(self, role: str) -> int:
        """The largest number of open files."""
        return max((each.files for each in self.by_role[role]), default=0)

    def growth_bytes(self, role: str) -> float | None:
        """Growth from the first to the last quarter of the process that lived longest; None if it lived too shortly."""
        lives: dict[int, list[Reading]] = defaultdict(list)
        for each in self.by_role[role]:
            lives[each.pid].append(each)
        longest = max(lives.values(), key=len, default=[])
        part = int(len(longest) * _SETTLED)
        if len(longest) < _LEAST_READINGS:
            return None
        return median(each.rss_bytes for each in longest[-part:]) - median(each.rss_bytes for each in longest[:part])


class Reader:
    """Reads until it is cancelled."""

    def __init__(self, pids: Callable[[], Mapping[str, int]], brokers: str, group: str, topic: str) -> None:
        """`group` and `topic`: whose progress is followed."""
        self.readings = Readings()
        self.talking = False
        """Whether something is being said, so that standing still counts."""
        self._pids = pids
        self._topic = topic
        self._consumer = Consumer({"bootstrap.servers": brokers, "group.id": group, "log_level": 0})
        self._reached = -1
        self._moved_s = time.monotonic()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            for role, pid in self._pids().items():
                with suppress(OSError, ValueError):
                    self.readings.by_role[role].append(_reading(pid))
            await asyncio.to_thread(self._follow)
            await asyncio.sleep(_EVERY_S)

    def close(self) -> None:
        """Leaves the broker."""
        self._consumer.close()

    def _follow(self) -> None:
        with suppress(KafkaException):
            partitions = sorted(self._consumer.list_topics(self._topic, timeout=_ASK_S).topics[self._topic].partitions)
            found = self._consumer.committed([TopicPartition(self._topic, each) for each in partitions], timeout=_ASK_S)
            reached = sum(max(0, each.offset) for each in found)
            ends = [self._consumer.get_watermark_offsets(each, timeout=_ASK_S)[1] for each in found]
            self.readings.most_behind = max(self.readings.most_behind, sum(ends) - reached)
            if reached > self._reached:
                self._reached, self._moved_s = reached, time.monotonic()
        if self.talking:
            self.readings.stillest_s = max(self.readings.stillest_s, time.monotonic() - self._moved_s)
        else:
            self._moved_s = time.monotonic()


def _reading(pid: int) -> Reading:
    process = Path(f"/proc/{pid}")
    resident = int((process / "statm").read_text().split()[1]) * _PAGE_BYTES
    return Reading(time.monotonic(), pid, resident, len(list((process / "fd").iterdir())))

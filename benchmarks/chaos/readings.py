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

from schemas.topics import Topics

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
    behind: list[tuple[float, int]] = field(default_factory=list)
    """When (monotonic, s), and how many mentions intake had yet to commit."""

    def catch_up_per_s(self, arriving_per_s: float) -> float | None:
        """Mentions a second that were worked off after the largest backlog, until a tenth of it was left; None without one.

        A backlog is what arrives in 10 s or more.
        """
        peak = max(range(len(self.behind)), key=lambda at: self.behind[at][1], default=None)
        if peak is None or self.behind[peak][1] < 10 * arriving_per_s:
            return None
        peak_s, most = self.behind[peak]
        for at_s, left in self.behind[peak + 1 :]:
            if left <= most / 10:
                return arriving_per_s + (most - left) / (at_s - peak_s)
        return None

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

    def __init__(self, pids: Callable[[], Mapping[str, int]], brokers: str, topics: Topics) -> None:
        """`topics`: of the installation whose progress is followed."""
        self.readings = Readings()
        self.talking = False
        """Whether something is being said, so that standing still counts."""
        self._pids = pids
        self._followed = [
            (Consumer({"bootstrap.servers": brokers, "group.id": f"{topics.prefix}rebato-{role}", "log_level": 0}), topic)
            for role, topic in (("watch", topics.digests), ("intake", topics.mentions))
        ]
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
        for consumer, _ in self._followed:
            consumer.close()

    def _follow(self) -> None:
        with suppress(KafkaException):
            (watched, end), (taken, said) = (_reached(consumer, topic) for consumer, topic in self._followed)
            self.readings.most_behind = max(self.readings.most_behind, end - watched)
            self.readings.behind.append((time.monotonic(), said - taken))
            if watched > self._reached:
                self._reached, self._moved_s = watched, time.monotonic()
        if self.talking:
            self.readings.stillest_s = max(self.readings.stillest_s, time.monotonic() - self._moved_s)
        else:
            self._moved_s = time.monotonic()


def _reached(consumer: Consumer, topic: str) -> tuple[int, int]:
    """What the group has committed, and what there is."""
    partitions = sorted(consumer.list_topics(topic, timeout=_ASK_S).topics[topic].partitions)
    found = consumer.committed([TopicPartition(topic, each) for each in partitions], timeout=_ASK_S)
    ends = [consumer.get_watermark_offsets(each, timeout=_ASK_S)[1] for each in found]
    return sum(max(0, each.offset) for each in found), sum(ends)


def _reading(pid: int) -> Reading:
    process = Path(f"/proc/{pid}")
    resident = int((process / "statm").read_text().split()[1]) * _PAGE_BYTES
    return Reading(time.monotonic(), pid, resident, len(list((process / "fd").iterdir())))

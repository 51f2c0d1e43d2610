"""How long a process has been behind its input, told by offsets alone. Pure.

At each look it is noted where the input ends. The process is behind for as long as it takes to reach what an earlier look
saw: if everything that lay there 3 minutes ago has been read, and not what lay there 2 minutes ago, it is between 2 and 3
minutes behind. Clocks of brokers and times of records don't matter, nor does a record that comes after an hour of silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from streams.engine.vitals import PartitionVitals

_MOST_LOOKS = 400
_Look = tuple[float, int]  # when, and where the input ended


@dataclass(slots=True)
class _Partition:
    reached_s: float  # when the newest look was taken of which everything has been read
    ahead: list[_Look] = field(default_factory=list)  # looks that saw more than has been read, oldest first


class LagMeter:
    """Looks at the partitions of one process; times in seconds of any clock that doesn't jump.

    >>> meter = LagMeter()
    >>> for now_s, applied in ((0, 99), (60, 99), (120, 140)):
    ...     meter.look(now_s, {0: PartitionVitals(True, applied=applied, end=150)})
    >>> meter.behind_s, meter.records
    (120, 9)
    """

    def __init__(self) -> None:
        self._partitions: dict[int, _Partition] = {}
        self.behind_s = 0.0
        """Of the partition that is furthest behind, at the last look; what lay there before the first look isn't known."""
        self.records = 0
        """Records that waited at the last look, of all partitions together."""

    def look(self, now_s: float, partitions: Mapping[int, PartitionVitals]) -> None:
        """Takes a look at the partitions that are the process's own now."""
        self._partitions = {number: self._partitions.get(number, _Partition(now_s)) for number in partitions}
        for number, vitals in partitions.items():
            _take(self._partitions[number], now_s, vitals)
        self.behind_s = max((now_s - each.reached_s for each in self._partitions.values() if each.ahead), default=0.0)
        self.records = sum(vitals.lag for vitals in partitions.values())


def _take(partition: _Partition, now_s: float, vitals: PartitionVitals) -> None:
    reached = vitals.applied + 1
    partition.ahead.append((now_s, vitals.end))
    while partition.ahead and partition.ahead[0][1] <= reached:
        partition.reached_s = partition.ahead.pop(0)[0]
    if len(partition.ahead) > _MOST_LOOKS:
        del partition.ahead[1::2]

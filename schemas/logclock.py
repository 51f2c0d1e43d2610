"""Log time: what a stage calls "now". Moved by marks in the log only, so that a replay decides the same.

1. Each partition of the input marks how far its time has come; the clock stands at the least of them, never going back.
2. Live, a partition that hasn't been heard of stands where the first mark of all was. A replay tells the time to all of
   them, so it is waited for: the first mark may come after a whole day of a backlog.
3. Live, a partition more than `STALL_MS` behind the most advanced is stalled and left out. A replay waits for ever.
4. The end of a replay (`END_MS`) moves nothing: the last time was told before it, and a second file may follow. Were a
   partition that has ended left out, the others would run ahead of it as soon as they read the second file.
"""

from typing import Self

import msgspec

from schemas.digest import END_MS

STALL_MS = 60_000


class LogClock(msgspec.Struct, frozen=True, array_like=True):
    """Log time in ms since the epoch, 0 before the first mark; a value, so that it can be part of a state.

    >>> clock = LogClock().marked(0, 4_000, partitions=2, replay=False)
    >>> clock = clock.marked(1, 5_000, partitions=2, replay=False)
    >>> clock.now_ms
    4000
    >>> clock.marked(0, 90_000, partitions=2, replay=False).now_ms  # partition 1 is stalled
    90000
    >>> clock.marked(0, END_MS, partitions=2, replay=True).now_ms
    4000
    """

    now_ms: int = 0
    first_ms: int = 0
    last_ms: int = 0  # the highest mark
    marks: dict[int, int] = {}

    def marked(self, partition: int, ms: int, partitions: int, replay: bool) -> Self:
        """The clock after a mark of one of `partitions` partitions; an end, or a mark that goes back, changes nothing."""
        if ms <= self.marks.get(partition, -1) or ms >= END_MS:
            return self
        marks = self.marks | {partition: ms}
        first_ms, last_ms = self.first_ms or ms, max(self.last_ms, ms)
        running = [marks.get(p, self.now_ms if replay else first_ms) for p in range(partitions)]
        holding = running if replay else [at for at in running if at >= last_ms - STALL_MS]
        return type(self)(max(self.now_ms, min(holding, default=last_ms)), first_ms, last_ms, marks)

    def of(self, partition: int) -> int:
        """How far that partition has come, never ahead of the clock; 0 = it hasn't been heard of.

        >>> LogClock().marked(1, 9_000, partitions=2, replay=False).of(0)
        0
        """
        return min(self.marks.get(partition, 0), self.now_ms)

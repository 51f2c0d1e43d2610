"""Log time of a signals partition: what its ticks say, and nothing else.

The rules of `schemas.logclock`, as a value that is part of the desk's state:

1. Each digests partition ticks its own log time; the clock stands at the least of them and never goes back.
2. A partition that hasn't ticked yet stands where the first tick of all was.
3. Live, a partition more than `STALL_MS` behind the most advanced is stalled and left out. A replay waits for ever.
"""

from typing import Self

import msgspec

from schemas.logclock import STALL_MS


class LogClock(msgspec.Struct, frozen=True, array_like=True):
    """Log time in ms since the epoch; 0 before the first tick.

    >>> clock = LogClock().ticked(0, 5_000, partitions=2, replay=False).ticked(1, 9_000, partitions=2, replay=False)
    >>> clock.now_ms
    5000
    """

    now_ms: int = 0
    first_ms: int = 0
    ticks: dict[int, int] = {}

    def ticked(self, partition: int, at_ms: int, partitions: int, replay: bool) -> Self:
        """The clock after a tick of digests partition `partition`, one of `partitions`."""
        ticks = self.ticks | {partition: max(at_ms, self.ticks.get(partition, 0))}
        first_ms = self.first_ms or at_ms
        times = [ticks.get(p, first_ms) for p in range(partitions)]
        holding = times if replay else [ms for ms in times if ms >= max(times) - STALL_MS]
        return type(self)(max(self.now_ms, min(holding)), first_ms, ticks)

    def of(self, partition: int) -> int:
        """How far that digests partition has come, never ahead of the clock; 0 = it hasn't ticked.

        >>> LogClock().ticked(1, 9_000, partitions=2, replay=False).of(0)
        0
        """
        return min(self.ticks.get(partition, 0), self.now_ms)

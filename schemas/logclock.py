"""Log time: what a stage calls "now". Moved by marks in the log only, so that a replay decides the same.

1. Each partition of the input marks how far its time has come; the clock stands at the least of them, never going back.
2. Live, a partition that hasn't been heard of stands where the first mark of all was. A replay tells the time to all of
   them, so it is waited for: the first mark may come after a whole day of a backlog.
3. Live, a partition that is behind holds the clock while it moves, and `STALL_MS` longer: then it is stalled and left out.
   That is measured by when marks were heard in the log (a broker's append time), so that partitions which catch up after
   an outage, one batch hours ahead of the other, wait for each other. A replay waits for ever.
   Time in which no partition at all is heard (Kafka or intake is away) makes none of them stalled: it counts as `PAUSE_MS`,
   so where marks come less often than that a stalled one is left out after four of them. Else the first one that is heard
   again would leave the others behind, and what they bring would be late.
4. The end of a replay (`END_MS`) moves nothing: the last time was told before it, and a second file may follow. Were a
   partition that has ended left out, the others would run ahead of it as soon as they read the second file.
"""

from typing import Self

import msgspec

from schemas.digest import END_MS

STALL_MS = 60_000
PAUSE_MS = 20_000
"""More than the 15 s in which a silent installation tells the time."""


class LogClock(msgspec.Struct, frozen=True, array_like=True):
    """Log time in ms since the epoch, 0 before the first mark; a value, so that it can be part of a state.

    >>> clock = LogClock().marked(0, 4_000, partitions=2, replay=False)
    >>> clock = clock.marked(1, 5_000, partitions=2, replay=False)
    >>> clock.now_ms
    4000
    >>> for at_ms in (20_000, 40_000, 60_000, 80_000):
    ...     clock = clock.marked(0, at_ms, partitions=2, replay=False)
    >>> clock.now_ms, clock.stalled(partitions=2)  # partition 1 is left out
    (80000, {1: 5000})
    >>> clock.marked(0, END_MS, partitions=2, replay=True).now_ms
    80000
    """

    now_ms: int = 0
    first_ms: int = 0  # the first mark of all …
    first_heard_ms: int = 0  # … and when it was heard
    marks: dict[int, int] = {}
    heard: dict[int, int] = {}  # when each partition's mark was last moved
    paused_ms: int = 0  # for how long nobody was heard, beyond `PAUSE_MS` each time
    active: dict[int, int] = {}  # `heard`, less what had been paused by then

    def marked(self, partition: int, ms: int, partitions: int, replay: bool, heard_ms: int | None = None) -> Self:
        """The clock after a mark of one of `partitions` partitions; an end, or a mark that goes back, changes nothing.

        `heard_ms`: append time of the record that brings the mark; without one, the mark is its own.
        """
        if ms <= self.marks.get(partition, -1) or ms >= END_MS:
            return self
        heard_ms = ms if heard_ms is None else heard_ms
        pause_ms = max(0, heard_ms - self.heard_ms - PAUSE_MS) if self.heard else 0
        first = (self.first_ms, self.first_heard_ms) if self.marks else (ms, heard_ms)
        clock = type(self)(
            self.now_ms, *first, self.marks | {partition: ms}, self.heard | {partition: heard_ms},
            self.paused_ms + pause_ms, self._active | {partition: heard_ms - self.paused_ms - pause_ms},
        )  # fmt: skip
        left_out = () if replay else clock._silent(partitions)
        holding = [
            clock.marks.get(p, self.now_ms if replay else clock.first_ms) for p in range(partitions) if p not in left_out
        ]
        return msgspec.structs.replace(clock, now_ms=max(self.now_ms, min(holding)))

    def stalled(self, partitions: int) -> dict[int, int]:
        """The partitions that are left out, each with when it was last heard of (append time, ms)."""
        return {partition: self.heard.get(partition, self.first_heard_ms) for partition in self._silent(partitions)}

    def _silent(self, partitions: int) -> list[int]:
        """Those of which nothing was heard for `STALL_MS` while others were."""
        active = self._active
        alive_ms = max(active.values(), default=0) - STALL_MS
        return [partition for partition in range(partitions) if active.get(partition, self.first_heard_ms) < alive_ms]

    @property
    def _active(self) -> dict[int, int]:
        return self.active or self.heard  # a state of before has no pauses

    @property
    def heard_ms(self) -> int:
        """When any partition was last heard of (append time, ms); 0 = never."""
        return max(self.heard.values(), default=0)

    def of(self, partition: int) -> int:
        """How far that partition has come, never ahead of the clock; 0 = it hasn't been heard of.

        >>> LogClock().marked(1, 9_000, partitions=2, replay=False).of(0)
        0
        """
        return min(self.marks.get(partition, 0), self.now_ms)

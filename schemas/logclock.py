"""Log time: what a stage calls "now". Moved by watermarks in the log only, so that a replay decides the same."""

from schemas.digest import END_MS

STALL_MS = 60_000  # a partition that holds the others up for longer is stalled: it no longer counts until it moves


class LogClock:
    """The least of the partitions' watermarks, never going back.

    A partition may hold the clock for `stall_ms` of time (measured against the most advanced partition); beyond, it is
    stalled and left out. With `stall_ms` None (replays, whose partitions may run far apart) nobody is ever left out.
    A partition that hasn't been heard of holds the clock at the first watermark of all.

    >>> clock = LogClock(partitions=2)
    >>> clock.move(0, 5_000); clock.now_ms
    0
    >>> clock.move(1, 4_000); clock.now_ms
    4000
    >>> clock.move(0, 90_000); clock.now_ms, clock.stalled
    (90000, [1])
    >>> clock.move(1, 95_000); clock.move(0, END_MS); clock.now_ms
    95000
    """

    __slots__ = ("_first_ms", "_last_ms", "_marks", "now_ms", "partitions", "stall_ms")

    def __init__(self, partitions: int, stall_ms: int | None = STALL_MS) -> None:
        self.partitions = partitions
        self.stall_ms = stall_ms
        self.now_ms = 0
        self._first_ms = 0
        self._last_ms = 0  # the highest watermark that isn't an end
        self._marks: dict[int, int] = {}

    def move(self, partition: int, ms: int) -> None:
        """The watermark of one partition is `ms`; a lower one than before is ignored."""
        if ms <= self._marks.get(partition, -1):
            return
        self._marks[partition] = ms
        if ms < END_MS:
            self._first_ms = self._first_ms or ms
            self._last_ms = max(self._last_ms, ms)
        least = min((m for m in self._marks.values() if m < END_MS and self._holds(m)), default=self._last_ms)
        if len(self._marks) >= self.partitions or not self._holds(self._first_ms):
            self.now_ms = max(self.now_ms, least)

    def _holds(self, mark: int) -> bool:
        return self.stall_ms is None or mark >= self._last_ms - self.stall_ms

    @property
    def ended(self) -> bool:
        """Every partition of a replay is over."""
        return len(self._marks) >= self.partitions and all(m >= END_MS for m in self._marks.values())

    @property
    def stalled(self) -> list[int]:
        """The partitions that are left out."""
        return sorted(p for p in range(self.partitions) if not self._holds(self._marks.get(p, self._first_ms)))

    def to_state(self) -> list[object]:
        """Plain values, in the order of `restore`."""
        return [self.partitions, self.now_ms, self._first_ms, self._last_ms, self._marks]

    def restore(self, state: list) -> None:  # type: ignore[type-arg]  # plain values of mixed types
        """Goes on where `to_state` was called."""
        self.partitions, self.now_ms, self._first_ms, self._last_ms = state[:4]
        self._marks = dict(state[4])

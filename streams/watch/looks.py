"""When a look at an open minute pays: working out a level costs most, and nearly always it says nothing. Pure."""

from typing import Any

from detectors.evidence import CrisisEvidence, Evidence
from schemas.signal import COUNTED

STATED_BELOW = 30.0  # false alarms a month; the low floor: levels that peace shows less often than once a day are stated
LEVEL_KEPT_MIN = 10
GROWTH = 8  # after a look the next comes when an eighth more were negative …
AGAIN_MS = 1_000  # … or, where there is a level, after so long in log time
SKETCH_ERROR = 1.5  # beyond what it counts exactly a sketch may count so many times the mentions, at the very most


class Looks:
    """What the last look found, and how many negative mentions make the next one worth it."""

    __slots__ = ("_asked_min", "_from", "_last", "_last_min", "_last_ms")

    def __init__(self) -> None:
        self._asked_min = -1  # the open minute for which `_from` holds
        self._from = 0
        self._last: Evidence | None = None
        self._last_min = 0
        self._last_ms = 0

    def pays(self, evidence: CrisisEvidence, local_min: int, negative: int) -> bool:
        """Whether the open minute, with so many negative mentions, may have a level below `STATED_BELOW` by now."""
        if local_min != self._asked_min:
            self._asked_min = local_min
            needed = evidence.negatives_needed(local_min, STATED_BELOW)
            self._from = needed if needed <= COUNTED else max(COUNTED, int(needed / SKETCH_ERROR))
        return negative >= self._from

    def room(self, negative: int) -> int:
        """How many more than these are needed until it `pays`; that was asked of the open minute before."""
        return self._from - negative

    def are_old(self, now_ms: int) -> bool:
        """Whether the last one was a while ago: what is stated wants to be followed."""
        return now_ms >= self._last_ms + AGAIN_MS

    def found(self, level: Evidence, now_ms: int, local_min: int, negative: int) -> None:
        """Keeps what a look at the open minute found, with so many negative mentions."""
        self._last, self._last_ms, self._last_min = level, now_ms, local_min
        self._from = max(self._from, negative + 1 + negative // GROWTH)

    def kept(self, local_min: int) -> Evidence | None:
        """The last level, if it is a few minutes old at most: what is usual hardly moves in them."""
        return self._last if local_min - self._last_min < LEVEL_KEPT_MIN else None

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`."""
        return [self._asked_min, self._from, self._last, self._last_min, self._last_ms]

    @classmethod
    def from_state(cls, state: list[Any]) -> "Looks":
        """What `to_state` described."""
        looks = cls()
        looks._asked_min, looks._from, last, looks._last_min, looks._last_ms = state
        looks._last = Evidence(*last) if last else None
        return looks

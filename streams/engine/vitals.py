"""Signs of life of a stage's process, written by its event loop and read by the threads that watch it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

FROZEN_S = 25.0
"""An event loop that stands so long is given up: with the looks of who watches it, within 30 s."""
HUNG_S = 90.0
"""Work that hasn't come round for so long never will: each of its waits has a deadline, most of 30 s."""
_BUSY_S = 10.0
"""Without a move for so long it isn't called ready any more; its work may take three times as long."""


@dataclass(frozen=True, slots=True)
class PartitionVitals:
    """How far one partition is."""

    loaded: bool
    """Whether its state is in memory."""
    applied: int = -1
    """Last input offset in the stage's memory."""
    durable: int = -1
    """Last input offset in a checkpoint."""
    end: int = 0
    """Input offset after the last record that Kafka holds."""
    percent: int = 0
    """How much of its state has been read, while it isn't loaded."""

    @property
    def lag(self) -> int:
        """Records yet to be applied."""
        return max(0, self.end - self.applied - 1)


class Vitals:
    """Thread-safe; times are seconds of the monotonic clock."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        """Counts as ticked now."""
        self._clock_s = clock_s
        self._lock = threading.Lock()
        self._ticked_s = clock_s()
        self._turned_s: float | None = None
        self._stopping_s: float | None = None
        self._joined = False
        self._partitions: dict[int, PartitionVitals] = {}

    def tick(self) -> None:
        """The event loop moves."""
        self._ticked_s = self._clock_s()

    def turn(self) -> None:
        """The work has come round; whoever says so once must go on saying so."""
        self._turned_s = self._clock_s()

    def stop(self) -> None:
        """The process has begun to end."""
        self._stopping_s = self._stopping_s or self._clock_s()

    def join(self) -> None:
        """The consumer group has given this process its partitions, be they none."""
        self._joined = True

    def show(self, partitions: dict[int, PartitionVitals]) -> None:
        """Replaces what is known of the partitions assigned."""
        with self._lock:
            self._partitions = dict(partitions)

    @property
    def tick_age_s(self) -> float:
        """Seconds since the event loop moved."""
        return self._clock_s() - self._ticked_s

    @property
    def stopping_for_s(self) -> float:
        """Seconds since the process has begun to end; 0 if it hasn't."""
        return 0.0 if self._stopping_s is None else self._clock_s() - self._stopping_s

    @property
    def partitions(self) -> dict[int, PartitionVitals]:
        """The partitions assigned."""
        with self._lock:
            return dict(self._partitions)

    def healthy(self, frozen_s: float = FROZEN_S, hung_s: float = HUNG_S) -> str | None:
        """What is wrong with the process, in one line, or ``None``."""
        age_s = self.tick_age_s
        if age_s > frozen_s:
            return f"the event loop hasn't moved for {age_s:.0f} s"
        turn_s = 0.0 if self._turned_s is None else self._clock_s() - self._turned_s
        return f"its work hasn't come round for {turn_s:.0f} s" if turn_s > hung_s else None

    def ready(self) -> str | None:
        """Why it doesn't work on its records yet, in one line, or ``None``."""
        if problem := self.healthy(_BUSY_S, 3 * _BUSY_S):
            return problem
        if not self._joined:
            return "waiting for Kafka to assign partitions"
        loading = [(number, each.percent) for number, each in sorted(self.partitions.items()) if not each.loaded]
        if not loading:
            return None
        how_far = ", ".join(f"{number}: {percent} %" for number, percent in loading)
        return f"loading the state of partition{'' if len(loading) == 1 else 's'} {how_far}"

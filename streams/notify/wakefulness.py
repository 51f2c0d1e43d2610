"""Whether this process may trust that its partitions are still its own.

A process that was frozen (SIGSTOP, a paused virtual machine, a laptop's lid) for longer than its session wakes up
believing that it owns partitions which others have taken over, and would send their alerts again. So:

1. The clock is looked at on each tick and right before each send. A gap between two looks of more than the session
   timeout less one heartbeat means: the last heartbeat may be older than the session.
2. After such a gap nothing is sent for a whole session timeout. By then the heartbeats, which go out every few seconds,
   have either confirmed the membership or ended it, and then the partition is gone.

A connection that is lost without a freeze needs no rule: no attempt can be written, so nothing is sent.
"""

import time
from collections.abc import Callable

_REST_S = 2.0


def _boot_s() -> float:
    """Seconds of a clock that counts sleep too, where the system has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Wakefulness:
    """Looks at the clock; times in seconds."""

    def __init__(self, session_timeout_s: float, heartbeat_s: float, clock_s: Callable[[], float] = _boot_s) -> None:
        """`session_timeout_s` and `heartbeat_s` as the consumer group has them."""
        self._session_timeout_s = session_timeout_s
        self._longest_gap_s = session_timeout_s - heartbeat_s
        self._clock_s = clock_s
        self._looked_s = clock_s()
        self._silent_until_s = self._looked_s

    @property
    def rest_s(self) -> float:
        """How long one who asks by a timer alone may rest between two questions."""
        return min(_REST_S, self._longest_gap_s / 3)

    def awake(self) -> bool:
        """Whether it may send. To be asked at least once in each `session_timeout_s - heartbeat_s`."""
        now_s = self._clock_s()
        if now_s - self._looked_s > self._longest_gap_s:
            self._silent_until_s = now_s + self._session_timeout_s
        self._looked_s = now_s
        return now_s >= self._silent_until_s

    def renew(self) -> None:
        """The group has just given this process a partition, which proves its membership."""
        self._looked_s = self._silent_until_s = self._clock_s()

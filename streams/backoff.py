"""How long to wait before a dead process is started again. Pure."""

from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Doubles from `first_s` to `most_s`; a life of `reset_after_s` or more is taken for health and begins anew.

    >>> backoff = Backoff()
    >>> [backoff.after(lived_s) for lived_s in (0.2, 0.2, 5, 61, 0.2)]
    [1.0, 2.0, 4.0, 1.0, 2.0]
    """

    first_s: float = 1.0
    most_s: float = 30.0
    reset_after_s: float = 60.0
    _next_s: float = 0.0

    def after(self, lived_s: float) -> float:
        """Seconds to wait after a process that lived `lived_s`."""
        if lived_s >= self.reset_after_s or self._next_s == 0:
            self._next_s = self.first_s
        wait_s = self._next_s
        self._next_s = min(2 * wait_s, self.most_s)
        return wait_s

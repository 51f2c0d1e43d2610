"""One rhythm for the timers of a process, so that they wake it together: an idle process costs by its wake-ups."""

import time

_START_S = time.monotonic()
_TOO_SOON = 0.1  # of a period: a timer that came a moment early doesn't ring twice


def to_next(period_s: float, since_start_s: float | None = None) -> float:
    """Seconds to sleep: to the next multiple of `period_s` since the process began, 0.1 to 1.1 periods.

    >>> to_next(2.0, since_start_s=8.5), to_next(2.0, since_start_s=9.9)
    (1.5, 2.1)
    """
    if not period_s:
        return 0.0
    since_start_s = time.monotonic() - _START_S if since_start_s is None else since_start_s
    rest_s = period_s - since_start_s % period_s
    return round(rest_s if rest_s >= _TOO_SOON * period_s else rest_s + period_s, 6)

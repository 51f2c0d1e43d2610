"""Where the anger is heading, from its counts a minute. Pure."""

from collections.abc import Sequence

from alerts.growth import surely_more

FAST_MIN, SLOW_MIN = 5, 15


def heading(per_min: Sequence[int]) -> int:
    """1 rising, -1 easing, 0 where chance explains it; `per_min`: negative mentions of the last minutes, oldest first.

    The last 5 minutes are set against the 5 before, and where these don't tell, the last 15 against the 15 before: a storm
    that climbs by a tenth every 5 minutes is seen by the longer look only.

    >>> heading([20] * 45 + [23] * 5 + [25] * 5 + [28] * 5), heading([5] * 40 + [30] * 15 + [9] * 5), heading([7, 8] * 30)
    (1, -1, 0)
    >>> heading([0] * 57 + [1, 0, 2]), heading([])
    (0, 0)
    """
    return _moved(per_min, FAST_MIN) or _moved(per_min, SLOW_MIN)


def _moved(per_min: Sequence[int], span: int) -> int:
    now, before = sum(per_min[-span:]), sum(per_min[-2 * span : -span])
    return surely_more(now, before) - surely_more(before, now)

"""From any surprise of a brand to false alarms a month, by the brand's own days, for the detectors beside the anger.

A day's largest surprise is a maximum, so days of one brand follow a Gumbel distribution (a, b) (Coles, *An Introduction to
Statistical Modeling of Extreme Values*, 2001, ch. 3), and what exceeds x comes as a Poisson process of rate exp(−u) a day:

    false alarms a month = 30.4 exp(−u),    u = (x − a)/b

The scale is believed to be no smaller than `DailyMaxima` believes, so a brand whose days were all alike isn't called easily.
"""

from collections.abc import Callable
from functools import cache, partial
from math import exp

from detectors.calibration import MONTH_MIN, DailyMaxima
from detectors.clock import DAY_MIN

DAYS_A_MONTH = 30.4
MOST_U = 700.0
"""exp of it is still a number."""


def _of_any(scale: float, _: float) -> float:
    return scale


@cache
def _always(scale: float) -> Callable[[float], float]:
    """One for all brands: what each holds is looked through for garbage again and again."""
    return partial(_of_any, scale)


class OwnExtremes(DailyMaxima):
    """A brand's daily maxima of a surprise, in whatever unit, told by the local minute.

    Days on which nothing was noticed teach nothing.

    >>> extremes = OwnExtremes(lambda size: 4.0, usual_scale=1.0)
    >>> round(extremes.false_alarms_per_month(4.0), 1), round(extremes.false_alarms_per_month(4.0 + 5.7), 1)
    (30.4, 0.1)
    >>> for day in range(60):
    ...     extremes.notice(8.0, 1440 * day, size=1.0, hot=False)
    >>> extremes.false_alarms_per_month(8.0) > 5
    True
    """

    __slots__ = ("day",)
    STATE = (*DailyMaxima.STATE, "day")

    def __init__(self, usual: Callable[[float], float], usual_scale: float, size: float = 1.0) -> None:
        super().__init__(usual, _always(usual_scale))
        self.location = usual(size)
        self.day = -1

    def false_alarms_per_month(self, surprise: float) -> float:
        """How often a month this brand shows so much in peace; > 0, at most once a minute."""
        u = min(self.normalised(surprise), MOST_U)
        return min(DAYS_A_MONTH * exp(-u), MONTH_MIN) if u > -10 else MONTH_MIN

    def notice(self, surprise: float, minute: int, size: float, hot: bool) -> None:
        """Takes in the surprise of a local minute, none before an earlier one; `hot`: a crisis is going on.

        `size` is what the usual location is asked for when the day is over.
        """
        day = minute // DAY_MIN
        if day != self.day:
            if self.day >= 0:
                self.learn_day(size)
            self.day = day
        self.hot = self.hot or hot
        if surprise > self.today:
            self.today = surprise

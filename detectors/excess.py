"""Whether a count of a brand is larger than usual at this hour.

It weighs two counts of those who ask (`streams.watch.open_questions`): how many break the brand's promise, or will as fast
as answers come now (`detectors.backlog`); and by how many more asked in the last quarter of an hour than were answered.

1. **Usual**: the mean n of each of 48 hours (of weekdays and of weekends), of the last seven or so that came round; an hour
   of which little is known is shrunk to the mean of all, which is worth an hour.
2. **Surprise**: x = 4 ln((n + c) / (usual + c)) with c = 4: of a few more or less nobody need be told. (4: so that days
   scatter by about 1, as the extremes expect.)
3. **Calibration** (`detectors.extremes`): on the scale of the brand's own daily maxima of x. A team that answers in bouts,
   or that is behind every morning, has large ones.
4. **False alarms a month** are those of the extremes.
5. **Freeze**: while peace shows as much less than once in half a year nothing is learned, at most for a day; then this is
   how it is now: nine tenths of what was learned before are forgotten, and the next day is learned as it comes.

All is in promised time: where a promise has hours, time stands still outside them.
"""

from math import inf, log
from typing import Any

from detectors.extremes import OwnExtremes
from detectors.part import Part
from detectors.promise import HOURS, hour_bin

HOUR_MIN = 60
FEW = 4.0
HOURS_KEPT = 7.0
POOL_HOURS = 1.0
LEAST_MIN = 360.0
"""Minutes before anything is said: at first nothing is usual."""
UNIT = 4.0
LOCATION, SCALE = 2.8, 1.2
"""Gumbel of the daily maxima of simulated teams that answer as usual."""
FROZEN_BELOW = 0.15
"""False alarms a month."""
MOST_FROZEN_MIN = 1440.0
FORGOTTEN = 0.1


def _location(usual: float) -> float:
    return LOCATION


class Excess(Part):
    """What is usual for one brand, and what now says against it.

    >>> excess = Excess()
    >>> for minute in range(3000):
    ...     excess.step(minute, 1, count=minute % 3)
    >>> excess.false_alarms_per_month() > 30
    True
    >>> excess.step(3000, 1, count=80)
    >>> excess.false_alarms_per_month() < 0.5
    True
    """

    STATE = ("usual", "learned_min", "pool", "pool_min", "surprise", "frozen_min", "thawing_min")

    def __init__(self) -> None:
        self.usual = [0.0] * HOURS  # the count
        self.learned_min = [0.0] * HOURS  # of how many minutes that is the mean, at most
        self.pool = 0.0
        self.pool_min = 0.0
        self.surprise = 0.0
        self.frozen_min = 0.0
        self.thawing_min = 0.0  # for so long all is learned
        self.extremes = OwnExtremes(_location, SCALE)

    def step(self, local_min: int, minutes: float, count: int) -> None:
        """So many minutes of promised time went by, at whose end the count is this."""
        hour = hour_bin(local_min)
        self.surprise = UNIT * log((count + FEW) / (self._usual(hour) + FEW))
        hot = self._frozen(minutes)
        if self.pool_min >= LEAST_MIN:
            self.extremes.notice(self.surprise, local_min, self.pool, hot)
        if hot:
            return
        self.pool_min = min(self.pool_min + minutes, HOURS_KEPT * HOURS * HOUR_MIN)
        self.pool += (count - self.pool) * min(1.0, minutes / self.pool_min)
        self.learned_min[hour] = min(self.learned_min[hour] + minutes, HOURS_KEPT * HOUR_MIN)
        self.usual[hour] += (count - self.usual[hour]) * min(1.0, minutes / self.learned_min[hour])

    def false_alarms_per_month(self) -> float:
        """How often a month this brand shows as much in peace, > 0; inf says nothing."""
        if self.surprise <= 0 or self.pool_min < LEAST_MIN:
            return inf
        return self.extremes.false_alarms_per_month(self.surprise)

    def _usual(self, hour: int) -> float:
        known, pooled = self.learned_min[hour], POOL_HOURS * HOUR_MIN
        return (known * self.usual[hour] + pooled * self.pool) / (known + pooled)

    def _frozen(self, minutes: float) -> bool:
        if self.thawing_min > 0 or self.false_alarms_per_month() >= FROZEN_BELOW:
            self.thawing_min = max(0.0, self.thawing_min - minutes)
            self.frozen_min = 0.0
            return False
        self.frozen_min += minutes
        if self.frozen_min > MOST_FROZEN_MIN:
            self.learned_min = [known * FORGOTTEN for known in self.learned_min]
            self.pool_min *= FORGOTTEN
            self.thawing_min = MOST_FROZEN_MIN
        return True

    def to_state(self) -> list[Any]:
        """Plain values for msgpack."""
        return [*super().to_state(), self.extremes.to_state()]

    def restore(self, state: list[Any]) -> None:
        """Takes over what `to_state` gave."""
        super().restore(state[:-1])
        self.extremes.restore(state[-1])

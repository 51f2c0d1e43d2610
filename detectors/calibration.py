"""From nats of evidence to false alarms a month: each brand's own extremes, then one table for all brands.

1. A day's largest evidence is a maximum, so days of one brand follow a Gumbel distribution (a, b) (Coles, *An
   Introduction to Statistical Modeling of Extreme Values*, 2001, ch. 3), whose location a and scale b say how
   bursty this brand is. ``DailyMaxima`` learns them; u = (L − a)/b means the same at every brand.
2. ``false_alarms_per_month(u)`` says how often u is exceeded in peace, from knots that were measured once on
   simulated brands without crises (330 brand-months, under the rules of ``alerts``: what recurs, what came before, and
   what is held back) and interpolated linearly in the logarithm of the rate.
"""

from collections.abc import Callable, Sequence
from math import exp, log, log10, tanh
from typing import ClassVar

from detectors.part import Part

MONTH_MIN = 30.4 * 1440
"""A month of 30.4 days, in minutes: no alarm can be rarer counted than once a minute."""
LOG_MONTH_MIN = log(MONTH_MIN)
LOG_RATES = tuple(log(rate) for rate in (10, 4, 1, 0.3, 0.1))
"""Knots: false alarms a brand-month …"""
SMALL_BRAND_U = (1.26, 2.04, 2.98, 4.11, 4.85)
"""… and the u of each, below 10 mentions a minute …"""
LARGE_BRAND_U = (1.04, 1.88, 3.08, 4.40, 5.50)
"""… and above 100, where counts hide the burst's tail less. In between it slides with log10 of the size."""
AUTHORS_PER_MENTION = 0.93
"""The knots' sizes are mentions a minute, the detector counts distinct authors."""


def knots(authors_per_min: float) -> Sequence[float]:
    """u at 10, 4, 1, 0.3 and 0.1 false alarms a month for a brand of this size."""
    size = log10(authors_per_min / AUTHORS_PER_MENTION + 1e-9) - 1
    if size <= 0:
        return SMALL_BRAND_U
    if size >= 1:
        return LARGE_BRAND_U
    large = size
    return [(1 - large) * s + large * b for s, b in zip(SMALL_BRAND_U, LARGE_BRAND_U, strict=True)]


def false_alarms_per_month(u: float, authors_per_min: float) -> float:
    """False alarms a brand-month when alarms open at normalised evidence ``u``; > 0 unless it underflows.

    >>> round(false_alarms_per_month(2.98, authors_per_min=1), 6)
    1.0
    >>> round(false_alarms_per_month(6.4, authors_per_min=1), 4)  # the tail goes on as it went from 0.3 to 0.1
    0.01
    """
    log_rate = _interpolate(u, knots(authors_per_min), LOG_RATES)
    return exp(log_rate if log_rate < LOG_MONTH_MIN else LOG_MONTH_MIN)


def evidence_for(false_alarms: float, authors_per_min: float) -> float:
    """Normalised evidence u at which alarms must open to ring falsely so often a month; > 0 false alarms.

    >>> round(evidence_for(1.0, authors_per_min=1), 2), round(evidence_for(0.1, authors_per_min=1000), 2)
    (2.98, 5.5)
    """
    falling = [-rate for rate in LOG_RATES]
    return _interpolate(-log(false_alarms), falling, knots(authors_per_min))


def _interpolate(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """Linear in rising ``xs``, continued at both ends."""
    i, last = 0, len(xs) - 2
    while i < last and x > xs[i + 1]:
        i += 1
    x0, y0 = xs[i], ys[i]
    return y0 + (x - x0) * (ys[i + 1] - y0) / (xs[i + 1] - x0)


FIRST_LOCATION, FIRST_SCALE = 4.1, 1.9
"""Nats; middle of the simulated brands' daily maxima."""
LOCATION_PRIOR_DAYS, SCALE_PRIOR_DAYS = 10.0, 20.0
"""What the priors are worth: a scale needs about twice the days of a location to be as certain."""
MAXIMA_HALF_LIFE_D = 21.0
MAX_SCALES = 4.0
"""A day counts up to a + 4b, which an ordinary day exceeds once in 55: a crisis isn't how a brand usually is."""
MIN_SCALE = 0.7
GUMBEL_MEAN = 0.577
"""Mean of a Gumbel (0, 1): Euler's constant."""
MEAN_SHIFT = 0.5
"""The location is taken from maximum − 0.5 b: a little over the mean's 0.577 b, since days with a clipped
maximum pull the mean down."""
SCALE_PER_DEVIATION = 1.05
"""b over the mean absolute deviation of a Gumbel, which is 0.95 b."""
CREDIT_PER_DAY, FIRST_CREDIT, MAX_CREDIT = 0.2, 2.0, 3.0
"""Alarm days that may be left out: one in five, three in a row; else a brand that lives in trouble would never
be learned."""


def usual_location(authors_per_min: float) -> float:
    """Location of the daily maxima that is usual for brands of this size, 1.9–6.2 nats.

    Fitted to simulated brands of 0.1–1,000 mentions a minute: small brands' days hold larger surprises.

    >>> [round(usual_location(size), 1) for size in (0.1, 10, 1000)]
    [6.1, 3.7, 2.0]
    """
    return 4.1 - 2.2 * tanh((log10(authors_per_min + 0.01) - 0.8) / 1.1)


def usual_scale(_: float) -> float:
    """Scale of the daily maxima that is usual for brands of any size, nats."""
    return FIRST_SCALE


class DailyMaxima(Part):
    """Gumbel location and scale of one brand's daily maxima of evidence, shrunk to what is usual at its size.

    mean = a + 0.577 b and mean absolute deviation = 0.95 b, each followed with a rate of 1/(days + prior days)
    that stops falling at the memory's length; from then on the prior keeps pulling with its due weight.
    """

    __slots__ = ("_usual", "_usual_scale", "credit", "days", "hot", "location", "scale", "today")
    STATE: ClassVar[tuple[str, ...]] = ("location", "scale", "days", "today", "credit", "hot")

    def __init__(
        self, usual: Callable[[float], float] = usual_location, scale: Callable[[float], float] = usual_scale
    ) -> None:
        """``usual`` and ``scale``: location and scale that are usual at a size, whose meaning is the caller's."""
        self._usual = usual
        self._usual_scale = scale
        self.location = FIRST_LOCATION
        self.scale = scale(0.0)
        self.days = 0
        self.today = 0.0  # largest evidence since the last learned day, in nats
        self.credit = FIRST_CREDIT
        self.hot = False  # learning was frozen at some time today

    def normalised(self, nats: float) -> float:
        """u = (L − a)/b."""
        return (nats - self.location) / self.scale

    def guess(self, authors_per_min: float) -> None:
        """Takes what is usual at this size before a day was seen, but no location below the middle of all brands."""
        self.location = max(FIRST_LOCATION, self._usual(authors_per_min))
        self.scale = self._usual_scale(authors_per_min)

    def learn_day(self, authors_per_min: float) -> None:
        """Learns today's maximum and starts a new day; ``authors_per_min`` is the brand's level."""
        usual = self._usual(authors_per_min)
        if self.days == 0:
            self.location = usual
        self.days += 1
        self.credit = min(MAX_CREDIT, self.credit + CREDIT_PER_DAY)
        if self.hot and self.credit >= 1:
            self.credit -= 1
        else:
            self._learn(min(self.today, self.location + MAX_SCALES * self.scale), usual, self._usual_scale(authors_per_min))
        self.hot = False
        self.today = 0.0

    def _learn(self, maximum: float, usual: float, usual_scale: float) -> None:
        memory_d = 1 / (1 - 0.5 ** (1 / MAXIMA_HALF_LIFE_D))
        days = min(self.days, memory_d)
        location_rate, scale_rate = 1 / (days + LOCATION_PRIOR_DAYS), 1 / (days + SCALE_PRIOR_DAYS)
        deviation = abs(maximum - self.location - GUMBEL_MEAN * self.scale)
        pull = self.days > memory_d
        location = self.location + location_rate * (maximum - MEAN_SHIFT * self.scale - self.location)
        location += pull * location_rate * LOCATION_PRIOR_DAYS / memory_d * (usual - self.location)
        scale = self.scale + scale_rate * (SCALE_PER_DEVIATION * deviation - self.scale)
        scale += pull * scale_rate * SCALE_PRIOR_DAYS / memory_d * (usual_scale - self.scale)
        self.location, self.scale = location, max(MIN_SCALE, scale)

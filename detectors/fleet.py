"""What a new brand is thought to be like: as the brands that have been watched for weeks are, else as simulated ones.

A brand's first days are judged by priors: its share of negatives, and how large the maxima of its days are
(``calibration``). The shipped ones were fitted on simulated brands; in a fleet that is angrier, or whose classifier errs
more, every new brand would ring until it is known. So the medians of the fleet's known brands move them, by size where
nats depend on it:

    moved = shipped + (median − shipped) n / (n + 5)

for n known brands. Of calm simulated brands the maxima lie within ±0.35 nats (sd) of their fleet's middle, fleets ±0.5 of
the shipped prior, so half a brand would be worth as much as the prior; 5 is for the fleets in which brands differ by nats.
"""

from collections.abc import Iterable, Sequence
from math import log10
from statistics import median
from typing import NamedTuple, Protocol

from detectors.calibration import usual_location, usual_scale
from detectors.clock import DAY_MIN

KNOWN_FROM_MIN = 14 * DAY_MIN
"""By then a brand's own days outweigh the prior of its location (10 days)."""
PRIOR_BRANDS = 5.0
SIZES = 4
"""Classes of size: authors a minute below 1, 10, 100, and above."""
SHARE = 0.2
"""Of negatives: usual on social networks as our classifier sees them."""
MOST_SHIFT = 8.0
"""Nats. Twice the middle of all locations: beyond it a fleet is in trouble, which isn't how brands usually are …"""
MOST_TIMES = 2.0
"""… and so it is where days scatter more than twice as far as those of simulated brands."""


class Known(Protocol):
    """A brand's evidence, as far as a fleet asks."""

    @property
    def seen(self) -> int:
        """Minutes closed so far."""

    @property
    def level(self) -> float:
        """Authors a minute."""

    @property
    def usual_share(self) -> float:
        """Of negatives (0–1)."""

    @property
    def location(self) -> float:
        """Of the maxima of its days, nats …"""

    @property
    def scale(self) -> float:
        """… and how far they scatter, nats."""


class Prior(NamedTuple):
    """What is usual before anything was seen.

    >>> Prior().location(10.0) == usual_location(10.0)
    True
    >>> round(Prior(shifts=(0.0, 0.0, 2.0, 0.0)).location(10.0) - usual_location(10.0), 6)
    2.0
    """

    share: float = SHARE
    """Of negatives (0–1); 10 mentions outweigh it."""
    shifts: Sequence[float] = (0.0,) * SIZES
    """By class of size: nats by which the maxima of days lie higher than is usual for brands of the size …"""
    scales: Sequence[float] = (1.0,) * SIZES
    """… and how many times as far they scatter."""

    def location(self, authors_per_min: float) -> float:
        """Of the maxima of the days of a brand of this size, nats."""
        return usual_location(authors_per_min) + self.shifts[size_class(authors_per_min)]

    def scale(self, authors_per_min: float) -> float:
        """How far the maxima of the days of a brand of this size scatter, nats."""
        return usual_scale(authors_per_min) * self.scales[size_class(authors_per_min)]

    @staticmethod
    def of(brands: Iterable[Known]) -> "Prior":
        """What these brands say; the shipped one of none that is known."""
        known = [brand for brand in brands if brand.seen >= KNOWN_FROM_MIN]
        if not known:
            return SHIPPED
        alike = [[brand for brand in known if size_class(brand.level) == size] for size in range(SIZES)]
        shifts = (_moved(0.0, [b.location - usual_location(b.level) for b in brands]) for brands in alike)
        scales = (_moved(1.0, [b.scale / usual_scale(b.level) for b in brands]) for brands in alike)
        return Prior(
            _moved(SHARE, [brand.usual_share for brand in known]),
            tuple(min(MOST_SHIFT, max(-MOST_SHIFT, shift)) for shift in shifts),
            tuple(min(MOST_TIMES, scale) for scale in scales),
        )


SHIPPED = Prior()


def size_class(authors_per_min: float) -> int:
    """0 to 3.

    >>> [size_class(level) for level in (0.0, 0.9, 1.0, 99.0, 1000.0)]
    [0, 0, 1, 2, 3]
    """
    return min(SIZES - 1, max(0, int(log10(max(authors_per_min, 0.1)) + 1)))


def _moved(shipped: float, seen: list[float]) -> float:
    if not seen:
        return shipped
    return shipped + (median(seen) - shipped) * len(seen) / (len(seen) + PRIOR_BRANDS)

"""A simulated brand, what truly happened to it, and how its mentions are seen."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

DAY_MIN = 1440
DISTINCT = 0.93
"""7 % of a minute's mentions come from authors who were counted already."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crisis:
    """Minutes from the brand's first one."""

    start: int
    end: int
    size: float
    """Peak over usual volume."""
    doubled: float
    """Minutes from start until the expected volume is twice the usual."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that must not ring."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class Brand:
    """A brand's counts per minute and what truly happened."""

    size_per_min: float
    first_weekday: int
    """0 is Monday."""
    history_min: int
    """Minutes that are learned from and not judged."""
    usual: Floats
    """True expected mentions."""
    share: float
    """Of negatives among them, as the classifier sees it."""
    negatives: Ints
    mentions: Ints
    negative_authors: Ints
    authors: Ints
    crises: list[Crisis] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    @property
    def negatives_per_h(self) -> float:
        """Negative mentions in a usual hour."""
        return 60 * self.size_per_min * self.share

    def local_minutes(self) -> range:
        """Local minute indices whose weekdays fit; day 4 of the epoch was a Monday."""
        first = (4 + self.first_weekday) * DAY_MIN
        return range(first, first + len(self.authors))

    def columns(self) -> list[Ints]:
        """The four counts, each negative one before its total."""
        return [self.negatives, self.mentions, self.negative_authors, self.authors]


@dataclass(frozen=True, slots=True)
class World:
    """What differs between worlds."""

    history_d: int = 14
    test_d: int = 28
    crises: int = 3
    bursts_per_day: float = 2.0
    mood_spread: float = 0.6
    """Standard deviation, in logits, of the negative share of benign bursts."""
    sensitivity: float = 0.75
    false_positives: float = 0.10
    change: Callable[[Brand, Generator, "World"], None] | None = None
    """What happens to a brand that was drawn without it."""

    def classify(self, rng: Generator, negative: Ints, other: Ints) -> Ints:
        """How many of them the classifier calls negative."""
        return rng.binomial(negative, self.sensitivity) + rng.binomial(other, self.false_positives)

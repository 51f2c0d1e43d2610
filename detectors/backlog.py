"""When a backlog breaks its promise: a queue worked off in order, as fast as answers come now.

The i-th of those who wait within the promise, the oldest first, is answered i/μ from now, and breaks the promise where that
is later than what is left of it. μ is believed to be as high as it may be: the upper end of the 90 % interval of a Poisson
number that was seen c times (Byar's approximation; Breslow and Day, *Statistical Methods in Cancer Research* II, 1987,
p. 69). So a few quiet minutes don't look like a team that has gone, and whatever order people really answer in, oldest
first is the one that keeps the promise longest.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_Z = 1.645


class Projection(NamedTuple):
    """What becomes of those who wait within the promise."""

    waiting: int
    breaching: int
    """How many of them aren't answered in time."""
    first: float
    """What is left until the first of these breaks the promise, in terms of it; inf where none does."""


class Queue(NamedTuple):
    """What becomes of those who wait."""

    ahead: Projection
    broken: int
    """How many break the promise, or have broken it lately …"""
    asked: int
    """… of how many."""


def most_answers(seen: int) -> float:
    """The upper end of the interval.

    >>> [round(most_answers(seen), 1) for seen in (0, 10)]
    [3.0, 17.0]
    """
    n = seen + 1
    return float(n * (1 - 1 / (9 * n) + _Z / (3 * sqrt(n))) ** 3)


def projected(ages: NDArray[np.float64], answers: int, span: float) -> Projection:
    """Of those who wait, by their ages; so many `answers` were seen within the last `span`. All in terms of the promise.

    >>> projected(np.full(40, 0.5), answers=3, span=0.5)
    Projection(waiting=40, breaching=33, first=0.5)
    >>> projected(np.full(4, 0.5), answers=3, span=0.5).breaching
    0
    """
    left = np.sort(1 - ages[ages < 1])
    answered_in = np.arange(1, len(left) + 1) * span / most_answers(answers)
    late = answered_in > left
    return Projection(len(left), int(late.sum()), float(left[late].min()) if late.any() else np.inf)

"""Questions about a volume: is it usual, how rare is it, is the collection down, and how much of it may be learned."""

from math import exp, log, sqrt

from detectors.rings import WindowSum
from detectors.surprise import MIN_VOLUME_VARIANCE

USUAL_RATIO, USUAL_SIGMAS = 1.25, 2.0
OUTAGE_EXPECTED, OUTAGE_RATIO = 14, 0.12
"""With 14 mentions expected, chance leaves one or none of them once in 80,000 windows."""
NEAR = 1.25
CLIP_SIGMAS = 3.0
QUARTERS_A_MONTH = 30.4 * 24 * 4
LEAST_RATE = 1e-300
"""Its logarithm is a number, which that of 0 isn't."""
VOLUME_VARIANCE = 0.25
"""Relative variance of everyday volume over a quarter of an hour: the prior of the dispersion, rounded up."""


def usual_volume(total: WindowSum) -> bool:
    """Whether a window holds less than 1.25 times its expectation and two Poisson deviations.

    >>> usual_volume((0, 140, 100.0)), usual_volume((0, 150, 100.0))
    (True, False)
    """
    _, mentions, expected = total
    usual = USUAL_RATIO * expected
    return mentions < usual or mentions < usual + USUAL_SIGMAS * sqrt(expected)


def outage(total: WindowSum) -> bool:
    """Whether so much is missing that the collection must be down, which teaches nothing of the brand.

    >>> outage((0, 0, 20.0)), outage((0, 0, 10.0))
    (True, False)
    """
    _, mentions, expected = total
    return expected > OUTAGE_EXPECTED and mentions < OUTAGE_RATIO * expected


def near_outage(total: WindowSum) -> bool:
    """Whether an outage may begin or end in a window of which only old mentions go and the expectation drifts.

    >>> near_outage((0, 0, 15.0)), near_outage((0, 3, 50.0)), near_outage((0, 0, 50.0))
    (True, True, False)
    """
    _, mentions, expected = total
    return expected > OUTAGE_EXPECTED / NEAR and (mentions > 0 or expected < OUTAGE_EXPECTED * NEAR)


def clipped(count: int, expected: float, variance: float) -> float:
    """What a bucket's count may teach the baseline: up to 3 sigmas and one mention over its expectation.

    ``variance`` is the relative variance of the bucket's volume.

    >>> clipped(3, 4.0, variance=0.25), round(clipped(100, 4.0, variance=0.25), 2)
    (3, 13.49)
    """
    if count <= expected:
        return count
    variance = max(variance, MIN_VOLUME_VARIANCE)
    return min(count, expected + CLIP_SIGMAS * sqrt(expected + variance * expected * expected) + 1)


def volume_false_alarms(mentions: int, expected: float) -> float:
    """How often a month everyday scatter alone brings so many mentions in a quarter of an hour, > 0; always if not unusual.

    The half deviance d of a negative binomial with relative variance 0.25 bounds the tail: p ≤ exp(−d) (Chernoff), times
    the quarters of a month.

    >>> volume_false_alarms(10, 12.0) == QUARTERS_A_MONTH
    True
    >>> volume_false_alarms(200, 12.0) < 1
    True
    """
    m = max(expected, 0.5)
    if mentions <= m:
        return QUARTERS_A_MONTH
    r = 1 / VOLUME_VARIANCE
    deviance = mentions * log(mentions / m) - (mentions + r) * log((mentions + r) / (m + r))
    return max(QUARTERS_A_MONTH * exp(-max(0.0, deviance)), LEAST_RATE)  # rounding may make it negative

"""Three questions about a volume: is it usual, is the collection down, and how much of it may be learned."""

from math import sqrt

from detectors.rings import WindowSum
from detectors.surprise import MIN_VOLUME_VARIANCE

USUAL_RATIO, USUAL_SIGMAS = 1.25, 2.0
OUTAGE_EXPECTED, OUTAGE_RATIO = 14, 0.12
"""With 14 mentions expected, chance leaves one or none of them once in 80,000 windows."""
NEAR = 1.25
CLIP_SIGMAS = 3.0


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

"""Brands whose counts tests can foresee."""

import copy
import math
import random

from detectors.evidence import CrisisEvidence

Counts = list[tuple[int, int]]
"""(negative authors, authors) of each minute from minute 0 on."""


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson draw (Knuth's method for small means, a rounded normal for large ones)."""
    if mean > 30:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def quiet_brand(mean: float, minutes: int, seed: int = 1, share: float = 0.2) -> Counts:
    """A brand with a day's rhythm (peak at 15:00, four times the night's volume) and nothing else."""
    rng = random.Random(seed)
    counts = []
    for minute in range(minutes):
        rhythm = 1 + 0.6 * math.cos(2 * math.pi * (minute % 1440 / 60 - 15) / 24)
        negatives = poisson(rng, mean * rhythm * share)
        counts.append((negatives, negatives + poisson(rng, mean * rhythm * (1 - share))))
    return counts


def taught(counts: Counts) -> CrisisEvidence:
    """A detector that has closed these minutes."""
    detector = CrisisEvidence()
    for minute, (negatives, authors) in enumerate(counts):
        detector.close(minute, negatives, authors)
    return detector


DAY_MIN = 1440
BUSY_STATE = taught(quiet_brand(mean=10, minutes=8 * DAY_MIN)).to_state()
"""Of `busy`; not to be changed."""


def busy() -> CrisisEvidence:
    """A detector that knows a brand of 10 authors a minute for 8 days; the open minute is midnight."""
    return CrisisEvidence.from_state(copy.deepcopy(BUSY_STATE))

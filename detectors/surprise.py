"""How surprising a window's negatives are, in nats.

A window of w minutes holds S negatives among T mentions, where M mentions and m = p M negatives were expected
(p is the brand's usual negative share). Two things are weighed, and both must speak:

- **count**: are there more negatives than this brand's scatter explains?
- **share**: are the mentions angrier than this brand's mood explains? A promotion or a goal multiplies the
  mentions but not their share of anger, and dies here.
"""

from collections.abc import Sequence
from math import exp, inf, log, sqrt

from detectors.rings import WINDOWS_MIN, WindowSum

BURST_CHANCE = 0.005
"""Weight of the Pareto tail of benign bursts. A window in 200 belongs to one (the simulated brands have 0.5–4
bursts a day, a third as large as the everyday volume)."""
MOST_BURST_NATS = -log(BURST_CHANCE)
BURST_ALPHA = 1.5
"""Exponent of that tail: middle of the 1.2–2.0 of bursts on social networks."""
MIN_VOLUME_VARIANCE = 0.0225
"""(15 %)²: relative variance of the volume that is believed of any brand, however calm it was so far."""
MOOD_VARIANCE = 0.0225
"""(15 %)²: relative variance of the everyday share of negatives on top of the volume's."""
EVERYDAY_CLUSTERING = 0.002
"""Correlation of the mood of two everyday mentions: they answer each other, so T of them prove less than T."""
MAX_SHARE_NATS = 40.0
"""A share alone proves no more than this."""
MAX_SHARE_PER_COUNT = 3.0
"""Share evidence counts up to 3 times the count evidence: a shift of the share at usual volume is more often
a drift of the classifier than a crisis."""
WINDOW_BONUS = 1.5
"""A month holds 72 times fewer independent windows of 6 h than of 5 min, so the same surprise is rarer there."""
COUNT_AND_SHARE = 1 + MAX_SHARE_PER_COUNT
MIN_NEGATIVES = 2
"""One negative mention is never a crisis."""


def count_evidence(negatives: int, expected: float, variance: float) -> float:
    """Nats for more negatives than expected, ≥ 0; needs ``negatives > expected > 0``.

    ``variance`` is the relative variance of the window's volume. With r = 1 / (variance + mood variance),

        d  = S ln(S/m) − (S + r) ln((S + r)/(m + r))       half the deviance of a negative binomial (m, r), that is
                                                            the log likelihood ratio of the best-fitting size
        lc = −ln(exp(−d) + 0.005 (m/S)^1.5)                 a tail "everyday or benign burst": d alone would call
                                                            a big benign burst impossible

    >>> round(count_evidence(30, 10.0, variance=0.0), 2), round(count_evidence(30, 10.0, variance=1.0), 2)
    (6.57, 0.82)
    """
    size = 1 / ((variance if variance > MIN_VOLUME_VARIANCE else MIN_VOLUME_VARIANCE) + MOOD_VARIANCE)
    grown = negatives + size
    deviance = negatives * log(negatives / expected) - grown * log(grown / (expected + size))
    nats = -log(exp(-deviance) + BURST_CHANCE * (expected / negatives) ** BURST_ALPHA)
    return nats if nats > 0 else 0.0


def share_evidence(negatives: int, mentions: int, share: float, clustering: float) -> float:
    """Nats for a higher share of negatives than ``share`` (0–1); needs ``negatives > share * mentions``.

        ls = T KL(S/T ‖ p) / (1 + ρ (T − 1))

    the binomial log likelihood ratio, divided by the variance inflation of a beta-binomial with correlation
    ρ = ``clustering``.

    >>> round(share_evidence(30, 60, share=0.2, clustering=0.0), 2)
    13.39
    >>> round(share_evidence(30, 60, share=0.2, clustering=0.1), 2)
    1.94
    """
    others = mentions - negatives
    divergence = negatives * log(negatives / (share * mentions))
    if others:
        divergence += others * log(others / ((1 - share) * mentions))
    return divergence / (1 + clustering * (mentions - 1))


def window_evidence(
    total: WindowSum,
    share: float,
    variance: float,
    clustering: float,
    burst_clustering: float,
    bonus: float,
    planned: float = 0.0,
) -> float:
    """Nats of one window: count and share together, 0 unless both point up.

        v = lc + min(ls, 40, 3 lc) + bonus,   faded out by lc below 1 nat

    ρ of the share = ``clustering`` + ``burst_clustering`` f², f = 1 − M/T: the part of the window that is excess is
    one conversation with one mood, which varies more than the everyday mood does.
    ``bonus`` is ``window_bonus`` of the window's length.

    Where ``planned`` mentions are expected beyond the usual ones (``planned``), the count is what goes beyond the plan,
    lc_p, and of the rest as much as the share vouches for:  lc = min(lc, lc_p + ls).
    """
    negatives, mentions, mentions_expected = total
    expected = share * mentions_expected
    if negatives < MIN_NEGATIVES or negatives <= expected or negatives <= share * mentions:
        return 0.0
    counted = count_evidence(negatives, expected, variance)
    if not counted:
        return 0.0
    if mentions > mentions_expected:
        excess = 1 - mentions_expected / mentions
        clustering += burst_clustering * excess * excess
    shifted = share_evidence(negatives, mentions, share, clustering)
    if planned:
        more = share * (mentions_expected + planned)
        unplanned = count_evidence(negatives, more, variance) if negatives > more else 0.0
        counted = min(counted, unplanned + shifted)
    # Comparisons, not min() and max(): this runs up to five times a minute for every brand.
    most = MAX_SHARE_PER_COUNT * counted
    if most > MAX_SHARE_NATS:
        most = MAX_SHARE_NATS
    nats = counted + (shifted if shifted < most else most) + bonus
    if nats <= 0:
        return 0.0
    return nats * counted if counted < 1 else nats


def promising(sums: Sequence[WindowSum], share: float, variances: Sequence[float], floor: float) -> list[int]:
    """Positions of the windows whose evidence may be above ``floor`` ≥ 0 nats; none is left out that is.

    Both signs must be there, as in ``window_evidence``. Then, with c = (S − m)² / (2 (m + m²/r)):

        d ≤ c           d and c are 0 with slope 0 at S = m, and d'' = r / (S (S + r)) falls with S from c'' on
        v ≤ (4 c + bonus) min(1, c)                     for lc ≤ d and the share counts up to 3 lc

    ``variances`` may be too small: a larger one makes r, and so c, smaller.
    """
    found = []
    for j, (negatives, mentions, mentions_expected) in enumerate(sums):
        expected = share * mentions_expected
        if negatives < MIN_NEGATIVES or negatives <= expected or negatives <= share * mentions:
            continue
        variance = variances[j]
        scatter = (variance if variance > MIN_VOLUME_VARIANCE else MIN_VOLUME_VARIANCE) + MOOD_VARIANCE
        excess = negatives - expected
        bound = excess * excess / (2 * expected * (1 + expected * scatter))
        if (COUNT_AND_SHARE * bound + BONUSES[j]) * (bound if bound < 1 else 1) > floor:
            found.append(j)
    return found


def least_telling(sums: Sequence[WindowSum], share: float, variances: Sequence[float], nats: float) -> float:
    """More negatives than any window has without being able to hold ``nats`` > 0; 0 when one may hold them already.

    The inverse of the bound of ``promising``: with c the root of (4 c + bonus) min(1, c) = nats, a window of m negatives
    expected needs

        S ≥ m + √(2 c (m + m²/r)),    and by the Pareto part of lc ≤ ln 200 + 1.5 ln(S/m):    S ≥ m exp((c − ln 200)/1.5)

    ``variances`` may be too small, as for ``promising``.
    """
    least = inf
    for j, (negatives, _, mentions_expected) in enumerate(sums):
        c = _least_count_nats(nats, BONUSES[j])
        expected, variance = share * mentions_expected, variances[j]
        scatter = (variance if variance > MIN_VOLUME_VARIANCE else MIN_VOLUME_VARIANCE) + MOOD_VARIANCE
        needed = expected + sqrt(2 * c * expected * (1 + expected * scatter))
        if c > MOST_BURST_NATS:
            needed = max(needed, expected * exp((c - MOST_BURST_NATS) / BURST_ALPHA))
        least = min(least, max(needed, MIN_NEGATIVES) - negatives)
    return max(0.0, least)


def _least_count_nats(nats: float, bonus: float) -> float:
    """The c > 0 at which (4 c + bonus) min(1, c) = nats > 0."""
    c = (nats - bonus) / COUNT_AND_SHARE
    return c if c >= 1 else (sqrt(bonus * bonus + 4 * COUNT_AND_SHARE * nats) - bonus) / (2 * COUNT_AND_SHARE)


def window_bonus(window_min: int) -> float:
    """Nats that a window's length adds: 1.5 ln(w / 60 min), negative for short ones.

    >>> [round(window_bonus(minutes), 1) for minutes in (5, 60, 360)]
    [-3.7, 0.0, 2.7]
    """
    return WINDOW_BONUS * log(window_min / 60)


BONUSES = tuple(window_bonus(window) for window in WINDOWS_MIN)

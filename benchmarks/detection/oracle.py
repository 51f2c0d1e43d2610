"""A reference that is told the truth: each minute's expected volume and the brand's share of negatives.

It weighs the same counts in the same windows and by the same kind of evidence as rebato's detector, but has nothing to
learn. What it misses isn't in the counts; what it finds and rebato doesn't is what learning costs. Its threshold is the one
that rings once a brand-month on the very brands that are judged, for each group of sizes, so it is told that too.

A window of w minutes holds S negatives among T authors where m = pM negatives and M authors were expected:

- count: c = −ln(e^{−d} + .005 (m/S)^{1.5}), d = half the deviance of S in a negative binomial with mean m and relative
  variance V; the second term is the tail of the brand's bursts.
- share: s = T KL(S/T ‖ p) / (1 + ρ (T − 1)), ρ = .002 + .03 (1 − M/T)², at most 3c.
- L = max over windows of c + s + 1.5 ln(w/60).
"""

import numpy as np

from benchmarks.detection.brand import DISTINCT, Brand, Floats

WINDOWS_MIN = (5, 15, 45, 120, 360)
VARIANCE = 0.09
"""Of the true volume about its expectation: .22² + .18² of slow fluctuations, and a little for the share's."""
TAIL, TAIL_POWER = 0.005, 1.5
CLUSTERING, BURST_CLUSTERING = 0.002, 0.03
MOST_SHARE = 3.0
BONUS = 1.5


def oracle_evidence(brand: Brand) -> Floats:
    """L of each minute."""
    expected = np.maximum(brand.usual * DISTINCT, 1e-9)
    sums = [np.concatenate([[0.0], np.cumsum(x)]) for x in (brand.negative_authors, brand.authors, expected)]
    best = np.zeros(len(expected))
    for window_min in WINDOWS_MIN:
        seen, total, usual = (_windows(x, window_min) for x in sums)
        nats = window_nats(seen, total, usual, brand.share) + BONUS * np.log(window_min / 60)
        best = np.maximum(best, nats)
    return best


def _windows(sums: Floats, window_min: int) -> Floats:
    ends = np.arange(1, len(sums))
    windows: Floats = sums[ends] - sums[np.maximum(ends - window_min, 0)]
    return windows


def window_nats(seen: Floats, total: Floats, usual: Floats, share: float) -> Floats:
    """Evidence of windows with `seen` negatives among `total` where `usual` and a share of negatives were expected."""
    expected = share * usual
    more = seen > expected
    count = np.where(more, _count(seen, expected), 0.0)
    told = np.where(more & (seen > share * total), _share(seen, total, usual, share), 0.0)
    nats: Floats = np.where(more, count + np.minimum(told, MOST_SHARE * count), -np.inf)
    return nats


def _count(seen: Floats, expected: Floats) -> Floats:
    """Deviance of a negative binomial: S ln(S/m) − (S + 1/V) ln((1 + VS)/(1 + Vm)) (McCullagh and Nelder 1989, 11.2)."""
    s = np.maximum(seen, 1e-9)
    size = 1 / VARIANCE
    deviance = s * np.log(s / expected) - (s + size) * np.log((size + s) / (size + expected))
    tail = TAIL * (expected / s) ** TAIL_POWER
    count: Floats = np.maximum(0.0, -np.log(np.exp(-np.maximum(deviance, 0.0)) + tail))
    return count


def _share(seen: Floats, total: Floats, usual: Floats, share: float) -> Floats:
    t = np.maximum(total, 1.0)
    q = np.clip(seen / t, 1e-9, 1 - 1e-9)
    divergence = q * np.log(q / share) + (1 - q) * np.log((1 - q) / (1 - share))
    in_burst = np.maximum(0.0, 1 - usual / t)
    clustering = CLUSTERING + BURST_CLUSTERING * in_burst**2
    told: Floats = t * divergence / (1 + clustering * (t - 1))
    return told

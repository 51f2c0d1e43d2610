"""What chance alone makes of a count of alarms: Poisson tails and the interval of a rate. Pure.

Formulas: P(N ≥ k) = 1 − Σ_{i<k} e^(−m) m^i / i!; the exact interval of a Poisson mean after k events (Garwood,
*Fiducial limits for the Poisson distribution*, Biometrika 28, 1936) is where the two tails are equal.
"""

from collections.abc import Callable
from math import exp, lgamma, log

TAIL = 0.05
"""What happens by chance less than once in 20 times isn't called chance."""
_STEPS = 60  # halvings: more than a double has digits


def at_most(count: int, mean: float) -> float:
    """P(N ≤ count) for a Poisson N.

    >>> round(at_most(0, 3.0), 4), at_most(2, 0.0)
    (0.0498, 1.0)
    """
    if mean <= 0:
        return 1.0
    return min(1.0, sum(exp(i * log(mean) - mean - lgamma(i + 1)) for i in range(count + 1)))


def at_least(count: int, mean: float) -> float:
    """P(N ≥ count) for a Poisson N.

    >>> round(at_least(2, 0.25), 4), at_least(0, 1.0)
    (0.0265, 1.0)
    """
    return 1.0 - at_most(count - 1, mean) if count > 0 else 1.0


def interval(count: int) -> tuple[float, float]:
    """The means that explain a count, with 5 % in each tail.

    >>> low, high = interval(2)
    >>> round(low, 2), round(high, 2), interval(0)[0]
    (0.36, 6.3, 0.0)
    """
    top = 2.0 * count + 10.0
    low = _where(lambda mean: at_least(count, mean) >= TAIL, top) if count else 0.0
    return low, _where(lambda mean: at_most(count, mean) <= TAIL, top)


def is_wide(low: float, high: float) -> bool:
    """Whether the ends of an interval are so far apart that the data are too few to tell: more than twice.

    >>> is_wide(*interval(8)), is_wide(*interval(40))
    (True, False)
    """
    return high > 2 * low


def _where(reached: Callable[[float], bool], top: float) -> float:
    """The least mean in (0, top] from which on `reached` holds."""
    low, high = 0.0, top
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high

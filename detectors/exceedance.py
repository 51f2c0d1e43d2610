"""How often a brand exceeds a size: a forgetting histogram of its bursts, smoothed upwards, with a prior.

A *size* is a log ratio of observed to expected counts. Past bursts x_i come as maxima of blocks of time, so that
a burst counts once however long it lasts. The rate of blocks at least as large as x, per day:

    λ(x) = [ Σ ω_i min(1, exp(−(x − x_i)/b)) + B A exp(−(x − u)/h) ] / (T + B)

ω_i is the forgotten weight of block i and T the forgotten time in days. A past burst vouches for larger ones with
an exponential kernel of width b (in counts: a Pareto tail). The prior, worth B days, expects a burst of size u A
times a day and a tail of width h. h is the brand's own: the mean excess of its block maxima over their median,
shrunk to h0 with the weight of 12 blocks; b = 0.35 h.
"""

from array import array

import numpy as np

HALF_LIFE_D = 30.0
PRIOR_DAYS = 2.0
PRIOR_PER_DAY = 1.0
PRIOR_BLOCKS = 12.0
"""B, A and the tail's prior; results are flat in them from half to double."""
KERNEL = 0.35
"""b/h: flat from 0.25 to 0.8."""
LOWEST, STEP, LEVELS = -1.0, 0.05, 161
"""The histogram covers ratios from e^−1 to e^7, in steps of 5 %."""
MAX_EXCESS = 4.0
"""An excess counts up to 4 h0: one enormous burst doesn't make a brand's tail."""


class ExceedanceTable:
    """λ(x) of one window's sizes, tabulated anew whenever a block joins.

    ``window_units`` is the window's length in units of 5 min. Longer windows are calmer, so the prior's u is
    w^−0.2 and h0 is 0.4 w^−0.1; ``block_d`` is a block's length in days.

    >>> table = ExceedanceTable(window_units=1, block_d=1 / 6)
    >>> before = table.log_rate(2.0)
    >>> table.add(2.0)
    >>> before < table.log_rate(2.0)
    True
    """

    def __init__(self, window_units: float, block_d: float) -> None:
        self._block_d = block_d
        self._typical = window_units**-0.2
        self._first_tail = 0.4 * window_units**-0.1
        self._tail = self._first_tail
        self._histogram = np.zeros(LEVELS)
        self._days = 0.0
        self._tabulate()

    def add(self, largest: float) -> None:
        """The largest size of a finished block joins the past."""
        kept = 0.5 ** (self._block_d / HALF_LIFE_D)
        self._histogram *= kept
        self._days = self._days * kept + self._block_d
        place = min(max((largest - LOWEST) / STEP, 0.0), LEVELS - 1.001)
        index = int(place)
        self._histogram[index] += 1 - (place - index)
        self._histogram[index + 1] += place - index
        self._learn_tail()
        self._tabulate()

    def log_rate(self, size: float) -> float:
        """ln λ(size), λ in blocks a day; beyond the table its last slope goes on."""
        place = (size - LOWEST) / STEP
        if place <= 0:
            return self._table[0]
        index = min(int(place), LEVELS - 2)
        return self._table[index] + (place - index) * (self._table[index + 1] - self._table[index])

    def _learn_tail(self) -> None:
        total = self._histogram.cumsum()
        median = int(np.searchsorted(total, total[-1] / 2))
        larger = self._histogram[median + 1 :]
        excess = np.minimum(np.arange(1, len(larger) + 1) * STEP, MAX_EXCESS * self._first_tail)
        blocks = float(larger.sum())
        self._tail = (PRIOR_BLOCKS * self._first_tail + float(larger @ excess)) / (PRIOR_BLOCKS + blocks)

    def _tabulate(self) -> None:
        histogram = self._histogram
        steps = np.arange(LEVELS) * STEP
        growth = np.exp(steps / (KERNEL * self._tail))
        total = np.cumsum(histogram)
        at_least = np.maximum(total[-1] - total + histogram, 0)
        smaller = (np.cumsum(histogram * growth) - histogram * growth) / growth
        prior = PRIOR_DAYS * PRIOR_PER_DAY * np.exp(-(LOWEST + steps - self._typical) / self._tail)
        rate = (at_least + smaller + prior) / (self._days + PRIOR_DAYS)
        self._table: array[float] = array("d", np.log(np.maximum(rate, 1e-12)))

"""Rules that other tools document, and the naive one, on a series of counts.

Each gives a score per count, known when the count is over, and rings where the score reaches its threshold: what the tool's
own text sets or, where it leaves that to the user, the value of its example. `h` is the mentions of the last hour in all of
them. A window that reaches back before the first count scores 0.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from benchmarks.detection.brand import Floats

HOUR_S, DAY_S = 3600.0, 86_400.0
LEAST = 10
"""Mentions an hour below which the naive rule and the means say nothing; without it small brands ring all day."""


class Sums:
    """Sums of the counts in windows of any length."""

    def __init__(self, counts: Floats, bucket_s: float) -> None:
        self.counts = counts
        self.bucket_s = bucket_s
        self._sums = np.concatenate([[0.0], np.cumsum(counts)])

    def rows(self, length_s: float) -> int:
        """Counts in so many seconds, at least one."""
        return max(round(length_s / self.bucket_s), 1)

    def ending(self, length_s: float, ago_s: float = 0.0) -> Floats:
        """Sums of windows that end so long ago; NaN where the series hadn't begun."""
        ends = np.arange(1, len(self._sums)) - round(ago_s / self.bucket_s)
        begins = ends - self.rows(length_s)
        sums = self._sums[np.maximum(ends, 0)] - self._sums[np.maximum(begins, 0)]
        return np.where(begins >= 0, sums, np.nan)


def _ratio(above: Floats, below: Floats) -> Floats:
    """0 where either isn't known or nothing is below."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = above / below
    return np.where(np.isfinite(ratio), ratio, 0.0)


def naive(sums: Sums) -> Floats:
    """h over the mean hour of the last 24, h itself among them; rings at 3. Nobody's rule: what people write first."""
    hour, day = sums.ending(HOUR_S), sums.ending(DAY_S)
    return np.where(hour >= LEAST, _ratio(hour, day / 24), 0.0)


def three_sigmas(sums: Sums) -> Floats:
    """Standard deviations of h over the mean of the hours of the last 14 days; rings at 3.

    Huginn's PeakDetectorAgent: newest value > mean + `std_multiple` (3) standard deviations over `window_duration`
    (14 days), from `min_events` (4) on (github.com/huginn/huginn, app/models/agents/peak_detector_agent.rb).
    """
    hour = sums.ending(HOUR_S)
    known = np.nan_to_num(hour)
    rows, first = sums.rows(14 * DAY_S), sums.rows(HOUR_S)
    ones = np.isfinite(hour).astype(float)
    totals = [np.concatenate([[0.0], np.cumsum(x)]) for x in (ones, known, known**2)]
    ends = np.arange(1, len(hour) + 1)
    n, total, squares = (t[ends] - t[np.maximum(ends - rows, 0)] for t in totals)
    n = np.maximum(n, 1)
    deviation = np.sqrt(np.maximum(squares / n - (total / n) ** 2, 0.0))
    enough = (n >= 4 * first) & (known >= LEAST)
    return np.where(enough, _ratio(known - total / n, deviation), 0.0)


def elastalert_spike(sums: Sums) -> Floats:
    """h over the hour before it; rings at 3 when the hour before had at least 10.

    ElastAlert 2, rule type `spike`: the current window against the adjacent one before, `spike_height: 3`,
    `threshold_ref: 10` as in its documentation (docs/source/ruletypes.rst); `timeframe` is the user's, here 1 h.
    """
    hour, before = sums.ending(HOUR_S), sums.ending(HOUR_S, HOUR_S)
    return np.where(before >= 10, _ratio(hour, before), 0.0)


def meltwater(sums: Sums) -> Floats:
    """The least of h over the mean hour of the 12 before, over the same hour of yesterday and of last week; rings at 2.5.

    Meltwater's spike alerts compare the last hour with the past 12 and check the result against the previous day and week
    (community.meltwater.com/alerts-205). No multiple is published; in its example 200 mentions an hour become 500.
    """
    hour = sums.ending(HOUR_S)
    ratios = [_ratio(hour, sums.ending(12 * HOUR_S, HOUR_S) / 12)]
    for ago_s in (DAY_S, 7 * DAY_S):
        then = sums.ending(HOUR_S, ago_s)
        ratios.append(np.where(np.isfinite(then), hour / np.maximum(then, 1.0), np.inf))  # not there yet: not checked
    return np.where(hour >= LEAST, np.minimum.reduce(ratios), 0.0)


def agility(sums: Sums) -> Floats:
    """h over the mean hour of the previous 7 days; rings at 1.5.

    Agility PR's spike alerts: hourly average against that of the previous 7 days, 150 % in its example.
    """
    hour = sums.ending(HOUR_S)
    return np.where(hour >= LEAST, _ratio(hour, sums.ending(7 * DAY_S, HOUR_S) / (7 * 24)), 0.0)


def grafana_adaptive(sums: Sums) -> Floats:
    """The level of 5 min over the highest of four upper bands, for 5 min; rings above 1.

    grafana/promql-anomaly-detection, rules/adaptive.yml: a = mean of 1 h; bands a + 2 s, 1.5 a and the mean + 2 standard
    deviations of the hours half an hour around the same time yesterday and last week. s is the mean over 26 h of the
    hour's standard deviation where that is over half of a. Series below 5 an hour are left out as sparse.
    """
    level = sums.ending(300.0) / sums.rows(300.0)
    rows = sums.rows(HOUR_S)
    mean, deviation = _moving(level, rows)
    wild = np.where(deviation > 0.5 * mean, deviation, np.nan)
    bands = [mean + 2 * _mean_of_known(wild, sums.rows(26 * HOUR_S)), 1.5 * mean]
    for ago_s in (23.5 * HOUR_S, 167.5 * HOUR_S):
        ago = round(ago_s / sums.bucket_s)
        bands.append(_later(mean + 2 * deviation, ago))
    highest = np.fmax.reduce(bands)
    score = np.where(mean * rows >= 5, _ratio(level, highest), 0.0)
    lasting = sums.rows(300.0) + 1
    least: Floats = np.minimum.reduce([_later(score, ago, 0.0) for ago in range(lasting)])
    return least


def _moving(values: Floats, rows: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the last so many values, NaN where there aren't as many."""
    views = sliding_window_view(values, rows)
    none = np.full(rows - 1, np.nan)
    return np.concatenate([none, views.mean(axis=1)]), np.concatenate([none, views.std(axis=1)])


def _mean_of_known(values: Floats, rows: int) -> Floats:
    """Mean of those of the last so many values that are known."""
    known = np.isfinite(values)
    totals = [np.concatenate([[0.0], np.cumsum(x)]) for x in (np.where(known, values, 0.0), known.astype(float))]
    ends = np.arange(1, len(values) + 1)
    total, n = (t[ends] - t[np.maximum(ends - rows, 0)] for t in totals)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def _later(values: Floats, rows: int, fill: float = np.nan) -> Floats:
    """Each value so many rows later."""
    shifted = np.full(len(values), fill)
    shifted[rows:] = values[: max(len(values) - rows, 0)]
    return shifted


@dataclass(frozen=True, slots=True)
class Rule:
    """A score and the threshold that its source sets."""

    score: Callable[[Sums], Floats]
    threshold: float


RULES = {
    "3x the mean of 24 h": Rule(naive, 3.0),
    "mean + 3 sd (Huginn)": Rule(three_sigmas, 3.0),
    "spike 3x (ElastAlert)": Rule(elastalert_spike, 3.0),
    "1 h to 12 h, day, week (Meltwater)": Rule(meltwater, 2.5),
    "150 % of the week (Agility)": Rule(agility, 1.5),
    "adaptive bands (Grafana)": Rule(grafana_adaptive, 1.0),
}

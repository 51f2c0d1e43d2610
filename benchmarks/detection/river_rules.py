"""River's detectors of anomalies (river 0.26) on a series of counts in rows of 5 min.

They see the row's count only, score it and then learn it, with what river sets by default but for windows of a week. River
sets no thresholds: 3 standard deviations where the score is on that scale, else only the best in hindsight makes sense.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from river import anomaly, compose, preprocessing

from benchmarks.detection.brand import Floats

ROW_MIN = 5
WEEK_ROWS = 2016
DAY_ROWS = 288

Score = Callable[[float], float]


def gaussian() -> Score:
    """`GaussianScorer`: 2 |Φ((x − μ)/σ) − ½| over a week; 0.9973 is 3 standard deviations, either way."""
    return _supervised(anomaly.GaussianScorer(window_size=WEEK_ROWS, grace_period=DAY_ROWS))


def absolute_deviation() -> Score:
    """`StandardAbsoluteDeviation`: |x − mean| in standard deviations, over all that was seen."""
    return _supervised(anomaly.StandardAbsoluteDeviation())


def half_space_trees() -> Score:
    """`HalfSpaceTrees` behind a `MinMaxScaler`, 0–1."""
    model = compose.Pipeline(preprocessing.MinMaxScaler(), anomaly.HalfSpaceTrees(window_size=WEEK_ROWS, seed=1))

    def score(value: float) -> float:
        x = {"value": value}
        found = float(model.score_one(x))
        model.learn_one(x)
        return found

    return score


def _supervised(model: Any) -> Score:
    def score(value: float) -> float:
        found = float(model.score_one(None, value))
        model.learn_one(None, value)
        return found

    return score


@dataclass(frozen=True, slots=True)
class RiverRule:
    """How to make one, its threshold if it has a natural one, and those that are tried in hindsight."""

    build: Callable[[], Score]
    threshold: float | None
    tried: tuple[float, ...]


NEAR_ONE = tuple((1 - np.concatenate([np.logspace(-0.3, -4.0, 120), np.logspace(-4.2, -15.0, 40)])).tolist())
RIVER_RULES = {
    "GaussianScorer (river)": RiverRule(gaussian, 0.9973, NEAR_ONE),
    "StandardAbsoluteDeviation (river)": RiverRule(absolute_deviation, 3.0, tuple(1.2**k for k in range(2, 26))),
    "HalfSpaceTrees (river)": RiverRule(half_space_trees, None, NEAR_ONE),
}


def river_scores(rule: RiverRule, per_min: Floats) -> Floats:
    """The score of each minute: that of the row that ends with it, 0 in between."""
    rows = len(per_min) // ROW_MIN
    counts = per_min[: rows * ROW_MIN].reshape(rows, ROW_MIN).sum(axis=1)
    score = rule.build()
    scores = np.zeros(len(per_min))
    scores[ROW_MIN - 1 : rows * ROW_MIN : ROW_MIN] = [score(count) for count in counts.tolist()]
    return scores

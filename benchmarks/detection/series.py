"""NAB's tweets: rebato's return periods and everybody else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.detection.brand import Floats, Ints
from benchmarks.detection.report import Table
from benchmarks.detection.river_rules import RIVER_RULES, RiverRule
from benchmarks.detection.rules import RULES, Rule, Sums
from benchmarks.nab import EPISODE_ROWS, PROFILES, Profile, Series, weeks, weigh
from detectors.return_period import ALARM_SCORE, ReturnPeriod
from detectors.series import score_series

QUIET_PER_WEEK = 0.25
BUCKET_S = 300.0
STANDARD = PROFILES[0]

Scorer = Callable[[Series], Floats]


@dataclass(frozen=True, slots=True)
class Contender:
    """A detector of series and the threshold that goes with it, if any."""

    scores: Scorer
    threshold: float | None


def return_periods(series: Series) -> Floats:
    """rebato's score of each row."""
    return np.array([point.score for point in score_series(series.rows, ReturnPeriod)])


def _values(series: Series) -> Floats:
    return np.array([value for _, value in series.rows])


def contenders() -> dict[str, Contender]:
    """All of them by name."""
    found = {"**rebato**, return period": Contender(return_periods, ALARM_SCORE)}
    for name, rule in RULES.items():
        found[name] = Contender(partial(_by_rule, rule), rule.threshold)
    for name, river in RIVER_RULES.items():
        found[name] = Contender(partial(_by_river, river), river.threshold)
    return found


def _by_rule(rule: Rule, series: Series) -> Floats:
    return rule.score(Sums(_values(series), BUCKET_S))


def _by_river(river: RiverRule, series: Series) -> Floats:
    return _one_by_one(river.build(), series)


def _one_by_one(score: Callable[[float], float], series: Series) -> Floats:
    return np.array([score(value) for value in _values(series).tolist()])


@dataclass(frozen=True, slots=True)
class Judged:
    """A series' rows after probation: NAB's weight of each and the window that it is in, −1 outside."""

    series: Series
    weights: Floats
    windows: Ints

    @classmethod
    def of(cls, series: Series) -> "Judged":
        points = weigh(series, [0.0] * len(series.rows))
        windows = [-1 if point.window is None else point.window[1] for point in points]
        return cls(series, np.array([point.weight for point in points]), np.array(windows))

    def own(self, scores: Floats) -> Floats:
        """The scores of those rows."""
        return scores[self.series.probation_rows :]


def nab_score(judged: Sequence[Judged], scores: Sequence[Floats], thresholds: Sequence[float], profile: int = 0) -> float:
    """The normalised score of all series together, each at its own threshold."""
    marked = [(own >= at).astype(float) for own, at in zip(scores, thresholds, strict=True)]
    return dict(curve(judged, marked, PROFILES[profile])).get(1.0, 0.0)


def curve(judged: Sequence[Judged], scores: Sequence[Floats], profile: Profile) -> list[tuple[float, float]]:
    """As `benchmarks.nab.sweep`: (threshold, normalised score), highest threshold first, in one pass over arrays.

    Rows ring from the highest score downwards. One outside adds its cost, one in a window what it adds to its best so far.
    """
    own = [one.own(series) for one, series in zip(judged, scores, strict=True)]
    gains = []
    for one, ranked in zip(judged, own, strict=True):
        gain = np.where(one.windows < 0, profile.false_alarm * one.weights, 0.0)
        order = np.argsort(-ranked, kind="stable")
        for window in range(len(one.series.windows)):
            rows = order[one.windows[order] == window]
            best = np.maximum.accumulate(profile.hit * one.weights[rows])
            gain[rows] = np.diff(np.concatenate([[-profile.miss], best]))
        gains.append(gain)
    every, all_gains = np.concatenate(own), np.concatenate(gains)
    order = np.argsort(-every, kind="stable")
    windows = sum(len(one.series.windows) for one in judged)
    scored = 100 * np.cumsum(all_gains[order]) / (windows * (profile.hit + profile.miss))
    ends = np.append(np.diff(every[order]) != 0, True)
    return list(zip(every[order][ends].tolist(), scored[ends].tolist(), strict=True))


def best_threshold(judged: Sequence[Judged], scores: Sequence[Floats]) -> float:
    """The one with the best standard score on these series."""
    return max(curve(judged, scores, STANDARD), key=lambda point: point[1])[0]


def left_out(judged: Sequence[Judged], scores: Sequence[Floats]) -> list[float]:
    """For each series the threshold that is best on the others."""
    chosen = []
    for k in range(len(judged)):
        others = [i for i in range(len(judged)) if i != k]
        chosen.append(best_threshold([judged[i] for i in others], [scores[i] for i in others]))
    return chosen


def windows_and_alarms(series: Series, scores: Floats, threshold: float) -> tuple[int, int]:
    """Windows found, and false alarms after probation, where alarms within an hour are one."""
    rows = np.nonzero(scores[series.probation_rows :] >= threshold)[0] + series.probation_rows
    inside = np.zeros(len(rows), bool)
    found = 0
    for start, end in series.windows:
        hits = (rows >= start) & (rows <= end)
        found += bool(hits.any())
        inside |= hits
    outside = rows[~inside]
    return found, int((np.diff(outside) > EPISODE_ROWS).sum()) + 1 if len(outside) else 0


def windows_when_quiet(all_series: Sequence[Series], scores: Sequence[Floats], per_week: float = QUIET_PER_WEEK) -> int:
    """The most windows found by a threshold with no more false alarms a brand-week than that."""
    length = sum(weeks(series) for series in all_series)
    judged = np.concatenate([own[s.probation_rows :] for s, own in zip(all_series, scores, strict=True)])
    tried = np.unique(np.quantile(judged, 1 - np.logspace(-5, -1, 160), method="higher"))
    most = 0
    for threshold in tried[tried > 0].tolist():
        counts = [windows_and_alarms(s, own, threshold) for s, own in zip(all_series, scores, strict=True)]
        if sum(alarms for _, alarms in counts) <= per_week * length:
            most = max(most, sum(found for found, _ in counts))
    return most


def nab_table(all_series: Sequence[Series], told: Callable[[], None] = lambda: None) -> Table:
    """NAB's scores of all contenders."""
    rows = []
    windows = sum(len(series.windows) for series in all_series)
    length = sum(weeks(series) for series in all_series)
    judged = [Judged.of(series) for series in all_series]
    for name, contender in contenders().items():
        scores = [contender.scores(series) for series in all_series]
        fixed = contender.threshold
        best = best_threshold(judged, scores)
        at = best if fixed is None else fixed
        profiles = [nab_score(judged, scores, [at] * len(scores), p) for p in range(len(PROFILES))]
        counts = [windows_and_alarms(s, own, at) for s, own in zip(all_series, scores, strict=True)]
        out = left_out(judged, scores)
        apart = [nab_score([one], [own], [t]) for one, own, t in zip(judged, scores, out, strict=True)]
        rows.append(
            (
                name,
                f"{at:.4g}{' (hindsight)' if fixed is None else ''}",
                *(f"{score:.1f}" for score in profiles),
                f"{sum(found for found, _ in counts)} of {windows}",
                f"{sum(alarms for _, alarms in counts) / length:.2f}",
                f"{windows_when_quiet(all_series, scores)} of {windows}",
                f"{nab_score(judged, scores, [best] * len(scores)):.1f}",
                f"{nab_score(judged, scores, out):.1f}",
                " / ".join(f"{score:.0f}" for score in apart),
            )
        )
        told()
    columns = (
        "detector", "threshold", "standard", "low FP", "low FN", "windows", "false alarms a brand-week",
        f"windows at ≤ {QUIET_PER_WEEK} a week", "best threshold: standard", "left out: standard", "each left out",
    )  # fmt: skip
    names = ", ".join(series.name.removeprefix("Twitter_volume_") for series in all_series)
    note = f"Left out: the threshold that is best on four, on the fifth ({names}). No other setting is chosen here."
    return Table("NAB's tweets, development series", columns, rows, note)

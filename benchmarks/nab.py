"""NAB's score on labelled series: ``python -m benchmarks.nab FOLDER`` (CSV files and their ``windows.json``).

The scoring is that of Lavin and Ahmad, "Evaluating Real-Time Anomaly Detection Algorithms – the Numenta Anomaly
Benchmark" (ICMLA 2015), section III:

- The first 15 % of a file's rows, 750 at most, are for learning and aren't scored.
- A row at relative position y (window's start −1, its end 0, afterwards in widths of the last window) weighs
  σ(y) = 2/(1 + e^{5y}) − 1, and −1 beyond y = 3 or before any window.
- A window is worth its best alarm, A_TP σ(y)/σ(−1), or −A_FN without one. Each alarm outside is worth A_FP σ(y) < 0.
- Score = 100 (raw − null)/(perfect − null), where null never rings and perfect rings at the start of each window.
"""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import exp
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from river import anomaly, compose, preprocessing

from detectors.return_period import ALARM_SCORE, ReturnPeriod
from detectors.series import RiverSeries, SeriesDetector, score_series

PROBATION, MAX_PROBATION_ROWS = 0.15, 750
FAR_POSITION = 3.0
EPISODE_ROWS = 12
"""For counting, alarms within an hour (12 rows of 5 min) of one another are one."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a hit, a false alarm and a miss weigh."""

    name: str
    hit: float
    false_alarm: float
    miss: float


PROFILES = (
    Profile("standard", 1.0, 0.11, 1.0),
    Profile("low FP", 1.0, 0.22, 1.0),
    Profile("low FN", 1.0, 0.11, 2.0),
)


@dataclass(frozen=True, slots=True)
class Series:
    """A labelled series; a window is its first and last row."""

    name: str
    rows: list[tuple[datetime, float]]
    windows: list[tuple[int, int]]

    @property
    def probation_rows(self) -> int:
        return int(min(PROBATION * len(self.rows), MAX_PROBATION_ROWS))


@dataclass(frozen=True, slots=True)
class Scored:
    """A row after probation: its score, its weight σ, and the window that it is in, if any."""

    score: float
    weight: float
    window: tuple[str, int] | None


def sigmoid(position: float) -> float:
    """σ(y) of NAB, 1 to −1.

    >>> round(sigmoid(-1), 3), sigmoid(0), sigmoid(4)
    (0.987, 0.0, -1.0)
    """
    return -1.0 if position > FAR_POSITION else 2 / (1 + exp(5 * position)) - 1


def weigh(series: Series, scores: list[float]) -> list[Scored]:
    """The rows after probation with their weights."""
    scored = []
    for row in range(series.probation_rows, len(scores)):
        inside = next((k for k, (start, end) in enumerate(series.windows) if start <= row <= end), None)
        if inside is not None:
            start, end = series.windows[inside]
            weight = sigmoid(-(end - row + 1) / (end - start + 1)) / sigmoid(-1)
            scored.append(Scored(scores[row], weight, (series.name, inside)))
            continue
        before = [window for window in series.windows if window[1] < row]
        weight = sigmoid((row - before[-1][1]) / (before[-1][1] - before[-1][0])) if before else -1.0
        scored.append(Scored(scores[row], weight, None))
    return scored


def sweep(scored: Iterable[Scored], windows: int, profile: Profile) -> list[tuple[float, float]]:
    """(threshold, normalised score) for each threshold that the scores allow, highest threshold first."""
    best: dict[tuple[str, int], float] = {}
    false_alarms = 0.0
    curve = []
    ordered = sorted(scored, key=lambda point: -point.score)
    for threshold, points in groupby(ordered, key=lambda point: point.score):
        for point in points:
            if point.window is None:
                false_alarms += profile.false_alarm * point.weight
            else:
                best[point.window] = max(best.get(point.window, -profile.miss), profile.hit * point.weight)
        raw = sum(best.values()) - profile.miss * (windows - len(best)) + false_alarms
        null, perfect = -profile.miss * windows, profile.hit * windows
        curve.append((threshold, 100 * (raw - null) / (perfect - null)))
    return curve


def score_at(curve: list[tuple[float, float]], threshold: float) -> float:
    """Normalised score at a fixed threshold; 0 where nothing reaches it."""
    return next((score for limit, score in reversed(curve) if limit >= threshold), 0.0)


def read_folder(folder: Path) -> list[Series]:
    """The CSV files (timestamp, value) that the folder's ``windows.json`` names."""
    labels = json.loads((folder / "windows.json").read_text())
    return [_read(folder / name, label["windows"]) for name, label in sorted(labels.items())]


def _read(path: Path, windows: list[tuple[str, str]]) -> Series:
    with path.open(newline="") as file:
        rows = [(datetime.fromisoformat(row["timestamp"]), float(row["value"])) for row in csv.DictReader(file)]
    at = {time: row for row, (time, _) in enumerate(rows)}
    ends = [(at[datetime.fromisoformat(start)], at[datetime.fromisoformat(end)]) for start, end in windows]
    return Series(path.stem, rows, ends)


class NaiveRatio:
    """The last hour's count against 3 times the mean hour of the last 24: what people write first.

    Scores are ratio/(1 + ratio), so that 3 times is 0.75.
    """

    def __init__(self, bucket_s: float) -> None:
        self._hour, self._day = max(round(3600 / bucket_s), 1), max(round(86_400 / bucket_s), 1)
        self._values: list[float] = []

    def update(self, ts_s: float, value: float) -> float:
        self._values = [*self._values[-self._day + 1 :], value]
        recent = self._values[-self._hour :]
        mean, usual = sum(recent) / len(recent), sum(self._values) / len(self._values)
        return mean / (mean + usual) if usual else 0.0


def _river(model: Callable[[], object]) -> Callable[[float], SeriesDetector]:
    return lambda bucket_s: RiverSeries(model())


def _half_space_trees() -> object:
    return compose.Pipeline(preprocessing.MinMaxScaler(), anomaly.HalfSpaceTrees(window_size=2016, seed=1))


class Gaussian:
    """River's Gaussian scorer over a week of rows."""

    def __init__(self, bucket_s: float) -> None:
        week = round(7 * 86_400 / bucket_s)
        self._scorer = anomaly.GaussianScorer(window_size=week, grace_period=week // 7)

    def update(self, ts_s: float, value: float) -> float:
        score = float(self._scorer.score_one(None, value))
        self._scorer.learn_one(None, value)
        return score


DETECTORS: dict[str, tuple[Callable[[float], SeriesDetector], float | None]] = {
    "return period": (ReturnPeriod, ALARM_SCORE),
    "3x the mean of 24 h": (NaiveRatio, 0.75),
    "river GaussianScorer": (Gaussian, None),
    "river HalfSpaceTrees": (_river(_half_space_trees), None),
}
"""Each with its fixed threshold; None where only the best threshold in hindsight makes sense."""


def alarms(series: Series, scores: list[float], threshold: float) -> tuple[int, int]:
    """Windows found, and false alarms after probation, where alarms within an hour are one."""
    rows = [row for row in range(series.probation_rows, len(scores)) if scores[row] >= threshold]
    found = sum(any(start <= row <= end for row in rows) for start, end in series.windows)
    false_alarms, last = 0, -EPISODE_ROWS - 1
    for row in rows:
        if not any(start <= row <= end for start, end in series.windows):
            false_alarms += row - last > EPISODE_ROWS
            last = row
    return found, false_alarms


def weeks(series: Series) -> float:
    """Length after probation."""
    length = series.rows[-1][0] - series.rows[series.probation_rows][0]
    return length.total_seconds() / (7 * 86_400)


def evaluate(all_series: list[Series], build: Callable[[float], SeriesDetector], fixed: float | None) -> list[str]:
    """A table's row: threshold, the three profiles' scores, windows found, false alarms a series-week."""
    scores = [[point.score for point in score_series(series.rows, build)] for series in all_series]
    scored = [point for series, own in zip(all_series, scores, strict=True) for point in weigh(series, own)]
    windows = sum(len(series.windows) for series in all_series)
    curves = [sweep(scored, windows, profile) for profile in PROFILES]
    best = max(curves[0], key=lambda point: point[1])[0]
    threshold = best if fixed is None else fixed
    counts = [alarms(series, own, threshold) for series, own in zip(all_series, scores, strict=True)]
    found, false_alarms = (sum(column) for column in zip(*counts, strict=True))
    return [
        f"{threshold:.3f} {'best in hindsight' if fixed is None else 'fixed'}",
        *(f"{score_at(curve, threshold):.1f}" for curve in curves),
        *(f"{max(score for _, score in curve):.1f}" for curve in curves[:1]),
        f"{found} of {windows}",
        f"{false_alarms / sum(weeks(series) for series in all_series):.2f}",
    ]


def main(folder: Annotated[Path, typer.Argument(help="CSV files and windows.json")]) -> None:
    """Print NAB's scores of our detector and of baselines."""
    all_series = read_folder(folder)
    names = ("detector", "threshold", *(p.name for p in PROFILES), "standard, best", "windows", "false alarms/week")
    table = Table(*names, title=f"NAB, {len(all_series)} series")
    for name, (build, fixed) in DETECTORS.items():
        table.add_row(name, *evaluate(all_series, build, fixed))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)

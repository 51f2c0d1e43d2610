"""NAB's score on labelled series: CSV files (timestamp, value) and their ``windows.json``.

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
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import exp
from pathlib import Path

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


def weeks(series: Series) -> float:
    """Length after probation."""
    length = series.rows[-1][0] - series.rows[series.probation_rows][0]
    return length.total_seconds() / (7 * 86_400)

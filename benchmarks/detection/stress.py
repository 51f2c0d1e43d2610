"""Brands that burst all day, and events planted into them: does the detector of volumes still hear?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.brand import Floats
from benchmarks.detection.report import Table
from benchmarks.detection.rules import RULES, Rule, Sums
from benchmarks.detection.tally import Share
from benchmarks.nab import EPISODE_ROWS
from detectors.return_period import ALARM_SCORE, ReturnPeriod

BUCKET_S = 300.0
ROWS_A_DAY = 288
DAYS, EVENTS, LEARNING_DAYS = 21, 12, 7
LEVELS = (3.0, 20.0, 150.0)
"""Mentions in 5 min at the day's geometric mean."""
EVENT_TIMES = 18.0
EVENT_ROWS = (3, 6, 12)
"""15, 30 and 60 min long."""
FOUND_ROWS, AFTERMATH_ROWS = 24, 144
NEAR_TROUGH = (0, 1, EVENTS - 1)


@dataclass(frozen=True, slots=True)
class Planted:
    """Counts of 5 min and the row at which the event begins."""

    counts: Floats
    begin: int


def planted(seed: int, number: int, event_rows: int) -> Planted:
    """A brand with three benign bursts of 2–6 times its volume a day, and one event of 18 times.

    The brand breathes by a factor of 3–9 a day. Event number k of 12 begins 2k hours after the day's trough, so the first is
    in the trough itself; it comes three days before the series' end.
    """
    rng = np.random.default_rng(seed * 1000 + number)
    rows = np.arange(DAYS * ROWS_A_DAY)
    amplitude, trough = rng.uniform(0.55, 1.1), int(rng.integers(0, ROWS_A_DAY))
    usual = LEVELS[number % len(LEVELS)] * np.exp(-amplitude * np.cos(2 * np.pi * (rows - trough) / ROWS_A_DAY))
    volume = usual * np.exp(_wander(rng, len(rows)))
    for day in range(DAYS):
        for start in (rng.integers(0, ROWS_A_DAY, 3) + day * ROWS_A_DAY).tolist():
            k = np.arange(min(36, len(rows) - start))
            shape = np.minimum(1, (k + 1) / 2) * np.exp(-np.maximum(0, k - 2) / rng.uniform(3, 8))
            volume[start : start + len(k)] += (rng.uniform(2, 6) - 1) * usual[start] * shape
    begin = (DAYS - 3) * ROWS_A_DAY + trough + number * ROWS_A_DAY // EVENTS
    volume[begin : begin + event_rows] += (EVENT_TIMES - 1) * usual[begin]
    return Planted(rng.poisson(volume).astype(float), begin)


def _wander(rng: np.random.Generator, rows: int) -> Floats:
    path = rng.normal(0, 0.12, rows)
    for i in range(1, rows):
        path[i] += 0.9 * path[i - 1]
    return path


def heard(alarms: NDArray[np.bool_], begin: int) -> tuple[bool, int]:
    """Whether an alarm is on in the two hours from `begin`, and how many begin elsewhere: after a week, and not within
    half a day after the event."""
    rows = np.nonzero(alarms)[0]
    rows = rows[rows >= LEARNING_DAYS * ROWS_A_DAY]
    starts = rows[np.insert(np.diff(rows) > EPISODE_ROWS, 0, True)] if len(rows) else rows
    inside = (rows >= begin) & (rows < begin + FOUND_ROWS)
    others = (starts < begin) | (starts >= begin + AFTERMATH_ROWS)
    return bool(inside.any()), int(others.sum())


def _periods(counts: Floats) -> Floats:
    detector = ReturnPeriod(BUCKET_S)
    return np.array([detector.update(BUCKET_S * i, value) for i, value in enumerate(counts.tolist())])


def _by_rule(rule: Rule, counts: Floats) -> Floats:
    return rule.score(Sums(counts, BUCKET_S))


def stress_table(seeds: Sequence[int], told: Callable[[], None] = lambda: None) -> Table:
    """How many planted events are found, and what else rings, at each detector's own threshold."""
    brands = [[planted(seed, k, rows) for seed in seeds for k in range(EVENTS)] for rows in EVENT_ROWS]
    months = len(seeds) * EVENTS * (DAYS - LEARNING_DAYS) / 30.4
    scorers: dict[str, tuple[Callable[[Floats], Floats], float]] = {
        "**rebato**, return period": (_periods, ALARM_SCORE),
        **{name: (partial(_by_rule, rule), rule.threshold) for name, rule in RULES.items()},
    }
    rows = []
    for name, (score, threshold) in scorers.items():
        results = [[heard(score(one.counts) >= threshold, one.begin) for one in same] for same in brands]
        cells = []
        for same in results:
            found = [hit for hit, _ in same]
            trough = [hit for k, hit in enumerate(found) if k % EVENTS in NEAR_TROUGH]
            cells += [str(Share(sum(found), len(found))), str(Share(sum(trough), len(trough)))]
        others = sum(count for same in results for _, count in same) / len(EVENT_ROWS)
        rows.append((name, *cells, f"{others / months:.1f}"))
        told()
    columns = ["detector"]
    for event_rows in EVENT_ROWS:
        columns += [f"{5 * event_rows} min: found", "within 2 h of the trough"]
    title = "Three benign bursts of 2–6x a day, and an event of 18x"
    return Table(title, (*columns, "other alarms a brand-month"), rows)

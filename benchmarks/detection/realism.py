"""How like real mentions the simulated ones are: the same measures of both, on counts in rows of 5 min."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.detection.brand import Floats
from benchmarks.detection.report import Table
from benchmarks.detection.simulators import fleet
from benchmarks.nab import read_folder

ROW_MIN, ROWS_A_DAY, ROWS_AN_HOUR = 5, 288, 12
LEAST_MENTIONS, LEAST_DAYS = 1000, 5
LABELS = Path("sentiment") / "airline_sentiment2015feb_labels.tsv"
BURST, BURST_LEAST = 3.0, 5


@dataclass(frozen=True, slots=True)
class Likeness:
    """What one series looks like; NaN where it can't be told."""

    per_min: float
    scatter_15: float
    """Relative standard deviation of a quarter of an hour about its hour of the day, beyond that of chance …"""
    scatter_60: float
    """… and of an hour."""
    bursts_a_day: float
    """Quarters of an hour with ≥ 3 times the expectation and 5 more, those that touch taken together."""
    burst_min: float
    """How long the middle one of them stays above half of its peak."""
    swing: float
    """The day's third highest hour over its third lowest."""
    mood_swing: float = float("nan")
    """Standard deviation of the negative share in 3 h, in logits, beyond that of chance."""


def likeness(counts: Floats, negatives: Floats | None = None, first_row: int = 0) -> Likeness:
    """The measures of counts in rows of 5 min, whose first is so many rows into its day."""
    rows = np.arange(len(counts)) + first_row
    hours = rows % ROWS_A_DAY // ROWS_AN_HOUR
    profile = np.array([counts[hours == hour].mean() if (hours == hour).any() else np.nan for hour in range(24)])
    expected = np.maximum(profile[hours], 1e-9)
    bursts = _bursts(_grouped(counts, 3), _grouped(expected, 3))
    return Likeness(
        float(counts.mean()) / ROW_MIN,
        _scatter(_grouped(counts, 3), _grouped(expected, 3)),
        _scatter(_grouped(counts, 12), _grouped(expected, 12)),
        len(bursts) / (len(counts) / ROWS_A_DAY),
        median(bursts) * 3 * ROW_MIN if bursts else float("nan"),
        float(np.nanquantile(profile, 0.9) / max(float(np.nanquantile(profile, 0.1)), 1e-9)),
        float("nan") if negatives is None else _mood(_grouped(negatives, 36), _grouped(counts, 36)),
    )


def _grouped(values: Floats, rows: int) -> Floats:
    whole = len(values) // rows
    sums: Floats = values[: whole * rows].reshape(whole, rows).sum(axis=1)
    return sums


def _scatter(counts: Floats, expected: Floats) -> float:
    """√((Σ(x − m)² − Σm) / Σm²): the variance beyond Poisson's, relative to the expectation, without the top 1 %."""
    errors = (counts - expected) ** 2 - expected
    usual = errors <= np.quantile(errors, 0.99)
    return float(np.sqrt(max(errors[usual].sum(), 0.0) / (expected[usual] ** 2).sum()))


def _bursts(counts: Floats, expected: Floats) -> list[int]:
    """Lengths of the bursts in quarters of an hour."""
    above = (counts >= BURST * expected) & (counts >= expected + BURST_LEAST)
    lengths = []
    at = 0
    while at < len(counts):
        if not above[at]:
            at += 1
            continue
        end = at
        while end < len(counts) and above[end]:
            end += 1
        peak = at + int(np.argmax(counts[at:end]))
        half = expected + (counts[peak] - expected[peak]) / 2
        low, high = peak, peak
        while low > 0 and counts[low - 1] >= half[low - 1]:
            low -= 1
        while high + 1 < len(counts) and counts[high + 1] >= half[high + 1]:
            high += 1
        lengths.append(high - low + 1)
        at = max(end, high + 1)
    return lengths


def _mood(negatives: Floats, counts: Floats) -> float:
    enough = counts >= 20
    if enough.sum() < 10:
        return float("nan")
    n, k = counts[enough], negatives[enough]
    shares = np.log((k + 0.5) / (n - k + 0.5))
    chance = 1 / (k + 0.5) + 1 / (n - k + 0.5)
    return float(np.sqrt(max(shares.var() - chance.mean(), 0.0)))


def real_series(data: Path) -> dict[str, Likeness]:
    """Brands of the replays, and NAB's series."""
    found: dict[str, Likeness] = {}
    labels = _labels(data / LABELS)
    for path in sorted((data / "replays").glob("*.jsonl.gz")):
        found |= _replayed(path, labels)
    for series in read_folder(data / "nab-dev"):
        first = series.rows[0][0]
        row = (first.hour * 60 + first.minute) // ROW_MIN
        found[series.name] = likeness(np.array([value for _, value in series.rows]), first_row=row)
    return found


def _labels(path: Path) -> dict[str, bool]:
    """Whether people call a mention negative."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        names = rows.fieldnames or []
        return {row[names[0]]: "negative" in row.values() for row in rows}


def _replayed(path: Path, labels: dict[str, bool]) -> dict[str, Likeness]:
    times: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            mention = json.loads(line)
            at = datetime.fromisoformat(mention["observed_at"])
            times[str(mention.get("brand"))].append(
                (int(at.timestamp()) // (60 * ROW_MIN), labels.get(mention["id"], False))
            )
    found = {}
    for brand, said in times.items():
        first, last = min(row for row, _ in said), max(row for row, _ in said)
        if brand == "None" or len(said) < LEAST_MENTIONS or last - first < LEAST_DAYS * ROWS_A_DAY:
            continue
        counts, negatives = np.zeros(last - first + 1), np.zeros(last - first + 1)
        for row, number in Counter(row for row, _ in said).items():
            counts[row - first] = number
        for row, number in Counter(row for row, negative in said if negative).items():
            negatives[row - first] = number
        known = negatives if negatives.any() else None
        found[f"{path.name.split('.')[0]} {brand}"] = likeness(counts, known, first % ROWS_A_DAY)
    return found


def simulated_series(seed: int, per_size: int, sim: str = "") -> list[Likeness]:
    """Brands of the sizes that the real ones have, in the two weeks before anything happens to them."""
    found = []
    for recipe in fleet(seed, per_size, "base", sim, sizes=(0.1, 0.3, 1, 3, 10)):
        brand = recipe.brand()
        rows = brand.history_min // ROW_MIN
        counts, negatives = (
            column[: rows * ROW_MIN].reshape(rows, ROW_MIN).sum(axis=1).astype(float)
            for column in (brand.mentions, brand.negatives)
        )
        found.append(likeness(counts, negatives))
    return found


MEASURES = {
    "mentions a minute": "per_min",
    "scatter of 15 min, relative sd": "scatter_15",
    "scatter of 60 min, relative sd": "scatter_60",
    "bursts ≥ 3x a day": "bursts_a_day",
    "min above half of a burst's peak": "burst_min",
    "day's third highest hour / third lowest": "swing",
    "negative share in 3 h, sd in logits": "mood_swing",
}


def realism_table(replays: Sequence[Likeness], nab: Sequence[Likeness], simulated: Sequence[Likeness]) -> Table:
    """Medians and ranges of the three groups."""
    groups = (replays, nab, simulated)
    rows = [
        (name, *(_spread([getattr(one, field) for one in group]) for group in groups)) for name, field in MEASURES.items()
    ]
    sizes = [
        f"{name} ({len(group)})" for name, group in zip(("real replays", "NAB's tweets", "simulated"), groups, strict=True)
    ]
    note = "Median, 10 and 90 %. The replays last 4–9 days; the share of negatives is people's labels in one of them."
    return Table("Are the simulated brands like real ones?", ("measure", *sizes), rows, note)


def _spread(values: Sequence[float]) -> str:
    known = [value for value in values if np.isfinite(value)]
    if not known:
        return ""
    low, middle, high = np.quantile(known, [0.1, 0.5, 0.9])
    return f"{middle:.2g} ({low:.2g}–{high:.2g})"

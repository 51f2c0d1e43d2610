"""What must have been counted and told: the same pipeline over what was sent, without Kafka, where nothing breaks.

Counts are made from intake's rows by plain addition, past everything that watch does.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from detectors.text.scorer import TextScorer
from schemas.config.model import Config
from schemas.enums import Category, Flag
from schemas.incident import Incident
from streams.files import read_records
from streams.intake.stage import IntakeBatch
from streams.pipeline import Pipeline

_BATCH = 500
_MINUTE_MS = 60_000
_TAIL_MS = 90_000  # what a minute brings is judged when it is over
_CATEGORIES = len(Category)


@dataclass(slots=True)
class Tally:
    """Of one brand."""

    mentions: int = 0
    negative: int = 0
    by_minute: Counter[int] = field(default_factory=Counter)
    """Mentions by minute since 1970."""
    negative_by_minute: Counter[int] = field(default_factory=Counter)
    by_category: dict[int, list[int]] = field(default_factory=dict)
    """By minute: mentions of each category, in the order of `Category`."""


@dataclass(slots=True)
class Truth:
    """Of one run."""

    brands: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    refused: int = 0
    repeats: int = 0
    incidents: dict[str, Incident] = field(default_factory=dict)
    """By id, as last seen; a minute and a half after the last mention at most."""
    last_ms: int = 0
    """When the last mention was said."""


def truth(config: Config, config_hash: str, paths: Iterable[Path]) -> Truth:
    """Runs the files through the pipeline, in order of time."""
    found = Truth()
    pipeline = Pipeline(config.model_copy(update={"time": "replay"}), config_hash, TextScorer.packaged())
    records, now_ms = iter(read_records(list(paths))), 0
    while batch := list(islice(records, _BATCH)):
        now_ms = max(now_ms, batch[-1].append_ms)
        step = pipeline.feed(batch, now_ms)
        if step.intake:
            _count(found, step.intake, config.intake.negative_from)
        found.incidents.update({each.id: each for each in step.incidents})
    found.last_ms = now_ms
    found.incidents.update({each.id: each for each in pipeline.feed([], now_ms + _TAIL_MS).incidents})
    return found


def _count(found: Truth, taken: IntakeBatch, negative_from: float) -> None:
    found.refused += len(taken.refused)
    found.repeats += sum(n for (_, outcome), n in taken.counts.items() if outcome == "repeat")
    rows = taken.columns
    inbound = (rows.flags & Flag.OUTBOUND) == 0
    negative = rows.negativity >= negative_from
    minutes = rows.observed_ms // _MINUTE_MS
    for brand, minute, angry, mask in zip(
        rows.brand[inbound].tolist(),
        minutes[inbound].tolist(),
        negative[inbound].tolist(),
        rows.categories[inbound].astype(np.int64).tolist(),
        strict=True,
    ):
        tally = found.brands[taken.brands[brand]]
        tally.mentions += 1
        tally.by_minute[minute] += 1
        if angry:
            tally.negative += 1
            tally.negative_by_minute[minute] += 1
        if mask:
            counts = tally.by_category.setdefault(minute, [0] * _CATEGORIES)
            for bit in range(_CATEGORIES):
                counts[bit] += mask >> bit & 1

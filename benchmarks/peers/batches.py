"""The work on a batch of mentions with rebato's own functions, for processors that give batches."""

from collections.abc import Sequence

import numpy as np

from benchmarks.peers.one_text import WINDOW_S
from benchmarks.peers.task import Task
from detectors.text.scorer import TextScorer
from streams.intake.match import BrandMatcher
from streams.intake.records import RawRecord
from streams.intake.scores import ScoreMemory
from streams.intake.validate import validate


class InBatches:
    """Decode, validate, match and score as `streams.intake.stage` does; then count."""

    def __init__(self, task: Task) -> None:
        self._matcher = BrandMatcher(task.brands)
        self._scores = ScoreMemory(TextScorer.packaged()) if task.score else None

    def counted(self, records: Sequence[RawRecord]) -> dict[str, int]:
        """How many mentions of the batch fall to each "brand|window"."""
        validated = validate(records)
        mentions = validated.mentions
        matches = self._matcher.match(mentions)
        if self._scores is not None:
            named = [mentions[index] for index in np.unique(matches.mention).tolist()]
            self._scores.score([mention.text for mention in named], [mention.lang for mention in named])
        windows = validated.observed_ms[matches.mention] // (WINDOW_S * 1_000)
        cells, counts = np.unique(windows * len(matches.brands) + matches.brand, return_counts=True)
        brands = matches.brands
        return {
            f"{brands[cell % len(brands)]}|{cell // len(brands)}": count
            for cell, count in zip(cells.tolist(), counts.tolist(), strict=True)
        }

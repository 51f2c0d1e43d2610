"""What every peer is told, and what it tells: its CPU time at the first mention and when all counts are durable.

python -m benchmarks.peers.quix '{"name": "quix", "broker": "127.0.0.1:9092", …}'
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self

from benchmarks.peers.one_text import OneTextMatcher, decoded, window_of
from benchmarks.peers.one_text_scorer import OneTextScorer
from schemas.config.model import Brand

_REMEMBERED: Final = 16_384  # scores, as many as rebato's intake remembers: copies are scored once


@dataclass(frozen=True)
class Task:
    """One run of one peer."""

    name: str
    """Also its consumer group and the prefix of its topics."""
    broker: str
    topic: str
    partitions: int
    mentions: int
    """How many lie in the topic."""
    brands_file: str
    """JSON, a list as in a config."""
    score: bool
    folder: str
    """For state of the peer, and for its counts when it is done."""
    exactly_once: bool = False
    """Whether it should use transactions, where it can."""

    @classmethod
    def told(cls) -> Self:
        """From the command line."""
        return cls(**json.loads(sys.argv[1]))

    def as_argument(self) -> str:
        """For the command line."""
        return json.dumps(asdict(self))

    @property
    def brands(self) -> list[Brand]:
        """What is watched."""
        return [Brand.model_validate(brand) for brand in json.loads(Path(self.brands_file).read_text())]

    def begin(self) -> None:
        """The first mention is there."""
        _mark("first")

    def end(self, counts: Callable[[], Mapping[str, int]]) -> None:
        """All are counted and durable; `counts` gives them by "brand|window"."""
        _mark("last")
        written = Path(self.folder, "counts.tmp")
        written.write_text(json.dumps(counts()))
        written.rename(self.counts_file)

    @property
    def counts_file(self) -> Path:
        """Is there when the peer has done its work."""
        return Path(self.folder, "counts.json")


class OneByOne:
    """The work on one mention at a time: what comes in as bytes goes out as the keys to count."""

    def __init__(self, task: Task) -> None:
        self._matcher = OneTextMatcher(task.brands)
        self._score = lru_cache(_REMEMBERED)(OneTextScorer().score) if task.score else None

    def keys(self, value: bytes) -> list[str]:
        """One "brand|window" for each brand of the mention."""
        mention = decoded(value)
        if mention is None:
            return []
        found = self._matcher.brands_of(mention)
        if not found:
            return []
        if self._score is not None:
            self._score(mention.text, mention.lang)
        window = window_of(mention)
        return [f"{brand}|{window}" for brand in found]


def _mark(name: str) -> None:
    used = os.times()
    figures: dict[str, Any] = {"mark": name, "cpu_s": sum(used[:4]), "wall_s": time.monotonic()}
    os.write(1, json.dumps(figures).encode() + b"\n")  # Faust takes `sys.stdout` for its log

"""What was said about one brand in one minute, and in sums of minutes: who spoke, which texts, which words.

How many there were is counted elsewhere, in buckets of 10 s. A minute that is over is kept as bytes, and read again when
somebody wants to know.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import log1p
from typing import Any, TypeVar

import msgspec

from detectors.ranking import most_frequent
from detectors.rows import (
    AFTER_TERMS,
    EPOCH,
    FEW,
    FIRST_TERM,
    NEAR,
    NEGATIVITY,
    OBSERVED_MS,
    OFFSET,
    PARTITION,
    REACH,
    Told,
)
from detectors.sketches import DistinctSketch
from schemas.enums import Category
from schemas.signal import Loud, Sample

MOST_TERMS = 64  # words remembered of a minute, the most frequent
MOST_SAMPLES = 8
MOST_LOUD = 3
CATEGORIES = list(Category)
REACH_WEIGHT = 0.05
"""A sample's rank rises by so much with each e-fold of its reach: a tie-breaker among texts of like negativity."""

Key = TypeVar("Key")
_encode = msgspec.msgpack.encode
_decode = msgspec.msgpack.decode


class MinuteBlock:
    """What was said in one minute, or in several. `minute` is the first, in minutes since the epoch, UTC."""

    __slots__ = (
        "authors", "categories", "loud", "mentions", "minute", "negative", "negative_reach", "networks", "reach", "samples",
        "terms", "texts",
    )  # fmt: skip

    def __init__(self, minute: int) -> None:
        self.minute = minute
        self.mentions = 0
        self.negative = 0
        self.authors = DistinctSketch()
        self.texts = DistinctSketch()
        self.networks: dict[str, int] = {}
        self.categories = [0] * len(CATEGORIES)
        self.terms: dict[int, int] = {}
        self.samples: list[Sample] = []
        self.loud: list[Loud] = []
        self.reach = 0
        self.negative_reach = 0  # the widest of an author who was negative

    def add(self, said: Told, networks: Sequence[str]) -> None:
        """Takes in rows; `networks` are the names of their network column."""
        self.mentions += len(said.writers)
        self.authors.add(said.writers)
        self.texts.add(said.texts)
        for index, count in _counted(said.networks).items():
            self.networks[networks[index]] = self.networks.get(networks[index], 0) + count
        if any(said.categories):
            for mask, count in _counted(said.categories).items():
                for bit in bits_of(mask):
                    self.categories[bit] += count
        self.reach += sum(said.reaches)
        if said.angry:
            self.negative += len(said.angry)
            self.negative_reach = max(self.negative_reach, *[row[REACH] for row in said.angry])
            self._add_terms(said.angry)
            self._add_samples(said.angry)

    def add_loud(self, authors: Iterable[Loud]) -> None:
        """Takes in authors with reach."""
        self.loud = loudest([*self.loud, *authors], MOST_LOUD)

    def _add_terms(self, rows: list[tuple[Any, ...]]) -> None:
        terms = self.terms
        for row in rows:
            for term in row[FIRST_TERM:AFTER_TERMS]:
                terms[term] = terms.get(term, 0) + 1
        terms.pop(0, None)
        if len(terms) > 4 * MOST_TERMS:
            self._trim_terms()

    def _trim_terms(self) -> None:
        if len(self.terms) > MOST_TERMS:
            self.terms = most_frequent(self.terms, MOST_TERMS)

    def _add_samples(self, rows: list[tuple[Any, ...]]) -> None:
        """The most telling row stands for its text."""
        if len(rows) == 1:
            samples = [_sample(rows[0], 1)]
        else:
            rank = [-row[NEGATIVITY] - REACH_WEIGHT * log1p(row[REACH]) for row in rows]
            chosen: dict[int, tuple[Any, ...]] = {}
            for at in sorted(range(len(rows)), key=rank.__getitem__):
                row = rows[at]
                if chosen.setdefault(row[NEAR], row) is row and len(chosen) == MOST_SAMPLES:
                    break
            copies = _counted([row[NEAR] for row in rows])
            samples = [_sample(row, copies[text]) for text, row in chosen.items()]
        self.samples = best_samples([*self.samples, *samples], MOST_SAMPLES) if self.samples else samples

    def merge(self, other: "MinuteBlock") -> None:
        """Takes in another block whole."""
        self.mentions += other.mentions
        self.negative += other.negative
        self.authors.merge(other.authors)
        self.texts.merge(other.texts)
        _add_counts(self.networks, other.networks)
        _add_counts(self.terms, other.terms)
        self.categories = [a + b for a, b in zip(self.categories, other.categories, strict=True)]
        self.samples = best_samples([*self.samples, *other.samples], 2 * MOST_SAMPLES)
        self.loud = loudest([*self.loud, *other.loud], MOST_LOUD)
        self.reach += other.reach
        self.negative_reach = max(self.negative_reach, other.negative_reach)

    def pack(self) -> bytes:
        """The block as msgpack; words beyond the most frequent are dropped, here and in memory."""
        self._trim_terms()
        terms = [(term, self.terms[term]) for term in sorted(self.terms)]
        return _encode(
            (
                self.minute, self.mentions, self.negative, self.authors.to_state(), self.texts.to_state(), self.networks,
                self.categories, terms, self.samples, self.loud, self.reach,
                self.negative_reach,
            )
        )  # fmt: skip

    @staticmethod
    def terms_of(packed: bytes) -> tuple[dict[int, int], int]:
        """The words of a packed block, and of how many negative mentions they are."""
        state = _decode(packed)
        return dict(state[7]), state[2]

    @classmethod
    def unpack(cls, packed: bytes) -> "MinuteBlock":
        """The block that `pack` described."""
        state = _decode(packed)
        block = cls(state[0])
        block.mentions, block.negative = state[1], state[2]
        block.authors, block.texts = DistinctSketch.from_state(state[3]), DistinctSketch.from_state(state[4])
        block.networks, block.categories, block.terms = state[5], state[6], dict(state[7])
        block.samples, block.loud = [Sample(*s) for s in state[8]], [Loud(*a) for a in state[9]]
        block.reach = state[10]
        block.negative_reach = state[11] if len(state) > 11 else 0  # older states end before it
        return block


def _sample(row: tuple[Any, ...], copies: int) -> Sample:
    negativity = round(row[NEGATIVITY], 3)
    return Sample(row[EPOCH], row[PARTITION], row[OFFSET], row[OBSERVED_MS], negativity, copies, row[NEAR])


@cache
def bits_of(mask: int) -> tuple[int, ...]:
    """The places in `Category` that a mask names."""
    return tuple(bit for bit in range(len(CATEGORIES)) if mask & 1 << bit)


def _counted(values: Sequence[int]) -> Mapping[int, int]:
    """How often each occurs. A `Counter` costs as much as the loop over ten of them."""
    if len(values) > FEW:
        return Counter(values)
    counts: dict[int, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts


def _add_counts(counts: dict[Key, int], more: Mapping[Key, int]) -> None:
    for key, count in more.items():
        counts[key] = counts.get(key, 0) + count


def merged(blocks: Iterable[MinuteBlock]) -> MinuteBlock:
    """One block with everything of all of them."""
    total = MinuteBlock(0)
    for block in blocks:
        total.merge(block)
    return total


def best_samples(samples: list[Sample], most: int) -> list[Sample]:
    """The most telling ones, each text once with the number of its copies; ties by place, so that it is deterministic."""
    by_text: dict[int, Sample] = {}
    for s in samples:
        seen = by_text.get(s.near)
        if seen is None:
            by_text[s.near] = s
            continue
        best = s if s.negativity > seen.negativity else seen
        copies = s.copies + seen.copies
        by_text[s.near] = Sample(best.epoch, best.partition, best.offset, best.at_ms, best.negativity, copies, s.near)
    ranked = sorted(by_text.values(), key=lambda s: (-s.negativity - 0.1 * min(s.copies, 5), s.partition, s.offset))
    return ranked[:most]


def loudest(authors: list[Loud], most: int) -> list[Loud]:
    """The authors with the widest reach, each once."""
    best: dict[str, int] = {}
    for author in authors:
        best[author.handle] = max(best.get(author.handle, 0), author.reach)
    return [Loud(h, r) for h, r in sorted(best.items(), key=lambda i: (-i[1], i[0]))[:most]]

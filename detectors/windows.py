"""What was said about one brand in one minute, and in sliding sums of minutes.

A minute is six buckets of 10 s with exact counts; who spoke, which texts, which words, are kept by the minute. A minute
that is ahead of the clock (a partition that runs before the others) is a block like any other and waits its turn.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.sketches import DistinctSketch
from schemas.digest import DigestColumns
from schemas.enums import Category, Flag
from schemas.signal import Loud, Sample

BUCKET_MS = 10_000
MINUTE_MS = 60_000
BUCKETS = MINUTE_MS // BUCKET_MS
MOST_TERMS = 64  # words remembered of a minute, the most frequent
MOST_SAMPLES = 8
MOST_LOUD = 3
CATEGORIES = list(Category)
Mask = NDArray[np.bool_]


def writers(rows: DigestColumns) -> NDArray[np.uint64]:
    """A hash of who wrote each row; a mention without an author counts as one of its own."""
    return np.where(rows.author == 0, rows.identity, rows.author)


class MinuteBlock:
    """Counts of one minute of one brand. `minute` is in minutes since the epoch, UTC."""

    __slots__ = (
        "authors", "categories", "evident", "evident_negative", "loud", "mentions", "minute", "negative",
        "networks", "reach", "samples", "terms", "texts",
    )  # fmt: skip

    def __init__(self, minute: int) -> None:
        self.minute = minute
        self.mentions = [0] * BUCKETS
        self.negative = [0] * BUCKETS
        self.authors = DistinctSketch()
        self.texts = DistinctSketch()
        self.evident = DistinctSketch()  # authors that the evidence counts: copies beyond a limit left out
        self.evident_negative = DistinctSketch()
        self.networks: Counter[str] = Counter()
        self.categories = [0] * len(CATEGORIES)
        self.terms: Counter[int] = Counter()
        self.samples: list[Sample] = []
        self.loud: list[Loud] = []
        self.reach = 0

    def add(self, rows: DigestColumns, negative: Mask, networks: list[str], handles: dict[int, str], epoch: int) -> None:
        """Takes in rows of this minute; `negative` is their mask, `networks` the names of their network column."""
        bucket = (rows.observed_ms - self.minute * MINUTE_MS) // BUCKET_MS
        for counts, which in ((self.mentions, bucket), (self.negative, bucket[negative])):
            for i, n in enumerate(np.bincount(which, minlength=BUCKETS).tolist()):
                counts[i] += n
        self.authors.add(writers(rows).tolist())
        self.texts.add(rows.near.tolist())
        for index, n in zip(*np.unique(rows.network, return_counts=True), strict=True):
            self.networks[networks[index]] += int(n)
        for i in range(len(CATEGORIES)):
            self.categories[i] += int(np.count_nonzero(rows.categories & (1 << i)))
        self.reach += int(rows.reach.sum())
        self._add_terms(rows.terms[negative])
        self._add_samples(rows, negative, epoch)
        self._add_loud(rows, handles)

    def add_evidence(self, authors: NDArray[np.uint64], negative: Mask) -> None:
        """Counts authors as evidence (hashes); those of far copies of one text are left out by the caller."""
        self.evident.add(authors.tolist())
        self.evident_negative.add(authors[negative].tolist())

    def _add_terms(self, terms: NDArray[np.uint64]) -> None:
        found = terms[terms != 0]
        if len(found):
            values, counts = np.unique(found, return_counts=True)
            self.terms.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
            if len(self.terms) > 4 * MOST_TERMS:
                self.terms = Counter(dict(sorted(self.terms.items(), key=lambda i: (-i[1], i[0]))[:MOST_TERMS]))

    def _add_samples(self, rows: DigestColumns, negative: Mask, epoch: int) -> None:
        at = np.flatnonzero(negative)
        if not len(at):
            return
        score = rows.negativity[at] + 0.05 * np.log1p(rows.reach[at])
        _, first, copies = np.unique(rows.near[at], return_index=True, return_counts=True)
        order = sorted(range(len(first)), key=lambda i: (-float(score[first[i]]), int(first[i])))[:MOST_SAMPLES]
        for i in order:
            row = at[first[i]]
            self.samples.append(
                Sample(
                    epoch,
                    int(rows.partition[row]),
                    int(rows.offset[row]),
                    int(rows.observed_ms[row]),
                    round(float(rows.negativity[row]), 3),
                    int(copies[i]),
                    int(rows.near[row]),
                )
            )
        self.samples = best_samples(self.samples, MOST_SAMPLES)

    def _add_loud(self, rows: DigestColumns, handles: dict[int, str]) -> None:
        if not handles:
            return
        for row in np.argsort(-rows.reach.astype(np.int64), kind="stable")[:MOST_LOUD]:
            handle = handles.get(int(rows.author[row]))
            if handle and rows.reach[row] and not rows.flags[row] & Flag.OUTBOUND:
                self.loud.append(Loud(handle, int(rows.reach[row])))
        self.loud = loudest(self.loud, MOST_LOUD)

    def merge(self, other: "MinuteBlock") -> None:
        """Takes in another block whole (its buckets fall together into one)."""
        self.mentions[0] += sum(other.mentions)
        self.negative[0] += sum(other.negative)
        for name in ("authors", "texts", "evident", "evident_negative"):
            getattr(self, name).merge(getattr(other, name))
        self.networks.update(other.networks)
        self.categories = [a + b for a, b in zip(self.categories, other.categories, strict=True)]
        self.terms.update(other.terms)
        self.samples = best_samples([*self.samples, *other.samples], 2 * MOST_SAMPLES)
        self.loud = loudest([*self.loud, *other.loud], MOST_LOUD)
        self.reach += other.reach

    def to_state(self) -> list[object]:
        """Plain values, in the order of `from_state`; words beyond the most frequent are dropped, here and in memory."""
        self.terms = Counter(dict(sorted(self.terms.items(), key=lambda i: (-i[1], i[0]))[:MOST_TERMS]))
        return [
            self.minute, self.mentions, self.negative, *(s.to_state() for s in self._sketches()), dict(self.networks),
            self.categories, list(self.terms.items()),
            [msgspec.to_builtins(s) for s in self.samples], [msgspec.to_builtins(a) for a in self.loud], self.reach,
        ]  # fmt: skip

    def _sketches(self) -> tuple[DistinctSketch, ...]:
        return self.authors, self.texts, self.evident, self.evident_negative

    @classmethod
    def from_state(cls, state: list) -> "MinuteBlock":  # type: ignore[type-arg]  # plain values of mixed types
        """The block that `to_state` described."""
        block = cls(state[0])
        block.mentions, block.negative = list(state[1]), list(state[2])
        sketches = [DistinctSketch.from_state(tuple(s)) for s in state[3:7]]
        block.authors, block.texts, block.evident, block.evident_negative = sketches
        block.networks = Counter(state[7])
        block.categories = list(state[8])
        block.terms = Counter(dict(state[9]))
        block.samples = [Sample(*s) for s in state[10]]
        block.loud = [Loud(*a) for a in state[11]]
        block.reach = state[12]
        return block


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
        best = s if seen is None or s.negativity > seen.negativity else seen
        copies = s.copies + (seen.copies if seen else 0)
        by_text[s.near] = Sample(best.epoch, best.partition, best.offset, best.at_ms, best.negativity, copies, s.near)
    ranked = sorted(by_text.values(), key=lambda s: (-s.negativity - 0.1 * min(s.copies, 5), s.partition, s.offset))
    return ranked[:most]


def loudest(authors: list[Loud], most: int) -> list[Loud]:
    """The authors with the widest reach, each once."""
    best: dict[str, int] = {}
    for author in authors:
        best[author.handle] = max(best.get(author.handle, 0), author.reach)
    return [Loud(h, r) for h, r in sorted(best.items(), key=lambda i: (-i[1], i[0]))[:most]]

"""Counts of a minute: exact where numbers are shown, bounded where memory is at stake."""

import random
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.windows import MINUTE_MS, MOST_SAMPLES, MOST_TERMS, MinuteBlock, best_samples, loudest, merged
from schemas.digest import TERMS, DigestColumns
from schemas.enums import Category, Flag
from schemas.signal import Loud, Sample
from tests.digests import DigestRows

MINUTE = 28_000_000
START = MINUTE * MINUTE_MS
NETWORKS = ["x", "mastodon"]
HANDLES = {author: f"@{author}" for author in range(1, 50)}


def _rows(*rows: dict[str, object]) -> DigestColumns:
    made = DigestRows()
    for row in rows:
        made.add("ikea", START + int(row.pop("second", 0)) * 1_000, **row)  # type: ignore[arg-type, call-overload]  # as given
    return made.take(0)[1]


def _block(rows: DigestColumns) -> MinuteBlock:
    block = MinuteBlock(MINUTE)
    block.add(rows, rows.negativity >= 0.5, NETWORKS, HANDLES, epoch=1)
    return block


def _random_rows(seed: int, count: int) -> DigestColumns:
    chance = random.Random(seed)
    made = DigestRows()
    for _ in range(count):
        author = chance.randrange(0, 40)
        made.add(
            "ikea",
            START + chance.randrange(MINUTE_MS),
            round(chance.random(), 3),
            text=str(chance.randrange(6)),
            author=str(author),
            network=chance.randrange(2),
            categories=chance.getrandbits(10),
            reach=chance.randrange(1_000),
            terms=[chance.randrange(12) for _ in range(TERMS)],
        )
    return made.take(0)[1]


def test_mentions_lie_in_buckets_of_ten_seconds() -> None:
    """All and negative ones."""
    block = _block(_rows({"second": 0}, {"second": 9, "negativity": 0.5}, {"second": 10}, {"second": 59, "negativity": 0.9}))
    assert block.mentions == [2, 1, 0, 0, 0, 1]
    assert block.negative == [1, 0, 0, 0, 0, 1]


def test_networks_categories_and_reach_are_summed_over_all_rows() -> None:
    """Negative or not."""
    both = Category.COMPLAINT.bit | Category.URGENT.bit
    block = _block(_rows({"network": 1, "categories": both, "reach": 5}, {"network": 1, "reach": 7}, {"categories": 1}))
    assert block.networks == {"mastodon": 2, "x": 1}
    assert block.categories == [2, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert block.reach == 12


def test_a_mention_without_an_author_counts_as_one_of_its_own() -> None:
    """By what identifies it."""
    assert _block(_rows({"author": "ana"}, {"author": "ana"})).authors.count() == 1
    nobody = _rows({}, {})
    nobody.author[:] = 0
    assert _block(nobody).authors.count() == 2


def test_words_are_those_of_negative_mentions() -> None:
    """Zero is none."""
    horse = [7, 7, 9, 0, 0, 0, 0, 0]
    block = _block(_rows({"terms": horse}, {"terms": horse, "negativity": 0.9}, {"terms": [9] + [0] * 7, "negativity": 0.9}))
    assert block.terms == {7: 2, 9: 2}


def test_of_many_words_the_most_frequent_are_kept() -> None:
    """At most 64 in the state, four times that in memory."""
    block = MinuteBlock(MINUTE)
    for first in range(0, 50 * TERMS, TERMS):
        rows = _rows({"terms": [1, *range(100 + first, 100 + first + TERMS - 1)], "negativity": 0.9})
        block.add(rows, rows.negativity >= 0.5, NETWORKS, {}, 1)
        assert len(block.terms) <= 4 * MOST_TERMS
    block.to_state()
    assert len(block.terms) == MOST_TERMS
    assert block.terms[1] == 50


def test_samples_are_the_most_negative_texts_each_once_with_its_copies() -> None:
    """At most eight, with the place of a mention that says it."""
    rows = [{"text": str(i), "negativity": 0.5 + i / 100} for i in range(12)] + [{"text": "11", "negativity": 0.5}] * 3
    block = _block(_rows(*[dict(row) for row in rows]))
    assert len(block.samples) == MOST_SAMPLES
    assert (block.samples[0].offset, block.samples[0].copies, block.samples[0].epoch) == (11, 4, 1)
    assert len({sample.near for sample in block.samples}) == MOST_SAMPLES


def test_a_calm_minute_has_no_samples() -> None:
    """Nothing negative was said."""
    assert _block(_rows({}, {})).samples == []


def test_the_loudest_are_named_once_and_never_the_brand_itself() -> None:
    """Three authors with a handle and reach."""
    made = _rows(*[{"reach": reach} for reach in (50, 90, 70, 0, 999)])
    made.author[:] = [1, 2, 2, 3, 4]
    made.flags[:] = [0, 0, 0, 0, Flag.OUTBOUND]
    assert _block(made).loud == [Loud("@2", 90)]
    assert loudest([Loud("b", 5), Loud("a", 5), Loud("a", 9), Loud("c", 1)], 2) == [Loud("a", 9), Loud("b", 5)]
    block = MinuteBlock(MINUTE)
    block.add(made, made.negativity >= 0.5, NETWORKS, {}, 1)
    assert block.loud == []


@given(samples=st.lists(st.builds(Sample, *[st.integers(0, 3)] * 4, st.floats(0, 1), st.integers(1, 9), st.integers(0, 4))))
def test_copies_are_never_lost_when_samples_are_merged(samples: list[Sample]) -> None:
    """Each text once; copies add up; the most negative stands for its text."""
    best = best_samples(samples, 99)
    assert len({sample.near for sample in best}) == len(best) == len({sample.near for sample in samples})
    for sample in best:
        same = [each for each in samples if each.near == sample.near]
        assert sample.copies == sum(each.copies for each in same)
        assert sample.negativity == max(each.negativity for each in same)
    assert best_samples(best, 2) == best[:2]


@given(seed=st.integers(0, 10_000), count=st.integers(0, 60), cuts=st.lists(st.integers(0, 60), max_size=4))
@settings(max_examples=50, deadline=None)
def test_rows_may_come_in_any_batches(seed: int, count: int, cuts: list[int]) -> None:
    """The counts are those of all at once, whether rows come one after the other or blocks are merged."""
    rows = _random_rows(seed, count)
    edges = [0, *sorted(min(cut, count) for cut in cuts), count]
    whole, added, total = _block(rows), MinuteBlock(MINUTE), []
    for start, end in pairwise(edges):
        part = rows.take(slice(start, end))
        negative = part.negativity >= 0.5
        added.add(part, negative, NETWORKS, HANDLES, 1)
        total.append(_block(part))
    whole.add_evidence(rows.author, rows.negativity >= 0.5)
    added.add_evidence(rows.author, rows.negativity >= 0.5)
    assert _counts(added) == _counts(whole)
    assert (added.mentions, added.negative) == (whole.mentions, whole.negative)
    assert (added.evident.count(), added.evident_negative.count()) == (whole.evident.count(), whole.evident_negative.count())
    assert _counts(merged(total)) == _counts(whole)


def _counts(block: MinuteBlock) -> tuple[object, ...]:
    sketches = (block.authors.to_state(), block.texts.to_state())
    sums = (sum(block.mentions), sum(block.negative), block.networks, block.categories, block.reach, block.terms)
    return *sums, *sketches, sum(sample.copies for sample in block.samples)


@given(seed=st.integers(0, 10_000), count=st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_a_restored_block_goes_on_as_if_nothing_had_been(seed: int, count: int) -> None:
    """Through msgpack, as in the changelog."""
    block = _block(_random_rows(seed, count))
    state = msgspec.msgpack.encode(block.to_state())
    restored = MinuteBlock.from_state(msgspec.msgpack.decode(state, strict=False))
    assert msgspec.msgpack.encode(restored.to_state()) == state
    more = _random_rows(seed + 1, 20)
    for each in (block, restored):
        each.add(more, more.negativity >= 0.5, NETWORKS, HANDLES, 1)
        each.add_evidence(more.author, np.ones(20, bool))
    assert restored.to_state() == block.to_state()


def test_nothing_merged_is_nothing() -> None:
    """A brand that nobody spoke of."""
    assert sum(merged([]).mentions) == 0
    assert merged([]).authors.count() == pytest.approx(0)

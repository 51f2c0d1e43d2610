"""Counts of a minute: exact where numbers are shown, bounded where memory is at stake."""

import random
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.author_cap import AuthorCaps
from detectors.copies import CopyLimit
from detectors.minute_block import MOST_SAMPLES, MOST_TERMS, MinuteBlock, best_samples, loudest, merged
from detectors.open_minute import MOST_WAITING, OpenMinute
from detectors.rows import FEW, MINUTE_MS, ROW, Rows, as_rows, told
from schemas.digest import TERMS, DigestColumns
from schemas.enums import Category
from schemas.signal import Loud, Sample
from tests.digests import DigestRows

MINUTE = 28_000_000
START = MINUTE * MINUTE_MS
NETWORKS = ["x", "mastodon"]


def _as_rows(columns: DigestColumns) -> Rows:
    """From .5 on negative."""
    return as_rows(columns, columns.negativity >= 0.5, 1, np.arange(2, dtype=np.uint32))


def _rows(*rows: dict[str, object]) -> Rows:
    made = DigestRows()
    for row in rows:
        made.add("ikea", START + int(row.pop("second", 0)) * 1_000, **row)  # type: ignore[arg-type, call-overload]  # as given
    return _as_rows(made.take(0)[1])


def _block(rows: Rows) -> MinuteBlock:
    block = MinuteBlock(MINUTE)
    block.add(told(rows.tobytes()), NETWORKS)
    return block


def _random_rows(seed: int, count: int) -> Rows:
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
    return _as_rows(made.take(0)[1])


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
    made = DigestRows()
    for _ in range(2):
        made.add("ikea", START)
    nobody = made.take(0)[1]
    nobody.author[:] = 0
    assert _block(_as_rows(nobody)).authors.count() == 2


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
        block.add(told(rows.tobytes()), NETWORKS)
        assert len(block.terms) <= 4 * MOST_TERMS
    block.pack()
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


def test_the_loudest_are_named_once() -> None:
    """Three authors, those with the widest reach."""
    assert loudest([Loud("b", 5), Loud("a", 5), Loud("a", 9), Loud("c", 1)], 2) == [Loud("a", 9), Loud("b", 5)]
    block = MinuteBlock(MINUTE)
    block.add_loud([Loud("d", 1), Loud("c", 2)])
    block.add_loud([Loud("a", 9), Loud("b", 5)])
    assert [author.handle for author in block.loud] == ["a", "b", "c"]


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
        added.add(told(rows[start:end].tobytes()), NETWORKS)
        total.append(_block(rows[start:end]))
    assert _counts(added) == _counts(whole)
    assert _counts(merged(total)) == _counts(whole)


def _counts(block: MinuteBlock) -> tuple[object, ...]:
    sketches = (block.authors.to_state(), block.texts.to_state())
    sums = (block.mentions, block.negative, block.networks, block.categories, block.reach, block.terms)
    return *sums, *sketches, sum(sample.copies for sample in block.samples)


@given(seed=st.integers(0, 10_000), count=st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_a_restored_block_goes_on_as_if_nothing_had_been(seed: int, count: int) -> None:
    """As its bytes in the changelog."""
    block = _block(_random_rows(seed, count))
    packed = block.pack()
    restored = MinuteBlock.unpack(packed)
    assert restored.pack() == packed
    more = _random_rows(seed + 1, 20)
    for each in (block, restored):
        each.add(told(more.tobytes()), NETWORKS)
    assert restored.pack() == block.pack()


@given(seed=st.integers(0, 10_000), count=st.integers(0, 60), cuts=st.lists(st.integers(0, 60), max_size=4))
@settings(max_examples=30, deadline=None)
def test_an_open_minute_reads_later_what_it_was_given(seed: int, count: int, cuts: list[int]) -> None:
    """Whenever it is read and weighed, and whether it went through its state in between."""
    rows = _random_rows(seed, count)
    at_once, in_steps, copies, others = OpenMinute(MINUTE), OpenMinute(MINUTE), CopyLimit(), CopyLimit()
    caps = AuthorCaps.new(), AuthorCaps.new()
    at_once.put(rows.tobytes())
    for start, end in pairwise([0, *sorted(min(cut, count) for cut in cuts), count]):
        in_steps.put(rows[start:end].tobytes())
        in_steps.read(NETWORKS)
        in_steps = OpenMinute.from_state(msgspec.msgpack.decode(msgspec.msgpack.encode(in_steps.to_state())))
        if start % 2:
            in_steps.weigh(others, caps[1], MINUTE)
    at_once.read(NETWORKS)
    in_steps.weigh(others, caps[1], MINUTE)
    at_once.weigh(copies, caps[0], MINUTE)
    assert in_steps.weighed == at_once.weighed
    assert _counts(in_steps.block) == _counts(at_once.block)


def test_rows_say_the_same_one_by_one_and_by_column() -> None:
    """Few are read as records, many as an array."""
    rows = _random_rows(3, 2 * FEW + 1).tobytes()
    by_column = told(rows)
    one_by_one = [told(rows[start : start + ROW.itemsize]) for start in range(0, len(rows), ROW.itemsize)]
    for place, column in enumerate(by_column):
        assert list(column) == [value for each in one_by_one for value in each[place]]  # type: ignore[call-overload]


def test_no_more_than_so_many_rows_wait() -> None:
    """A busy brand's minute doesn't grow until it is over."""
    minute, row = OpenMinute(MINUTE), np.zeros(1, ROW).tobytes()
    assert not any(minute.put(row) for _ in range(MOST_WAITING))
    assert minute.put(row)


def test_nothing_merged_is_nothing() -> None:
    """A brand that nobody spoke of."""
    assert merged([]).mentions == 0
    assert merged([]).authors.count() == pytest.approx(0)

"""One brand: its numbers are those of its rows, however these are cut into batches and whatever is restarted."""

import random
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.rows import MINUTE_MS
from schemas.digest import TERMS, DigestBatch, DigestColumns
from streams.watch.brand import BrandWatch
from streams.watch.counts import CHART_MIN, RECENT_MIN
from streams.watch.names import Names
from streams.watch.words import MOST_WORDS
from tests.digests import DigestRows, give

MINUTE = 28_000_000
START = MINUTE * MINUTE_MS
WORDS = {term: f"word{term}" for term in range(1, 40)}


NAMES = Names()


def _brand() -> BrandWatch:
    return BrandWatch("ikea", "shops", zone_min=60)


def _random_rows(seed: int, count: int, minutes: int) -> tuple[DigestBatch, DigestColumns]:
    """Rows of that many minutes in order of time; few authors, texts and words."""
    chance, made = random.Random(seed), DigestRows()
    for at_ms in sorted(chance.randrange(minutes * MINUTE_MS) for _ in range(count)):
        made.add(
            "ikea",
            START + at_ms,
            round(chance.random(), 3),
            text=str(chance.randrange(5)),
            author=str(chance.randrange(20)),
            reach=chance.randrange(100),
            terms=[chance.randrange(6) for _ in range(TERMS)],
        )
    batch, columns = made.take(0)
    return msgspec.structs.replace(batch, term_words=WORDS), columns


def _add(brand: BrandWatch, *rows: tuple[int, float], **more: object) -> list[int]:
    """Adds rows of (milliseconds since the start, negativity)."""
    made = DigestRows(offset=brand.mentions)
    for at_ms, negativity in rows:
        made.add("ikea", START + at_ms, negativity, **more)  # type: ignore[arg-type]  # as given
    batch, columns = made.take(0)
    return give(brand, NAMES, msgspec.structs.replace(batch, term_words=WORDS), columns)


def _state(brand: BrandWatch) -> dict[str, Any]:
    brand.read(NAMES)
    return brand.to_state()


def _packed(brand: BrandWatch) -> bytes:
    return msgspec.msgpack.encode(_state(brand))


def _unpacked(state: bytes) -> BrandWatch:
    return BrandWatch.from_state(msgspec.msgpack.decode(state, strict=False))


def _numbers(brand: BrandWatch) -> dict[str, Any]:
    """What is counted, whatever stands as a sample for it."""
    shown = []
    for block in brand.talk.window(60, START + 6 * MINUTE_MS):
        copies = sum(sample.copies for sample in block.samples)
        sums = (block.mentions, block.negative, block.networks, block.categories, block.terms, block.reach, copies)
        shown.append((*sums, block.authors.to_state(), block.texts.to_state()))
    state = _state(brand)
    return {**state, "history": shown, "words": brand.talk.words.to_state()}


@given(seed=st.integers(0, 10_000), count=st.integers(1, 80), cuts=st.lists(st.integers(0, 80), max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_split_of_rows_into_batches_counts_the_same(seed: int, count: int, cuts: list[int]) -> None:
    """Mentions, authors, texts, evidence, words and chart."""
    batch, rows = _random_rows(seed, count, minutes=4)
    whole, split = _brand(), _brand()
    give(whole, NAMES, batch, rows)
    for start, end in pairwise([0, *sorted(min(cut, count) for cut in cuts), count]):
        give(split, NAMES, batch, rows.take(slice(start, end)))
    for brand in (whole, split):
        brand.advance(START + 6 * MINUTE_MS, NAMES)
    assert _numbers(split) == _numbers(whole)


@given(seed=st.integers(0, 10_000), count=st.integers(1, 60), leap=st.integers(1, 200))
@settings(max_examples=40, deadline=None)
def test_a_leap_of_the_clock_is_as_many_steps(seed: int, count: int, leap: int) -> None:
    """Whatever lies between: minutes with rows, idle ones, and quarters that are forgotten on the way."""
    batch, rows = _random_rows(seed, count, minutes=150)
    leaping, stepping = _brand(), _brand()
    for brand in (leaping, stepping):
        give(brand, NAMES, batch, rows)
        brand.advance(START, NAMES)
    for minute in range(leap):
        stepping.advance(START + minute * MINUTE_MS, NAMES)
    for brand in (leaping, stepping):
        brand.advance(START + leap * MINUTE_MS, NAMES)
    one, other = (brand.level(START + leap * MINUTE_MS, NAMES) for brand in (leaping, stepping))
    assert one.nats == pytest.approx(other.nats, rel=0.02, abs=1e-3)
    assert (one.mentions, one.observed, one.window_min) == (other.mentions, other.observed, other.window_min)
    assert one.mentions_expected == pytest.approx(other.mentions_expected, rel=0.01)
    for part in ("counts", "minutes", "history", "copies", "marks", "usual", "words"):
        assert _state(leaping)[part] == _state(stepping)[part]


@given(seed=st.integers(0, 10_000), count=st.integers(0, 60), minutes=st.integers(1, 120), passed=st.integers(0, 130))
@settings(max_examples=40, deadline=None)
def test_a_restored_brand_goes_on_as_if_nothing_had_been(seed: int, count: int, minutes: int, passed: int) -> None:
    """Byte for byte, through msgpack, at once and an hour later."""
    batch, rows = _random_rows(seed, count, minutes)
    brand = _brand()
    give(brand, NAMES, batch, rows)
    brand.advance(START + passed * MINUTE_MS, NAMES)
    state = _packed(brand)
    restored = _unpacked(state)
    assert _packed(restored) == state
    for each in (brand, restored):
        _add(each, (passed * MINUTE_MS, 0.9), ((passed + 61) * MINUTE_MS, 0.9))
        each.advance(START + (passed + 62) * MINUTE_MS, NAMES)
    assert _packed(restored) == _packed(brand)


def test_another_version_of_the_state_is_refused() -> None:
    """Never half understood."""
    with pytest.raises(ValueError, match="brand state has version 99, this program reads 2"):
        BrandWatch.from_state({**_brand().to_state(), "v": 99})


def test_a_brand_that_nobody_spoke_of_stands_still() -> None:
    """No minute to close."""
    brand = _brand()
    brand.advance(START, NAMES)
    assert brand.open_min is None
    assert brand.level(START, NAMES).nats == 0
    assert brand.talk.window(15, START) == []


def test_minutes_that_are_new_are_told_once() -> None:
    """Whoever asks has to come back when they are over."""
    brand = _brand()
    assert _add(brand, (0, 0.1), (MINUTE_MS, 0.1)) == [MINUTE, MINUTE + 1]
    assert _add(brand, (5, 0.1), (MINUTE_MS + 5, 0.9)) == []
    assert (brand.mentions, brand.negative) == (4, 1)


def test_a_late_row_counts_in_its_minute_and_is_evidence_now() -> None:
    """Its minute's evidence is closed."""
    brand = _brand()
    _add(brand, (0, 0.1))
    brand.advance(START + 2 * MINUTE_MS, NAMES)
    assert _add(brand, (MINUTE_MS, 0.9)) == [MINUTE + 1]
    assert brand.counts.of(MINUTE + 1) == (1, 1)
    brand.settle(NAMES)
    brand.level(START + 2 * MINUTE_MS, NAMES)
    blocks = brand.talk.history.window(15, MINUTE + 2)
    assert [(block.minute, block.mentions) for block in blocks] == [(MINUTE, 1), (MINUTE + 1, 1)]
    brand.minutes[MINUTE + 2].weigh(brand.copies, brand.author_caps, MINUTE + 2)
    assert brand.minutes[MINUTE + 2].weighed.with_copies(0) == (1, 1)


def test_a_row_ahead_of_the_clock_waits_for_its_minute() -> None:
    """A partition may run before the others."""
    brand = _brand()
    _add(brand, (0, 0.9), (3 * MINUTE_MS, 0.9))
    brand.advance(START + MINUTE_MS, NAMES)
    assert brand.counts.chart == [1]
    brand.advance(START + 4 * MINUTE_MS, NAMES)
    assert brand.counts.chart == [1, 0, 0, 1]


def test_windows_reach_back_a_quarter_or_an_hour() -> None:
    """By the minute for 15 minutes, by the quarter beyond; then what was said becomes usual."""
    brand = _brand()
    for minute in range(120):
        _add(brand, (minute * MINUTE_MS, 0.9), terms=[7] + [0] * 7)
        brand.advance(START + minute * MINUTE_MS, NAMES)
    now_ms = START + 119 * MINUTE_MS
    brand.level(now_ms, NAMES)
    quarter, hour = brand.talk.window(RECENT_MIN, now_ms), brand.talk.window(60, now_ms)
    assert sum(block.mentions for block in quarter) == RECENT_MIN
    assert 60 <= sum(block.mentions for block in hour) <= 80
    assert 0 < brand.talk.usual.counts[7] < 120


def test_the_chart_is_an_hour_long() -> None:
    """Idle minutes are zeros in it."""
    brand = _brand()
    _add(brand, (0, 0.9))
    brand.advance(START + 30 * MINUTE_MS, NAMES)
    assert brand.counts.chart == [1, *[0] * 29]
    brand.advance(START + 500 * MINUTE_MS, NAMES)
    assert brand.counts.chart == [0] * CHART_MIN


def test_usual_words_fade_once_a_day() -> None:
    """And a brand that was idle for years is brought up as one that was for a year."""
    brand = _brand()
    _add(brand, *[(0, 0.9)] * 40, terms=[7] + [0] * 7)
    brand.advance(START + 3 * 60 * MINUTE_MS, NAMES)
    before = brand.talk.usual.mentions
    brand.advance(START + (3 * 60 + 14 * 1440) * MINUTE_MS, NAMES)
    assert before == 40
    assert brand.talk.usual.mentions == pytest.approx(20, rel=0.01)
    brand.advance(START + 5_000 * 1440 * MINUTE_MS, NAMES)
    assert brand.talk.usual.counts == {}


def test_words_are_remembered_as_long_as_something_holds_them() -> None:
    """At most twice 400, and in the state no more than what is still said."""
    brand, names = _brand(), Names()
    for first in range(1, 3 * MOST_WORDS, TERMS):
        terms = list(range(first, first + TERMS))
        made = DigestRows(offset=first)
        made.add("ikea", START, 0.9, terms=terms)
        batch, rows = made.take(0)
        give(brand, names, msgspec.structs.replace(batch, term_words={term: str(term) for term in terms[1:]}), rows)
        brand.read(names)
        assert len(brand.talk.words.known) <= 2 * MOST_WORDS
    brand.to_state()
    assert len(brand.talk.words.known) <= MOST_WORDS
    assert 1 not in brand.talk.words.known


def test_usual_numbers_are_in_mentions_though_evidence_counts_authors() -> None:
    """Everybody writes twice: two mentions are expected for each author."""
    brand = _brand()
    for minute in range(300):
        rows = DigestRows(offset=10 * minute)
        for i in range(10):
            rows.add("ikea", START + minute * MINUTE_MS, 0.9 if i < 2 else 0.1, author=f"{minute} {i // 2}")
        batch, columns = rows.take(0)
        give(brand, NAMES, batch, columns)
        brand.advance(START + (minute + 1) * MINUTE_MS, NAMES)
    level = brand.level(START + 300 * MINUTE_MS, NAMES)
    mentions, negative = brand.expected(level, 15)
    assert mentions == pytest.approx(150, rel=0.3)
    assert 0 < negative < mentions

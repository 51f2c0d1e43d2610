"""How many copies of one text count as evidence."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.copies import GENERATION_MIN, LIMIT, MOST_TEXTS, CopyLimit

T = GENERATION_MIN * 1_000


@pytest.mark.parametrize(
    ("later", "fresh"),
    [
        pytest.param(0, False, id="at once"),
        pytest.param(GENERATION_MIN, False, id="half an hour later"),
        pytest.param(2 * GENERATION_MIN - 1, False, id="at the end of the hour"),
        pytest.param(2 * GENERATION_MIN, True, id="an hour later the text is new again"),
        pytest.param(1_000 * GENERATION_MIN, True, id="weeks later"),
        pytest.param(-GENERATION_MIN, True, id="a half hour before has its own count, whenever it is read"),
    ],
)
def test_a_text_that_was_said_too_often_counts_again_in_another_hour(later: int, fresh: bool) -> None:
    """Each row says when."""
    memory = CopyLimit()
    assert memory.fresh([5] * (LIMIT + 1), T) == [True] * LIMIT + [False]
    assert memory.fresh([5], T + later) == [fresh]


def test_copies_of_the_half_hour_before_count_too() -> None:
    """Two before and two now are four."""
    memory = CopyLimit(limit=4)
    memory.fresh([5, 5], T)
    assert memory.fresh([5, 5, 5], T + GENERATION_MIN) == [True, True, False]


def test_no_text_to_speak_of_always_counts() -> None:
    """Photos alone aren't copies of each other."""
    assert all(CopyLimit().fresh([0] * 100, T))


def test_memory_is_bounded_and_keeps_what_is_said_most() -> None:
    """A flood of different texts doesn't wash away the one that is bought."""
    memory = CopyLimit()
    memory.fresh([7] * 100, T)
    memory.fresh(range(10, 10 + 3 * MOST_TEXTS), T)
    (counts,) = memory.to_state()
    assert len(counts[T // GENERATION_MIN]) == MOST_TEXTS  # type: ignore[index]  # a plain value
    assert memory.fresh([7], T) == [False]


def test_half_hours_that_are_over_are_forgotten() -> None:
    """The one before the current one is still needed."""
    memory = CopyLimit(limit=1)
    for generation in range(3):
        memory.fresh([5], T + generation * GENERATION_MIN)
    memory.forget(T + 2 * GENERATION_MIN)
    (counts,) = memory.to_state()
    assert sorted(counts) == [1_001, 1_002]  # type: ignore[call-overload]  # a plain value


parts = st.lists(st.tuples(st.integers(0, 70), st.lists(st.integers(0, 3), min_size=1, max_size=6)), max_size=8)


@given(parts=parts)
def test_batches_may_be_cut_in_any_way(parts: list[tuple[int, list[int]]]) -> None:
    """One text at a time says the same as all at once."""
    whole, single = CopyLimit(), CopyLimit()
    for minute, texts in parts:
        assert whole.fresh(texts, T + minute) == [fresh for text in texts for fresh in single.fresh([text], T + minute)]
    assert whole.to_state() == single.to_state()


@given(before=parts, after=parts)
def test_a_restored_memory_goes_on_as_if_nothing_had_been(
    before: list[tuple[int, list[int]]], after: list[tuple[int, list[int]]]
) -> None:
    """Through msgpack, as in the changelog."""
    memory = CopyLimit()
    for minute, texts in before:
        memory.fresh(texts, T + minute)
    packed = msgspec.msgpack.encode(memory.to_state())
    restored = CopyLimit.from_state(msgspec.msgpack.decode(packed, strict=False))
    for minute, texts in after:
        assert restored.fresh(texts, T + minute) == memory.fresh(texts, T + minute)
    assert restored.to_state() == memory.to_state()

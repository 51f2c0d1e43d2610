"""Distinct counts: exact while few, near enough when many, and merging is union."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sketches import DistinctSketch

SIZE = 8
hashes = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 20), max_size=60)


def _of(*parts: list[int], size: int = SIZE) -> DistinctSketch:
    sketch = DistinctSketch(size)
    for part in parts:
        sketch.add(part)
    return sketch


@given(few=st.lists(st.integers(0, 2**64 - 1), max_size=SIZE))
def test_few_are_counted_exactly_and_zero_is_nobody(few: list[int]) -> None:
    """Up to the size; a hash of 0 means unknown."""
    assert _of(few).count() == len(set(few) - {0})


@given(one=hashes, other=hashes)
def test_merging_is_the_union(one: list[int], other: list[int]) -> None:
    """The same sketch as of one that saw both, whichever is merged into which."""
    both = _of(one, other)
    for first, second in ((one, other), (other, one)):
        merged = _of(first)
        merged.merge(_of(second))
        assert merged.to_state() == both.to_state()
        assert merged.count() == both.count()


@given(parts=st.lists(hashes, max_size=5), looks=st.booleans())
def test_neither_order_nor_repeats_nor_looking_matter(parts: list[list[int]], looks: bool) -> None:
    """Batches may come cut in any way, and be counted in between."""
    whole, sketch = _of([h for part in parts for h in part]), DistinctSketch(SIZE)
    for part in [*reversed(parts), *parts]:
        sketch.add(part)
        if looks:
            sketch.count()
    assert sketch.to_state() == whole.to_state()


@given(before=hashes, after=hashes)
def test_a_restored_sketch_goes_on_as_if_nothing_had_been(before: list[int], after: list[int]) -> None:
    """Through its state, which keeps no more than its size."""
    sketch = _of(before)
    state = sketch.to_state()
    restored = DistinctSketch.from_state(state, SIZE)
    assert len(state[1]) <= SIZE * 8
    assert restored.to_state() == state
    for each in (sketch, restored):
        each.add(after)
    assert restored.to_state() == sketch.to_state()
    assert restored.count() == sketch.count()


@pytest.mark.parametrize("distinct", [97, 500, 20_000])
def test_many_are_estimated_within_a_tenth_or_so(distinct: int) -> None:
    """Relative standard error 1/√94: the mean of 40 sketches is within 4 errors of the mean, each within 5 of its own."""
    chance, counts = random.Random(distinct), []
    for _ in range(40):
        counts.append(_of([chance.getrandbits(64) for _ in range(distinct)], size=96).count())
    assert all(abs(count - distinct) < 5 * distinct * 0.103 for count in counts)
    assert abs(sum(counts) / 40 - distinct) < 4 * distinct * 0.103 / 40**0.5


def test_a_count_never_falls_below_what_is_kept() -> None:
    """Hashes that aren't uniform give a poor estimate, but none below what was surely there."""
    assert _of(list(range(2**64 - 40, 2**64)), size=16).count() == 16


def test_a_sketch_of_one_knows_some_from_none() -> None:
    """One hash says nothing of how many there were."""
    assert _of([5, 6, 7], size=1).count() == 1
    assert _of([], size=1).count() == 0

"""Sliding sums over minutes."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.rings import WINDOWS_MIN, MinuteRings, single

minutes = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 500), st.floats(0.001, 300)).map(lambda m: (min(m[:2]), *m[1:])),
    min_size=1,
    max_size=800,
)
"""Negatives, mentions and expected mentions; no more are negative than there are."""


@given(minutes=minutes)
@settings(max_examples=30, deadline=None)
def test_sums_are_those_of_the_last_minutes(minutes: list[tuple[int, int, float]]) -> None:
    """Sliding sums equal plain sums over the last 5, 15, 45, 120 and 360 minutes, the open one included."""
    rings = MinuteRings()
    for negatives, mentions, expected in minutes:
        sums = rings.with_open(negatives, mentions, single(expected))
        rings.push(negatives, mentions, single(expected), sums)
    for window, (negatives, mentions, expected) in zip(WINDOWS_MIN, sums, strict=True):
        assert negatives == sum(minute[0] for minute in minutes[-window:])
        assert mentions == sum(minute[1] for minute in minutes[-window:])
        plain = sum(minute[2] for minute in minutes[-window:])
        assert expected == pytest.approx(max(plain, window * 1e-3), rel=1e-6, abs=1e-3 * window)


@given(before=minutes, idle=st.integers(1, 360), first=st.floats(0.001, 30), last=st.floats(0.001, 30))
@settings(max_examples=40, deadline=None)
def test_idle_minutes_are_passed_at_once(before: list[tuple[int, int, float]], idle: int, first: float, last: float) -> None:
    """``pass_idle`` equals as many pushes of an empty minute, and tells who left which window when."""
    at_once, stepped = MinuteRings(), MinuteRings()
    for rings in (at_once, stepped):
        for negatives, mentions, expected in before:
            expected = single(expected)
            rings.push(negatives, mentions, expected, rings.with_open(negatives, mentions, expected))
    present = [[total[1] for total in stepped.sums]]
    for minute in range(idle):
        expected = single(first + (last - first) / max(idle - 1, 1) * minute)
        stepped.push(0, 0, expected, stepped.with_open(0, 0, expected))
        present.append([total[1] for total in stepped.sums])
    leaving = at_once.pass_idle(idle, first, last)
    for j, gone in enumerate(leaving):
        left = [earlier[j] - later[j] for earlier, later in pairwise(present)]
        assert list(gone) == left[: len(gone)]
        assert not any(left[len(gone) :])
    assert at_once.to_state()[:3] == stepped.to_state()[:3]
    assert list(at_once.expected) == pytest.approx(list(stepped.expected), rel=1e-6)
    for ours, theirs in zip(at_once.sums, stepped.sums, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-6)


@given(before=minutes, windows=st.sets(st.integers(0, 4)), most=st.integers(1, 30))
@settings(max_examples=40, deadline=None)
def test_windows_are_steady_until_a_mention_leaves(
    before: list[tuple[int, int, float]], windows: set[int], most: int
) -> None:
    """``steady_min`` counts the minutes before that."""
    rings = MinuteRings()
    for negatives, mentions, expected in before:
        rings.push(negatives, mentions, expected, rings.with_open(negatives, mentions, expected))
    steady = rings.steady_min(sorted(windows), most)
    leaving = rings.pass_idle(most, 1.0, 1.0)
    first = [next((at for at, left in enumerate(leaving[j]) if left), most) for j in windows]
    assert steady == min([most, *first])

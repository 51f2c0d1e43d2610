"""Sliding sums over minutes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.rings import WINDOWS_MIN, MinuteRings, single

minutes = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 500), st.floats(0.001, 300)), min_size=1, max_size=800)


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


@given(before=st.integers(0, 800), idle=st.integers(1, 360))
@settings(max_examples=30, deadline=None)
def test_idle_minutes_are_pushed_at_once(before: int, idle: int) -> None:
    """``push_idle`` equals as many pushes of an empty minute."""
    at_once, stepped = MinuteRings(), MinuteRings()
    for rings in (at_once, stepped):
        for _ in range(before):
            rings.push(0, 0, 2.0, rings.with_open(0, 0, 2.0))
    assert at_once.drained
    at_once.push_idle(idle, 3.0)
    for _ in range(idle):
        stepped.push(0, 0, 3.0, stepped.with_open(0, 0, 3.0))
    assert at_once.to_state() == stepped.to_state()

"""Mentions behind a counted author."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.collapse import HALF_LIFE_MIN, PRIOR, Collapse


def test_a_new_brand_has_as_many_mentions_as_authors() -> None:
    """Until something is known."""
    assert (Collapse().all, Collapse().negative) == (1, 1)


def test_what_is_usual_is_learned() -> None:
    """Three mentions an author, five a negative one."""
    collapse = Collapse()
    for _ in range(500):
        collapse.learn(mentions=30, authors=10, negative=20, negative_authors=4, minutes=1)
    assert collapse.all == pytest.approx(3, rel=0.01)
    assert collapse.negative == pytest.approx(5, rel=0.05)


def test_half_is_forgotten_in_eight_days() -> None:
    """As the level of the baseline."""
    collapse = Collapse()
    collapse.learn(mentions=800, authors=400, negative=80, negative_authors=40, minutes=1)
    collapse.learn(mentions=0, authors=0, negative=0, negative_authors=0, minutes=HALF_LIFE_MIN)
    assert collapse.sums == [400, 200, 40, 20]
    assert collapse.all == (400 + PRIOR) / (200 + PRIOR)


@given(minutes=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), max_size=30))
def test_a_ratio_is_between_one_and_the_highest_of_a_minute(minutes: list[tuple[int, int]]) -> None:
    """Mentions are never fewer than their authors."""
    collapse = Collapse()
    for authors, more in minutes:
        collapse.learn(authors * (1 + more), authors, authors * (1 + more), authors, 1)
    assert 1 <= collapse.all <= 10
    assert 1 <= collapse.negative <= 10

"""What is new in what is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.terms import HALF_LIFE_DAYS, PAST_SIZE, UsualTerms

A_DAY = {1: 40, 2: 10, 3: 4}


def _terms(usual: UsualTerms, window: dict[int, int], mentions: int, most: int) -> list[int]:
    return [each.term for each in usual.emerging(window, mentions, most)]


def _used() -> UsualTerms:
    usual = UsualTerms()
    usual.learn(A_DAY, mentions=200)
    return usual


@pytest.mark.parametrize(
    ("window", "mentions", "emerging"),
    [
        pytest.param({1: 4, 2: 1}, 20, [], id="what is always said is no news"),
        pytest.param({9: 2}, 20, [], id="two people are no topic"),
        pytest.param({9: 3}, 20, [9], id="three that say something new are one"),
        pytest.param({9: 5, 8: 12}, 20, [8, 9], id="the most surprising first"),
        pytest.param({9: 5, 8: 5}, 20, [8, 9], id="of two alike the lesser number, so that it is deterministic"),
        pytest.param({7: 5, 8: 6, 9: 7}, 20, [9, 8], id="no more than asked for"),
        pytest.param({2: 20}, 20, [2], id="a usual word that everybody says"),
        pytest.param({}, 1, [], id="nothing said"),
    ],
)
def test_what_emerges_is_what_is_said_more_than_usual(window: dict[int, int], mentions: int, emerging: list[int]) -> None:
    """Each row says its rule."""
    assert _terms(_used(), window, mentions, most=2) == emerging


@given(term=st.integers(1, 4), count=st.integers(0, 300), mentions=st.integers(1, 300))
def test_surprise_is_finite_never_negative_and_grows_with_the_count(term: int, count: int, mentions: int) -> None:
    """Zero up to the expectation."""
    usual = _used()
    past = usual.counts.get(term, 0.0)
    assert 0 <= usual.surprise(past, count, mentions) <= usual.surprise(past, count + 1, mentions)


def test_memory_is_bounded_and_the_least_used_are_forgotten_first() -> None:
    """Ten thousand words that came once, among those that are said daily."""
    usual = UsualTerms()
    for day in range(20):
        usual.learn({1: 30, **{1_000 + day * 500 + i: 1 for i in range(500)}}, mentions=500)
    assert len(usual.counts) <= 2 * PAST_SIZE
    assert usual.counts[1] == 600
    assert usual.mentions == 10_000


def test_half_is_forgotten_in_a_fortnight_and_the_rest_in_the_end() -> None:
    """A word that isn't said any more becomes news again."""
    usual = _used()
    usual.fade(HALF_LIFE_DAYS)
    assert (usual.counts, usual.mentions) == ({1: 20.0, 2: 5.0, 3: 2.0}, 100.0)
    usual.fade(365.0)
    assert usual.counts == {}
    assert _terms(usual, {1: 5}, mentions=10, most=3) == [1]


@given(first=st.floats(0, 30), second=st.floats(0, 30))
def test_forgetting_in_two_steps_is_forgetting_in_one(first: float, second: float) -> None:
    """A brand that was idle for days is brought up at once."""
    stepped, at_once = _used(), _used()
    stepped.fade(first)
    stepped.fade(second)
    at_once.fade(first + second)
    assert stepped.mentions == pytest.approx(at_once.mentions)
    assert stepped.counts == pytest.approx(at_once.counts)


def test_how_new_a_term_is_doesnt_depend_on_how_many_speak() -> None:
    """Bits count how many times more often than usual: a usual word is hardly new, however many say it."""
    few, many = (_used().emerging({2: 2 * n, 9: n}, mentions=10 * n, most=2) for n in (3, 30))
    assert {each.term: each.bits for each in few} == {each.term: each.bits for each in many} == {2: 2.3, 9: 5.6}

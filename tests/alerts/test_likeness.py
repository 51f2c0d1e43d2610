"""When two brands are spoken of with the same words."""

import pytest

from alerts.likeness import Heard, shared
from alerts.own_names import words_of
from tests.alerts.bench import HOUR


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ({"a b": 3.0}, {"a b": 9.0}, ["a b"]),
        ({"a b": 2.9}, {"a b": 9.0}, []),
        ({"#ab": 4.0}, {"#ab": 4.0}, ["#ab"]),
        ({"x": 3.0, "y": 3.0}, {"x": 4.0, "y": 4.0}, ["x", "y"]),
        ({"x": 3.0, "y": 2.9}, {"x": 4.0, "y": 4.0}, []),
        ({"x": 9.0, "y": 1.0}, {"x": 9.0, "y": 9.0}, []),
        ({"#delta": 9.0, "delta airlines": 9.0}, {"#delta": 9.0, "delta airlines": 9.0}, []),
    ],
)
def test_the_bounds_of_likeness(one: dict[str, float], other: dict[str, float], alike: list[str]) -> None:
    """As its rules say; names of brands don't count."""
    heard = [{word: Heard(0, bits) for word, bits in each.items()} for each in (one, other)]
    names = words_of(["Delta", "@Delta", "Delta Airlines"])
    assert shared(*heard, names, 0) == alike
    assert shared(*heard, names, HOUR) == []

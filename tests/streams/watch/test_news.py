"""The few words that an alert shows: none twice, phrases before their pieces."""

import pytest

from streams.watch.news import Said, shown


@pytest.mark.parametrize(
    ("said", "most", "told"),
    [
        pytest.param([("bag loss", 9), ("loss", 9), ("bag", 8)], 6, ["bag loss"], id="a phrase says its words too"),
        pytest.param(
            [("caballo", 9), ("carne de caballo", 3)], 6, ["carne de caballo"], id="a word gives way to its phrase"
        ),
        pytest.param([("caballo", 10), ("carne de caballo", 3)], 1, ["caballo"], id="unless few say that"),
        pytest.param(
            [("bag", 9), ("lost bag", 4), ("bag gone", 6)], 6, ["bag gone", "lost bag"], id="the commonest phrase first"
        ),
        pytest.param([("trips", 9), ("trip", 8)], 6, ["trips"], id="a plural is the same word"),
        pytest.param([("#caballo", 9), ("caballo", 8)], 6, ["#caballo"], id="nor is it news without its hash"),
        pytest.param([("a1", 9), ("b1", 8), ("c1", 7)], 2, ["a1", "b1"], id="no more than asked for"),
        pytest.param([], 6, [], id="nothing new"),
    ],
)
def test_each_thing_is_said_once(said: list[tuple[str, int]], most: int, told: list[str]) -> None:
    """In order of surprise; each row says its rule."""
    assert shown([Said(*each) for each in said], most) == told

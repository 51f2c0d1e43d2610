"""Stable hashes of strings."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.intake.hashing import hash_strings, joined

HASHES = ["e4892e1ae6477125", "d4c9daeb17d562d8", "ef8e8b6bb9f7b9ff"]
_texts = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=100), max_size=20)


@given(_texts)
def test_a_hash_depends_on_its_string_alone(strings: list[str]) -> None:
    """Not on what else is in the batch: a repeat comes in another one."""
    together = hash_strings(strings).tolist()
    assert together == [int(hash_strings([each])[0]) for each in strings]
    assert len(set(together)) == len(set(strings))
    assert all((value == 0) == (string == "") for value, string in zip(together, strings, strict=True))


def test_hashes_stay_the_same_in_every_release() -> None:
    """They are kept in state: another algorithm would make all authors new."""
    assert [f"{value:x}" for value in hash_strings(["x", "1234567890", "ñ" * 70]).tolist()] == HASHES


def test_a_pair_is_nothing_when_its_second_half_is_nothing() -> None:
    """A mention without an author has no author hash."""
    scopes = hash_strings(["x", "y", "x"])
    pairs = joined(scopes, np.array([0, 5, 5], np.uint64)).tolist()
    assert pairs[0] == 0
    assert pairs[1] != pairs[2]

"""Hashes of pieces and the table that looks them up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.text.hashing import (
    _FIRST,
    _SECOND,
    INVERSES,
    POWERS,
    Filter,
    HashTable,
    chain,
    running_sums,
)


@given(st.lists(st.integers(0, 2**30), min_size=1, max_size=60), st.data())
def test_a_piece_has_the_same_hash_wherever_it_stands(codes: list[int], data: st.DataObject) -> None:
    """sum[end] - sum[start] over the power of start is the hash of the piece alone."""
    start = data.draw(st.integers(0, len(codes) - 1))
    end = data.draw(st.integers(start, len(codes)))
    sums = running_sums(np.array(codes, np.uint32))
    alone = running_sums(np.array(codes[start:end], np.uint32))[-1:]
    assert ((sums[end : end + 1] - sums[start : start + 1]) * INVERSES.first(start + 1)[start:] == alone).all()


def test_powers_and_their_inverses_cancel_out() -> None:
    """M^i · M^-i = 1 modulo 2^64."""
    assert (POWERS.first(100_000) * INVERSES.first(100_000) == 1).all()


@given(st.dictionaries(st.integers(1, 2**64 - 1), st.integers(1, 2**31 - 1), max_size=300))
def test_a_table_finds_every_key_and_nothing_else(items: dict[int, int]) -> None:
    """Cuckoo places are two a key: what isn't in either isn't there."""
    table = HashTable(items)
    keys = np.array(list(items), np.uint64)
    assert table.find(keys).tolist() == list(items.values())
    others = np.array([key ^ 1 for key in items if key ^ 1 not in items], np.uint64)
    assert not table.find(others).any()


@pytest.mark.parametrize("count", [0, 1, 20_000])
def test_a_table_grows_until_everything_has_a_place(count: int) -> None:
    """From nothing to more words than the package has."""
    keys = np.random.default_rng(7).integers(1, 2**63, count).astype(np.uint64)
    table = HashTable({int(key): place for place, key in enumerate(keys, 1)})
    assert (table.find(keys) == np.arange(1, count + 1)).all()


def test_keys_that_want_the_same_places_get_a_larger_table() -> None:
    """Three keys can't share the two places that they have in the smallest table."""
    keys = np.random.default_rng(7).integers(1, 2**63, 200_000).astype(np.uint64)
    first, second = (keys * _FIRST) >> np.uint64(58), (keys * _SECOND) >> np.uint64(58)
    crowded = keys[(first == first[0]) & (second == second[0])][:3]
    assert len(crowded) == 3
    table = HashTable({int(key): place for place, key in enumerate(crowded, 1)})
    assert table.find(crowded).tolist() == [1, 2, 3]


def test_a_filter_never_denies_what_it_has_seen() -> None:
    """It may say "perhaps" wrongly, never "no"; at this filling it seldom does."""
    hashes = np.random.default_rng(7).integers(1, 2**63, 2_000).astype(np.uint64)
    seen = Filter(hashes[:1_000])
    assert seen.may_hold(hashes[:1_000]).all()
    assert seen.may_hold(hashes[1_000:]).mean() < 0.02


def test_the_order_of_tokens_changes_the_chained_hash() -> None:
    """`dog bites man` is no `man bites dog`."""
    one, two = np.array([1], np.uint64), np.array([2], np.uint64)
    assert chain(one, two) != chain(two, one)

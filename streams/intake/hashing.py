"""Stable 64-bit hashes of many short strings at once (ids, authors): the same in every process and release.

The strings become one matrix of code points, two of which make a word of 64 bits; the words are mixed in one after
the other, a column at a time. It is no defence against somebody who wants two ids to collide.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]

# Finaliser of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_LONG_CHARS: Final = 64  # longer strings go apart, so that one of them doesn't widen the matrix for all


def mixed(values: U64) -> U64:
    """The values with every bit depending on all others."""
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))


def hash_strings(strings: Sequence[str]) -> U64:
    """One hash a string; 0 for the empty string and for no other.

    >>> hash_strings(["1", "", "a longer one"]).tolist() == [int(hash_strings([s])[0]) for s in ("1", "", "a longer one")]
    True
    """
    lengths = np.fromiter(map(len, strings), np.int64, len(strings))
    hashes = np.zeros(len(strings), np.uint64)
    if not lengths.any():
        return hashes
    for chosen in (np.flatnonzero((lengths > 0) & (lengths <= _LONG_CHARS)), np.flatnonzero(lengths > _LONG_CHARS)):
        if len(chosen):
            picked = strings if len(chosen) == len(strings) else [strings[index] for index in chosen.tolist()]
            hashes[chosen] = _hashes(picked, lengths[chosen])
    return hashes


def _hashes(strings: Sequence[str], lengths: NDArray[np.int64]) -> U64:
    width = int(lengths.max())
    width += width & 1
    words = np.array(strings, dtype=f"<U{width}").view("<u8").reshape(len(strings), -1)
    counts = (lengths + 1) >> 1
    hashes = mixed(lengths.astype(np.uint64) * _GOLDEN)
    for column in range(words.shape[1]):
        if int(counts.min()) > column:
            hashes = mixed((hashes + _GOLDEN) ^ words[:, column])
        else:
            rows = np.flatnonzero(counts > column)
            hashes[rows] = mixed((hashes[rows] + _GOLDEN) ^ words[rows, column])
    return np.maximum(hashes, np.uint64(1))


def joined(scopes: U64, hashes: U64) -> U64:
    """Hashes of pairs: what `hashes` names within what `scopes` names; 0 stays 0 (nothing is named)."""
    pairs = np.maximum(mixed((scopes * _GOLDEN) ^ hashes), np.uint64(1))
    return np.where(hashes == 0, np.uint64(0), pairs)

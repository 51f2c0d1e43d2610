"""Hashes that are equal for copies of a text, and near for near-copies.

Both read the tokens, so case, spaces and punctuation don't matter, and web addresses are gone. `RT @name:` in front is
dropped. Near-copies are told by their significant words alone (`terms`). 0 means that nothing is left to compare.
"""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.characters import AT
from detectors.text.hashing import INVERSES, POWERS, U64, Index, mix
from detectors.text.tokens import Tokens, tokenise

_MOST_TOKENS: Final = 255
"""Tokens that the simhash counts: a lane of eight bits holds no more."""


def _spread() -> U64:
    """For every byte, its eight bits as the lowest bits of eight bytes."""
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    return bits.view(np.uint64).ravel()


_SPREAD: Final = _spread()


def text_hashes(tokens: Tokens) -> U64:
    """The hash of each text's tokens in their order."""
    begin = _after_repost_mark(tokens)
    sums = np.zeros(len(tokens.start) + 1, np.uint64)
    np.cumsum(mix(tokens.hashes) * POWERS[: len(tokens.start)], out=sums[1:])
    whole: U64 = (sums[tokens.first[1:]] - sums[begin]) * INVERSES[begin]
    return whole


def near_hashes(tokens: Tokens, significant: Index) -> U64:
    """The simhash (Charikar, 2002) of each text's significant tokens: near-copies differ in few bits."""
    first = np.searchsorted(significant, tokens.first)
    text = tokens.text.take(significant)
    counted = significant[np.arange(len(significant)) - first.take(text) < _MOST_TOKENS]
    first = np.searchsorted(counted, tokens.first)
    octets = mix(tokens.hashes.take(counted)).view(np.uint8).reshape(-1, 8)
    lanes = np.zeros((8, len(counted) + 1), np.uint64)
    np.cumsum(_SPREAD.take(octets.T), axis=1, out=lanes[:, 1:])
    ones = np.ascontiguousarray((lanes[:, first[1:]] - lanes[:, first[:-1]]).T).view(np.uint8)
    most = ones > (np.diff(first) // 2).astype(np.uint8)[:, None]
    return np.packbits(most, axis=1).view(np.uint64).ravel()


@cache
def _repost_mark() -> np.uint64:
    """The hash of `RT`; not at import, because the first tokenising reads all of Unicode."""
    mark: np.uint64 = tokenise(["rt"]).hashes[0]
    return mark


def _after_repost_mark(tokens: Tokens) -> Index:
    """The first token of each text that counts: the third one where the text begins with `RT @name`."""
    begin = tokens.first[:-1]
    at = np.flatnonzero(tokens.first[1:] - begin >= 2)
    marked = at[tokens.hashes[begin[at]] == _repost_mark()]
    marked = marked[tokens.codes[tokens.start[begin[marked] + 1]] == AT]
    begin = begin.copy()
    begin[marked] += 2
    return begin


def bits_apart(left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    """In how many of the 64 bits two simhashes differ.

    >>> bits_apart(np.array([7], np.uint64), np.array([4], np.uint64)).tolist()
    [2]
    """
    bits: npt.NDArray[np.uint8] = np.bitwise_count(left ^ right)
    return bits

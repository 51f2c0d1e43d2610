"""Hashes that are equal for copies of a text, and near for near-copies.

Both read the tokens, so case, spaces and punctuation don't matter, and web addresses are gone. `RT @name:` in front is
dropped. Near-copies are told by their significant words alone (`terms`). 0 means that nothing is left to compare.
"""

from functools import cache
from typing import Final

import numpy as np

from detectors.text.arrays import U64, Index, places
from detectors.text.characters import AT
from detectors.text.hashing import INVERSES, POWERS
from detectors.text.tokens import Tokens, token_sums, tokenise

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
    amounts = tokens.mixed * POWERS.first(len(tokens.start))
    skipped = begin.compress(begin > tokens.first[:-1])
    amounts[skipped - 1] = amounts[skipped - 2] = 0
    whole: U64 = token_sums(tokens.first, amounts) * INVERSES.first(len(tokens.sums)).take(begin)
    return whole


def near_hashes(tokens: Tokens, significant: Index) -> U64:
    """The simhash (Charikar, 2002) of each text's significant tokens: near-copies differ in few bits."""
    first = significant.searchsorted(tokens.first)
    if (first[1:] - first[:-1]).max(initial=0) > _MOST_TOKENS:
        text = tokens.text.take(significant)
        significant = significant.compress(np.arange(len(significant)) - first.take(text) < _MOST_TOKENS)
        first = significant.searchsorted(tokens.first)
    octets = tokens.mixed.take(significant).view(np.uint8).reshape(-1, 8)
    ones = token_sums(first, _SPREAD.take(octets)).view(np.uint8)
    most = ones > ((first[1:] - first[:-1]) // 2).astype(np.uint8)[:, None]
    return np.packbits(most, axis=1).view(np.uint64).ravel()


@cache
def _repost_mark() -> np.uint64:
    """The hash of `RT`; not at import, because the first tokenising reads all of Unicode."""
    mark: np.uint64 = tokenise(["rt"]).hashes[0]
    return mark


def _after_repost_mark(tokens: Tokens) -> Index:
    """The first token of each text that counts: the third one where the text begins with `RT @name`."""
    begin = tokens.first[:-1].copy()
    at = places(tokens.first[1:] - begin >= 2)
    at = at.compress(tokens.hashes.take(begin.take(at)) == _repost_mark())
    at = at.compress(tokens.codes.take(tokens.start.take(begin.take(at) + 1)) == AT)
    begin[at] += 2
    return begin

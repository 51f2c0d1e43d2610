"""Up to eight words of a text that say what it is about, as hashes for counting.

Rules: hashtags come first (3 at most), then words in their order (6 together), then pairs of words with only
a space between them. No stop words, handles, addresses, numbers or pictures, and nothing shorter than three letters.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.text.arrays import U64, Flags, Index, places
from detectors.text.characters import APOSTROPHE, Codes
from detectors.text.hashing import chain, mix
from detectors.text.spellings import Spelled, Spellings
from detectors.text.tokens import Tokens

TERMS: Final = 8
_MOST_HASHTAGS: Final = 3
_MOST_SINGLE: Final = 6
_SHORTEST_CHARS: Final = 3
_HASHTAG: Final = np.uint64(0x9E3779B97F4A7C15)  # sets `#word` apart from `word`


@dataclass(frozen=True, slots=True)
class Terms:
    """Hashes (texts, 8), sorted, 0 for none; and the words that they stand for."""

    hashes: U64
    spellings: Spellings


def terms(tokens: Tokens, at: Index) -> Terms:
    """The terms of each text; `at` are the significant tokens."""
    start, end = tokens.start, tokens.end
    is_hashtag = tokens.points.take(start.take(at) - 1) == ord("#")
    slots = _Slots(tokens)
    tags = slots.taken_by(at.compress(is_hashtag), _MOST_HASHTAGS)
    words = slots.taken_by(at.compress(~is_hashtag), _MOST_SINGLE)
    pairs = slots.taken_by(_first_of_pairs(tokens, at), TERMS)
    hashes = np.concatenate(
        (
            mix(tokens.hashes.take(tags) ^ _HASHTAG),
            mix(tokens.hashes.take(words)),
            mix(chain(tokens.hashes.take(pairs), tokens.hashes.take(pairs + 1))),
        )
    )
    read = Spelled(
        tokens.points,
        hashes,
        np.concatenate((start.take(tags) - 1, start.take(words), start.take(pairs))),
        np.concatenate((end.take(tags), end.take(words), end.take(pairs + 1))),
    )
    return Terms(slots.filled(hashes), Spellings([read]))


def _first_of_pairs(tokens: Tokens, at: Index) -> Index:
    """The significant tokens that the next token follows after one space, if it is significant and of the same text."""
    before, after = at[:-1], at[1:]
    neighbours = before.compress(after - before == 1)
    end = tokens.end.take(neighbours)
    return neighbours.compress((tokens.points.take(end) == ord(" ")) & (tokens.start.take(neighbours + 1) == end + 1))


class _Slots:
    """The places for terms, filled from the left."""

    def __init__(self, tokens: Tokens) -> None:
        self._text = tokens.text
        self._used = np.zeros(tokens.texts, np.intp)
        self._cells: list[Index] = []

    def taken_by(self, token: Index, limit: int) -> Index:
        """Gives places to tokens in order until a text has `limit`; returns those that found one."""
        text = self._text.take(token)
        count = np.bincount(text, minlength=len(self._used))
        base = self._used + count - count.cumsum()
        slot = np.arange(len(text)) + base.take(text)
        fits = places(slot < limit)
        self._cells.append(text.take(fits) * TERMS + slot.take(fits))
        self._used = np.maximum(self._used, np.minimum(self._used + count, limit))
        return token.take(fits)

    def filled(self, hashes: U64) -> U64:
        """Each text's terms once, in the order of their hashes; `hashes` belong to all places in the order of giving."""
        table = np.zeros(len(self._used) * TERMS, np.uint64)
        table[np.concatenate(self._cells)] = hashes
        rows = np.sort(table.reshape(-1, TERMS), axis=1)
        rows[:, 1:] *= rows[:, 1:] != rows[:, :-1]
        return rows


def significant_tokens(tokens: Tokens, is_stop_word: Flags) -> Index:
    """The tokens that may be terms, by the rules above."""
    significant = (tokens.end - tokens.start >= _SHORTEST_CHARS) & ~is_stop_word
    _, handles = tokens.token_at(tokens.where("@"))
    significant[handles] = False
    at = places(significant)
    start, end = tokens.start.take(at), tokens.end.take(at)
    is_number = _is_digit(tokens.points.take(start)) & _is_digit(tokens.points.take(end - 1))
    return at.compress(~is_number & (tokens.codes.take(start) != APOSTROPHE))


def _is_digit(chars: Codes) -> Flags:
    return chars - np.uint32(ord("0")) < 10

"""Up to eight words of a text that say what it is about, as hashes for counting.

Rules: hashtags come first (3 at most), then words in their order (6 together), then pairs of words with only
a space between them. No stop words, handles, addresses, numbers or pictures, and nothing shorter than three letters.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.characters import APOSTROPHE, AT, SIGN_FLAG
from detectors.text.hashing import I32, U64, Index, chain, mix
from detectors.text.tokens import Tokens

TERMS: Final = 8
_MOST_HASHTAGS: Final = 3
_MOST_SINGLE: Final = 6
_SHORTEST_CHARS: Final = 3
_REPEAT_BITS: Final = 14
_HASHTAG: Final = np.uint64(0x9E3779B97F4A7C15)  # sets `#word` apart from `word`


@dataclass(frozen=True, slots=True)
class Terms:
    """Hashes (texts, 8), sorted, 0 for none; and where each term that occurs was read: hash, start, end."""

    hashes: U64
    seen: tuple[U64, Index, Index]


def terms(tokens: Tokens, at: Index) -> Terms:
    """The terms of each text; `at` are the significant tokens."""
    text = tokens.text.take(at)
    is_hashtag = tokens.chars.take(tokens.start.take(at) - 1) == ord("#")
    tags, words = at[is_hashtag], at[~is_hashtag]
    pairs = at[:-1][(np.diff(at) == 1) & (text[1:] == text[:-1]) & _space_follows(tokens, at[:-1])]
    slots = _Slots(tokens.texts)
    found = [
        slots.fill(tokens.text[tags], mix(tokens.hashes[tags] ^ _HASHTAG), tags, _MOST_HASHTAGS),
        slots.fill(tokens.text[words], mix(tokens.hashes[words]), words, _MOST_SINGLE),
        slots.fill(tokens.text[pairs], mix(chain(tokens.hashes[pairs], tokens.hashes[pairs + 1])), pairs, TERMS),
    ]
    lead, tail = (1, 0, 0), (0, 0, 1)
    start = [tokens.start[token] - more for (_, token), more in zip(found, lead, strict=True)]
    end = [tokens.end[token + more] for (_, token), more in zip(found, tail, strict=True)]
    seen = np.concatenate([hashes for hashes, _ in found]), np.concatenate(start), np.concatenate(end)
    return Terms(slots.distinct(), seen)


class _Slots:
    """The places for terms, filled from the left."""

    def __init__(self, texts: int) -> None:
        self._hashes = np.zeros((texts, TERMS), np.uint64)
        self._used = np.zeros(texts, np.int64)

    def fill(self, text: Index, hashes: U64, token: Index, limit: int) -> tuple[U64, Index]:
        """Adds candidates in order until a text has `limit`; returns those that found a place and their tokens."""
        count = np.bincount(text, minlength=len(self._used))
        first = np.cumsum(count) - count
        slot = np.arange(len(text)) - first[text] + self._used[text]
        fits = slot < limit
        self._hashes[text[fits], slot[fits]] = hashes[fits]
        self._used = np.maximum(self._used, np.minimum(self._used + count, limit))
        return hashes[fits], token[fits]

    def distinct(self) -> U64:
        """Each text's terms once, in the order of their hashes."""
        ordered = np.sort(self._hashes, axis=1)
        ordered[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
        return ordered


def significant_tokens(tokens: Tokens, rows: I32, is_stop_word: npt.NDArray[np.bool_]) -> Index:
    """The tokens that may be terms, by the rules above."""
    start, end = tokens.start, tokens.end
    initial = tokens.codes.take(start)
    significant: npt.NDArray[np.bool_] = (end - start >= _SHORTEST_CHARS) & (initial != APOSTROPHE) & (initial < SIGN_FLAG)
    significant &= ~is_stop_word.take(rows)
    significant &= ~(_is_digit(tokens.chars.take(start)) & _is_digit(tokens.chars.take(end - 1)))
    handles = np.searchsorted(start, np.flatnonzero(tokens.codes == AT), side="right") - 1
    significant[handles] = False
    return np.flatnonzero(significant)


def _space_follows(tokens: Tokens, at: Index) -> npt.NDArray[np.bool_]:
    """Whether one space stands between each token and the next one."""
    end = tokens.end.take(at)
    follows: npt.NDArray[np.bool_] = (tokens.chars.take(end) == ord(" ")) & (tokens.start.take(at + 1) == end + 1)
    return follows


def _is_digit(chars: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    return (chars - np.uint8(ord("0"))) < 10


def spellings(tokens: Tokens, found: Terms) -> dict[int, str]:
    """The word of each term that occurs, in lower case."""
    joined = tokens.joined
    hashes, start, end = found.seen
    once = _without_most_repeats(hashes)
    terms, start, end = hashes.take(once).tolist(), start.take(once).tolist(), end.take(once).tolist()
    return {term: joined[first:after].lower() for term, first, after in zip(terms, start, end, strict=True)}


def _without_most_repeats(hashes: U64) -> Index:
    """Places that hold every hash at least once and most only once: cheaper than sorting them."""
    place = np.arange(len(hashes))
    slot = (hashes >> np.uint64(64 - _REPEAT_BITS)).view(np.int64)
    last = np.zeros(1 << _REPEAT_BITS, np.intp)
    last[slot] = place
    seen_last = last.take(slot)
    return np.flatnonzero((seen_last == place) | (hashes.take(seen_last) != hashes))

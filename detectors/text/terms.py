"""Up to eight words of a text that say what it is about, as hashes for counting.

Rules: hashtags come first (3 at most), then words in their order (6 together), then phrases: two words with only a space, or
one stop word (`carne de caballo`), between them. No stop words, handles, addresses, numbers or pictures, and nothing shorter
than three letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from detectors.text.arrays import U64, Flags, Index, places
from detectors.text.characters import APOSTROPHE, Codes
from detectors.text.hashing import chain, mix
from detectors.text.spellings import Spelled, Spellings
from detectors.text.tokens import Tokens

TERMS: Final = 8
_LIMITS: Final = (3, 6, TERMS)  # hashtags; these and words; all
_SHORTEST_CHARS: Final = 3
_HASHTAG: Final = np.uint64(0x9E3779B97F4A7C15)  # sets `#word` apart from `word`


@dataclass(frozen=True, slots=True)
class Terms:
    """Hashes (texts, 8), sorted, 0 for none; and the words that they stand for."""

    hashes: U64
    spellings: Spellings


def terms(tokens: Tokens, at: Index, is_stop_word: Flags) -> Terms:
    """The terms of each text; `at` are the significant tokens."""
    is_hashtag = tokens.points.take(tokens.start.take(at) - 1) == ord("#")
    begins, size = _phrases(tokens, at, is_stop_word)
    kinds = at.compress(is_hashtag), at.compress(~is_hashtag), begins
    (tags, words, phrases), cells = _places_for(tokens, kinds)
    size = size.take(begins.searchsorted(phrases))
    of_tags = tokens.hashes.take(tags) ^ _HASHTAG
    hashes = np.concatenate((mix(of_tags), tokens.mixed.take(words), mix(_of_phrases(tokens, phrases, size))))
    start, end = tokens.start, tokens.end
    read = Spelled(
        tokens.points,
        hashes,
        np.concatenate((start.take(tags) - 1, start.take(words), start.take(phrases))),
        np.concatenate((end.take(tags), end.take(words), end.take(phrases + size))),
    )
    table = np.zeros(tokens.texts * TERMS, np.uint64)
    table[cells] = hashes
    return Terms(_distinct(table.reshape(-1, TERMS)), Spellings([read]))


def _phrases(tokens: Tokens, at: Index, is_stop_word: Flags) -> tuple[Index, Index]:
    """The significant tokens that begin a phrase, and how many tokens further it ends: 1, or 2 over a stop word."""
    before, size = at[:-1], at[1:] - at[:-1]
    near = places((size == 1) | ((size == 2) & is_stop_word.take(before + 1)))
    before, size = before.take(near), size.take(near)
    spaced = _is_followed_by_space(tokens, before) & _is_followed_by_space(tokens, before + size - 1)
    return before.compress(spaced), size.compress(spaced)


def _is_followed_by_space(tokens: Tokens, at: Index) -> Flags:
    """Whether one space, and nothing else, stands between each token and the next."""
    end = tokens.end.take(at)
    is_followed: Flags = (tokens.points.take(end) == ord(" ")) & (tokens.start.take(at + 1) == end + 1)
    return is_followed


def _of_phrases(tokens: Tokens, begins: Index, size: Index) -> U64:
    """The hashes of phrases."""
    hashes = chain(tokens.hashes.take(begins), tokens.hashes.take(begins + 1))
    longer = places(size == 2)
    hashes[longer] = chain(hashes.take(longer), tokens.hashes.take(begins.take(longer) + 2))
    return hashes


def _places_for(tokens: Tokens, kinds: Sequence[Index]) -> tuple[list[Index], Index]:
    """The candidates of each kind that find a place among the terms of their text, and the places of all.

    A kind fills the places from the left until all used ones are as many as its limit.
    """
    texts, sizes = tokens.texts, [len(kind) for kind in kinds]
    candidates = np.concatenate(kinds)
    group = tokens.text.take(candidates) + (np.arange(len(kinds)) * texts).repeat(sizes)
    count = np.bincount(group, minlength=len(kinds) * texts)
    used = np.zeros((len(kinds) + 1, texts), np.intp)
    for kind, limit in enumerate(_LIMITS):
        used[kind + 1] = np.minimum(used[kind] + count[kind * texts : (kind + 1) * texts], limit)
    before = count.cumsum() - count
    slot = np.arange(len(candidates)) + (used[:-1].ravel() - before).take(group)
    kept = places(slot < used[1:].ravel().take(group))
    found, ends = candidates.take(kept), kept.searchsorted(list(accumulate(sizes))).tolist()
    return [found[begin:end] for begin, end in pairwise([0, *ends])], group.take(kept) % texts * TERMS + slot.take(kept)


def _distinct(rows: U64) -> U64:
    """Each row's hashes once, in ascending order after zeros."""
    ordered = np.sort(rows, axis=1)
    ordered[:, 1:] *= ordered[:, 1:] != ordered[:, :-1]
    return ordered


def significant_tokens(tokens: Tokens, is_stop_word: Flags) -> Index:
    """The tokens that may be terms, by the rules above."""
    significant = (tokens.end - tokens.start >= _SHORTEST_CHARS) & ~is_stop_word
    _, handles = tokens.token_at(tokens.marks.where("@"))
    significant[handles] = False
    at = places(significant)
    start, end = tokens.start.take(at), tokens.end.take(at)
    is_number = _is_digit(tokens.points.take(start)) & _is_digit(tokens.points.take(end - 1))
    return at.compress(~is_number & (tokens.codes.take(start) != APOSTROPHE))


def _is_digit(chars: Codes) -> Flags:
    return chars - np.uint32(ord("0")) < 10

"""Phrases of several tokens, the last of which may be a prefix: `no funciona*`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from detectors.text.hashing import I32, U64, Filter, HashTable, Index, chain
from detectors.text.prefixes import STEM_LENGTH
from detectors.text.tokens import Tokens


@dataclass(frozen=True, slots=True)
class PhraseHits:
    """Phrases that occur, shorter ones first: their rows, first tokens and lengths in tokens."""

    row: I32
    first: Index
    length: Index


@dataclass(frozen=True, slots=True)
class PhraseHashes:
    """Rows by hash of whole phrases and of those that end in a prefix, and what leads to them."""

    whole: Mapping[int, int]
    ending_in_prefix: Mapping[int, int]
    prefix_lengths: Iterable[int]  # characters of the prefixes that phrases end in
    stems: U64  # phrases that end in a prefix, its first letters only
    beginnings: U64  # two tokens or more of a longer phrase


class Phrases:
    """Rows of phrases by the chained hash of their tokens."""

    def __init__(self, hashes: PhraseHashes, longest: int) -> None:
        """`longest` is the number of tokens of the longest phrase."""
        self._whole = HashTable(hashes.whole)
        self._ending_in_prefix = HashTable(hashes.ending_in_prefix)
        self._prefix_lengths = sorted(set(hashes.prefix_lengths))
        self._stems = Filter(hashes.stems)
        self._beginnings = Filter(hashes.beginnings)
        self._longest = longest

    def find(self, tokens: Tokens, at: Index) -> PhraseHits:
        """All phrases that begin at the given tokens."""
        head, limit = tokens.hashes[at], tokens.first[tokens.text[at] + 1]
        rows, firsts, lengths = [], [], []
        for length in range(2, self._longest + 1):
            inside = at + length <= limit
            at, head, limit = at[inside], head[inside], limit[inside]
            last = at + length - 1
            whole = chain(head, tokens.hashes[last])
            row = self._whole.find(whole)
            row = np.where(row > 0, row, self._prefixed(tokens, head, last))
            hit = np.flatnonzero(row)
            rows.append(row[hit])
            firsts.append(at[hit])
            lengths.append(np.full(len(hit), length, np.intp))
            goes_on = self._beginnings.may_hold(whole)
            at, head, limit = at[goes_on], whole[goes_on], limit[goes_on]
        return PhraseHits(np.concatenate(rows), np.concatenate(firsts), np.concatenate(lengths))

    def _prefixed(self, tokens: Tokens, head: U64, last: Index) -> I32:
        """The row of the phrase that ends in the longest prefix of the last token, 0 for none."""
        rows = np.zeros(len(last), np.int32)
        start, end = tokens.start[last], tokens.end[last]
        at = np.flatnonzero(end - start >= STEM_LENGTH)
        at = at[self._stems.may_hold(chain(head[at], tokens.piece(start[at], start[at] + STEM_LENGTH)))]
        for length in self._prefix_lengths:
            at = at[end[at] - start[at] >= length]
            found = self._ending_in_prefix.find(chain(head[at], tokens.piece(start[at], start[at] + length)))
            hit = found > 0
            rows[at[hit]] = found[hit]
        return rows

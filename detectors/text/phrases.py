"""Phrases of several tokens, the last of which may be a prefix: `no funciona*`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from detectors.text.affixes import PREFIX_STEM, Affix, Affixes
from detectors.text.hashing import I32, U64, Filter, HashTable, Index, chain
from detectors.text.tokens import Tokens


@dataclass(frozen=True, slots=True)
class PhraseHits:
    """Phrases that occur, shorter ones first: their rows, first tokens and lengths in tokens."""

    row: I32
    first: Index
    length: Index


class Phrases:
    """Rows of phrases by the chained hash of their tokens."""

    def __init__(self, whole: Mapping[int, int], open_ended: Iterable[Affix], beginnings: U64, longest: int) -> None:
        """`beginnings` are the hashes of two tokens or more that a phrase goes on after; `longest` counts tokens."""
        self._whole = HashTable(whole)
        self._open_ended = Affixes(open_ended)
        self._beginnings = Filter(beginnings)
        self._longest = longest

    def find(self, tokens: Tokens, at: Index) -> PhraseHits:
        """All phrases that begin at the given tokens."""
        head, limit = tokens.hashes.take(at), tokens.first.take(tokens.text.take(at) + 1)
        rows, firsts, lengths = [np.zeros(0, np.int32)], [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
        for length in range(2, self._longest + 1):
            inside = np.flatnonzero(at + length <= limit)
            at, head, limit = at.take(inside), head.take(inside), limit.take(inside)
            if not len(at):
                break
            last = at + length - 1
            whole = chain(head, tokens.hashes.take(last))
            row = self._whole.find(whole)
            row = np.where(row > 0, row, self._find_open(tokens, head, last))
            hit = np.flatnonzero(row)
            rows.append(row.take(hit))
            firsts.append(at.take(hit))
            lengths.append(np.full(len(hit), length, np.intp))
            goes_on = np.flatnonzero(self._beginnings.may_hold(whole))
            at, head, limit = at.take(goes_on), whole.take(goes_on), limit.take(goes_on)
        return PhraseHits(np.concatenate(rows), np.concatenate(firsts), np.concatenate(lengths))

    def _find_open(self, tokens: Tokens, head: U64, last: Index) -> I32:
        """The row of the phrase that ends in the longest prefix of the last token, 0 for none."""
        start = tokens.start.take(last)
        stem_end = np.minimum(start + PREFIX_STEM, len(tokens.codes))
        at, length = self._open_ended.candidates(chain(head, tokens.piece(start, stem_end)))
        if not len(at):
            return np.zeros(len(last), np.int32)
        fits = np.flatnonzero(length <= tokens.end.take(last.take(at)) - start.take(at))
        at, length = at.take(fits), length.take(fits)
        whole = chain(head[at], tokens.piece(start[at], start[at] + length))
        return self._open_ended.longest(len(last), at, whole)

"""Phrases of several tokens, the last of which may be a prefix: `no funciona*`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from detectors.text.affixes import PREFIX_STEM, Affix, Affixes
from detectors.text.arrays import I32, U64, Index, places
from detectors.text.hashing import Filter, HashTable, chain
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
        ends = list(open_ended)
        self._whole = HashTable(whole)
        self._open_ended = Affixes(ends)
        self._beginnings = Filter(beginnings)
        known = [*whole, *(affix.stem for affix in ends)]
        self._pairs = Filter(np.concatenate((np.array(known, np.uint64), beginnings)))
        self._longest = longest

    def find(self, tokens: Tokens, at: Index) -> PhraseHits:
        """All phrases that begin at the given tokens."""
        at, whole = self._promising(tokens, at)
        if not len(at):
            return PhraseHits(np.zeros(0, np.int32), at, at)
        head = tokens.hashes.take(at)
        limit = tokens.first.take(tokens.text.take(at) + 1)
        tries = [(at, head, whole)]
        for length in range(3, self._longest + 1):
            goes_on = places(self._beginnings.may_hold(whole) & (at + length <= limit))
            if not len(goes_on):
                break
            at, head, limit = at.take(goes_on), whole.take(goes_on), limit.take(goes_on)
            whole = chain(head, tokens.hashes.take(at + (length - 1)))
            tries.append((at, head, whole))
        sizes = np.arange(2, 2 + len(tries)).repeat([len(at) for at, _, _ in tries])
        at, head, whole = (np.concatenate(parts) for parts in zip(*tries, strict=True))
        row = self._whole.find(whole)
        row = np.where(row > 0, row, self._find_open(tokens, head, at + sizes - 1))
        hit = places(row > 0)
        return PhraseHits(row.take(hit), at.take(hit), sizes.take(hit))

    def _promising(self, tokens: Tokens, at: Index) -> tuple[Index, U64]:
        """Those tokens that may begin a phrase together with the next one, and the hash of both."""
        at = at.compress(at + 1 < tokens.first.take(tokens.text.take(at) + 1))
        head, start = tokens.hashes.take(at), tokens.start.take(at + 1)
        whole = chain(head, tokens.hashes.take(at + 1))
        stem = chain(head, tokens.piece(start, start + PREFIX_STEM))
        promising = places(self._pairs.may_hold(whole) | self._pairs.may_hold(stem))
        return at.take(promising), whole.take(promising)

    def _find_open(self, tokens: Tokens, head: U64, last: Index) -> I32:
        """The row of the phrase that ends in the longest prefix of the last token, 0 for none."""
        start = tokens.start.take(last)
        at, length = self._open_ended.candidates(chain(head, tokens.piece(start, start + PREFIX_STEM)))
        fits = places(length <= (tokens.end.take(last) - start).take(at))
        at, length = at.take(fits), length.take(fits)
        begin = start.take(at)
        return self._open_ended.longest(len(last), at, chain(head.take(at), tokens.piece(begin, begin + length)))

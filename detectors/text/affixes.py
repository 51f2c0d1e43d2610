"""The longest known beginning or ending of a word: `estaf*` in `estafadores`, `-ung` in `Kündigung`.

All lengths are tried in one look-up: the letters at the outside, the stem, say which lengths there are to try.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.text.hashing import I32, U64, HashTable, Index

PREFIX_STEM: Final = 4
"""Characters that a prefix has at least: shorter ones would match nearly anything."""

ENDING_STEM: Final = 3
"""Characters that an ending has at least."""


@dataclass(frozen=True, slots=True)
class Affix:
    """A known affix: the hash that finds it, the hash of its stem, its length and its number."""

    whole: int
    stem: int
    length: int
    row: int


class Affixes:
    """Numbers of affixes by hash. Its lengths are kept by stem: those of stem s are at `first[s]` up to `first[s + 1]`."""

    def __init__(self, affixes: Iterable[Affix]) -> None:
        known = list(affixes)
        lengths: dict[int, set[int]] = {0: set()}
        for affix in known:
            lengths.setdefault(affix.stem, set()).add(affix.length)
        self._rows = HashTable({affix.whole: affix.row for affix in known})
        self._stems = HashTable({stem: number for number, stem in enumerate(lengths) if number})
        self._lengths = np.array([length for some in lengths.values() for length in sorted(some)], np.intp)
        self._count = np.array([len(some) for some in lengths.values()], np.intp)
        self._first = np.cumsum(self._count) - self._count

    def candidates(self, stems: U64) -> tuple[Index, Index]:
        """Which words to try with which lengths, by word, then by length; `stems` are their outer letters."""
        stem = self._stems.find(stems)
        some = np.flatnonzero(stem)
        stem = stem.take(some)
        count = self._count.take(stem)
        shift = self._first.take(stem) - np.cumsum(count) + count
        place = np.arange(count.sum()) + np.repeat(shift, count)
        return np.repeat(some, count), self._lengths.take(place)

    def longest(self, count: int, at: Index, whole: U64) -> I32:
        """The number of the longest affix of each of `count` words, 0 for none, from the candidates' hashes."""
        rows = np.zeros(count, np.int32)
        found = self._rows.find(whole)
        hit = np.flatnonzero(found)
        rows[at.take(hit)] = found.take(hit)  # of several for one word the last is assigned, the longest
        return rows

"""The longest known beginning or ending of a word: `estaf*` in `estafadores`, `-ung` in `Kündigung`.

All lengths are tried in one look-up: the letters at the outside, the stem, say which lengths there are to try.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.text.arrays import I32, U64, Index, expanded, places
from detectors.text.hashing import HashTable, slots

PREFIX_STEM: Final = 4
"""Characters that a prefix has at least: shorter ones would match nearly anything."""

ENDING_STEM: Final = 3
"""Characters that an ending has at least."""

_BITS: Final = 16
"""2^16 places for some thousand stems: most words of a text are told at once to have none."""


@dataclass(frozen=True, slots=True)
class Affix:
    """A known affix: the hash that finds it, the hash of its stem, its length and its number."""

    whole: int
    stem: int
    length: int
    row: int


class Affixes:
    """Numbers of affixes by hash.

    The lengths to try are kept by the place of a stem: those of place p are `_lengths[_first[p]]` and the next
    `_count[p] - 1`. Two stems may share a place: then lengths are tried in vain.
    """

    def __init__(self, affixes: Iterable[Affix]) -> None:
        known = list(affixes)
        self._rows = HashTable({affix.whole: affix.row for affix in known})
        places_of_stems = slots(np.array([affix.stem for affix in known], np.uint64), _BITS).tolist()
        tries = sorted({(place, affix.length) for place, affix in zip(places_of_stems, known, strict=True)})
        count = np.bincount([place for place, _ in tries], minlength=1 << _BITS)
        self._count = count.astype(np.uint8)
        self._first = count.cumsum() - count
        self._lengths = np.array([length for _, length in tries], np.intp)

    def candidates(self, stems: U64) -> tuple[Index, Index]:
        """Which words to try with which lengths, by word, then by length; `stems` are their outer letters."""
        place = slots(stems, _BITS)
        some = places(self._count.take(place) > 0)
        place = place.take(some)
        count: Index = self._count.take(place).astype(np.intp)
        at, of = expanded(self._first.take(place), count)
        return some.take(of), self._lengths.take(at)

    def longest(self, count: int, at: Index, whole: U64) -> I32:
        """The number of the longest affix of each of `count` words, 0 for none, from the candidates' hashes."""
        rows = np.zeros(count, np.int32)
        if not len(at):
            return rows
        found = self._rows.find(whole)
        hit = places(found > 0)
        rows[at.take(hit)] = found.take(hit)  # of several for one word the last is assigned, the longest
        return rows

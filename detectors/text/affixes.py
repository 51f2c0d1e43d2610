"""The longest known beginning or ending of a word: `estaf*` in `estafadores`, `-ung` in `Kündigung`.

All lengths are tried in one look-up: the letters at the outside, the stem, say which lengths there are to try.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.text.arrays import I32, U64, Index, places
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

    The lengths to try are bits, by the place of a stem: the lowest one is the shortest length of all. Two stems may share
    a place: then lengths are tried in vain.
    """

    def __init__(self, affixes: Iterable[Affix]) -> None:
        known = list(affixes)
        self._rows = HashTable({affix.whole: affix.row for affix in known})
        self._shortest = min((affix.length for affix in known), default=0)
        width_bytes = (max((affix.length for affix in known), default=0) - self._shortest) // 8 + 1
        self._lengths = np.zeros((1 << _BITS, width_bytes), np.uint8)
        places_of_stems = slots(np.array([affix.stem for affix in known], np.uint64), _BITS).tolist()
        for place, affix in zip(places_of_stems, known, strict=True):
            byte, bit = divmod(affix.length - self._shortest, 8)
            self._lengths[place, byte] |= 1 << bit

    def candidates(self, stems: U64) -> tuple[Index, Index]:
        """Which words to try with which lengths, by word, then by length; `stems` are their outer letters."""
        bits = np.unpackbits(self._lengths.take(slots(stems, _BITS), axis=0), axis=1, bitorder="little")
        set_bits = places(bits.ravel())
        return set_bits // bits.shape[1], set_bits % bits.shape[1] + self._shortest

    def longest(self, count: int, at: Index, whole: U64) -> I32:
        """The number of the longest affix of each of `count` words, 0 for none, from the candidates' hashes."""
        rows = np.zeros(count, np.int32)
        found = self._rows.find(whole)
        hit = places(found > 0)
        rows[at.take(hit)] = found.take(hit)  # of several for one word the last is assigned, the longest
        return rows

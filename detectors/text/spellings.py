"""The words that terms stand for.

They are made when they are first asked for, because that costs a sixth of all the scoring.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from detectors.text.arrays import U64, Index, expanded, places
from detectors.text.characters import SEPARATOR, Codes
from detectors.text.tokens import as_text

_REPEAT_BITS: Final = 14


@dataclass(frozen=True, slots=True)
class Spelled:
    """Where the terms of a chunk of texts were read."""

    points: Codes
    hashes: U64
    start: Index
    end: Index

    def words(self) -> Iterator[tuple[int, str]]:
        """Each term that occurs and its word, in lower case; some come several times."""
        once = _without_most_repeats(self.hashes)
        start = self.start.take(once)
        size = self.end.take(once) - start + 1  # with the character behind, in whose place comes a separator
        at, _ = expanded(start, size)
        letters = self.points.take(at)
        letters[size.cumsum() - 1] = ord(SEPARATOR)
        words = as_text(letters).lower().split(SEPARATOR)
        return zip(self.hashes.take(once).tolist(), words, strict=False)  # nothing follows the last separator


class Spellings:
    """The words of all terms of a batch."""

    def __init__(self, parts: Sequence[Spelled]) -> None:
        self._parts = parts

    @classmethod
    def joined(cls, several: Iterable["Spellings"]) -> "Spellings":
        """The words of several batches."""
        return cls([part for spellings in several for part in spellings._parts])

    @cached_property
    def words(self) -> dict[int, str]:
        """The word of each term that occurs, in lower case."""
        words: dict[int, str] = {}
        for part in self._parts:
            words.update(part.words())
        return words


def _without_most_repeats(hashes: U64) -> Index:
    """Places that hold every hash at least once and most only once: cheaper than sorting them."""
    place = np.arange(len(hashes))
    slot = (hashes >> np.uint64(64 - _REPEAT_BITS)).view(np.int64)
    last = np.empty(1 << _REPEAT_BITS, np.intp)
    last[slot] = place
    seen_last = last.take(slot)
    return places((seen_last == place) | (hashes.take(seen_last) != hashes))

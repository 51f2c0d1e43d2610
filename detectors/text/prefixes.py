"""The longest known beginning of a word: `estaf*` in `estafadores`."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from detectors.text.characters import AT
from detectors.text.hashing import I32, U64, Filter, HashTable, Index
from detectors.text.tokens import Tokens

STEM_LENGTH: Final = 3
"""Letters that a prefix has at least; they are probed before its length is tried."""


class Prefixes:
    """Rows of prefixes by hash."""

    def __init__(self, rows: Mapping[int, int], lengths: Iterable[int], stems: U64) -> None:
        """`lengths` are those that occur, in characters; `stems` hashes of their first letters."""
        self._table = HashTable(rows)
        self._lengths = sorted(set(lengths))
        self._stems = Filter(stems, bits=16)

    def longest(self, tokens: Tokens, start: Index, end: Index) -> I32:
        """The row of the longest prefix of each piece of text, 0 for none. Handles have none."""
        rows = np.zeros(len(start), np.int32)
        at = np.flatnonzero((end - start >= STEM_LENGTH) & (tokens.codes[start] != AT))
        at = at[self._stems.may_hold(tokens.piece(start[at], start[at] + STEM_LENGTH))]
        for length in self._lengths:
            at = at[end[at] - start[at] >= length]
            found = self._table.find(tokens.piece(start[at], start[at] + length))
            hit = found > 0
            rows[at[hit]] = found[hit]
        return rows

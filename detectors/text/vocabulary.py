"""All that is known about words, as arrays with one row for each word, prefix and phrase.

Rules: a word as written beats its longest prefix; a longer phrase beats what is nested in it; in each language
only its own entries count, pictures included. A token that isn't known is tried again without what an apostrophe
ties to it (`l'arnaque`, `company's`).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from detectors.text.affixes import ENDING_STEM, PREFIX_STEM, Affixes
from detectors.text.characters import APOSTROPHE, AT, SIGN_FLAG
from detectors.text.hashing import I32, HashTable, Index
from detectors.text.phrases import Phrases
from detectors.text.tokens import Tokens

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

_SHORTEST_STEM: Final = 3


@dataclass(frozen=True, slots=True)
class Meanings:
    """What each row means: arrays of (languages, rows), or of (rows,). Row 0 is the unknown word."""

    weight: Floats  # -4 … 3
    weighs: Flags  # whether the language gives a weight
    role: npt.NDArray[np.uint8]  # `lexicon.Role`
    categories: npt.NDArray[np.uint16]
    votes: Floats  # what it says about each language
    has_vote: Flags  # (rows,)
    begins_phrase: Flags
    is_stop_word: Flags  # (rows,)

    def cells(self, lang: Index, rows: I32) -> Index:
        """Where the (languages, rows) arrays hold each row in its language, for `take`."""
        return lang * len(self.has_vote) + rows


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word list, ready for look-ups; `compile.compile_vocabulary` makes it."""

    words: HashTable
    prefixes: Affixes
    phrases: Phrases
    endings: Affixes  # they tell a language
    meanings: Meanings

    def rows(self, tokens: Tokens) -> I32:
        """The row of each token, 0 for unknown ones."""
        rows = self.words.find(tokens.hashes)
        unknown = np.flatnonzero(rows == 0)
        rows[unknown] = longest_prefix(self.prefixes, tokens, tokens.start[unknown], tokens.end[unknown])
        which, start, end = _without_clitics(tokens, rows)
        found = self.words.find(tokens.piece(start, end))
        rows[which] = np.where(found > 0, found, longest_prefix(self.prefixes, tokens, start, end))
        return rows

    def voting_rows(self, tokens: Tokens, rows: I32) -> I32:
        """The same rows, with that of its longest known ending for each unknown word."""
        code = tokens.codes.take(tokens.start)
        unknown = (rows == 0) & (code != AT) & (code < SIGN_FLAG)
        which = np.flatnonzero(unknown & (tokens.end - tokens.start > ENDING_STEM))
        end = tokens.end[which]
        at, length = self.endings.candidates(tokens.piece(end - ENDING_STEM, end))
        fits = np.flatnonzero(length < end.take(at) - tokens.start.take(which.take(at)))
        at, length = at.take(fits), length.take(fits)
        voting = rows.copy()
        voting[which] = self.endings.longest(len(which), at, tokens.piece(end.take(at) - length, end.take(at)))
        return voting


def longest_prefix(prefixes: Affixes, tokens: Tokens, start: Index, end: Index) -> I32:
    """The row of the longest prefix of each piece of text, 0 for none. Handles have none."""
    which = np.flatnonzero((end - start >= PREFIX_STEM) & (tokens.codes.take(start) != AT))
    start, end, count = start.take(which), end.take(which), len(start)
    at, length = prefixes.candidates(tokens.piece(start, start + PREFIX_STEM))
    fits = np.flatnonzero(length <= end.take(at) - start.take(at))
    at, length = at.take(fits), length.take(fits)
    begin = start.take(at)
    return prefixes.longest(count, which.take(at), tokens.piece(begin, begin + length))


def _without_clitics(tokens: Tokens, rows: I32) -> tuple[Index, Index, Index]:
    """Unknown tokens with an apostrophe inside, and the piece of each that is worth a second try."""
    at = np.flatnonzero(tokens.codes == APOSTROPHE)
    which = np.searchsorted(tokens.start, at, side="right") - 1
    inside = (which >= 0) & (tokens.end[which] > at)
    at, which = at[inside], which[inside]
    unknown = rows[which] == 0
    at, which = at[unknown], which[unknown]
    start, end = tokens.start[which], tokens.end[which]
    keeps_tail = end - at - 1 >= _SHORTEST_STEM
    return which, np.where(keeps_tail, at + 1, start), np.where(keeps_tail, end, at)

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
from detectors.text.arrays import I32, Flags, Index, places
from detectors.text.characters import APOSTROPHE, AT
from detectors.text.hashing import HashTable
from detectors.text.phrases import Phrases
from detectors.text.tokens import Tokens

Floats = npt.NDArray[np.float32]

_SHORTEST_STEM: Final = 3


class Trait:
    """Bits that say what there is to know about a word in a language: most have none and are looked up no further."""

    WEIGHS: Final = 1  # it has a weight or a role
    BEGINS_PHRASE: Final = 2
    HAS_CATEGORY: Final = 4
    IS_STOP_WORD: Final = 8  # in any language


@dataclass(frozen=True, slots=True)
class Meanings:
    """What each row means: arrays of (languages, rows), or of (rows, …). Row 0 is the unknown word."""

    weight: Floats  # -4 … 3
    weighs: Flags  # whether the language gives a weight
    role: npt.NDArray[np.uint8]  # `lexicon.Role`
    categories: npt.NDArray[np.uint16]
    traits: npt.NDArray[np.uint8]  # `Trait`
    votes: npt.NDArray[np.float64]  # (rows, languages): what it says about each language
    has_vote: Flags  # (rows,)

    def cells(self, lang: Index, rows: I32) -> Index:
        """Where the (languages, rows) arrays hold each row in its language, for `take`."""
        return lang * len(self.votes) + rows


@dataclass(frozen=True, slots=True)
class WordsInLang:
    """The tokens and phrases of a batch, each in the language of its text: where `Meanings` holds them."""

    cells: Index  # of each token
    traits: npt.NDArray[np.uint8]  # of each token
    phrase_cells: Index


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
        which, piece_start, piece_end = _without_clitics(tokens)
        hashes = np.concatenate((tokens.hashes, tokens.piece(piece_start, piece_end)))
        start, end = np.concatenate((tokens.start, piece_start)), np.concatenate((tokens.end, piece_end))
        rows = self.words.find(hashes)
        unknown = places(rows == 0)
        rows[unknown] = longest_prefix(self.prefixes, tokens, start.take(unknown), end.take(unknown))
        whole, pieces = rows[: len(tokens.start)], rows[len(tokens.start) :]
        again = places(whole.take(which) == 0)
        whole[which.take(again)] = pieces.take(again)
        return whole

    def voting_rows(self, tokens: Tokens, rows: I32, at: Index) -> I32:
        """The rows of the tokens `at`, with that of its longest known ending for each unknown word. Handles have none."""
        voting, start, end = rows.take(at), tokens.start.take(at), tokens.end.take(at)
        which = places((voting == 0) & (end - start > ENDING_STEM))
        start, end = start.take(which), end.take(which)
        tried, length = self.endings.candidates(tokens.piece(end - ENDING_STEM, end))
        start, end = start.take(tried), end.take(tried)
        fits = places((length < end - start) & (tokens.codes.take(start) != AT))
        tried, length, end = tried.take(fits), length.take(fits), end.take(fits)
        voting[which] = self.endings.longest(len(which), tried, tokens.piece(end - length, end))
        return voting


def longest_prefix(prefixes: Affixes, tokens: Tokens, start: Index, end: Index) -> I32:
    """The row of the longest prefix of each piece of text, 0 for none. Handles have none."""
    which = places(end - start >= PREFIX_STEM)
    stem = start.take(which)
    at, length = prefixes.candidates(tokens.piece(stem, stem + PREFIX_STEM))
    at = which.take(at)
    begin = start.take(at)
    fits = places((length <= end.take(at) - begin) & (tokens.codes.take(begin) != AT))
    at, begin = at.take(fits), begin.take(fits)
    return prefixes.longest(len(start), at, tokens.piece(begin, begin + length.take(fits)))


def _without_clitics(tokens: Tokens) -> tuple[Index, Index, Index]:
    """Tokens with an apostrophe inside, and the piece of each that is worth a second try."""
    marks = tokens.marks.at
    at, which = tokens.token_at(marks.compress(tokens.codes.take(marks) == APOSTROPHE))
    start, end = tokens.start.take(which), tokens.end.take(which)
    keeps_tail = end - at > _SHORTEST_STEM
    return which, np.where(keeps_tail, at + 1, start), np.where(keeps_tail, end, at)

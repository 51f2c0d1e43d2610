"""Scores of texts, remembered for a while: copies of one post are scored once.

A memory of rows that are overwritten in turn, oldest first. Its key is Python's own hash of text and language, which
differs from process to process; what comes out doesn't depend on it.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from detectors.text.arrays import places
from schemas.digest import DTYPES, TERMS
from streams.intake.distinct import distinct

U64 = NDArray[np.uint64]

_SLACK: Final = 2  # how far keys may outgrow the rows before those that are too old are thrown out
_COLUMNS: Final = ("negativity", "categories", "text", "near", "terms")


class Scores(Protocol):
    """What a scorer says about a batch: arrays of one item a text; `terms` has `TERMS` columns."""

    @property
    def negativity(self) -> NDArray[np.float32]: ...
    @property
    def categories(self) -> NDArray[np.uint16]: ...
    @property
    def text(self) -> U64: ...
    @property
    def near(self) -> U64: ...
    @property
    def terms(self) -> U64: ...
    @property
    def term_words(self) -> Mapping[int, str]: ...


class Scorer(Protocol):
    """Scores texts; `detectors.text.scorer.TextScorer` is one."""

    def score(self, texts: Sequence[str], langs: Sequence[str | None]) -> Scores:
        """The scores of the texts, in order."""
        ...


@dataclass(frozen=True, slots=True)
class ScoreColumns:
    """Scores as arrays. `term_words` has a word for every term in them, and may have more."""

    negativity: NDArray[np.float32]
    categories: NDArray[np.uint16]
    text: U64
    near: U64
    terms: U64
    term_words: Mapping[int, str]


class ScoreMemory:
    """A scorer that remembers."""

    def __init__(self, scorer: Scorer, rows: int = 16_384) -> None:
        """`rows`: texts remembered, about 200 bytes each."""
        self._scorer = scorer
        self._rows = rows
        self._number_of: dict[int, int] = {}  # key → which text it was, counted from the first; some are too old
        self._count = 0
        self._columns = _empty(rows)  # text n is in row n modulo `rows`
        self._words: deque[tuple[int, Mapping[int, str]]] = deque()  # number of the first text of a batch, words of all

    def score(self, texts: Sequence[str], langs: Sequence[str | None]) -> ScoreColumns:
        """The scores of the texts, in order."""
        keys = list(map(hash, zip(texts, langs, strict=True)))
        known = np.fromiter(map(self._number_of.get, keys, repeat(-1)), np.intp, len(keys))
        is_known = (known >= 0) & (known >= self._count - self._rows)
        if is_known.all():
            return self._remembered(known)
        unknown = places(~is_known).tolist()
        new = [keys[index] for index in unknown] if len(unknown) < len(keys) else keys
        chosen = dict(zip(new, unknown, strict=True))  # of copies one, in the order of the first ones
        place_of = dict(zip(chosen, range(len(chosen)), strict=True))
        place = np.fromiter(map(place_of.__getitem__, new), np.intp, len(new))
        scored = self._scorer.score([texts[index] for index in chosen.values()], [langs[index] for index in chosen.values()])
        found = self._merged(known, is_known, place, scored)
        self._remember(list(chosen), scored)
        return found

    def _merged(
        self, known: NDArray[np.intp], is_known: NDArray[np.bool_], place: NDArray[np.intp], scored: Scores
    ) -> ScoreColumns:
        """Remembered scores, and for the other texts, in their order, those at `place` of the scored ones."""
        columns = {name: getattr(scored, name)[place] for name in _COLUMNS}
        if len(place) == len(known):
            return ScoreColumns(**columns, term_words=scored.term_words)
        numbers, out = known[is_known], {}
        for name, column in columns.items():
            out[name] = np.empty((len(known), *column.shape[1:]), column.dtype)
            out[name][is_known] = self._columns[name][numbers % self._rows]
            out[name][~is_known] = column
        words = dict(scored.term_words)
        for term, word in self._words_of(numbers).items():
            words.setdefault(term, word)
        return ScoreColumns(**out, term_words=words)

    def _remembered(self, known: NDArray[np.intp]) -> ScoreColumns:
        columns = {name: column[known % self._rows] for name, column in self._columns.items()}
        return ScoreColumns(**columns, term_words=self._words_of(known))

    def _words_of(self, numbers: NDArray[np.intp]) -> dict[int, str]:
        """The words of the terms of remembered texts."""
        words: dict[int, str] = {}
        begins = np.array([begin for begin, _ in self._words], np.intp)
        batch = np.searchsorted(begins, numbers, side="right") - 1
        for each in distinct(batch).tolist():
            terms = self._columns["terms"][numbers[batch == each] % self._rows]
            known = self._words[each][1]
            words.update({term: known[term] for term in distinct(terms).tolist() if term})
        return words

    def _remember(self, keys: list[int], scored: Scores) -> None:
        kept = min(len(keys), self._rows)
        begin = self._count + len(keys) - kept
        self._count += len(keys)
        numbers = range(begin, self._count)
        rows = np.arange(begin, self._count) % self._rows
        for name, column in self._columns.items():
            column[rows] = getattr(scored, name)[-kept:]
        self._number_of.update(zip(keys[-kept:], numbers, strict=True))
        self._words.append((begin, scored.term_words))
        oldest = self._count - self._rows
        while len(self._words) > 1 and self._words[1][0] <= oldest:
            self._words.popleft()
        if len(self._number_of) > _SLACK * self._rows:
            self._number_of = {key: number for key, number in self._number_of.items() if number >= oldest}


def _empty(rows: int) -> dict[str, NDArray[Any]]:
    return {name: np.zeros((rows, TERMS) if name == "terms" else rows, DTYPES[name]) for name in _COLUMNS}

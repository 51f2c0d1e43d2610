"""Scores of texts, remembered for a while: copies of one post are scored once.

A memory of rows that are overwritten in turn, oldest first. Its key is Python's own hash of text and language, which
differs from process to process; what comes out doesn't depend on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from schemas.digest import DTYPES, TERMS

U64 = NDArray[np.uint64]

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
        self._row_of: dict[int, int] = {}
        self._key_of: list[int | None] = [None] * rows
        self._next = 0
        self._columns = _empty(rows)
        self._words: dict[int, str] = {}

    def score(self, texts: Sequence[str], langs: Sequence[str | None]) -> ScoreColumns:
        """The scores of the texts, in order."""
        keys = list(map(hash, zip(texts, langs, strict=True)))
        known = np.fromiter((self._row_of.get(key, -1) for key in keys), np.intp, len(keys))
        unknown = np.flatnonzero(known < 0).tolist()
        new: dict[int, int] = {}
        for index in unknown:
            new.setdefault(keys[index], index)
        first = list(new.values())
        scored = self._scorer.score([texts[index] for index in first], [langs[index] for index in first]) if first else None
        if scored is not None and len(first) == len(keys):
            out, words = {name: getattr(scored, name) for name in _COLUMNS}, scored.term_words
        else:
            out, words = self._merged(known, keys, new, scored)
        if scored is not None:
            self._remember(first, keys, scored)
        return ScoreColumns(**out, term_words=words)

    def _merged(
        self, known: NDArray[np.intp], keys: list[int], new: dict[int, int], scored: Scores | None
    ) -> tuple[dict[str, NDArray[np.generic]], dict[int, str]]:
        """Columns out of remembered and new scores."""
        out = {name: column[known] for name, column in self._columns.items()}
        remembered = np.unique(out["terms"][known >= 0]).tolist()
        words = {term: self._words[term] for term in remembered if term}
        if scored is not None:
            place = {key: place for place, key in enumerate(new)}
            unknown = np.flatnonzero(known < 0)
            source = np.array([place[keys[index]] for index in unknown.tolist()], np.intp)
            for name in _COLUMNS:
                out[name][unknown] = getattr(scored, name)[source]
            words.update(scored.term_words)
        return out, words

    def _remember(self, first: list[int], keys: list[int], scored: Scores) -> None:
        kept = min(len(first), self._rows)
        rows = (self._next + np.arange(kept)) % self._rows
        for row, index in zip(rows.tolist(), first[-kept:], strict=True):
            if (old := self._key_of[row]) is not None:
                del self._row_of[old]
            self._key_of[row] = keys[index]
            self._row_of[keys[index]] = row
        for name, column in self._columns.items():
            column[rows] = getattr(scored, name)[-kept:]
        self._next = (self._next + kept) % self._rows
        self._words.update(scored.term_words)
        if len(self._words) > 2 * TERMS * self._rows:
            self._words = {term: self._words[term] for term in np.unique(self._columns["terms"]).tolist() if term}


def _empty(rows: int) -> dict[str, NDArray[np.generic]]:
    return {name: np.zeros((rows, TERMS) if name == "terms" else rows, DTYPES[name]) for name in _COLUMNS}

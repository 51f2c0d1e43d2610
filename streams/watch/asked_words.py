"""What those who ask a brand talk about: the words of the last questions, faded with the promise as half-life. Pure."""

from collections.abc import Mapping
from typing import Any

from detectors.ranking import most_frequent
from streams.watch.names import Names

MOST_TERMS = 24
MANY_WORDS = 8 * MOST_TERMS


class AskedWords:
    """Terms by how often they were said lately, and their words; bounded."""

    __slots__ = ("_coming", "_kept", "learned_min", "terms", "words")

    def __init__(self) -> None:
        self.terms: dict[int, float] = {}
        self.words: dict[int, str] = {}
        self.learned_min = 0
        self._coming: dict[int, dict[int, int]] = {}  # by minute, of those that aren't over
        self._kept = 0  # words that were needed when some were last forgotten; in a replay those of thousands of minutes

    def put(self, minute: int, terms: Mapping[int, int], names: Names) -> None:
        """The terms of questions of one minute, while their names are known."""
        counts = self._coming.setdefault(minute, {})
        for term, count in terms.items():
            counts[term] = counts.get(term, 0) + count
        if len(counts) > 2 * MOST_TERMS:
            self._coming[minute] = most_frequent(counts, MOST_TERMS)
        self.words.update(names.words_of(terms.keys() - self.words.keys()))

    def learn(self, minute: int, half_life_s: float) -> None:
        """That minute is over."""
        said = self._coming.pop(minute, None)
        if said is None:
            return
        kept = 0.5 ** (max(0, minute - self.learned_min) * 60 / half_life_s)
        self.learned_min = max(minute, self.learned_min)
        counts = {term: count * kept for term, count in self.terms.items()}
        for term, count in said.items():
            counts[term] = counts.get(term, 0.0) + count
        best = sorted(counts, key=lambda term: (-counts[term], term))[:MOST_TERMS]
        self.terms = {term: counts[term] for term in best}
        if len(self.words) > max(MANY_WORDS, 2 * self._kept):
            self.forget()

    def forget(self) -> None:
        """Keeps the words of terms that are known."""
        asked = self.terms.keys() | {term for terms in self._coming.values() for term in terms}
        self.words = {term: word for term, word in sorted(self.words.items()) if term in asked}
        self._kept = len(self.words)

    def to_state(self) -> tuple[list[Any], dict[int, dict[int, int]]]:
        """Plain values: what is known, and what is to come."""
        self.forget()
        return [self.terms, self.words], self._coming

    @classmethod
    def from_state(cls, known: list[Any], coming: Mapping[int, Mapping[int, int]], learned_min: int) -> "AskedWords":
        """What `to_state` described."""
        asked = cls()
        asked.terms, asked.words = dict(known[0]), dict(known[1])
        asked._coming = {minute: dict(terms) for minute, terms in coming.items()}
        asked.learned_min = learned_min
        return asked

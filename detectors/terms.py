"""What is said now and wasn't before, in constant memory."""

from dataclasses import dataclass
from math import log, log2

import numpy as np
from numpy.typing import NDArray

PAST_SIZE = 256
HALF_LIFE_DAYS = 14.0  # as the season of the baseline: a fortnight of talk is a brand's usual talk
PRIOR_MENTIONS = 50.0  # an unseen term is taken as said .5 times in 50 mentions
LEAST = 3  # a word that two people used is no topic
FORGOTTEN = 0.05  # a term whose count has faded to this is as good as unseen


@dataclass(frozen=True, slots=True)
class Emerging:
    """A term that a window has more often than usual."""

    term: int
    count: int
    bits: float
    """log2 of how many times more often than usual: 1 = twice, 5 = 32 times."""


class UsualTerms:
    """How often each term occurs in a brand's negative mentions, long-term; the least used are forgotten first.

    A term's surprise in a window of n mentions that has it c times is the Poisson deviance against its usual share q:
    c ln(c/(q n)) − (c − q n), q = (past + .5)/(mentions + 50), zero when c ≤ q n.

    >>> usual = UsualTerms()
    >>> usual.learn({1: 40, 2: 3}, mentions=50)
    >>> usual.emerging({1: 5, 3: 6}, mentions=10, most=2)
    [Emerging(term=3, count=6, bits=6.9)]
    """

    __slots__ = ("_counts", "_terms", "mentions")

    def __init__(self) -> None:
        self._terms = np.zeros(0, np.uint64)  # ascending
        self._counts = np.zeros(0, np.float32)
        self.mentions = 0.0

    @property
    def counts(self) -> dict[int, float]:
        """How often each remembered term was said."""
        return dict(zip(self._terms.tolist(), self._counts.tolist(), strict=True))

    def learn(self, terms: dict[int, int], mentions: int) -> None:
        """Takes in the terms of a stretch of time that is over."""
        self.mentions += mentions
        said = np.fromiter(terms.keys(), np.uint64, len(terms))
        counts = np.fromiter(terms.values(), np.float32, len(terms))
        self._terms, place = np.unique(np.concatenate((self._terms, said)), return_inverse=True)
        sums = np.bincount(place, np.concatenate((self._counts, counts)), len(self._terms))
        self._counts = sums.astype(np.float32)
        if len(self._terms) > PAST_SIZE:
            self._keep(np.sort(np.lexsort((self._terms, -self._counts))[:PAST_SIZE]))

    def fade(self, days: float) -> None:
        """Forgets with a half-life of a fortnight."""
        factor = 0.5 ** (days / HALF_LIFE_DAYS)
        self.mentions *= factor
        self._counts *= np.float32(factor)
        self._keep(np.flatnonzero(self._counts > FORGOTTEN))

    def _keep(self, places: NDArray[np.intp]) -> None:
        self._terms, self._counts = self._terms[places], self._counts[places]

    def surprise(self, past: float, count: int, mentions: int) -> float:
        """Nats by which a term that was said `past` times is more frequent than usual; 0 when it isn't."""
        expected = self._usual_share(past) * mentions
        return count * log(count / expected) - (count - expected) if count > expected else 0.0

    def emerging(self, terms: dict[int, int], mentions: int, most: int) -> list[Emerging]:
        """The terms of a window that are new for this brand, most surprising first, at most `most`."""
        past = self.counts
        scored = [(self.surprise(past.get(t, 0.0), c, mentions), t) for t, c in terms.items() if c >= LEAST]
        found = [t for score, t in sorted(scored, key=lambda item: (-item[0], item[1]))[:most] if score > 2.0]
        return [Emerging(t, terms[t], self._bits(past.get(t, 0.0), terms[t], mentions)) for t in found]

    def _bits(self, past: float, count: int, mentions: int) -> float:
        return round(log2(count / (self._usual_share(past) * mentions)), 1)

    def _usual_share(self, past: float) -> float:
        return (past + 0.5) / (self.mentions + PRIOR_MENTIONS)

    def to_state(self) -> list[object]:
        """Plain values, in the order of `from_state`."""
        return [self._terms.astype("<u8").tobytes(), self._counts.astype("<f4").tobytes(), self.mentions]

    @classmethod
    def from_state(cls, state: list) -> "UsualTerms":  # type: ignore[type-arg]  # plain values
        """The memory that `to_state` described."""
        usual = cls()
        usual._terms, usual._counts = np.frombuffer(state[0], "<u8").copy(), np.frombuffer(state[1], "<f4").copy()
        usual.mentions = state[2]
        return usual

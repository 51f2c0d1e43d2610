"""The words of the terms that lately were said about one brand. Pure."""

from collections import Counter
from collections.abc import Iterable

from detectors.ranking import most_frequent
from streams.watch.names import Names

MOST_WORDS = 400
MANY_WORDS = 150  # from here on those that nothing of the last hour says are forgotten now and then


class Words:
    """Term → word; bounded."""

    __slots__ = ("known",)

    def __init__(self, known: dict[int, str] | None = None) -> None:
        self.known = known or {}

    def learn(self, terms: Iterable[int], names: Names) -> bool:
        """Looks the words of these terms up; whether there are so many now that some should be forgotten."""
        self.known.update(names.words_of(set(terms) - self.known.keys()))
        return len(self.known) > 2 * MOST_WORDS

    def forget(self, blocks: Iterable[dict[int, int]]) -> None:
        """Keeps those of terms that a block of the last hour has, the most frequent ones when they are many."""
        said = list(blocks)
        used = self.known.keys() & set().union(*said)
        if len(used) > MOST_WORDS:
            counts: Counter[int] = Counter()
            for terms in said:
                counts.update({term: terms[term] for term in terms.keys() & used})
            used = set(most_frequent(counts, MOST_WORDS))
        self.known = {term: self.known[term] for term in sorted(used)}

    def to_state(self) -> dict[int, str]:
        """Plain values, in an order that doesn't depend on when they came."""
        return {term: self.known[term] for term in sorted(self.known)}

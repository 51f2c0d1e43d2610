"""What is said now and wasn't before, in constant memory."""

from math import log

PAST_SIZE = 512
HALF_LIFE_DAYS = 14.0  # as the season of the baseline: a fortnight of talk is a brand's usual talk
PRIOR_MENTIONS = 50.0  # an unseen term is taken as said .5 times in 50 mentions
LEAST = 3  # a word that two people used is no topic


class UsualTerms:
    """How often each term occurs in a brand's negative mentions, long-term; the least used are forgotten first.

    A term's surprise in a window of n mentions that has it c times is the Poisson deviance against its usual share q:
    c ln(c/(q n)) − (c − q n), q = (past + .5)/(mentions + 50), zero when c ≤ q n.

    >>> usual = UsualTerms()
    >>> usual.learn({1: 40, 2: 3}, mentions=50)
    >>> usual.emerging({1: 5, 3: 6}, mentions=10, most=2)
    [3]
    """

    __slots__ = ("counts", "mentions")

    def __init__(self) -> None:
        self.counts: dict[int, float] = {}
        self.mentions = 0.0

    def learn(self, terms: dict[int, int], mentions: int) -> None:
        """Takes in the terms of a stretch of time that is over."""
        self.mentions += mentions
        for term, count in terms.items():
            self.counts[term] = self.counts.get(term, 0.0) + count
        if len(self.counts) > 2 * PAST_SIZE:
            kept = sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))[:PAST_SIZE]
            self.counts = dict(kept)

    def fade(self, days: float) -> None:
        """Forgets with a half-life of a fortnight."""
        factor = 0.5 ** (days / HALF_LIFE_DAYS)
        self.mentions *= factor
        self.counts = {term: count * factor for term, count in self.counts.items() if count * factor > 0.05}

    def surprise(self, term: int, count: int, mentions: int) -> float:
        """Nats by which the term is more frequent than usual; 0 when it isn't."""
        expected = (self.counts.get(term, 0.0) + 0.5) / (self.mentions + PRIOR_MENTIONS) * mentions
        return count * log(count / expected) - (count - expected) if count > expected else 0.0

    def emerging(self, terms: dict[int, int], mentions: int, most: int) -> list[int]:
        """The terms of a window that are new for this brand, most surprising first, at most `most`."""
        scored = [(self.surprise(t, c, mentions), t) for t, c in terms.items() if c >= LEAST]
        return [t for score, t in sorted(scored, key=lambda item: (-item[0], item[1]))[:most] if score > 2.0]

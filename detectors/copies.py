"""How often one text has been said lately: what is bought or shared a thousand times is evidence a few times only."""

from collections.abc import Sequence
from typing import Any

from detectors.ranking import most_frequent

GENERATION_MIN = 30  # two generations: a text is remembered for 30 to 60 min
MOST_TEXTS = 256
LIMIT = 4  # copies of one text within the hour that still count as evidence: a storm brings new texts, bought copies don't


class CopyLimit:
    """Says of each mention whether its text has been seen fewer than `limit` times in this half hour and the one before.

    Distinct authors don't expose bought retweets (one text, 1,374 authors), and leaving all copies out would hide a real
    storm that spreads by sharing: so the first few count, the rest don't. Hash 0 (no text to speak of) always counts.
    Half hours are counted each for itself, since in a backlog a source partition may be hours ahead of the others.

    >>> limit = CopyLimit(limit=2)
    >>> limit.fresh([5, 5, 5, 0, 0, 0], minute=1)
    [True, True, False, True, True, True]
    """

    __slots__ = ("_counts", "limit", "most")

    def __init__(self, limit: int = LIMIT, most: int = MOST_TEXTS) -> None:
        """`most`: texts that are remembered of a half hour with more than twice as many."""
        self.limit = limit
        self.most = most
        self._counts: dict[int, dict[int, int]] = {}  # by half hour: how often each text was said

    def fresh(self, texts: Sequence[int], minute: int) -> list[bool]:
        """Whether each counts, in order; they are remembered."""
        generation = minute // GENERATION_MIN
        now, before = self._counts.setdefault(generation, {}), self._counts.get(generation - 1, {})
        new = dict.fromkeys(texts, 1)
        if len(new) == len(texts) and new.keys().isdisjoint(now) and new.keys().isdisjoint(before):  # nearly always
            now.update(new)
            out = [True] * len(texts)
        else:
            out = self._weighed(texts, now, before)
        if len(now) > 2 * self.most:
            self._counts[generation] = most_frequent(now, self.most)
        return out

    def heard(self, minute: int) -> tuple[set[int], set[int]]:
        """What has been said in this half hour, and in the one before."""
        now, before = (self._counts.get(minute // GENERATION_MIN - back, {}) for back in (0, 1))
        return set(now), set(before)

    def _weighed(self, texts: Sequence[int], now: dict[int, int], before: dict[int, int]) -> list[bool]:
        out = []
        for text in texts:
            count = now.get(text, 0)
            out.append(text == 0 or count + before.get(text, 0) < self.limit)
            now[text] = count + 1
        return out

    def forget(self, minute: int) -> None:
        """Forgets what no mention of this minute or a later one needs."""
        for generation in [g for g in self._counts if g < minute // GENERATION_MIN - 1]:
            del self._counts[generation]

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`."""
        return [self._counts]

    @classmethod
    def from_state(cls, state: Sequence[Any], limit: int = LIMIT, most: int = MOST_TEXTS) -> "CopyLimit":
        """The memory that `to_state` described."""
        memory = cls(limit, most)
        memory._counts = {generation: dict(counts) for generation, counts in state[0].items()}
        return memory

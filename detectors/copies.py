"""How often one text has been said lately: what is bought or shared a thousand times is evidence a few times only."""

from collections.abc import Iterable

GENERATION_MIN = 30  # two generations: a text is remembered for 30 to 60 min
MOST_TEXTS = 256
LIMIT = 4  # copies of one text within the hour that still count as evidence: a storm brings new texts, bought copies don't


class CopyLimit:
    """Says of each mention whether its text has been seen fewer than `limit` times in the last 30–60 minutes.

    Distinct authors don't expose bought retweets (one text, 1,374 authors), and leaving all copies out would hide a real
    storm that spreads by sharing: so the first few count, the rest don't. Hash 0 (no text to speak of) always counts.

    >>> limit = CopyLimit(limit=2)
    >>> limit.fresh([5, 5, 5, 0, 0, 0], minute=1)
    [True, True, False, True, True, True]
    """

    __slots__ = ("_before", "_generation", "_now", "limit")

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self._generation = 0
        self._now: dict[int, int] = {}
        self._before: dict[int, int] = {}

    def fresh(self, texts: Iterable[int], minute: int) -> list[bool]:
        """Whether each counts, in order; they are remembered."""
        self._turn(minute // GENERATION_MIN)
        now, before, limit = self._now, self._before, self.limit
        out = []
        for text in texts:
            count = now.get(text, 0)
            out.append(text == 0 or count + before.get(text, 0) < limit)
            now[text] = count + 1
        if len(now) > 2 * MOST_TEXTS:
            self._now = dict(sorted(now.items(), key=lambda i: (-i[1], i[0]))[:MOST_TEXTS])
        return out

    def _turn(self, generation: int) -> None:
        if generation > self._generation:
            self._before = self._now if generation == self._generation + 1 else {}
            self._now = {}
            self._generation = generation

    def to_state(self) -> list[object]:
        """Plain values, in the order of `from_state`."""
        return [self._generation, self._now, self._before]

    @classmethod
    def from_state(cls, state: list, limit: int = LIMIT) -> "CopyLimit":  # type: ignore[type-arg]  # plain values
        """The memory that `to_state` described."""
        memory = cls(limit)
        memory._generation, memory._now, memory._before = state[0], dict(state[1]), dict(state[2])
        return memory

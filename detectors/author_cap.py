"""Who has been angry lately: somebody who writes every minute is one voice, not sixty an hour."""

from collections.abc import Sequence

GENERATION_MIN = 30  # two generations: somebody is remembered for 30 to 60 min
MOST_AUTHORS = 256
"""Of a half hour. Where more are angry, one who writes once a minute is an eighth of what is said at most."""
_CUT = 0xFFFFFFFF


class AuthorCap:
    """Says of each mention whether its author is new in this half hour and the one before.

    Evidence counts the distinct authors of a minute. Without a cap one account that complains once a minute is a new
    author in each, and a brand of which thirty people an hour complain rings for it. Who asks calmly and is angry later is
    counted as both. Hash 0 (nobody is named) always counts. Once a half hour has more than `MOST_AUTHORS`, everybody counts
    for the rest of it and in the next. Half hours are remembered each for itself, as in `detectors.copies`; hashes are cut
    to 32 bits.

    >>> cap = AuthorCap()
    >>> cap.count([5, 5, 7, 0, 0], [True, True, True, True, True], minute=1)
    [True, False, True, True, True]
    >>> cap.count([5, 5], [False, True], minute=31)
    [True, False]
    """

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[int, set[int] | None] = {}  # by half hour; None: more than can be remembered

    def count(self, writers: Sequence[int], angry: Sequence[int], minute: int) -> list[bool]:
        """Whether each counts, in order; they are remembered."""
        generation = minute // GENERATION_MIN
        now, before = self._seen.setdefault(generation, set()), self._seen.get(generation - 1, set())
        out = []
        for writer, is_angry in zip(writers, angry, strict=True):
            who = writer & _CUT if is_angry else ~writer & _CUT
            out.append(writer == 0 or now is None or before is None or not (who in now or who in before))
            if now is not None:
                now.add(who)
                if len(now) > MOST_AUTHORS:
                    now = self._seen[generation] = None
        return out

    def forget(self, minute: int) -> None:
        """Forgets what no mention of this minute or a later one needs."""
        for generation in [g for g in self._seen if g < minute // GENERATION_MIN - 1]:
            del self._seen[generation]

    def to_state(self) -> dict[int, list[int] | None]:
        """Plain values."""
        return {generation: None if seen is None else sorted(seen) for generation, seen in self._seen.items()}

    @classmethod
    def from_state(cls, state: dict[int, list[int] | None]) -> "AuthorCap":
        """The memory that `to_state` described."""
        cap = cls()
        cap._seen = {generation: None if seen is None else set(seen) for generation, seen in state.items()}
        return cap

"""Who has spoken up lately: somebody who writes every minute is one voice, not sixty an hour."""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from detectors.clock import DAY_MIN
from detectors.part import little_endian

FORGOTTEN_MIN = 45
"""Who was silent for longer is somebody new."""
MOST_A_DAY = 4
"""So often somebody counts where days are compared."""
MOST_AUTHORS = 256
"""Remembered at a time. Who isn't among them counts each minute; where so many are angry, one person is little."""
_TIDY_MIN = 15
_CUT = 0xFFFFFFFF
_DAY_CUT = 0xFFFF


class AuthorCap:
    """Says of each mention that may be evidence whether its author is new: was silent for three quarters of an hour.

    Evidence counts the distinct authors of a minute. Without a cap one account that complains once a minute is a new
    author in each, and a brand of which thirty people an hour complain rings for it. Hash 0 (nobody is named) always
    counts; hashes are cut to 32 bits. Minutes come in their order. Were all forgotten together, say each half hour,
    regulars would count in waves.

    >>> cap = AuthorCap()
    >>> cap.count([5, 5, 7, 0, 0], minute=1)
    [True, False, True, True, True]
    >>> cap.count([5, 8], minute=31), cap.count([5, 7], minute=60)
    ([False, True], [False, True])
    """

    __slots__ = ("_seen", "_tidied_min")

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}  # by author the minute when he last spoke up
        self._tidied_min = 0

    def count(self, writers: Sequence[int], minute: int) -> list[bool]:
        """Whether each counts, in order; they are remembered."""
        if minute >= self._tidied_min + _TIDY_MIN:
            self._seen = {who: last for who, last in self._seen.items() if minute - last <= FORGOTTEN_MIN}
            self._tidied_min = minute
        seen, out = self._seen, []
        for writer in writers:
            who = writer & _CUT
            last = seen.get(who)
            out.append(writer == 0 or last is None or minute - last > FORGOTTEN_MIN)
            if last is not None or len(seen) < MOST_AUTHORS:
                seen[who] = minute
        return out

    def to_state(self) -> list[Any]:
        """Plain values: when it was tidied, authors and minutes before that as little-endian words."""
        if not self._seen:
            return [self._tidied_min, b"", b""]
        who = sorted(self._seen)
        ago = array("b", [self._tidied_min - self._seen[each] for each in who])
        return [self._tidied_min, little_endian(array("I", who)).tobytes(), ago.tobytes()]

    @classmethod
    def from_state(cls, state: Sequence[Any]) -> "AuthorCap":
        """The memory that `to_state` described."""
        cap = cls()
        cap._tidied_min = state[0]
        who, ago = little_endian(array("I", state[1])), array("b", state[2])
        cap._seen = {each: cap._tidied_min - minutes for each, minutes in zip(who, ago, strict=True)}
        return cap


class DayCap:
    """The same for whole days, in which somebody counts four times: who complains every hour has one bad day, not the brand.

    Not once: whom an airline leaves waiting complains in the morning, at noon and at night. Days are those of UTC.

    >>> day = DayCap()
    >>> [day.count([5, 7], minute) for minute in (0, 100, 200, 300, 400, 1440)][3:]
    [[True, True], [False, False], [True, True]]
    """

    __slots__ = ("_day", "_times")

    def __init__(self) -> None:
        self._day = 0
        self._times: dict[int, int] = {}  # by author

    def count(self, writers: Iterable[int], minute: int) -> list[bool]:
        """Whether each counts, in order; they are remembered. Hash 0 always does, as he does who isn't remembered."""
        if minute // DAY_MIN > self._day:
            self._day = minute // DAY_MIN
            self._times.clear()
        times, out = self._times, []
        for writer in writers:
            who = writer & _DAY_CUT
            before = times.get(who, 0)
            out.append(writer == 0 or before < MOST_A_DAY)
            if before or len(times) < MOST_AUTHORS:
                times[who] = min(before + 1, MOST_A_DAY)
        return out

    def to_state(self) -> list[Any]:
        """Plain values: the day, authors as little-endian words, and how often each spoke up."""
        who = sorted(self._times)
        return [self._day, little_endian(array("H", who)).tobytes(), bytes(map(self._times.__getitem__, who))]

    @classmethod
    def from_state(cls, state: Sequence[Any]) -> "DayCap":
        """The memory that `to_state` described."""
        cap = cls()
        cap._day = state[0]
        cap._times = dict(zip(little_endian(array("H", state[1])), state[2], strict=True))
        return cap


class AuthorCaps(NamedTuple):
    """Of one brand."""

    anger: AuthorCap
    voices: AuthorCap
    """Of each kind of trouble by itself: who complained and reports a fraud later is heard."""
    day: DayCap
    """Of the anger, among those who count in their minute."""

    @classmethod
    def new(cls) -> "AuthorCaps":
        """Nobody has said anything."""
        return cls(AuthorCap(), AuthorCap(), DayCap())

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`."""
        return [cap.to_state() for cap in self]

    @classmethod
    def from_state(cls, state: Sequence[Any]) -> "AuthorCaps":
        """What `to_state` described; a state of before knows no day."""
        anger, voices, *day = state
        return cls(
            AuthorCap.from_state(anger), AuthorCap.from_state(voices), *map(DayCap.from_state, day or [DayCap().to_state()])
        )

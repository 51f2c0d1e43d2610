"""Who has spoken up lately: somebody who writes every minute is one voice, not sixty an hour."""

from array import array
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Self

from detectors.part import little_endian

FORGOTTEN_MIN = 45
"""Who was silent for longer is somebody new …"""
DAY_MIN = 24 * 60
"""… where minutes are looked at; where days are, who was silent for a day."""
MOST_AUTHORS = 256
"""Remembered at a time. Who isn't among them counts each minute; where so many are angry, one person is little."""
_TIDY_MIN = 15


class AuthorCap:
    """Says of each mention that may be evidence whether its author is new: was silent for three quarters of an hour.

    Evidence counts the distinct authors of a minute. Without a cap one account that complains once a minute is a new
    author in each, and a brand of which thirty people an hour complain rings for it. Hash 0 (nobody is named) always
    counts; hashes are cut short. Minutes come in their order. Were all forgotten together, say each half hour,
    regulars would count in waves.

    >>> cap = AuthorCap()
    >>> cap.count([5, 5, 7, 0, 0], minute=1)
    [True, False, True, True, True]
    >>> cap.count([5, 8], minute=31), cap.count([5, 7], minute=60)
    ([False, True], [False, True])
    """

    __slots__ = ("_seen", "_tidied_min")
    FORGOTTEN_MIN: ClassVar[int] = FORGOTTEN_MIN
    _WHO: ClassVar[str] = "I"
    """How hashes are kept in the state, as an `array` …"""
    _AGO: ClassVar[str] = "b"
    """… and minutes; 15 more than they are remembered must fit."""
    _CUT: ClassVar[int] = 0xFFFFFFFF

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}  # by author the minute when he last spoke up
        self._tidied_min = 0

    def count(self, writers: Sequence[int], minute: int) -> list[bool]:
        """Whether each counts, in order; they are remembered."""
        if minute >= self._tidied_min + _TIDY_MIN:
            self._seen = {who: last for who, last in self._seen.items() if minute - last <= self.FORGOTTEN_MIN}
            self._tidied_min = minute
        seen, out, cut = self._seen, [], self._CUT
        for writer in writers:
            who = writer & cut
            last = seen.get(who)
            out.append(writer == 0 or last is None or minute - last > self.FORGOTTEN_MIN)
            if last is not None or len(seen) < MOST_AUTHORS:
                seen[who] = minute
        return out

    def to_state(self) -> list[Any]:
        """Plain values: when it was tidied, authors and minutes before that as little-endian words."""
        if not self._seen:
            return [self._tidied_min, b"", b""]
        who = sorted(self._seen)
        ago = array(self._AGO, [self._tidied_min - self._seen[each] for each in who])
        return [self._tidied_min, *(little_endian(each).tobytes() for each in (array(self._WHO, who), ago))]

    @classmethod
    def from_state(cls, state: Sequence[Any]) -> Self:
        """The memory that `to_state` described."""
        cap = cls()
        cap._tidied_min = state[0]
        who, ago = little_endian(array(cls._WHO, state[1])), little_endian(array(cls._AGO, state[2]))
        cap._seen = {each: cap._tidied_min - minutes for each, minutes in zip(who, ago, strict=True)}
        return cap


class DayCap(AuthorCap):
    """The same for a day: who complains every hour has one bad day, not the brand.

    >>> day = DayCap()
    >>> [day.count([5], minute) for minute in (0, 600, 2041)]
    [[True], [False], [True]]
    """

    __slots__ = ()
    FORGOTTEN_MIN: ClassVar[int] = DAY_MIN
    _WHO: ClassVar[str] = "H"
    _AGO: ClassVar[str] = "h"
    _CUT: ClassVar[int] = 0xFFFF


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

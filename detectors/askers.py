"""Which of those who ask a brand count: hundreds who ask the same, and one person who asks hundreds of times, are few.

A raffle at which everybody copies one question is no queue that nobody works off. But an outage is reported in the same
words, too, and some desks are asked by a form. So of each person, and of each text, the first few of an hour count
(`detectors.copies`), and further copies

- as far as other texts bear them out (`detectors.echo`): three for each one who, beyond the usual, says something of their
  own. What is usual in a quarter of an hour is the mean of the last days, whatever the hour;
- all, where in at least half of the hours with questions most came from an account that had been heard of half an hour
  before, or said what somebody else had said: this brand is asked through an account that all share, or by a form.
  Somebody who writes several messages in a row is neither;
- all, in the first six hours of a brand that answers, when nobody knows either; nor is anything said then.

Else a person's further questions don't count at all: who asks again waits already.
"""

from collections.abc import Sequence
from itertools import compress
from math import log
from typing import Any

from detectors.copies import CopyLimit
from detectors.echo import QUARTER_MIN, Echo
from detectors.part import Part

HOUR_MIN = 60
HALF_LIFE_MIN = 10 * 1440.0
"""As for what is usual of answers (`detectors.promise`)."""
KNOWN_FROM_MIN = 360.0
"""As for `detectors.excess`."""
MOST = 64
"""People, and texts, that are remembered of each half hour where they are many: who asks again and again is among them."""


class _Usual(Part):
    """How many ask, and whether by a form."""

    STATE = ("minute", "own", "asked", "watched", "hour", "hour_new", "hour_heard", "hours", "forms")

    def __init__(self) -> None:
        self.minute = -1  # of the last question
        self.own = 0.0  # questions that counted by themselves, faded …
        self.asked = 0.0  # … and those that counted at all …
        self.watched = 0.0  # … in so many minutes
        self.hour = -1  # the last with questions …
        self.hour_new = self.hour_heard = 0  # … and those in it that were new, and that weren't
        self.hours = self.forms = 0.0  # hours with questions before it, faded, and those with more of what wasn't new

    def learn(self, minute: int, own: int, counted: int, new: int, heard: int) -> None:
        """Questions of a minute: that counted by themselves, that counted at all, of a new person and text, and others."""
        if minute > self.minute >= 0:
            passed = minute - self.minute
            kept = 0.5 ** (passed / HALF_LIFE_MIN)
            watched = (1 - kept) * HALF_LIFE_MIN / log(2)  # of so many minutes with as many each, faded in the meantime
            self.own, self.asked, self.watched = self.own * kept, self.asked * kept, self.watched * kept + watched
        self.minute = max(minute, self.minute)
        self.own += own
        self.asked += counted
        hour = minute // HOUR_MIN
        if hour > self.hour:
            if self.hour >= 0:
                kept = 0.5 ** ((hour - self.hour) * HOUR_MIN / HALF_LIFE_MIN)
                self.hours = (self.hours + 1) * kept
                self.forms = (self.forms + (self.hour_heard > self.hour_new)) * kept
            self.hour, self.hour_new, self.hour_heard = hour, 0, 0
        self.hour_new += new
        self.hour_heard += heard

    @property
    def by_form(self) -> bool:
        return 2 * self.forms >= self.hours

    @property
    def quarter(self) -> float:
        return QUARTER_MIN * self.own / self.watched


class Askers:
    """Those who asked one brand lately. Minutes come in their order.

    >>> askers = Askers()
    >>> for minute in range(0, 3000, 10):
    ...     assert askers.count(minute, people=[minute + 1], texts=[minute + 1]) == [True]
    >>> sum(askers.count(3000, people=range(5000, 5400), texts=[7] * 400))  # a raffle
    5
    >>> sum(askers.count(3001, people=[9] * 40, texts=range(8000, 8040)))  # somebody loses his patience
    4
    """

    __slots__ = ("_credit", "_echo", "_people", "_texts", "_usual")

    def __init__(self) -> None:
        self._people, self._texts = CopyLimit(most=MOST), CopyLimit(most=MOST)
        self._echo = Echo()
        self._usual = _Usual()
        self._credit = 0.0  # what is left of copies that count, when whole ones have been counted

    def count(self, minute: int, people: Sequence[int], texts: Sequence[int]) -> list[bool]:
        """Which of the questions of a minute count, by who asks and what (hashes, 0 = unknown); they are remembered."""
        new, heard = self._known(minute, people, texts)
        anew = self._people.fresh(people, minute)
        alone = self._texts.fresh(list(compress(texts, anew)), minute)
        own, usual = sum(alone), self._usual
        copied = len(alone) - own
        all_count = usual.watched < KNOWN_FROM_MIN or usual.by_form
        further = copied if all_count else self._further(minute, own, copied)
        self._echo.close(minute, own, copied)
        usual.learn(minute, own, len(people) if all_count else own + further, new, heard)
        self._people.forget(minute)
        self._texts.forget(minute)
        if all_count:
            return [True] * len(people)
        if further == copied:
            return anew
        left = iter(alone)
        out = []
        for new in anew:
            counts = new and next(left)
            if new and not counts and further:
                counts, further = True, further - 1
            out.append(counts)
        return out

    def _known(self, minute: int, people: Sequence[int], texts: Sequence[int]) -> tuple[int, int]:
        """How many questions are somebody's first and new, and how many are as from a form or a shared account."""
        now, earlier = self._people.heard(minute)
        said = set().union(*self._texts.heard(minute))
        new = heard = 0
        for who, text in zip(people, texts, strict=True):
            again = who != 0 and who in now
            copied = text != 0 and text in said
            if (who != 0 and who in earlier) or (copied and not again):
                heard += 1
            elif not again:
                new += 1
            now.add(who)
            said.add(text)
        return new, heard

    def _further(self, minute: int, own: int, copied: int) -> int:
        """How many copies count beyond the first few."""
        if not copied:
            return 0
        counted = self._credit + copied * self._echo.share(minute, own, copied, self._usual.quarter)
        self._credit = counted % 1
        return int(counted)

    @property
    def usual_hour(self) -> float:
        """How many count in an hour, the mean of the last days; −1 while that isn't known."""
        usual = self._usual
        return HOUR_MIN * usual.asked / usual.watched if usual.watched >= KNOWN_FROM_MIN else -1.0

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`."""
        parts = (self._people, self._texts, self._echo, self._usual)
        return [*(part.to_state() for part in parts), self._credit]

    @classmethod
    def from_state(cls, state: Sequence[Any]) -> "Askers":
        """What `to_state` described."""
        askers = cls()
        people, texts, echo, usual, askers._credit = state
        askers._people, askers._texts = CopyLimit.from_state(people, most=MOST), CopyLimit.from_state(texts, most=MOST)
        askers._echo = Echo.from_state(echo)
        askers._usual.restore(usual)
        return askers

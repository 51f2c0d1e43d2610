"""How many asked a brand and were answered in each minute of the last hour. Pure."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from operator import add
from typing import NamedTuple

HOUR_MIN = 60


class Counted(NamedTuple):
    """Of some minutes."""

    asked: int = 0
    answered: int = 0
    """Within the promise …"""
    late: int = 0
    """… and later."""
    others: int = 0
    """Answered who don't count among those who asked (`detectors.askers`)."""

    @property
    def all_answers(self) -> int:
        """However late, and to whomever: what the team gets done."""
        return self.answered + self.late + self.others

    @property
    def more_asked(self) -> int:
        """By how many more asked than were answered."""
        return max(0, self.asked - self.answered - self.late)


class Lately:
    """Counts by minute; of an hour."""

    __slots__ = ("minutes",)

    def __init__(self, minutes: Mapping[int, Sequence[int]] | None = None) -> None:
        self.minutes = {minute: list(counts) for minute, counts in (minutes or {}).items()}  # in the order of `Counted`

    def count(self, minute: int, asked: int = 0, answered: int = 0, late: int = 0, others: int = 0) -> None:
        """So many more of that minute."""
        before = self.minutes.get(minute, ())
        more = (asked, answered, late, others)
        self.minutes[minute] = [*map(add, before, more), *more[len(before) :]]  # an older state counted no others

    def within(self, now_min: int, minutes: int = HOUR_MIN) -> Counted:
        """Of the last minutes before `now_min`."""
        first = now_min - minutes
        counts = [each for minute, each in self.minutes.items() if first <= minute < now_min]
        return Counted(*map(sum, zip_longest(*counts, fillvalue=0)))

    def left_alone(self, now_min: int, delay_min: int) -> bool:
        """Whether in the last hour fewer than half as many were answered as asked, `delay_min` before its end or earlier."""
        answered = self.within(now_min)
        asked = self.within(now_min - delay_min, HOUR_MIN - delay_min).asked
        return asked > 2 * answered.all_answers

    def forget(self, now_min: int) -> None:
        """What is older than an hour."""
        for minute in [minute for minute in self.minutes if minute < now_min - HOUR_MIN]:
            del self.minutes[minute]

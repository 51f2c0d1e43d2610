"""How many asked a brand and were answered in each minute of the last hour. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

HOUR_MIN = 60


class Counted(NamedTuple):
    """Of some minutes."""

    asked: int = 0
    answered: int = 0
    """Within the promise …"""
    late: int = 0
    """… and later."""

    @property
    def any_answered(self) -> bool:
        """Whether anybody was, however late."""
        return self.answered + self.late > 0

    @property
    def more_asked(self) -> int:
        """By how many more asked than were answered."""
        return max(0, self.asked - self.answered - self.late)


class Lately:
    """Counts by minute; of an hour."""

    __slots__ = ("minutes",)

    def __init__(self, minutes: Mapping[int, Sequence[int]] | None = None) -> None:
        self.minutes = {minute: list(counts) for minute, counts in (minutes or {}).items()}  # in the order of `Counted`

    def count(self, minute: int, asked: int = 0, answered: int = 0, late: int = 0) -> None:
        """So many more of that minute."""
        counts = self.minutes.setdefault(minute, [0, 0, 0])
        counts[0] += asked
        counts[1] += answered
        counts[2] += late

    def within(self, now_min: int, minutes: int = HOUR_MIN) -> Counted:
        """Of the last minutes before `now_min`."""
        first = now_min - minutes
        counts = [each for minute, each in self.minutes.items() if first <= minute < now_min]
        return Counted(*map(sum, zip(*counts, strict=True)))

    def left_alone(self, now_min: int, delay_min: int) -> bool:
        """Whether in the last hour fewer than half as many were answered as asked, `delay_min` before its end or earlier."""
        answered = self.within(now_min)
        asked = self.within(now_min - delay_min, HOUR_MIN - delay_min).asked
        return asked > 2 * (answered.answered + answered.late)

    def forget(self, now_min: int) -> None:
        """What is older than an hour."""
        for minute in [minute for minute in self.minutes if minute < now_min - HOUR_MIN]:
            del self.minutes[minute]

"""Hours of the week as people write them: `mon-fri 09:00-18:00, sat 10:00-14:00`."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

DAY_MIN = 1440
WEEK_MIN = 7 * DAY_MIN
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "|".join(_DAYS)
_PART = re.compile(rf"({_DAY})(?:\s*-\s*({_DAY}))?\s+(\d{{1,2}}):(\d\d)\s*-\s*(\d{{1,2}}):(\d\d)")


def open_spans(hours: str) -> list[tuple[int, int]]:
    """When it is open, as minutes since Monday 0:00, in order; spans don't touch. Raises ValueError with a remedy.

    >>> open_spans("sat 10:00-14:00, mon-tue 09:30-18:00")
    [(570, 1080), (2010, 2520), (7800, 8040)]
    """
    minutes = bytearray(WEEK_MIN)
    for part in hours.lower().split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise ValueError("must be days and times. Try `mon-fri 09:00-18:00`, or `mon-fri 09:00-18:00, sat 10:00-14:00`.")
        begin, end = _minute(*match.group(3, 4)), _minute(*match.group(5, 6))
        if begin >= end:
            raise ValueError("must close later than it opens. Split what passes midnight: `fri 20:00-24:00, sat 0:00-2:00`.")
        first = _DAYS.index(match[1])
        days = (_DAYS.index(match[2] or match[1]) - first) % 7 + 1
        for day in range(first, first + days):
            start = day % 7 * DAY_MIN
            minutes[start + begin : start + end] = b"\1" * (end - begin)
    edges = [at for at in range(WEEK_MIN + 1) if _at(minutes, at) != _at(minutes, at - 1)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _at(minutes: bytearray, at: int) -> int:
    return minutes[at] if 0 <= at < WEEK_MIN else 0


def _minute(hour: str, minute: str) -> int:
    whole = int(hour) * 60 + int(minute)
    if whole > DAY_MIN or int(minute) > 59:
        raise ValueError(f"has no such time: {hour}:{minute}. Times go from 0:00 to 24:00.")
    return whole


def _checked(hours: str) -> str:
    open_spans(hours)
    return hours


Hours = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_checked)]

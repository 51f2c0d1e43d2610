"""When an event takes place: its repetitions, in one time zone. A pure function of the event: it asks no clock.

Recurrences are worked out by dateutil on the zone's wall clock, so a match at 20:00 stays at 20:00 in summer time. A time
that the clock skips (02:30 in the night of March) is taken as if it hadn't been put forward.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from schemas.config.events import WORDS, Event, wall

_MARGIN = timedelta(days=1)  # more than any offset from UTC
_UNTIL = re.compile(r"UNTIL=(\d{8}T\d{6})Z")


class Occurrences:
    """Those of one event in a zone that holds where it names none."""

    def __init__(self, event: Event, zone: str) -> None:
        self.event = event
        self._zone = ZoneInfo(event.timezone or zone)
        self._start = self._local(wall(event.start))
        self._exact = event.duration
        self._length = event.duration or self._local(wall(event.last)) - self._start
        self._rule: rrule | None = None

    def between(self, begin_ms: int, end_ms: int) -> list[tuple[int, int]]:
        """Begin and end (ms since the epoch) of all that overlap the time from `begin_ms` until `end_ms`, in order."""
        starts = self._starts(self._naive(begin_ms) - self._length - _MARGIN, self._naive(end_ms) + _MARGIN)
        found = [self._instants(start) for start in starts if start.date() not in self.event.not_on]
        return [(begin, end) for begin, end in found if begin < end_ms and end > begin_ms]

    def following(self, ms: int) -> tuple[int, int] | None:
        """Begin and end of the first that isn't over by then; None when none is to come."""
        if self.event.repeat is None:
            times = iter([self._start])
        else:
            times = self._repeated().xafter(self._naive(ms) - self._length - _MARGIN, inc=True)
        found = (self._instants(start) for start in times if start.date() not in self.event.not_on)
        return next((each for each in found if each[1] > ms), None)

    def ever(self) -> bool:
        """Whether it takes place at all: a rule may name days that never come."""
        return self.event.repeat is None or self._repeated().after(self._start, inc=True) is not None

    def _starts(self, begin: datetime, end: datetime) -> list[datetime]:
        if self.event.repeat is None:
            return [self._start] if begin <= self._start <= end else []
        return list(self._repeated().between(begin, end, inc=True))

    def _repeated(self) -> rrule:
        if self._rule is None:
            text = WORDS.get(self.event.repeat or "", self.event.repeat)
            local = _UNTIL.sub(lambda found: f"UNTIL={self._until(found[1])}", text or "")
            self._rule = rrulestr(local, dtstart=self._start, cache=True)
        return self._rule

    def _until(self, text: str) -> str:
        return f"{self._local(datetime.strptime(text, '%Y%m%dT%H%M%S').replace(tzinfo=UTC)):%Y%m%dT%H%M%S}"

    def _instants(self, start: datetime) -> tuple[int, int]:
        begin = start.replace(tzinfo=self._zone).timestamp()
        end = begin + self._exact.total_seconds() if self._exact else self._ends(start).timestamp()
        return round(begin * 1000), round(end * 1000)

    def _ends(self, start: datetime) -> datetime:
        return (start + self._length).replace(tzinfo=self._zone)

    def _naive(self, ms: int) -> datetime:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(self._zone).replace(tzinfo=None)

    def _local(self, moment: datetime) -> datetime:
        """The wall clock's time."""
        return moment.astimezone(self._zone).replace(tzinfo=None) if moment.tzinfo else moment

"""When planned events take place, for people: rows of a list, and words. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from schemas.config.calendars import Planned
from schemas.config.events import Event
from schemas.config.model import Config
from schemas.config.occurrences import Occurrences
from streams.watch.planned import is_about

DAY_MS = 86_400_000
MOST_A_RULE = 100  # times that one event is listed


@dataclass(frozen=True, slots=True)
class Row:
    """An event as it takes place once."""

    event: Event
    origin: str
    zone: str
    start_ms: int
    end_ms: int

    @property
    def about(self) -> str:
        """Whom it is about, in words."""
        return ", ".join(self.event.brands) or (f"group {self.event.group}" if self.event.group else "every brand")

    @property
    def when(self) -> str:
        """`Fri 27 Nov 2026 20:00 – 22:00`."""
        start, end = (datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(self.zone)) for ms in self._bounds)
        return (
            f"{start:%a %d %b %Y %H:%M} – {end:%H:%M}" if start.date() == end.date() else f"{start:{_LONG}} – {end:{_LONG}}"
        )

    @property
    def _bounds(self) -> tuple[int, int]:
        return self.start_ms, self.end_ms

    @property
    def words(self) -> str:
        """All of it in one line.

        >>> event = Event.model_validate({"name": "match", "start": "2026-11-24 20:00", "duration": "2 h", "lift": 4})
        >>> Row(event, "", "UTC", *Occurrences(event, "UTC").between(0, 2_000_000_000_000)[0]).words
        'match: Tue 24 Nov 2026 20:00 – 22:00 (UTC), 4x expected for every brand'
        """
        return f"{self.event.name}: {self.when} ({self.zone}), {self.event.lift:g}x expected for {self.about}"

    def as_json(self) -> dict[str, Any]:
        """Plain values; times in UTC."""
        return {
            "name": self.event.name,
            "start": _rfc3339(self.start_ms),
            "end": _rfc3339(self.end_ms),
            "brands": self.event.brands,
            "group": self.event.group,
            "lift": self.event.lift,
            "repeat": self.event.repeat,
            "timezone": self.zone,
            "from": self.origin,
        }


_LONG = "%a %d %b %Y %H:%M"


def _rfc3339(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def taking_place(
    planned: Iterable[Planned], config: Config, begin_ms: int, end_ms: int, brand: str | None = None
) -> list[Row]:
    """The events that take place between two times, the earliest first; of one brand, if one is named.

    An event without a zone of its own is shown in that of the brand, or of the installation.
    """
    rows = []
    for each, zone in _of_brand(planned, config, brand):
        times = Occurrences(each.event, zone).between(begin_ms, end_ms)[:MOST_A_RULE]
        rows += [Row(each.event, str(each.origin), zone, start, end) for start, end in times]
    return sorted(rows, key=lambda row: (row.start_ms, row.event.name))


def each_once(planned: Iterable[Planned], config: Config, now_ms: int, brand: str | None = None) -> list[Row]:
    """Every event with its next time, or its first when it is over; in the order of those."""
    rows = []
    for each, zone in _of_brand(planned, config, brand):
        times = Occurrences(each.event, zone)
        if found := times.following(now_ms) or times.following(0):
            rows.append(Row(each.event, str(each.origin), zone, *found))
    return sorted(rows, key=lambda row: (row.start_ms, row.event.name))


def _of_brand(planned: Iterable[Planned], config: Config, brand: str | None) -> Iterator[tuple[Planned, str]]:
    """Events about the brand, or all of them, each with the zone in which it is shown."""
    own = {each.id: each for each in ([] if config.brands == "auto" else config.brands)}
    for each in planned:
        found = own.get(brand or (each.event.brands[0] if len(each.event.brands) == 1 else ""))
        if not brand or is_about(each.event, brand, found.group if found else None):
            yield each, each.event.timezone or (found.timezone if found else None) or config.timezone


def overlapping(event: Event, row: Row, planned: Iterable[Planned], config: Config) -> list[Row]:
    """Other events of the same brands that take place at that time of this one."""
    listed = [] if config.brands == "auto" else config.brands
    ours = [brand for brand in listed if is_about(event, brand.id, brand.group)]
    others = taking_place(planned, config, row.start_ms, row.end_ms)
    return [other for other in others if not listed or any(is_about(other.event, brand.id, brand.group) for brand in ours)]

"""The events of an iCalendar file (RFC 5545) as values of planned ones, each with its line. Pure.

Only what says when an event is reaches the parser (`icalendar`), one event after the other: so a mistake has its line, and
nothing in a strange file (zones of its own with endless rules, alarms, attachments) costs more than a look. Zones are known
by name (IANA, or Windows' names); a file's own definitions aren't read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import icalendar
from icalendar.error import BrokenCalendarProperty
from icalendar.prop import vDDDLists, vDDDTypes

from schemas.config.events import MOST_EVENTS
from schemas.errors import Problem

_MOST_PROPERTIES = 500  # of one event
_LINE_CHARS = 10_000
_KEPT = frozenset(("SUMMARY", "UID", "STATUS", "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID"))
_NAME_CHARS = 200
_VALUE_CHARS = 40
_MOMENT = timedelta(minutes=1)  # what has no end is over as soon as it has begun
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """One event: where it begins in the file, and the settings that describe it."""

    line: int
    values: dict[str, Any]


@dataclass(slots=True)
class _Raw:
    """The lines of one VEVENT that matter."""

    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)

    def line_of(self, name: str) -> int:
        return next((line for line, text in self.lines if _name(text) == name), self.line)


class _MistakeError(Exception):
    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def read_calendar(text: str, zone: str | None = None) -> tuple[list[Found], list[Problem]]:
    """Its events in the order of the file, and what is wrong with others; cancelled ones are left out.

    `zone`: of times whose own nobody knows.
    """
    events, problems = _events(text)
    if len(events) > MOST_EVENTS:
        message = f"the file has {len(events):,} events; at most {MOST_EVENTS:,} are read. Leave out those that are over."
        return [], [Problem(events[MOST_EVENTS].line, "VEVENT", message)]
    found: list[Found] = []
    series: dict[str, dict[str, Any]] = {}  # by UID: the event that repeats
    moved: list[tuple[str, date]] = []
    for raw in events:
        try:
            event = _parsed(raw)
            if str(event.get("STATUS", "")).upper() == "CANCELLED" and "RECURRENCE-ID" not in event:
                continue
            many = _values(event, zone)
        except _MistakeError as mistake:
            problems.append(Problem(raw.line_of(mistake.name), mistake.name, str(mistake)))
            continue
        uid = str(event.get("UID", ""))
        if "RECURRENCE-ID" in event:
            moved.append((uid, _date(_one(event, "RECURRENCE-ID"))))
            many = [] if str(event.get("STATUS", "")).upper() == "CANCELLED" else many
        elif many[0].get("repeat"):
            series[uid] = many[0]
        found.extend(Found(raw.line, values) for values in many)
    for uid, day in moved:
        if uid in series:
            series[uid].setdefault("not_on", []).append(day)
    return found, problems


def _content(text: str) -> Iterator[tuple[int, str]]:
    """Unfolded lines with the number of their first: one that begins with white space goes on with the one before."""
    first, parts = 0, list[str]()
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield first, "".join(parts)
        first, parts = number, [line] if line.strip() else []
    if parts:
        yield first, "".join(parts)


def _name(line: str) -> str:
    return line.partition(":")[0].partition(";")[0].strip().upper()


def _events(text: str) -> tuple[list[_Raw], list[Problem]]:
    events: list[_Raw] = []
    open_event: _Raw | None = None
    inside = is_calendar = 0  # components open within the event
    for number, line in _content(text):
        name, what = _name(line), line.partition(":")[2].strip().upper()
        is_calendar += name == "BEGIN" and what == "VCALENDAR"
        if open_event is None:
            if name == "BEGIN" and what == "VEVENT" and is_calendar:
                open_event, inside = _Raw(number), 0
        elif name == "END" and what == "VEVENT" and not inside:
            events.append(open_event)
            open_event = None
        elif name in ("BEGIN", "END"):
            inside = max(inside + (1 if name == "BEGIN" else -1), 0)
        elif name in _KEPT and not inside:
            open_event.lines.append((number, line[:_LINE_CHARS]))
    if not is_calendar:
        return [], [Problem(1, "", "this is no iCalendar file: it has no line BEGIN:VCALENDAR. Export it anew as .ics.")]
    if open_event is not None:
        return events, [Problem(open_event.line, "VEVENT", "has no END:VEVENT: the file is cut off. Export it anew.")]
    return events, []


def _parsed(raw: _Raw) -> icalendar.Event:
    if len(raw.lines) > _MOST_PROPERTIES:
        raise _MistakeError("VEVENT", f"has more than {_MOST_PROPERTIES} dates. Split it into several events.")
    text = "\r\n".join(["BEGIN:VEVENT", *(line for _, line in raw.lines), "END:VEVENT", ""])
    try:
        event = icalendar.Event.from_ical(text)
    except Exception as error:  # a parser of whatever strangers write
        raise _MistakeError(
            "VEVENT", f"can't be read ({_short(error)}). Correct it in the calendar it comes from."
        ) from error
    if not isinstance(event, icalendar.Event):
        raise _MistakeError("VEVENT", "can't be read. Correct it in the calendar.")
    for name, message in event.errors:
        raise _MistakeError(str(name or "VEVENT"), f"can't be read ({_short(message)}). Correct it in the calendar.")
    return event


def _short(message: object) -> str:
    text = " ".join(str(message).split())
    text = "".join(char for char in text if char.isprintable())
    return text if len(text) <= _VALUE_CHARS * 3 else f"{text[: _VALUE_CHARS * 3]}…"


def _values(event: icalendar.Event, zone: str | None) -> list[dict[str, Any]]:
    """Settings of the event, and of each further date that it names."""
    try:
        return _settings(event, zone)
    except BrokenCalendarProperty as error:
        raise _MistakeError("VEVENT", f"can't be read ({_short(error)}). Correct it in the calendar.") from error
    except (ValueError, OverflowError, AttributeError, TypeError) as error:
        raise _MistakeError("DTSTART", f"can't be understood ({_short(error)}). Correct it in the calendar.") from error


def _settings(event: icalendar.Event, otherwise: str | None) -> list[dict[str, Any]]:
    if "DTSTART" not in event:
        raise _MistakeError("DTSTART", "is missing. An event needs the time at which it begins.")
    begin = _one(event, "DTSTART")
    zone = _zone(event, begin, otherwise)
    values: dict[str, Any] = {"name": _title(event), "start": _plain(begin)} | _end(event, begin)
    if zone:
        values["timezone"] = zone
    if "RRULE" in event and "RECURRENCE-ID" not in event:
        rule = event["RRULE"]
        if isinstance(rule, list):
            raise _MistakeError("RRULE", "is there more than once. Split it into several events.")
        text = rule.to_ical()
        values["repeat"] = text.decode("ascii", "replace") if isinstance(text, bytes) else str(text)
    if off := [_date(_in_zone(each, begin)) for each in _dates(event, "EXDATE")]:
        values["not_on"] = off
    return [values, *(_again(values, _in_zone(day, begin), begin) for day in _dates(event, "RDATE"))]


def _again(values: dict[str, Any], day: date, begin: date) -> dict[str, Any]:
    """The event once more, on another date; a day alone means its own hour."""
    copy = {name: value for name, value in values.items() if name not in ("repeat", "not_on")}
    start = _plain(day)
    if isinstance(begin, datetime) and not isinstance(start, datetime):
        start = datetime.combine(start, begin.time())
    if "end" in copy:
        copy["end"] += start - copy["start"]
    return copy | {"start": start}


def _title(event: icalendar.Event) -> str:
    value = event.get("SUMMARY", "")
    text = str(value[0] if isinstance(value, list) and value else value)
    clean = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return clean[:_NAME_CHARS].strip() or "event"


def _one(event: icalendar.Event, name: str) -> Any:
    value = event[name]
    if isinstance(value, list):
        raise _MistakeError(name, "is there twice. Keep one of them.")
    moment = value.dt if isinstance(value, vDDDTypes) or hasattr(value, "dt") else None
    if moment is None or isinstance(moment, tuple):
        raise _MistakeError(name, "is no time. Correct it in the calendar.")
    return moment


def _zone(event: icalendar.Event, begin: date, otherwise: str | None) -> str | None:
    """The zone's IANA name; None where the brand's holds: a whole day, or a time without a zone."""
    if not isinstance(begin, datetime):
        return None
    name = getattr(begin.tzinfo, "key", None)
    if name or begin.utcoffset() == timedelta(0):
        return str(name or "UTC")
    named = event["DTSTART"].params.get("TZID") or begin.tzinfo
    if named and not otherwise:
        remedy = "Use an IANA name such as `Europe/Madrid`, or give the calendar's `timezone`."
        raise _MistakeError("DTSTART", f"unknown time zone `{_short(named)}`. {remedy}")
    return None


def _end(event: icalendar.Event, begin: date) -> dict[str, Any]:
    """`end`, which for whole days is the last one, or `duration`."""
    end: Any = _one(event, "DTEND") if "DTEND" in event else None
    if end is None and "DURATION" in event:
        end = begin + _length(event)
    if not isinstance(begin, datetime):
        last = (end.date() if isinstance(end, datetime) else end) or begin
        return {"end": max(begin, last - _DAY)}
    if end is None:
        return {"duration": _MOMENT}
    if not isinstance(end, datetime):
        end = datetime.combine(end, datetime.min.time(), begin.tzinfo)
    end = _plain(_in_zone(end, begin))
    return {"end": end} if end > _plain(begin) else {"duration": _MOMENT} if end == _plain(begin) else {"end": end}


def _length(event: icalendar.Event) -> timedelta:
    value = getattr(event["DURATION"], "dt", None)
    value = getattr(event["DURATION"], "td", value)
    if not isinstance(value, timedelta):
        raise _MistakeError("DURATION", "is no length of time. Correct it in the calendar.")
    return value


def _dates(event: icalendar.Event, name: str) -> list[Any]:
    value = event.get(name, [])
    lists: list[vDDDLists] = value if isinstance(value, list) else [value]
    found = [each.dt for each in (item for several in lists for item in several.dts)]
    return [each[0] if isinstance(each, tuple) else each for each in found]


def _in_zone(moment: Any, begin: date) -> Any:
    """A time with a zone in that of the event."""
    aware = isinstance(moment, datetime) and moment.tzinfo is not None
    if aware and isinstance(begin, datetime) and begin.tzinfo is not None:
        return moment.astimezone(begin.tzinfo)
    return moment


def _plain(moment: Any) -> Any:
    """Without its zone, which stands beside it."""
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment


def _date(moment: Any) -> date:
    return moment.date() if isinstance(moment, datetime) else moment

"""iCalendar files: what calendars write is understood, what is broken or hostile is told with its line and never more."""

import random

import pytest

from schemas.config.calendars import from_ics
from schemas.config.events import AboutBrands, Event, write_moment
from schemas.config.ics import read_calendar
from schemas.config.occurrences import Occurrences
from schemas.errors import Problem

ABOUT = AboutBrands(lift=3)


def _calendar(*events: str, before: str = "") -> str:
    return (
        f"BEGIN:VCALENDAR\r\n{before}"
        + "".join(f"BEGIN:VEVENT\r\n{e}\r\nEND:VEVENT\r\n" for e in events)
        + "END:VCALENDAR\r\n"
    )


def _events(text: str) -> list[Event]:
    planned, problems = from_ics(text, ABOUT, "x.ics")
    assert problems == []
    return [each.event for each in planned]


@pytest.mark.parametrize(
    ("lines", "start", "last", "zone", "rule"),
    [
        ("DTSTART;VALUE=DATE:20261127", "2026-11-27", "2026-11-28", None, "one day"),
        (
            "DTSTART;VALUE=DATE:20261127\r\nDTEND;VALUE=DATE:20261130",
            "2026-11-27",
            "2026-11-30",
            None,
            "the end is the day after",
        ),
        ("DTSTART;VALUE=DATE:20261127\r\nDURATION:P2D", "2026-11-27", "2026-11-29", None, "days"),
        ("DTSTART:20261127T200000\r\nDURATION:PT2H", "2026-11-27 20:00", "2026-11-27 22:00", None, "a time in no zone"),
        ("DTSTART:20261127T200000Z\r\nDTEND:20261127T210000Z", "2026-11-27 20:00", "2026-11-27 21:00", "UTC", "in UTC"),
        (
            "DTSTART;TZID=Europe/Madrid:20261127T200000\r\nDTEND:20261127T200000Z",
            "2026-11-27 20:00",
            "2026-11-27 21:00",
            "Europe/Madrid",
            "two zones",
        ),
        (
            "DTSTART;TZID=Romance Standard Time:20261127T200000\r\nDURATION:PT1H",
            "2026-11-27 20:00",
            "2026-11-27 21:00",
            "Europe/Paris",
            "Windows' name of a zone",
        ),
        ("DTSTART:20261127T200000Z", "2026-11-27 20:00", "2026-11-27 20:01", "UTC", "no end"),
        ("DTSTART:20261127T200000Z\r\nDTEND:20261127T200000Z", "2026-11-27 20:00", "2026-11-27 20:01", "UTC", "no length"),
        (
            "dtstart:20261127T200000Z\r\nBEGIN:VALARM\r\nDTSTART:x\r\nEND:VALARM",
            "2026-11-27 20:00",
            "2026-11-27 20:01",
            "UTC",
            "small letters, and an alarm",
        ),
        ("DTSTART:20261127T2000\r\n 00Z", "2026-11-27 20:00", "2026-11-27 20:01", "UTC", "a folded line"),
    ],
)
def test_times_of_calendars(lines: str, start: str, last: str, zone: str | None, rule: str) -> None:
    """Whole days, zones, ends and lengths."""
    (event,) = _events(_calendar(lines))
    assert (write_moment(event.start), write_moment(event.last).removesuffix(" 00:00"), event.timezone) == (
        start,
        last,
        zone,
    ), rule
    assert (event.name, event.lift) == ("event", 3.0)


def test_a_series_with_dates_left_out_moved_and_added() -> None:
    """EXDATE, RECURRENCE-ID (moved, and cancelled) and RDATE."""
    series = "UID:1\r\nSUMMARY:Liga\r\nDTSTART;TZID=Europe/Madrid:20261101T200000\r\nDURATION:PT2H\r\n"
    series += (
        "RRULE:FREQ=WEEKLY;COUNT=5\r\nEXDATE;TZID=Europe/Madrid:20261108T200000\r\nRDATE;TZID=Europe/Madrid:20261111T200000"
    )
    moved = "UID:1\r\nSUMMARY:Liga\r\nRECURRENCE-ID;TZID=Europe/Madrid:20261115T200000\r\n"
    moved += "DTSTART;TZID=Europe/Madrid:20261116T200000\r\nDURATION:PT2H"
    cancelled = "UID:1\r\nSTATUS:CANCELLED\r\nRECURRENCE-ID;TZID=Europe/Madrid:20261122T200000\r\n"
    cancelled += "DTSTART;TZID=Europe/Madrid:20261122T200000"
    gone = "UID:2\r\nSTATUS:CANCELLED\r\nDTSTART:20261122T200000Z"
    begins = [
        begin // 86_400_000 - 20_757
        for event in _events(_calendar(series, moved, cancelled, gone))
        for begin, _ in Occurrences(event, "UTC").between(1_790_000_000_000, 1_800_000_000_000)
    ]
    assert sorted(begins) == [1, 11, 16, 29]


def test_names_are_cleaned() -> None:
    """Whatever a stranger's calendar holds goes to terminals and pages."""
    (event,) = _events(_calendar("DTSTART;VALUE=DATE:20261127\r\nSUMMARY:\x1b[31mBlack\\n Friday\\, \u202enow" + "x" * 500))
    assert event.name.startswith("[31mBlack Friday, nowx")
    assert len(event.name) <= 200


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem(1, "", "this is no iCalendar file: it has no line BEGIN:VCALENDAR. Export it anew as .ics.")),
        (_calendar("SUMMARY:x"), Problem(2, "DTSTART", "is missing. An event needs the time at which it begins.")),
        (
            _calendar("DTSTART;TZID=Nowhere:20261127T200000"),
            Problem(
                3,
                "DTSTART",
                "unknown time zone `Nowhere`. Use an IANA name such as `Europe/Madrid`, or give the calendar's `timezone`.",
            ),
        ),
        (
            _calendar("SUMMARY:x\r\nDTSTART:2026"),
            Problem(
                4, "DTSTART", "can't be read (Expected datetime, date, or time. Got: '2026'). Correct it in the calendar."
            ),
        ),
        (
            _calendar("DTSTART:20261127T200000Z\r\nDTSTART:20261128T200000Z"),
            Problem(3, "DTSTART", "is there twice. Keep one of them."),
        ),
        (
            _calendar("DTSTART:20261127T200000Z\r\nRRULE:FREQ=SECONDLY"),
            Problem(
                2,
                "event: repeat = FREQ=SECONDLY",
                "has "
                "`FREQ=SECONDLY`, which isn't understood here. Try `daily`, `weekly`, `monthly`, `yearly` or "
                "`FREQ=YEARLY;BYMONTH=11;BYDAY=4FR`.",
            ),
        ),
        (
            _calendar("DTSTART:20261127T200000Z\r\nDTEND:20261126T200000Z"),
            Problem(2, "event: end", "must be later than `start`."),
        ),
        (
            _calendar("DTSTART:20261127T200000Z").replace("END:VEVENT\r\n", ""),
            Problem(2, "VEVENT", "has no END:VEVENT: the file is cut off. Export it anew."),
        ),
        (
            _calendar("DTSTART:00010101T000000Z"),
            Problem(2, "event: start", "must lie in the years 1970 to 2200. Try `2026-11-27 20:00`."),
        ),
        (
            _calendar("DTSTART:20261127T200000Z" + "\r\nRDATE:20261128T200000Z" * 600),
            Problem(2, "VEVENT", "has more than 500 dates. Split it into several events."),
        ),
        (
            _calendar(*["DTSTART:20261127T200000Z"] * 2_001),
            Problem(6002, "VEVENT", "the file has 2,001 events; at most 2,000 are read. Leave out those that are over."),
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, problem: Problem) -> None:
    """One mistake an event, and its remedy."""
    found = from_ics(text, ABOUT, "x.ics")[1]
    assert [(p.line, p.field, p.message) for p in found] == [(problem.line, problem.field, problem.message)]


def test_a_zone_that_nobody_knows_may_be_given() -> None:
    """Outlook calls one "Customized Time Zone"."""
    planned, problems = from_ics(
        _calendar("DTSTART;TZID=Mine:20261127T200000"), AboutBrands(timezone="Europe/Madrid"), "x.ics"
    )
    assert problems == []
    assert planned[0].event.timezone == "Europe/Madrid"


def test_a_hostile_file_costs_a_look() -> None:
    """Zones with rules without end aren't even read; a line of megabytes is cut; depth without end is counted only."""
    zone = "BEGIN:VTIMEZONE\r\nTZID:Evil\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\n"
    zone += "TZOFFSETTO:+0100\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    deep = "BEGIN:X\r\n" * 50_000
    long = _calendar("DTSTART:20261127T200000Z\r\nSUMMARY:" + "x" * 3_000_000 + "\r\n" + deep.rstrip(), before=zone)
    assert [p.message for p in from_ics(long, ABOUT, "x.ics")[1]] == [
        "has no END:VEVENT: the file is cut off. Export it anew."
    ]
    evil = _calendar("DTSTART;TZID=Evil:20261127T200000", before=zone)
    assert "unknown time zone `Evil`" in from_ics(evil, ABOUT, "x.ics")[1][0].message


def test_any_damage_gives_events_or_problems() -> None:
    """Hundreds of broken calendars from a seed: cut, doubled, swapped, filled with what is none of it. Never a crash."""
    rng = random.Random(20261127)
    whole = _calendar(
        "UID:1\r\nSUMMARY:Liga\r\nDTSTART;TZID=Europe/Madrid:20261101T200000\r\nDURATION:PT2H\r\n"
        "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=SU\r\nEXDATE;TZID=Europe/Madrid:20261108T200000\r\nRDATE;VALUE=PERIOD:20261111T200000Z/PT1H",
        "UID:1\r\nRECURRENCE-ID:20261115T190000Z\r\nDTSTART:20261116T190000Z\r\nDTEND;VALUE=DATE:20261117",
        "DTSTART;VALUE=DATE:20261127\r\nDTEND;VALUE=DATE:20261128\r\nSTATUS:CONFIRMED",
    )
    pieces = [
        "\x00",
        ";",
        ":",
        "=",
        "\r\n",
        " ",
        "VALUE=",
        "TZID=",
        "99999999",
        "P",
        "T",
        "Z",
        "-",
        "BEGIN:VEVENT",
        "\u2028",
        '"',
    ]
    for _ in range(800):
        text = whole
        for _ in range(rng.randint(1, 6)):
            at, length = rng.randrange(len(text) or 1), rng.choice([0, 1, 2, 10, 60])
            text = text[:at] + "".join(rng.choices(pieces, k=rng.randint(0, 3))) + text[at + length :]
        planned, problems = from_ics(text, ABOUT, "x.ics")
        assert all(problem.message and problem.line for problem in problems)
        for each in planned:
            Occurrences(each.event, "Europe/Madrid").between(1_790_000_000_000, 1_800_000_000_000)


def test_a_real_calendar_is_read_whole() -> None:
    """As Google writes one: zone, folded lines, alarms, a series, an all-day event."""
    text = _calendar(
        "DTSTART;TZID=Europe/Madrid:20261124T210000\r\nDTEND;TZID=Europe/Madrid:20261124T230000\r\nDTSTAMP:20261120T101010Z\r\n"
        "UID:a@google.com\r\n"
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;CN=a\r\n  b:mailto:a@example.com\r\nSEQUENCE:0\r\n"
        "SUMMARY:Champions\\, jornada 5\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P0DT0H30M0S\r\nEND:VALARM",
        "DTSTART;VALUE=DATE:20261127\r\nDTEND;VALUE=DATE:20261130\r\nUID:b@google.com\r\n"
        "SUMMARY:Black Friday\r\nTRANSP:TRANSPARENT",
        before="PRODID:-//Google Inc//Google Calendar 70.9054//EN\r\nVERSION:2.0\r\nX-WR-TIMEZONE:Europe/Madrid\r\n",
    )
    found, problems = read_calendar(text)
    assert problems == []
    assert [(each.line, each.values["name"]) for each in found] == [(5, "Champions, jornada 5"), (19, "Black Friday")]

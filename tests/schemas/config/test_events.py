"""Planned events as the config tells them, and when they take place."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.config.events import Event
from schemas.config.load import config_hash, load_config
from schemas.config.occurrences import Occurrences
from schemas.errors import ConfigError
from tests.schemas.config.conftest import Write

BRANDS = "brands:\n  - {id: ikea, names: [IKEA], group: home}\n"


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def _times(zone: str, from_: str, until: str, **values: Any) -> list[str]:
    """Begin and end in UTC of all that take place between two times."""
    event = Event.model_validate({"name": "x", **values})
    found = Occurrences(event, zone).between(_ms(from_), _ms(until))
    return [" ".join(f"{datetime.fromtimestamp(ms / 1000, UTC):%m-%d %H:%M}" for ms in each) for each in found]


@pytest.mark.parametrize(
    ("zone", "values", "times", "rule"),
    [
        ("Europe/Madrid", {"start": "2026-11-27"}, ["11-26 23:00 11-27 23:00"], "a day is whole, in the brand's zone"),
        ("America/Lima", {"start": "2026-11-27"}, ["11-27 05:00 11-28 05:00"], "whatever that is"),
        ("UTC", {"start": "2026-11-27", "end": "2026-11-29"}, ["11-27 00:00 11-30 00:00"], "a day at its end is its last"),
        ("UTC", {"start": "2026-11-27 20:00", "end": "2026-11-28"}, ["11-27 20:00 11-29 00:00"], "after a time, too"),
        ("UTC", {"start": "2026-11-27 20:00", "duration": "90 min"}, ["11-27 20:00 11-27 21:30"], "a length"),
        ("Asia/Tokyo", {"start": "2026-11-27T20:00+01:00", "duration": "1 h"}, ["11-27 19:00 11-27 20:00"], "an offset"),
        ("UTC", {"start": "2026-11-27", "timezone": "Asia/Tokyo"}, ["11-26 15:00 11-27 15:00"], "a zone of its own"),
        (
            "UTC",
            {"start": "2026-11-30", "repeat": "weekly"},
            ["11-30 00:00 12-01 00:00", "12-07 00:00 12-08 00:00"],
            "weekly",
        ),
        (
            "UTC",
            {"start": "2026-11-30", "repeat": "weekly", "not_on": ["2026-11-30"]},
            ["12-07 00:00 12-08 00:00"],
            "but not",
        ),
        ("UTC", {"start": "2020-11-30", "repeat": "yearly"}, ["11-30 00:00 12-01 00:00"], "yearly"),
        ("UTC", {"start": "2026-01-31", "repeat": "monthly"}, [], "a month without a 31st is left out"),
        ("UTC", {"start": "2026-11-27", "repeat": "FREQ=MONTHLY;BYDAY=1SA"}, ["12-05 00:00 12-06 00:00"], "an RRULE"),
        (
            "Europe/Madrid",
            {"start": "2026-11-27 00:30", "duration": "1 h", "repeat": "FREQ=DAILY;UNTIL=20261128T233000Z"},
            ["11-26 23:30 11-27 00:30", "11-27 23:30 11-28 00:30", "11-28 23:30 11-29 00:30"],
            "until a time in UTC",
        ),
        ("UTC", {"start": "2026-11-01", "end": "2026-12-31"}, ["11-01 00:00 01-01 00:00"], "what began before and lasts"),
    ],
)
def test_when_an_event_takes_place(zone: str, values: dict[str, Any], times: list[str], rule: str) -> None:
    """Asked for 26 November until 10 December 2026."""
    assert _times(zone, "2026-11-26", "2026-12-10", **values) == times, rule


def test_summer_time_moves_no_event_and_shortens_a_day() -> None:
    """20:00 stays 20:00; 29 March has 23 hours; a length is a length; 02:30 doesn't exist that night: it is 03:30."""
    ask = ("Europe/Madrid", "2026-03-28", "2026-03-30")
    match = {"start": "2026-03-01 20:00", "duration": "2 h", "repeat": "daily"}
    assert _times(*ask, **match) == ["03-28 19:00 03-28 21:00", "03-29 18:00 03-29 20:00"]
    assert _times(*ask, start="2026-03-29") == ["03-28 23:00 03-29 22:00"]
    assert _times(*ask, start="2026-03-29", duration="24 h") == ["03-28 23:00 03-29 23:00"]
    assert _times(*ask, start="2026-03-29 02:30", duration="1 h") == ["03-29 01:30 03-29 02:30"]


def test_the_next_time_is_found_far_ahead() -> None:
    """29 February comes once in four years."""
    times = Occurrences(Event(name="leap", start=date(2024, 2, 29), repeat="yearly"), "UTC")
    assert times.following(_ms("2026-01-01")) == (_ms("2028-02-29"), _ms("2028-03-01"))
    assert Occurrences(Event(name="once", start=date(2024, 2, 29)), "UTC").following(_ms("2026-01-01")) is None


@pytest.mark.parametrize("rule", ["daily", "Weekly", "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY"])
def test_the_shortest_rules_are_taken(rule: str) -> None:
    """A word, or what an exported calendar writes for it."""
    assert Event.model_validate({"name": "x", "start": "2026-11-27", "repeat": rule}).repeat in (rule, rule.lower())


def test_a_mistyped_word_is_told_the_right_one() -> None:
    """Rather than that it is no rule."""
    with pytest.raises(ValueError, match="Did you mean `weekly`"):
        Event.model_validate({"name": "x", "start": "2026-11-27", "repeat": "wekly"})


@pytest.mark.parametrize(
    "rule",
    [
        "hourly",
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=DAILY;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYSETPOS=9",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "INTERVAL=2",
        "FREQ=DAILY;COUNT=99999",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY\nEXDATE:20260101",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
        "",
        ";",
        "=",
        "FREQ=DAILY;UNTIL=20261301",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=DAILY;INTERVAL=²",
    ],
)
def test_a_rule_that_could_be_sought_for_ever_is_refused(rule: str) -> None:
    """At once; what is left can be worked out in a moment."""
    with pytest.raises(ValidationError):
        Event(name="x", start=date(2026, 1, 1), repeat=rule)


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ("  - {name: x}", "  line 4   events[0].start  is missing (a day or a time). Try `start: 2026-11-27 20:00`."),
        (
            "  - {name: x, start: soon}",
            "  line 4   events[0].start = soon  must be a day or a time. Try `2026-11-27` or `2026-11-27 20:00`.",
        ),
        (
            "  - {name: x, start: 2026-11-27, lift: 0}",
            "  line 4   events[0].lift = 0  must be from 1 to 100 (how many times the usual mentions are expected). Try 2.",
        ),
        (
            "  - {name: x, start: 2026-11-27, brand: ikea}",
            "  line 4   events[0].brand  unknown setting. Did you mean `brands`?",
        ),
        (
            "  - {name: x, start: 2026-11-27, brands: [ikae]}",
            "  line 4   events[0].brands[0]  no brand has the id `ikae`. Did you mean `ikea`?",
        ),
        (
            "  - {name: x, start: 2026-11-27, group: h}",
            "  line 4   events[0].group  no brand is in the group `h`. There are: home.",
        ),
        ("  - {name: x, start: 2026-11-27, end: 2025-11-28}", "  line 4   events[0].end  must be later than `start`."),
        (
            "  - {name: x, start: 2026-11-27, end: 2028-11-28}",
            "  line 4   events[0].end  must be at most 366 days after `start`. Is the year right?",
        ),
        (
            "  - {name: x, start: 2026-11-27, end: 2026-11-28, duration: 2 h}",
            "  line 4   events[0].duration  give `end` or `duration`, not both.",
        ),
        (
            "  - {name: x, start: 2026-11-27, brands: [ikea], group: home}",
            "  line 4   events[0].group  give `brands` or `group`, not both.",
        ),
        (
            "  - {name: x, start: 2026-11-27, aftermath: 30 days}",
            "  line 4   events[0].aftermath  must be at most 7 days. Try `1 h`.",
        ),
        (
            "  - {name: x, start: 1800-01-01}",
            "  line 4   events[0].start = 1800-01-01  must lie in the years 1970 to 2200. Try `2026-11-27 20:00`.",
        ),
        ("  - {ics: x.ics, lfit: 2}", "  line 4   events[0].lfit  unknown setting. Did you mean `lift`?"),
    ],
)
def test_a_mistake_in_an_event_is_told_with_line_field_value_and_remedy(events: str, message: str, write: Write) -> None:
    """As everywhere in the config."""
    with pytest.raises(ConfigError) as caught:
        load_config(write(f"{BRANDS}events:\n{events}\n"), {})
    assert str(caught.value).splitlines()[1:] == [message]


def test_all_that_events_name_and_nobody_has_is_told_at_once_beside_other_mistakes(write: Write) -> None:
    """Who mends one must not find the next only then."""
    events = (
        "  - {name: x, start: 2026-11-27, brands: [ikae, zara]}",
        "  - {name: y, start: 2026-11-27, group: h}",
        "  - {name: z, start: 2026-11-27, lfit: 2}",
    )
    with pytest.raises(ConfigError) as caught:
        load_config(write(f"{BRANDS}events:\n" + "\n".join(events) + "\n"), {})
    fields = [line.split()[2] for line in str(caught.value).splitlines()[1:]]
    assert fields == ["events[0].brands[0]", "events[0].brands[1]", "events[1].group", "events[2].lfit"]


def test_events_of_all_files_are_known_with_their_places(write: Write, tmp_path: Path) -> None:
    """The config's own, those of a calendar, those of the events file; a change in any of them changes the config's hash."""
    path = write(f"{BRANDS}events:\n  - {{name: own, start: 2026-11-27}}\n  - {{ics: m.ics, lift: 4, brands: ikea}}\n")
    calendar, file = path.with_name("m.ics"), path.with_name(f"{path.stem}.events.yaml")
    calendar.write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:match\nDTSTART;VALUE=DATE:20261128\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    file.write_text("events:\n  - {name: sale, start: 2026-11-29}\n")
    loaded = load_config(path, {})
    told = [(each.event.name, each.event.lift, Path(each.origin.where).name, each.origin.line) for each in loaded.planned]
    assert told == [("own", 2.0, path.name, 4), ("match", 4.0, "m.ics", 2), ("sale", 2.0, file.name, 2)]
    assert [each.event for each in loaded.planned] == loaded.config.events
    assert set(loaded.files) == {calendar, file}
    file.write_text("events:\n  - {name: sale, start: 2026-11-30}\n")
    assert load_config(path, {}).hash != loaded.hash == config_hash(loaded.config)


def test_one_calendar_needs_no_list(write: Write) -> None:
    """`events: {ics: …}`."""
    path = write(f"{BRANDS}events: {{ics: none.ics}}\n")
    with pytest.raises(Exception, match=r"can't read the calendar .*none.ics: there is no such file. Its path counts from"):
        load_config(path, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "events:\n  - {name: a, start: 2026-11-27}\n  - {name: x, start: 2026-11-27, brands: [zara]}\n",
            "  line 3   events[1].brands  no brand has the id `zara`. There are: ikea.",
        ),
        ("events:\n  - {ics: x.ics}\n", "  line 2   events[0].ics  belongs into the config itself. Move it there."),
        ("events:\n  - name: x\n   start: 1\n", "  line 3     the indentation doesn't match the lines above."),
        ("- x\n", "must hold settings"),
        ("events:\n  - {name: x, start: 2026-11-27, repeat: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30}\n", "never takes place"),
    ],
)
def test_a_mistake_in_the_events_file_names_that_file(text: str, message: str, write: Write) -> None:
    """With its own line."""
    path = write(BRANDS)
    path.with_name(f"{path.stem}.events.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    assert str(caught.value).partition(" has ")[0].endswith(".events.yaml")
    assert message in str(caught.value)


def test_an_empty_events_file_plans_nothing(write: Write) -> None:
    """Somebody has removed all of them."""
    path = write(BRANDS)
    path.with_name(f"{path.stem}.events.yaml").write_text("# nothing\n")
    assert load_config(path, {}).planned == ()

"""`rebato events`."""

import json
from pathlib import Path

import pytest

from schemas.config.load import load_config
from tests.streams.cli.conftest import Rebato

CONFIG = """brands:
  - {id: ikea, names: [IKEA], group: home}
  - {id: telar, names: [Telar]}
timezone: Europe/Madrid
events:
  - {name: Rebajas, start: 2099-01-07, end: 2099-02-06, lift: 1.5}
"""
CALENDAR = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Liga\r\nDTSTART;TZID=Europe/Madrid:20991101T200000\r\n"
    "DURATION:PT2H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture(autouse=True)
def config(tmp_path: Path) -> Path:
    """A config with an event of its own."""
    path = tmp_path / "rebato.yaml"
    path.write_text(CONFIG)
    return path


def _names(path: Path) -> list[str]:
    return [each.event.name for each in load_config(path, {}).planned]


def test_an_event_is_added_listed_and_removed(config: Path, rebato: Rebato) -> None:
    """What it does is said; the file is one that people can edit."""
    code, out, err = rebato("events", "add", "Final", "--start", "2099-05-29 21:00", "--duration", "2 h", "--lift", "4",
                            "--brand", "telar")  # fmt: skip
    assert (code, err) == (0, "")
    assert out == (
        "Final: Fri 29 May 2099 21:00 – 23:00 (Europe/Madrid), 4x expected for telar\n"
        "1 added to rebato.events.yaml. Running processes take it over by themselves.\n"
    )
    assert _names(config) == ["Rebajas", "Final"]
    listed = json.loads(rebato("events", "list", "--all", "--json").out)
    assert [(row["name"], row["start"], row["from"]) for row in listed] == [
        ("Rebajas", "2099-01-06T23:00:00Z", "rebato.yaml line 6"),
        ("Final", "2099-05-29T19:00:00Z", "rebato.events.yaml line 3"),
    ]
    assert [row["name"] for row in json.loads(rebato("events", "list", "--all", "--brand", "ikea", "--json").out)] == [
        "Rebajas"
    ]
    assert rebato("events", "remove", "Final") == (0, "Final is no longer in rebato.events.yaml.\n", "")
    assert _names(config) == ["Rebajas"]


def test_what_people_wrote_into_the_file_stays(config: Path, rebato: Rebato) -> None:
    """Comments, order and style; a file in another style is written anew rather than broken."""
    events = config.with_name("rebato.events.yaml")
    events.write_text(
        "# ours\nevents:\n- name: a  # the first\n  start: 2099-01-01\n\n# second\n- {name: b, start: 2099-01-02}\n"
    )
    rebato("events", "add", "c", "--start", "2099-01-03")
    assert events.read_text().endswith("- {name: b, start: 2099-01-02}\n- name: c\n  start: '2099-01-03'\n")
    rebato("events", "remove", "a")
    assert events.read_text().startswith("# ours\nevents:\n\n# second\n- {name: b, start: 2099-01-02}\n- name: c\n")
    events.write_text("{events: [{name: a, start: 2099-01-01}]}\n")
    rebato("events", "add", "d", "--start", "2099-01-04")
    assert _names(config) == ["Rebajas", "a", "d"]
    rebato("events", "remove", "a")
    rebato("events", "remove", "d")
    assert _names(config) == ["Rebajas"]


def test_an_overlap_is_told_and_allowed(rebato: Rebato) -> None:
    """The larger lift holds."""
    out = rebato("events", "add", "Final", "--start", "2099-01-10", "--brand", "ikea").out
    assert "note: Final overlaps with Rebajas: Wed 07 Jan 2099 00:00" in out
    assert "the larger lift holds" in out
    other = rebato("events", "add", "Match", "--start", "2099-01-10", "--brand", "telar").out
    assert "overlaps with Final" not in other


def test_a_calendar_is_added(config: Path, tmp_path: Path, rebato: Rebato) -> None:
    """As events of its own; the same ones aren't added again."""
    (tmp_path / "liga.ics").write_text(CALENDAR)
    code, out, _ = rebato("events", "add", "--ics", "liga.ics", "--brand", "ikea", "--lift", "3")
    assert (code, out.splitlines()[0]) == (
        0,
        "Liga: Sun 01 Nov 2099 20:00 – 22:00 (Europe/Madrid), 3x expected for ikea, FREQ=WEEKLY;COUNT=3",
    )
    assert _names(config) == ["Rebajas", "Liga"]
    code, _, err = rebato("events", "add", "--ics", "liga.ics")
    assert (code, err) == (2, "all 1 events of liga.ics are planned already.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], 'Which event? rebato events add "Black Friday" --start 2026-11-27, or --ics FILE.'),
        (["x"], "--start: is missing (a day or a time). Try `--start \"2026-11-27 20:00\"`."),
        (["x", "--start", "never"], "--start = never: must be a day or a time. Try `2026-11-27` or `2026-11-27 20:00`."),
        (["x", "--start", "2099-01-01 10:00"], "--end: is missing (when it is over). Try `--duration \"2 h\"`."),
        (["x", "--start", "2099-01-02", "--end", "2099-01-01"], "--end: must be later than `start`."),
        (["x", "--start", "2099-01-02", "--lift", "0.5"], "--lift = 0.5: must be from 1 to 100 (how many times the usual "
         "mentions are expected). Try 2."),
        (["x", "--start", "2099-01-02", "--brand", "ikae"], "--brand: no brand has the id `ikae`. Did you mean `ikea`?"),
        (["x", "--start", "2099-01-02", "--group", "food"], "--group: no brand is in the group `food`. There are: home."),
        (["x", "--start", "2099-01-02", "--timezone", "Madrid"], "--timezone = Madrid: unknown time zone. Use an IANA name "
         "such as `Europe/Madrid`."),
        (["Rebajas", "--start", "2099-01-07"], "`Rebajas` at 2099-01-07 is planned already (rebato.yaml line 6). Remove it "
         "there first."),
        (["x", "--start", "2099-01-07", "--not-on", "2099-01-07"], "--not-on: leaves no day on which it takes place."),
        (["x", "--start", "2099-01-07", "--repeat", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"],
         "--repeat = FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30: no day is like that. Try `weekly`."),
        (["x", "--ics", "liga.ics"], "--ics brings its own times: leave out NAME."),
        (["--ics", "none.ics"], "can't read the calendar none.ics: there is no such file."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_option_value_and_remedy(arguments: list[str], message: str, rebato: Rebato) -> None:
    """Exit code 2, and nothing is written."""
    assert rebato("events", "add", *arguments) == (2, "", f"{message}\n")
    assert not Path("rebato.events.yaml").exists()


def test_what_can_not_be_removed_is_told_where_it_is(rebato: Rebato) -> None:
    """In the config, nowhere, or more than once."""
    assert rebato("events", "remove", "Rebajas") == (2, "", "`Rebajas` stands in rebato.yaml line 6: remove it there.\n")
    assert rebato("events", "remove", "x").err == "no event in rebato.events.yaml is called `x`. There is none.\n"
    for day in ("2099-03-01", "2099-03-02"):
        rebato("events", "add", "x", "--start", day)
    assert rebato("events", "remove", "x").err == "2 events are called `x`. Give --start, one of: 2099-03-01, 2099-03-02.\n"
    assert rebato("events", "remove", "x", "--start", "2099-03-01").code == 0


def test_check_counts_them_and_list_says_when_there_is_none(rebato: Rebato) -> None:
    """Nothing in the next days."""
    assert "2 brands, 1 planned event, config " in rebato("config", "check", "rebato.yaml").out
    assert rebato("events", "list").out == "Nothing is planned in the next 60 days.\n"


def test_explain_lists_what_comes(rebato: Rebato) -> None:
    """Of the brand; a daily one is on every day."""
    rebato(
        "events", "add", "Lunch", "--start", "2020-01-01 13:00", "--duration", "1 h", "--repeat", "daily", "--brand", "ikea"
    )
    rows = json.loads(rebato("config", "explain", "rebato.yaml", "ikea", "--no-live", "--json").out)
    events = [row for row in rows if row["setting"] == "events"]
    assert len(events) == 20
    assert events[0]["value"].startswith("Lunch: ")
    assert events[0]["from"] == "rebato.events.yaml line 3"
    assert "Lunch" not in rebato("config", "explain", "rebato.yaml", "telar", "--no-live").out

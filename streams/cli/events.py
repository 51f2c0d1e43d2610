"""`rebato events`: what is planned and makes people talk more."""

import json
import re
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from schemas.config.calendars import Planned, entry_of, from_ics
from schemas.config.effective import brand_index
from schemas.config.events import Calendar, Event, misdirected
from schemas.config.layers import DEFAULT
from schemas.config.load import Loaded, read_text
from schemas.config.occurrences import Occurrences
from schemas.errors import ConfigError, UsageError
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Json, Set, read_config
from streams.cli.terminal import printable
from streams.events_file import EventsText
from streams.planned_view import DAY_MS, Row, each_once, overlapping, taking_place

app = command_app("Plans events: campaigns, matches, a price rise. Volume is expected then, anger isn't.")
_SHOWN = 20
_MOST_OVERLAPS = 3
_OPTIONS = {"name": "NAME", "brands": "--brand", "not_on": "--not-on"}


@app.command(epilog='Example: rebato events add "Black Friday" --start 2026-11-27 --end 2026-11-29 --lift 3 --brand ikea')
def add(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="What people call it.")] = None,
    start: Annotated[str | None, typer.Option(help="A day or a time: 2026-11-27, '2026-11-27 20:00'.")] = None,
    end: Annotated[str | None, typer.Option(help="A time, or a day, which is then its last.")] = None,
    duration: Annotated[str | None, typer.Option(help="Its length, in the place of --end: '2 h'.")] = None,
    lift: Annotated[float | None, typer.Option(help="How many times the usual mentions are expected. Default 2.")] = None,
    brand: Annotated[list[str] | None, typer.Option(help="The id of a brand; several may be given. Default: all.")] = None,
    group: Annotated[str | None, typer.Option(help="All brands of a group.")] = None,
    repeat: Annotated[str | None, typer.Option(help="daily, weekly, monthly, yearly or an RRULE of iCalendar.")] = None,
    not_on: Annotated[list[str] | None, typer.Option(help="A day on which it doesn't begin; several.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Default: that of each brand.")] = None,
    ramp: Annotated[str | None, typer.Option(help="How long before it people come. Default 15 min.")] = None,
    aftermath: Annotated[str | None, typer.Option(help="How long after it they stay. Default 1 h.")] = None,
    ics: Annotated[Path | None, typer.Option(help="Add all events of an iCalendar file instead.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Writes an event, or those of a calendar, into the events file; running processes take it over by themselves."""
    loaded = read_config(config, settings)
    about = {"lift": lift, "brands": brand, "group": group, "timezone": timezone, "ramp": ramp, "aftermath": aftermath}
    own = {"name": name, "start": start, "end": end, "duration": duration, "repeat": repeat, "not_on": not_on}
    if ics is not None:
        if given := [key for key, value in own.items() if value]:
            raise UsageError(f"--ics brings its own times: leave out {', '.join(map(_option, given))}.")
        events = _of_calendar(ics, _given(about), loaded)
    elif name is None:
        raise UsageError('Which event? rebato events add "Black Friday" --start 2026-11-27, or --ics FILE.')
    else:
        events = [event for event in [_valid(_given(own | about))] if isinstance(event, Event)]
    file = EventsText(loaded, config)
    rows = [_checked(event, loaded) for event in events]
    overlaps = [(row.event, overlapping(row.event, row, loaded.planned, loaded.config)) for row in rows]
    file.add(events)
    if as_json:
        added = [row.as_json() for row in rows]
        typer.echo(json.dumps({"file": str(file.path), "added": added}, ensure_ascii=False))
        return
    for row in rows[:_SHOWN]:
        typer.echo(f"{printable(row.words)}{_more(row)}")
    for event, others in overlaps[:_SHOWN]:
        for other in others[:_MOST_OVERLAPS]:
            typer.echo(f"  note: {printable(event.name)} overlaps with {printable(other.words)}; the larger lift holds.")
    how = "by themselves" if loaded.config.reload == "watch" else "on SIGHUP"
    typer.echo(f"{len(events)} added to {file.path}. Running processes take it over {how}.")


@app.command("list", epilog="Example: rebato events list --days 60 --json")
def list_(
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    brand: Annotated[str | None, typer.Option(help="Only those about this brand.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How far ahead to look.")] = 60,
    everything: Annotated[bool, typer.Option("--all", help="Each event once, also those that are over.")] = False,
    as_json: Json = False,
) -> None:
    """Lists what takes place now and in the next days, with where each is written."""
    loaded, now_ms = read_config(config, settings), _now_ms()
    if brand is not None and loaded.config.brands != "auto":
        brand_index(loaded.config, brand)
    if everything:
        rows = each_once(loaded.planned, loaded.config, now_ms, brand)
    else:
        rows = taking_place(loaded.planned, loaded.config, now_ms, now_ms + days * DAY_MS, brand)
    if as_json:
        told = [row.as_json() | {"now": row.start_ms <= now_ms < row.end_ms} for row in rows]
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for row in rows:
        now = "now: " if row.start_ms <= now_ms < row.end_ms else ""
        typer.echo(f"{now}{printable(row.words)}{_more(row)}  [{row.origin}]")
    if not rows:
        typer.echo("Nothing is planned." if everything else f"Nothing is planned in the next {days} days.")


@app.command(epilog='Example: rebato events remove "Black Friday"')
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `rebato events list` prints it.")],
    start: Annotated[str | None, typer.Option(help="Which one, where several have that name.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Takes an event out of the events file; what stands in the config or in a calendar is removed there."""
    loaded = read_config(config, settings)
    file = EventsText(loaded, config)
    found = [each for each in file.planned if each.event.name == name and start in (None, _start(each.event))]
    if len(found) > 1:
        starts = ", ".join(_start(each.event) for each in found[:_SHOWN])
        raise UsageError(f"{len(found)} events are called `{name}`. Give --start, one of: {starts}.")
    if not found:
        raise UsageError(_elsewhere(name, loaded, file))
    file.remove(found[0].event)
    facts = {"file": str(file.path), "removed": name}
    typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else f"{printable(name)} is no longer in {file.path}.")


def _elsewhere(name: str, loaded: Loaded, file: EventsText) -> str:
    if other := next((each for each in loaded.planned if each.event.name == name), None):
        return f"`{name}` stands in {other.origin}: remove it there."
    names = ", ".join(sorted({each.event.name for each in file.planned})[:_SHOWN])
    return f"no event in {file.path} is called `{name}`. " + (f"There are: {names}." if names else "There is none.")


def _of_calendar(file: Path, about: dict[str, Any], loaded: Loaded) -> list[Event]:
    if not file.exists():
        raise UsageError(f"can't read the calendar {file}: there is no such file.")
    planned, problems = from_ics(read_text(file, "calendar"), _valid({**about, "ics": file}), str(file))
    if problems:
        raise ConfigError(str(file), problems[:_SHOWN])
    if not planned:
        raise UsageError(f"{file} has no event in it. Was the right calendar exported?")
    known = {(each.event.name, _start(each.event)) for each in loaded.planned}
    new = [each.event for each in planned if (each.event.name, _start(each.event)) not in known]
    if not new:
        raise UsageError(f"all {len(planned)} events of {file} are planned already.")
    return new


def _checked(event: Event, loaded: Loaded) -> Row:
    """Its first time. Raises UsageError when it can't be meant so."""
    config = loaded.config
    for place, said in () if config.brands == "auto" else misdirected(event.brands, event.group, config.brands_and_groups):
        raise UsageError(f"{_option(str(place[0]))}: {said}")
    same = [each for each in loaded.planned if (each.event.name, each.event.start) == (event.name, event.start)]
    if same:
        raise UsageError(f"`{event.name}` at {_start(event)} is planned already ({same[0].origin}). Remove it there first.")
    if not Occurrences(event, config.timezone).ever():
        raise UsageError(f"--repeat = {event.repeat}: no day is like that. Try `weekly`.")
    rows = each_once([Planned(event, DEFAULT)], config, _now_ms())
    if not rows:
        raise UsageError("--not-on: leaves no day on which it takes place.")
    return rows[0]


def _valid(values: dict[str, Any]) -> Event | Calendar:
    entry, problems = entry_of(values)
    if entry is None:
        raise UsageError("\n".join(f"{_option(p.field)}: {_as_options(p.message)}" for p in problems))
    return entry


def _option(field: str) -> str:
    """How the command line calls a setting: `start = never` is `--start = never`."""
    name, sign, value = field.partition(" = ")
    name = name.partition("[")[0]
    return f"{_OPTIONS.get(name, f'--{name}')}{sign}{value}"


def _as_options(message: str) -> str:
    """A remedy as the command line writes it.

    >>> _as_options("is missing. Try `duration: 2 h`.")
    'is missing. Try `--duration "2 h"`.'
    """
    return re.sub(r"`(\w+): ([^`]+)`", r'`--\1 "\2"`', message)


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != []}


def _start(event: Event) -> str:
    return str(event.model_dump(mode="json")["start"])


def _more(row: Row) -> str:
    over = " (over)" if row.end_ms <= _now_ms() else ""
    return f"{f', {row.event.repeat}' if row.event.repeat else ''}{over}"


def _now_ms() -> int:
    return int(time.time() * 1000)

"""The planned events of a config with where each stands: its own, those of its events file and of its calendars.

The events file (`rebato.events.yaml` beside `rebato.yaml`, or what `events_file` names) is what `rebato events` writes;
people may write it too. Both kinds of files are read whenever the config is, and watched as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from schemas.config.base import Settings
from schemas.config.events import MOST_EVENTS, AboutBrands, Calendar, Event, Events, misdirected
from schemas.config.layers import Origin
from schemas.config.model import Config
from schemas.config.occurrences import Occurrences
from schemas.config.problems import explain_errors
from schemas.config.tree import Tree, read_tree
from schemas.errors import ConfigError, Problem

Read = Callable[[Path, str], str]
_MOST_TOLD = 20
_MOST_ENDLESS = 2  # rules without a next time; each takes a second or two to tell


@dataclass(frozen=True, slots=True)
class Planned:
    """One event, and where it was written."""

    event: Event
    origin: Origin


class EventsFile(Settings):
    """What the events file holds."""

    events: Events = Field([], description="as in the config, but for calendars")


def events_file(config: Config, path: Path) -> Path:
    """Where `rebato events` writes: the setting, from the config's folder, or the file that is called after the config."""
    return path.parent / (config.events_file or f"{path.stem}.events.yaml")


def files_of(config: Config, path: Path) -> list[Path]:
    """All files that hold planned events beside the config at `path`; the events file needn't be there."""
    calendars = [path.parent / entry.ics for entry in config.events if isinstance(entry, Calendar)]
    return [events_file(config, path), *calendars]


def planned_of(config: Config, path: Path, lines: Callable[[int], Origin], read: Read) -> list[Planned]:
    """All planned events. `lines` tells where the config's own are; `read` gives a file's text or raises UsageError.

    Raises ConfigError, with the file's name, for what is wrong in one of them.
    """
    found: list[Planned] = []
    for index, entry in enumerate(config.events):
        if isinstance(entry, Calendar):
            found += _of_calendar(entry, path.parent / entry.ics, config, read)
        else:
            found.append(Planned(entry, lines(index)))
    file = events_file(config, path)
    if file.exists():
        found += read_events_file(file, read(file, "events file"), config)
    if len(found) > MOST_EVENTS:
        raise ConfigError(str(path), [Problem(None, "events", f"{len(found):,} in all; at most {MOST_EVENTS:,} are kept.")])
    _take_place(found, str(path))
    return found


def read_events_file(file: Path, text: str, config: Config) -> list[Planned]:
    """The events of the events file. Raises ConfigError."""
    tree = read_tree(text)
    problems = list(tree.problems)
    if tree.data is None and problems:
        raise ConfigError(str(file), problems)
    if tree.data is None:
        return []
    held = EventsFile()
    try:
        held = EventsFile.model_validate(tree.data)
    except ValidationError as error:
        problems += explain_errors(error.errors(include_url=False), tree, {})
    problems += _strangers(held.events, config, tree)
    if problems:
        raise ConfigError(str(file), problems[:_MOST_TOLD])
    events = [event for event in held.events if isinstance(event, Event)]
    return [Planned(event, Origin("file", str(file), tree.lines.get(("events", n)))) for n, event in enumerate(events)]


def _strangers(events: Sequence[AboutBrands], config: Config, tree: Tree) -> list[Problem]:
    found = []
    for index, event in enumerate(events):
        line = tree.lines.get(("events", index))
        if isinstance(event, Calendar):
            found.append(Problem(line, f"events[{index}].ics", "belongs into the config itself. Move it there."))
        elif config.brands != "auto":
            for where, said in misdirected(event.brands, event.group, config.brands_and_groups):
                found.append(Problem(line, f"events[{index}].{where[0]}", said))
    return found


def _of_calendar(entry: Calendar, file: Path, config: Config, read: Read) -> list[Planned]:
    planned, problems = from_ics(read(file, "calendar"), entry, str(file))
    if problems:
        raise ConfigError(str(file), problems[:_MOST_TOLD])
    return planned


def from_ics(text: str, about: AboutBrands, name: str) -> tuple[list[Planned], list[Problem]]:
    """The events of a calendar, about whom `about` says, and what is wrong with others.

    A time without a zone, or in one that nobody knows, is in that of `about`; without that, in the brand's, or a mistake.
    """
    from schemas.config.ics import read_calendar  # its parser takes a while to import, and few have a calendar

    shared = {key: getattr(about, key) for key in about.model_fields_set & AboutBrands.model_fields.keys()}
    found, problems = read_calendar(text, about.timezone)
    planned = []
    for each in found:
        event, told = entry_of({**shared, **each.values})
        problems += [Problem(each.line, f"{each.values['name'][:40]}: {p.field}", p.message) for p in told]
        if isinstance(event, Event):
            planned.append(Planned(event, Origin("file", name, each.line)))
    return planned, sorted(problems, key=lambda problem: problem.line or 0)


def entry_of(values: dict[str, Any]) -> tuple[Event | Calendar | None, list[Problem]]:
    """An event (or a calendar) out of its settings, or what is wrong with them: fields as `start`, or `start = never`."""
    try:
        return EventsFile.model_validate({"events": [values]}).events[0], []
    except ValidationError as error:
        told = explain_errors(error.errors(include_url=False), Tree(), {})
        return None, [Problem(None, p.field.removeprefix("events[0]").removeprefix("."), p.message, p.value) for p in told]


def _take_place(found: list[Planned], name: str) -> None:
    """Raises ConfigError for rules that never come true."""
    endless: dict[str, list[Problem]] = {}
    for each in found:
        if each.event.repeat and "BY" in each.event.repeat and not Occurrences(each.event, "UTC").ever():
            message = f"never takes place ({each.event.repeat}): no day is like that. Correct the rule."
            problems = endless.setdefault(each.origin.where or name, [])
            problems.append(Problem(each.origin.line, f"repeat of {each.event.name}", message))
            if len(problems) >= _MOST_ENDLESS:
                break
    for file, problems in endless.items():
        raise ConfigError(file, problems)

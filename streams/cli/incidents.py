"""`rebato incidents`: what burns, and what the buttons of an alert do."""

import difflib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from alerts.feedback import MOST_CASES
from alerts.story import Story
from alerts.verdicts import LINES
from schemas.config.durations import parse_duration, write_duration
from schemas.config.effective import resolve
from schemas.config.load import Loaded
from schemas.enums import IncidentState, Verdict
from schemas.errors import CheckFailedError, UsageError
from schemas.incident import Incident
from schemas.signal import Command
from schemas.wire import encode
from streams.cli.commanding import Author, Comment, new_command
from streams.cli.incidents_text import judged_brands, learned, line, story
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Json, Set, read_config
from streams.incidents_view import IncidentsView
from streams.verdicts_view import changed_verdicts, kept_verdicts

app = command_app("Shows incidents; acknowledges, silences and judges them.")
Id = Annotated[str, typer.Argument(metavar="ID", help="As `rebato incidents list` prints it.")]
About = Annotated[str, typer.Argument(metavar="ID|BRAND", help="An incident, or a brand with all of its incidents.")]
WAIT_S = 10.0  # a level is decided within a second or two; longer means that nobody is there to decide
UNHEARD = f"the command is sent, but nothing has changed within {WAIT_S:.0f} s. Does `rebato run incidents` run?"


class Judgement(StrEnum):
    """What a person says about an incident."""

    REAL = Verdict.REAL
    FALSE = Verdict.FALSE
    NONE = Verdict.NONE


@app.command("list", epilog="Example: rebato incidents list --all")
def list_(
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_json: Json = False,
) -> None:
    """Lists what burns, the worst first."""
    loaded = read_config(config, settings)
    with _opened(loaded) as view:
        known = list(view.read().values())
    burning = [incident for incident in known if incident.state is not IncidentState.RESOLVED]
    shown = sorted(known if everything else burning, key=lambda i: (bool(i.resolved_ms), -i.severity.rank, -i.opened_ms))
    if as_json:
        plain = [msgspec.to_builtins(incident) for incident in shown]
        typer.echo(json.dumps({"incidents": plain, "brands": judged_brands(known)}))
        return
    for incident in shown:
        typer.echo(line(incident, loaded.config))
    if not burning:
        over = len(known)
        typer.echo("Nothing burns." + (f" Over: {over}, see --all." if over and not everything else ""))


@app.command(epilog="Example: rebato incidents show lacocinera-surge-201302261208")
def show(incident: Id, config: ConfigFile = DEFAULT_CONFIG, settings: Set = [], as_json: Json = False) -> None:  # noqa: B006 (typer copies it)
    """Shows one incident with its story."""
    loaded = read_config(config, settings)
    with _opened(loaded) as view:
        known = view.read()
        found = _known(known, incident)
    _print(found, loaded, as_json, [each for each in known.values() if found.brand in (each.brand, *each.brands)])


@app.command(epilog='Example: rebato incidents ack lacocinera-surge-201302261208 --comment "calling the factory"')
def ack(
    incident: Id,
    author: Author = "",
    comment: Comment = "",
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Takes an incident into your hands: no more reminders, until the acknowledgement expires or it gets worse."""
    loaded = read_config(config, settings)
    with _opened(loaded) as view:
        found = _known_now(view.read(), incident)
        if found.state is IncidentState.RESOLVED:
            raise CheckFailedError(f"{found.id} is over ({found.resolved_why}): there is nothing to acknowledge.")
        command = new_command("ack", author, comment, incident=found.id)
        _obeyed(view, command, found, Story.ACKNOWLEDGED, loaded, as_json)


@app.command(epilog='Example: rebato incidents silence lacocinera --for "1 h" --comment "planned recall"')
def silence(
    about: About,
    length: Annotated[str, typer.Option("--for", help="How long: 30 min, 1 h, 2 days.")],
    comment: Comment,
    author: Author = "",
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Holds back what rings about an incident or a brand, for a while and for a reason."""
    if not comment.strip():
        raise UsageError("--comment is empty: say why, for whoever finds the silence.")
    length_ms = _length(length) // timedelta(milliseconds=1)
    loaded = read_config(config, settings)
    with _opened(loaded) as view:
        found, name = _about(view.read(), about, loaded)
        command = new_command("silence", author, comment, **name)
        command = msgspec.structs.replace(command, until_ms=command.at_ms + length_ms)
        _sent(view, command, found, name, Story.SILENCED, loaded, as_json)


@app.command(epilog="Example: rebato incidents unsilence lacocinera")
def unsilence(
    about: About,
    author: Author = "",
    comment: Comment = "",
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Takes a silence back: what it has held back rings now."""
    loaded = read_config(config, settings)
    with _opened(loaded) as view:
        found, name = _about(view.read(), about, loaded)
        _sent(view, new_command("unsilence", author, comment, **name), found, name, Story.UNSILENCED, loaded, as_json)


@app.command(epilog='Example: rebato incidents feedback lacocinera-surge-201302261208 false --comment "a film"')
def feedback(
    incident: Id,
    verdict: Annotated[
        Judgement, typer.Argument(help="Whether it was a crisis; false closes it, none takes back what was said.")
    ],
    author: Author = "",
    comment: Comment = "",
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Says whether an incident was a crisis or a false alarm; saying it again replaces what was said.

    The brand learns from it: false alarms make it ring more rarely, real ones confirm what the config says. One false alarm
    moves the allowed ones to 0.6 times those configured, all together not below an eighth, and it fades (60 days).
    `rebato missed` is for what didn't ring and should have; `forget` takes back all that was said of a brand.
    """
    loaded = read_config(config, settings)
    with _opened(loaded) as view:
        found = _known_now(view.read(), incident)
        command = new_command("feedback", author, comment, incident=found.id)
        record = encode(found) if found.state is IncidentState.RESOLVED else b""
        command = msgspec.structs.replace(command, verdict=verdict.value, record=record)
        _obeyed(view, command, found, LINES[Verdict(verdict)], loaded, as_json)


@app.command(epilog="Example: rebato incidents forget lacocinera")
def forget(
    brand: Annotated[str, typer.Argument(metavar="BRAND", help="The id of a brand.")],
    author: Author = "",
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
) -> None:
    """Forgets all verdicts on a brand, and holds nothing against it that it has rung so far. The incidents' stories stay."""
    loaded = read_config(config, settings)
    before = kept_verdicts(loaded.config, brand)
    typer.echo(learned(brand, before))
    if not before.said.all:
        return
    command = msgspec.structs.replace(new_command("feedback", author, "", brand=brand), verdict=Verdict.FORGET.value)
    if not yes:
        says = f"{before.configured_per_month:.2g}"
        typer.confirm(f"Forget what people have said? The config says {says} a month.", abort=True)
    with _opened(loaded) as view:
        view.send(command, resolve(loaded.config, brand).group_key)
    after = changed_verdicts(loaded.config, brand, before, WAIT_S)
    if after is None:
        raise CheckFailedError(UNHEARD)
    typer.echo(learned(brand, after))


@contextmanager
def _opened(loaded: Loaded) -> Iterator[IncidentsView]:
    with IncidentsView(loaded.config.kafka) as view:
        yield view
        if view.unreadable:
            typer.echo(f"{view.unreadable} records were written by a newer rebato and are not shown.", err=True)


def _known(incidents: dict[str, Incident], name: str) -> Incident:
    if name in incidents:
        return incidents[name]
    close = difflib.get_close_matches(name, incidents, n=1)
    remedy = f"Did you mean `{close[0]}`?" if close else "`rebato incidents list --all` says which there are."
    raise UsageError(f"there is no incident `{name}`. {remedy}")


def _known_now(incidents: dict[str, Incident], name: str) -> Incident:
    """The incident, or the one that it has become part of: what old alerts name goes on working."""
    found = _known(incidents, name)
    kept = incidents.get(found.merged_into)
    if kept is None:
        return found
    typer.echo(f"{name} is part of {kept.id} now.", err=True)
    return kept


def _about(incidents: dict[str, Incident], name: str, loaded: Loaded) -> tuple[Incident | None, dict[str, str]]:
    """The incident that a silence will be seen in, if one burns, and what the command must name."""
    if name in incidents:
        found = _known_now(incidents, name)
        return found, {"incident": found.id}
    brands = loaded.config.brands
    watched = {i.brand for i in incidents.values()} if brands == "auto" else {brand.id for brand in brands}
    if name not in watched:
        near = difflib.get_close_matches(name, [*incidents, *watched], n=1)
        remedy = f"Did you mean `{near[0]}`?" if near else "`rebato incidents list --all` says which there are."
        raise UsageError(f"there is neither an incident nor a brand `{name}`. {remedy}")
    burning = [i for i in incidents.values() if name in (i.brand, *i.brands) and i.state is not IncidentState.RESOLVED]
    return (burning[0] if burning else None), {"brand": name}


def _length(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(f"--for {text}: {error}") from error


def _sent(
    view: IncidentsView,
    command: Command,
    found: Incident | None,
    name: dict[str, str],
    what: Story,
    loaded: Loaded,
    as_json: bool,
) -> None:
    """Sends a command about a brand or an incident; where nothing burns there is no record to wait for."""
    if found is not None:
        _obeyed(view, command, found, what, loaded, as_json)
        return
    brand = name["brand"]
    view.send(command, resolve(loaded.config, brand).group_key)
    until = f" for {write_duration(timedelta(milliseconds=command.until_ms - command.at_ms))}" if command.until_ms else ""
    typer.echo(json.dumps({"sent": command.id}) if as_json else f"{brand} is {what}{until}; nothing of it burns now.")


def _obeyed(view: IncidentsView, command: Command, before: Incident, what: Story, loaded: Loaded, as_json: bool) -> None:
    """Sends a command and prints the incident once its record shows it."""
    view.send(command, before.group)

    def shows_it(incident: Incident) -> bool:
        lines = max(0, incident.revision - before.revision)  # each line of the story is a revision
        new = incident.timeline[-lines:] if lines else []
        return any(entry.author == command.author and entry.what.startswith(what) for entry in new)

    after = view.wait_for(before.id, shows_it, WAIT_S)
    if after is None:
        obeyed = f"what burns, or was over less than {write_duration(loaded.config.alerts.linger)} ago"
        if command.record:
            obeyed += f", and verdicts on the last {MOST_CASES} incidents of a brand"
        raise CheckFailedError(
            f"the command is sent, but {before.id} has not changed within {WAIT_S:.0f} s. Does `rebato run incidents` run? "
            f"It obeys {obeyed}."
        )
    _print(after, loaded, as_json)


def _print(incident: Incident, loaded: Loaded, as_json: bool, of_brand: Collection[Incident] = ()) -> None:
    """`of_brand`: all incidents of its brand, to say how often it was right."""
    if as_json:
        judged = {"judged": judged_brands(of_brand).get(incident.brand)} if of_brand else {}
        typer.echo(json.dumps({**msgspec.to_builtins(incident), **judged}))
    else:
        typer.echo(story(incident, loaded.config, of_brand))

"""`rebato config`: says what is wrong with a config file, and what it amounts to."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console

from schemas.config.base import Settings, secret_names
from schemas.config.calendars import events_file
from schemas.config.explain import Setting
from schemas.config.explain import explain as explain_settings
from schemas.config.load import Loaded
from schemas.config.model import Config
from schemas.config.schema import config_schema, write_schema
from schemas.errors import ConfigError, StateError, UsageError
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, Json, Set, read_config
from streams.kafka_listener import is_anybody_there
from streams.planned_view import DAY_MS, taking_place

app = command_app("Checks a config file, explains it, or prints its JSON Schema.")
File = Annotated[Path, typer.Argument(metavar="FILE", help="The config file.")]
FileOrDefault = Annotated[
    Path, typer.Argument(metavar="[FILE]", envvar="REBATO_CONFIG", help="The config file.", show_default=True)
]
_MAX_VALUE_CHARS = 40
_AHEAD_DAYS, _MOST_EVENTS = 30, 20
_LIVE_S = 5.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Row(NamedTuple):
    """One setting as it is printed."""

    path: str
    value: str
    comes_from: str
    is_default: bool


@app.command(epilog="Example: rebato config check rebato.yaml")
def check(
    file: FileOrDefault = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Says every problem at once, each with its line, value and remedy; exit code 2 when there is one.

    Rules between settings, such as that an event names a brand that is there, are looked at when each setting is well.

    Secret files are named when this user can't read them here; that alone is no problem.
    """
    try:
        loaded = read_config(file, settings)
    except ConfigError as error:
        if not as_json:
            raise
        problems = [
            {"line": p.line, "field": p.field.partition(" = ")[0], "value": p.value, "message": p.message}
            for p in error.problems
        ]
        typer.echo(json.dumps({"valid": False, "problems": problems}, ensure_ascii=False))
        raise typer.Exit(ConfigError.exit_code) from None
    brands = loaded.config.brands
    count: int | str = "auto" if brands == "auto" else len(brands)
    notes = [f"{path} can't be read here." for path in missing_secrets(loaded.config)]
    notes += open_door(loaded)
    from streams.cli.config_notes import doubtful, without_end  # which reads all of Unicode

    notes += doubtful([] if brands == "auto" else brands)
    notes += without_end(loaded.planned)
    if as_json:
        typer.echo(json.dumps({"valid": True, "brands": count, "config": loaded.hash, "notes": notes}))
        return
    what = "brands as the mentions name them" if brands == "auto" else f"{count} brand{'' if count == 1 else 's'}"
    if events := len(loaded.planned):
        what += f", {events} planned event{'' if events == 1 else 's'}"
    typer.echo("\n".join([f"{file} is valid: {what}, config {loaded.hash}.", *(f"  note: {note}" for note in notes)]))


@app.command(epilog="Example: rebato config explain rebato.yaml lacocinera")
def explain(
    file: File,
    brand: Annotated[str, typer.Argument(metavar="BRAND", help="The id of a brand.")],
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
    live: Annotated[
        bool, typer.Option("--live/--no-live", help="Ask Kafka what verdicts and what it has rung have made of the budget.")
    ] = True,
) -> None:
    """Prints each effective setting of a brand and where it comes from: file, environment, command line or default.

    What is planned for the brand in the next 30 days is listed as `events`.
    Where Kafka answers, `learned.false_alarms` says from how many false alarms a month the brand rings now.
    """
    loaded = read_config(file, settings)
    rows = [_row(setting, loaded) for setting in explain_settings(loaded, brand)]
    rows += _planned(loaded, brand)
    if live:
        rows += _learned(loaded, brand)
    if as_json:
        plain = [{"setting": row.path, "value": row.value, "from": row.comes_from} for row in rows]
        typer.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        _print_table(rows)


@app.command(epilog="Example: rebato config schema > rebato.schema.json")
def schema() -> None:
    """Prints the JSON Schema of a config file, for editors."""
    typer.echo(write_schema(config_schema()))


def _row(setting: Setting, loaded: Loaded) -> Row:
    """The setting; the events file beside the config is told where the setting names none."""
    is_default = setting.origin.kind == "default"
    if setting.path == "events_file" and is_default and loaded.path:
        file = events_file(loaded.config, loaded.path)
        if file.exists():
            return Row(setting.path, file.name, "found beside the config", False)
    return Row(setting.path, setting.value, setting.comes_from, is_default)


def _planned(loaded: Loaded, brand: str) -> list[Row]:
    now_ms = int(time.time() * 1000)
    rows = taking_place(loaded.planned, loaded.config, now_ms, now_ms + _AHEAD_DAYS * DAY_MS, brand)
    return [Row("events", row.words, row.origin, False) for row in rows[:_MOST_EVENTS]]


def _learned(loaded: Loaded, brand: str) -> Iterator[Row]:
    """What verdicts have taught, or a note on stderr that nobody knows."""
    from streams.cli.incidents_text import verdicts
    from streams.verdicts_view import kept_verdicts

    try:
        kept = kept_verdicts(loaded.config, brand, _LIVE_S) if is_anybody_there(loaded.config.kafka.brokers) else None
    except (StateError, UsageError) as error:
        typer.echo(f"What verdicts have taught isn't shown: {error}", err=True)
        return
    if kept is None:
        where = loaded.config.kafka.brokers
        typer.echo(f"What verdicts have taught isn't shown: Kafka at {where} does not answer.", err=True)
        return
    yield Row(
        "learned.false_alarms",
        f"{kept.per_month:.2g} a brand-month",
        verdicts(kept),
        kept.per_month == kept.configured_per_month,
    )


def open_door(loaded: Loaded) -> list[str]:
    """Whether anybody who reaches this machine may send mentions."""
    http = loaded.config.sources.http
    if http is None or http.token or http.token_file or http.host in _LOOPBACK:
        return []
    return ["anybody who reaches this machine may send mentions: set `sources.http.token_file`."]


def missing_secrets(part: Settings | Config) -> Iterator[Path]:
    """Secret files in use that this user can't read."""
    for name in secret_names(type(part)):
        file = getattr(part, f"{name}_file")
        if file is not None and not os.access(file, os.R_OK):
            yield file
    for name in type(part).model_fields:
        if isinstance(value := getattr(part, name), Settings):
            yield from missing_secrets(value)


def _print_table(found: list[Row]) -> None:
    """Aligned columns; what isn't a default stands out on a terminal."""
    paths = max(len(setting.path) for setting in found)
    values = min(max(len(setting.value) for setting in found), _MAX_VALUE_CHARS)
    console = Console(highlight=False, markup=False, emoji=False)
    for setting in found:
        line = f"{setting.path:<{paths}}  {setting.value:<{values}}  {setting.comes_from}"
        console.print(line, style="dim" if setting.is_default else "bold", soft_wrap=True)

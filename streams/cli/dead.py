"""`rebato dead`: what was refused, why, and sending it again after a fix."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from schemas.enums import Refusal
from schemas.errors import UsageError
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Json, Set, read_config
from streams.cli.terminal import clipped, printable
from streams.deadletters import DeadLetter, DeadLetters

app = command_app("Shows what was refused and why; sends it again.")
Reason = Annotated[Refusal | None, typer.Option("--reason", help="Only what was refused for this reason.")]
_DETAIL_CHARS = 60


@app.command("list", epilog="Example: rebato dead list --reason no_zone --last 5")
def list_(
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    reason: Reason = None,
    last: Annotated[int, typer.Option(min=0, help="How many of the newest to show.")] = 20,
    as_json: Json = False,
) -> None:
    """Counts what was refused by reason and shows the newest of it."""
    counts: Counter[str] = Counter()
    newest: list[DeadLetter] = []
    for letter in _letters(DeadLetters(read_config(config, settings).config.kafka), reason):
        counts[letter.reason] += 1
        newest = sorted([*newest, letter], key=lambda each: each.at_ms)[-last:] if last else []
    if as_json:
        typer.echo(json.dumps({"counts": dict(counts), "newest": [_summary(letter) for letter in newest]}))
        return
    for name, count in counts.most_common():
        typer.echo(f"{count:>9,}  {name}")
    for letter in newest:
        detail = clipped(printable(letter.detail), _DETAIL_CHARS)
        typer.echo(f"{letter.place:<10} {_time(letter)}  {letter.reason:<18} {detail}  from {printable(letter.origin)}")
    typer.echo("`rebato dead show PARTITION:OFFSET` shows one whole." if newest else "Nothing was refused.")


@app.command(epilog="Example: rebato dead show 0:17")
def show(
    place: Annotated[str, typer.Argument(metavar="PARTITION:OFFSET", help="As `rebato dead list` prints it.")],
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Shows one refused record whole, with what a terminal would obey escaped."""
    letter = DeadLetters(read_config(config, settings).config.kafka).one(place)
    value = letter.value or b""
    if as_json:
        raw = {"value": value.decode("utf-8", "backslashreplace"), "value_base64": base64.b64encode(value).decode()}
        typer.echo(json.dumps(_summary(letter) | {"headers": letter.headers} | raw))
        return
    for name, text in {**letter.headers, "at": _time(letter), "bytes": f"{len(value):,}"}.items():
        typer.echo(f"{name:<10} {printable(text)}")
    typer.echo(printable(value))


@app.command(epilog="Example: rebato dead replay --reason unknown_version --yes")
def replay(
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    reason: Reason = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    as_json: Json = False,
) -> None:
    """Sends the original bytes back to their topic; what is still wrong comes back here."""
    dead = DeadLetters(read_config(config, settings).config.kafka)
    if not yes:
        _ask(sum(letter.replayable for letter in _letters(dead, reason)))
    sent = dead.replay(letter for letter in _letters(dead, reason) if letter.replayable)
    typer.echo(json.dumps({"replayed": sent}) if as_json else f"{sent:,} sent back.")


def _ask(count: int) -> None:
    if not count:
        return
    if not typer.get_text_stream("stdin").isatty():
        raise UsageError(f"{count:,} records would be sent back. Add --yes to do it.")
    typer.confirm(f"Send {count:,} records back to their topics?", abort=True)


def _letters(dead: DeadLetters, reason: Refusal | None) -> Iterator[DeadLetter]:
    return (letter for letter in dead.read() if reason in (None, letter.reason))


def _summary(letter: DeadLetter) -> dict[str, str | int]:
    return {
        "place": letter.place,
        "at": _time(letter),
        "reason": letter.reason,
        "detail": letter.detail,
        "origin": letter.origin,
    }


def _time(letter: DeadLetter) -> str:
    return f"{datetime.fromtimestamp(letter.at_ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"

"""`rebato replay`: sends files of mentions into Kafka."""

import asyncio
import json
import logging
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Json, Set, read_config
from streams.cli.progress import progress
from streams.replay import Extent, Order, Sent, check_order, extent_of, replay

app = command_app()

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Mentions, .jsonl or .jsonl.gz; merged by time.")]
Speed = Annotated[
    float | None,
    typer.Option(help="Times their own pace; without it as fast as it goes, or at it if shifted to now."),
]
ShiftToNow = Annotated[
    bool, typer.Option("--shift-to-now", help="The first mention is of now, the others at their pace; for `time: live`.")
]
LearnOnly = Annotated[bool, typer.Option("--learn-only", help="Teaches what is normal, and rings nothing.")]


@app.command("replay", epilog="Example: rebato replay february.jsonl.gz --config rebato.yaml --speed 60")
def replay_command(
    files: Files,
    config: ConfigFile = DEFAULT_CONFIG,
    speed: Speed = None,
    shift_to_now: ShiftToNow = False,
    learn_only: LearnOnly = False,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Sends mentions into Kafka, with the time as they tell it."""
    loaded = read_config(config, settings).config
    order = Order(speed, shift_to_now, learn_only)
    check_order(loaded, order)
    extent = extent_of(files)
    if shift_to_now:
        length_s = (extent.last_ms - extent.first_ms) / 1000 / (speed or 1.0)
        typer.echo(f"{extent.lines:,} lines at their pace, to the end in {timedelta(seconds=round(length_s))}.", err=True)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what goes wrong is raised, and said once
    with progress("sent", extent.lines) as steps:
        sent = asyncio.run(replay(loaded, files, order, extent, lambda lines: steps.advance(lines - steps.done)))
    typer.echo(json.dumps(_facts(sent, extent)) if as_json else _told(sent, extent))


def _facts(sent: Sent, extent: Extent) -> dict[str, object]:
    return {**asdict(sent), "first": _written(extent.first_ms), "last": _written(extent.last_ms)}


def _told(sent: Sent, extent: Extent) -> str:
    span = f"{_written(extent.first_ms)} to {_written(extent.last_ms)}"
    return f"{sent.lines:,} lines of {span} sent in {sent.seconds:.1f} s, with {sent.controls:,} records that tell the time."


def _written(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

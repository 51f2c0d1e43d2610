"""`rebato state`: prints what is kept of a brand; recomputes the state of a stage from the topics."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from schemas.errors import CheckFailedError
from streams.brand_view import kept_brand
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Json, Set, read_config
from streams.cli.progress import progress
from streams.rebuild.all_stages import Report, rebuild_stages

app = command_app("Prints a brand's state; recomputes state that is lost.")


class Stage(StrEnum):
    """A stage that keeps state."""

    WATCH = "watch"
    INCIDENTS = "incidents"
    NOTIFY = "notify"


class From(StrEnum):
    """What the state of watch is computed from."""

    DIGESTS = "digests"
    MENTIONS = "mentions"


@app.command(epilog="Example: rebato state rebuild watch --config rebato.yaml --dry-run")
def rebuild(
    stage: Annotated[
        Stage | None, typer.Argument(metavar="[STAGE]", help="watch, incidents or notify; all without.")
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    origin: Annotated[
        From, typer.Option("--from", help="watch: read mentions too, as far as they lie before the oldest digests.")
    ] = From.DIGESTS,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be read, and how far back it goes.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Recomputes the state of a stage from the topic that it reads, up to where its group has committed.

    Only while no process of the stage runs. It sends nothing, so nobody is told anything twice, and what wasn't read
    before is read by the stage itself when it runs again. It can't know what retention has deleted.
    """
    loaded = read_config(config, settings)
    stages = [stage] if stage else list(Stage)
    with progress("records read") as steps:
        reports = asyncio.run(
            rebuild_stages(loaded, stages, from_mentions=origin is From.MENTIONS, dry_run=dry_run, advance=steps.advance)
        )
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, "stages": [asdict(report) for report in reports]}))
        return
    for report in reports:
        typer.echo("\n".join(_told(report, dry_run)))


@app.command(epilog="Example: rebato state show ikea --config rebato.yaml")
def show(
    brand: Annotated[str, typer.Argument(metavar="BRAND", help="Its id.")],
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Prints what watch keeps of a brand, as of its last checkpoint. Disturbs nobody."""
    kept = asyncio.run(kept_brand(read_config(config, settings).config, brand))
    if kept is None:
        raise CheckFailedError(f"watch keeps nothing of {brand}: nobody has spoken of it, or it is called otherwise.")
    plain = kept.plain()
    typer.echo(json.dumps(plain) if as_json else "\n".join(_lines(plain)))


def _told(report: Report, dry_run: bool) -> list[str]:
    will = "would be" if dry_run else "was"
    lines = [f"{report.stage}: {report.records:,} records of {report.source} {'to read' if dry_run else 'read'}"]
    for each in report.partitions:
        since = _time(each.oldest_ms) if each.oldest_ms else "nothing to read"
        keys = "" if each.keys is None else f", {each.keys:,} keys"
        lines.append(f"  partition {each.partition}: offsets {each.first:,} to {each.resume:,}, from {since}{keys}")
    if report.oldest_ms:
        days = report.back_days
        lines.append(
            f"  the state {will} computed from {_time(report.oldest_ms)} on, {days:.1f} days back: {report.meaning}"
        )
    return lines + [f"  {warning}" for warning in report.warnings]


def _lines(plain: dict[str, Any]) -> list[str]:
    """Name and value; times of marks as people read them."""
    lines = []
    for name, value in plain.items():
        if isinstance(value, dict):
            lines += [f"{name}", *(f"  {inner:<22} {_shown(inner, each)}" for inner, each in value.items())]
        else:
            lines.append(f"{name:<24} {_shown(name, value)}")
    return lines


def _shown(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{each:,} {inner}" for inner, each in value.items())
    if name.endswith("_ms") and value:
        return _time(value)
    if name in ("open_min", "born_min", "faded_min") and value:
        return _time(value * 60_000)
    if name == "mentions" and isinstance(value, list):
        return ", ".join(f"partition {partition}: {offset:,}" for _, partition, offset in value) or "-"
    return f"{value:,.6g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _time(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"

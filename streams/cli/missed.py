"""`rebato missed`: nothing rang, and it should have."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from alerts.feedback import AHEAD_MS, OLDEST_MISSED_MS, teaches, with_missed, without_missed
from schemas.config.effective import resolve
from schemas.config.model import Config
from schemas.enums import Verdict
from schemas.errors import CheckFailedError, UsageError
from schemas.incident import Incident
from streams.cli.commanding import Author, new_command
from streams.cli.incidents import UNHEARD, WAIT_S
from streams.cli.incidents_text import learned
from streams.cli.lazy import command_app
from streams.cli.options import DEFAULT_CONFIG, ConfigFile, Json, Set, read_config
from streams.cli.times import parse_time
from streams.incidents_view import IncidentsView
from streams.verdicts_view import KeptVerdicts, changed_verdicts, kept_verdicts

app = command_app()
AHEAD = timedelta(minutes=1)
_LAST_MS = 250_000_000_000_000  # the end of a replay is a time that never comes


@app.command(epilog='Example: rebato missed lacocinera --at "2026-11-28 14:10"')
def main(
    brand: Annotated[str, typer.Argument(metavar="BRAND", help="The id of a brand.")],
    at: Annotated[
        str, typer.Option("--at", metavar="TIME", help="When it should have rung: 14:10, 2026-11-28 14:10, or RFC 3339.")
    ],
    undo: Annotated[bool, typer.Option("--undo", help="Takes back what was said to be missed about that time.")] = False,
    author: Author = "",
    config: ConfigFile = DEFAULT_CONFIG,
    settings: Set = [],  # noqa: B006 (typer copies it)
    as_json: Json = False,
) -> None:
    """Says that a crisis was missed: the brand may ring earlier from then on.

    One missed crisis lets it ring from 1.4 times the configured false alarms a month, all together not above 4 times, and
    it fades (60 days). Times without a zone are in the config's time zone.
    """
    loaded = read_config(config, settings)
    at_ms = _when(at, loaded.config)
    group = resolve(loaded.config, brand).group_key
    command = new_command("feedback", author, "", brand=brand)
    command = msgspec.structs.replace(command, verdict=(Verdict.NONE if undo else Verdict.MISSED).value, about_ms=at_ms)
    with IncidentsView(loaded.config.kafka) as view:
        if not undo:
            _refuse_what_rang(view.read().values(), brand, at_ms)
        before = kept_verdicts(loaded.config, brand)
        _refuse_what_is_not_taken(at, at_ms, before, loaded.config)
        after = before
        if _would_change(before, at_ms, undo):
            view.send(command, group)
            changed = changed_verdicts(loaded.config, brand, before, WAIT_S)
            if changed is None:
                raise CheckFailedError(UNHEARD)
            after = changed
    if as_json:
        typer.echo(json.dumps({"brand": brand, "at_ms": at_ms, **_plain(after)}))
    else:
        typer.echo(("" if after is not before else "That was said before. ") + learned(brand, after))


def _when(text: str, config: Config) -> int:
    """Ms since the epoch. Raises `UsageError` for what is no time, or one that can't be meant."""
    zone = ZoneInfo(config.timezone)
    now = datetime.now(zone)
    try:
        at = parse_time(text, zone, now)
    except ValueError as error:
        raise UsageError(f"--at {text}: {error}") from error
    if config.time == "live" and at > now + AHEAD:
        raise UsageError(f"--at {text}: {at:%Y-%m-%d %H:%M %Z} is in the future: nothing can have been missed yet.")
    oldest = timedelta(milliseconds=OLDEST_MISSED_MS)
    if config.time == "live" and at < now - oldest:
        raise UsageError(
            f"--at {text}: {at:%Y-%m-%d %H:%M %Z} is more than {oldest.days} days ago: it says nothing of how the brand is "
            "now. Set `sensitivity` in the config instead."
        )
    return int(at.timestamp() * 1000)


def _refuse_what_is_not_taken(text: str, at_ms: int, kept: KeptVerdicts, config: Config) -> None:
    """Raises `UsageError` for a time that a replay hasn't come to, or has left behind too long ago."""
    if not kept.at_ms or kept.at_ms - OLDEST_MISSED_MS <= at_ms <= kept.at_ms + AHEAD_MS:
        return
    if kept.at_ms > _LAST_MS:
        raise UsageError(f"--at {text}: the replay is over, so no time is taken. Say it while it runs.")
    zone = ZoneInfo(config.timezone)
    first, last = (datetime.fromtimestamp(ms / 1000, zone) for ms in (kept.at_ms - OLDEST_MISSED_MS, kept.at_ms))
    span = f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M %Z}"
    raise UsageError(f"--at {text}: only times from {span} (log time) are taken.")


def _refuse_what_rang(incidents: Iterable[Incident], brand: str, at_ms: int) -> None:
    for incident in incidents:
        ended_ms = incident.resolved_ms or at_ms
        if incident.brand == brand and teaches(incident.kind) and incident.opened_ms <= at_ms <= ended_ms:
            raise UsageError(
                f"{brand} had an incident then: {incident.id}. `rebato incidents feedback {incident.id} real` says that it "
                "was right; if it came too late, give the time at which it should have rung."
            )


def _would_change(before: KeptVerdicts, at_ms: int, undo: bool) -> bool:
    """Raises `CheckFailedError` when there is nothing to take back."""
    if not undo:
        return with_missed(before.cases, at_ms, at_ms) != before.cases
    if without_missed(before.cases, at_ms) == before.cases:
        raise CheckFailedError("nothing that was missed within 3 h of that time is noted: there is nothing to take back.")
    return True


def _plain(kept: KeptVerdicts) -> dict[str, float]:
    said = kept.said
    return {
        "real": said.real,
        "false": said.false,
        "missed": said.missed,
        "false_alarms_per_month": round(kept.per_month, 4),
        "configured_per_month": kept.configured_per_month,
    }

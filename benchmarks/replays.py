"""Real mentions through the whole pipeline: ``python -m benchmarks.replays --data DIR``.

DIR (default: $REBATO_DATA) holds ``*.jsonl.gz`` and ``events.json``, what truly happened in them; the folder ``replays`` of
DIR does as well. Prints of each event whether it rang and how soon, and every alarm outside events by name.

An event's rule says what is right: ``must`` and ``want`` ring, ``never`` and ``volume_only`` don't, ``none`` may.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from detectors.text.scorer import TextScorer
from schemas.alert import Alert
from schemas.config.model import Config
from schemas.enums import Severity, Transition
from schemas.incident import Incident
from streams.backtest.report import rfc3339
from streams.backtest.run import Backtest, backtest
from streams.files import read_records

COLUMNS = ("replay", "brand", "onset", "what", "rule", "right", "min after", "severity", "ratio")
RINGS = frozenset({"must", "want"})
QUIET = frozenset({"never", "volume_only"})
EARLY_MS = 5 * 60_000
"""An onset is known to about so much."""
LATE_MS = 60 * 60_000
"""An alarm up to an hour after an event's end is about the event: long windows still hold it."""
WEEK_MS = 7 * 86_400_000
FOREVER_MS = 1 << 62
TELLING = frozenset({Transition.OPENED, Transition.ESCALATED, Transition.UPDATED})
"""Alerts that say that something began or grew; reminders and ends don't."""


@dataclass(frozen=True)
class Event:
    """What happened to a brand, times in ms since 1970 (UTC)."""

    replay: str
    brand: str
    onset_ms: int
    end_ms: int
    rule: str
    kind: str

    def covers(self, brand: str, at_ms: int) -> bool:
        """Whether an alarm of the brand at that time is about the event."""
        return self.brand == plain(brand) and self.onset_ms - EARLY_MS <= at_ms <= self.end_ms + LATE_MS


@dataclass
class Tally:
    """What all replays showed."""

    verdicts: Counter[tuple[str, bool]] = field(default_factory=Counter)
    false_alarms: list[tuple[str, Incident]] = field(default_factory=list)
    brand_weeks: float = 0.0
    rows: list[list[str]] = field(default_factory=list)
    """Of each event, cells of `COLUMNS`."""


def plain(brand: str) -> str:
    """A brand's name without what differs between spellings.

    >>> plain("US Airways"), plain("us-airways")
    ('usairways', 'usairways')
    """
    return "".join(c for c in brand.lower() if c.isalnum())


def read_events(path: Path) -> list[Event]:
    """The labelled events of a folder of replays; none where nobody labelled them."""
    if not path.exists():
        return []
    return [
        Event(e["replay"], plain(e["brand"]), _ms(e["onset"]), _ms(e["end"]), e["rule"], e["kind"])
        for e in json.loads(path.read_text(encoding="utf-8"))
    ]


def _ms(moment: str | None) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000) if moment else FOREVER_MS


def alarm_of(event: Event, run: Backtest) -> tuple[Alert, bool] | None:
    """The first alert that tells of the event and whether its incident was open before; None if nobody was told."""
    for alert in sorted(run.alerts, key=lambda a: a.at_ms):
        if alert.transition in TELLING and event.covers(alert.incident.brand, alert.at_ms):
            return alert, alert.transition is not Transition.OPENED
    for alert in run.alerts:
        after = run.incidents[alert.incident.id]
        opened_before = alert.transition is Transition.OPENED and alert.at_ms < event.onset_ms
        if plain(after.brand) == event.brand and opened_before and (after.resolved_ms or FOREVER_MS) > event.onset_ms:
            return alert, True
    return None


def false_alarms(run: Backtest, events: list[Event]) -> list[Incident]:
    """Incidents that somebody was told of outside every event."""
    opened = {a.incident.id: a.at_ms for a in reversed(run.alerts)}
    return [i for i in run.rung if not any(e.covers(i.brand, opened[i.id]) for e in events)]


def brand_weeks(run: Backtest, least_mentions: int) -> float:
    """Weeks times brands with that many mentions; a file with brands mentioned in passing isn't longer for them."""
    brands = sum(counts.mentions >= least_mentions for counts in run.brands.values())
    return brands * (run.last_ms - run.first_ms) / WEEK_MS


def _row(event: Event, run: Backtest) -> list[str]:
    found = alarm_of(event, run)
    rang = found is not None
    right = "" if event.rule not in RINGS | QUIET else "yes" if rang == (event.rule in RINGS) else "NO"
    shown = [event.replay, event.brand, rfc3339(event.onset_ms) or "", event.kind, event.rule, right]
    if found is None:
        return [*shown, "", "", ""]
    alert, joined = found
    worst = run.incidents[alert.incident.id].peak_severity
    when = "joined" if joined else f"{(alert.at_ms - event.onset_ms) / 60_000:+.0f}"
    return [*shown, when, _name(worst), f"{alert.incident.figures.ratio:.1f}"]


def _name(severity: Severity) -> str:
    return severity.value


def _report(tally: Tally, table: Table) -> None:
    console = Console(width=180)
    console.print(table)
    for rule in sorted({rule for rule, _ in tally.verdicts}):
        rang, quiet = tally.verdicts[rule, True], tally.verdicts[rule, False]
        console.print(f"{rule}: {rang} of {rang + quiet} rang")
    weeks = f"{tally.brand_weeks:.1f} brand-weeks of brands with {LEAST_MENTIONS} mentions"
    console.print(f"{len(tally.false_alarms)} alarms outside the events, in {weeks}:")
    for replay, incident in tally.false_alarms:
        console.print(f"  {said(replay, incident)}", highlight=False)


def said(replay: str, incident: Incident) -> str:
    """A false alarm by name."""
    peak = incident.peak_figures
    return (
        f"{replay} {incident.brand} {incident.kind.value} {rfc3339(incident.opened_ms)} "
        f"{_name(incident.peak_severity)}, {peak.negative} negative of {peak.mentions}, {peak.ratio:.1f} x the usual"
    )


LEAST_MENTIONS = 500


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every replay and print what rang."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", default=os.environ.get("REBATO_DATA"), help="folder of replays")
    parser.add_argument("--timezone", default="UTC", help="of all brands (UTC)")
    parser.add_argument("--only", default="", help="only replays whose name contains this")
    parser.add_argument("--detector", default="crisis", help="as in a config: `crisis`, or one of river's (crisis)")
    options = parser.parse_args(arguments)
    if not options.data:
        parser.error("name a folder with --data or REBATO_DATA")
    config = Config.model_validate({"brands": "auto", "timezone": options.timezone, "detector": options.detector})
    _report(*replayed(Path(options.data), config, options.only))


def replayed(data: Path, config: Config, only: str = "", told: Callable[[], None] = lambda: None) -> tuple[Tally, Table]:
    """What every replay of a folder showed, and the table of its events; `told` is called after each replay."""
    folder = data / "replays" if (data / "replays").is_dir() else data
    events, scorer, tally = read_events(folder / "events.json"), TextScorer.packaged(), Tally()
    table = Table(*COLUMNS)
    for path in sorted(folder.glob("*.jsonl.gz")):
        replay = path.name.removesuffix(".jsonl.gz")
        if only not in replay:
            continue
        run = backtest(config, "", read_records([path]), scorer, lambda _: None)
        own = [event for event in events if event.replay == replay]
        for event in own:
            tally.rows.append(_row(event, run))
            table.add_row(*tally.rows[-1])
            tally.verdicts[event.rule, alarm_of(event, run) is not None] += 1
        tally.false_alarms += [(replay, incident) for incident in false_alarms(run, own)]
        tally.brand_weeks += brand_weeks(run, LEAST_MENTIONS)
        told()
    return tally, table


if __name__ == "__main__":
    main()

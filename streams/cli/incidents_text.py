"""An incident as the terminal says it. What strangers and colleagues wrote is escaped."""

from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.render.sentences import trouble
from alerts.render.view import View
from schemas.config.model import Config
from schemas.enums import IncidentState
from schemas.incident import Incident
from schemas.signal import Figures, Trouble
from streams.cli.terminal import clipped, printable

_MOST_TERMS = 8
_COMMENT_CHARS = 200


def line(incident: Incident, config: Config) -> str:
    """One incident in one line: what, since when, how large, in whose hands."""
    head = f"{incident.id}  {incident.severity}  {_state(incident, config)}  "
    if incident.trouble:
        return head + printable(trouble(incident.trouble, View()))
    return head + (
        f"{incident.figures.mentions:,} mentions in {incident.figures.window_s // 60} min "
        f"({incident.figures.ratio:,.1f}x), {incident.figures.negative_share:.0%} negative"
    )


def story(incident: Incident, config: Config) -> str:
    """One incident whole: figures now and at the peak, evidence, who was told, and what happened when."""
    facts = {
        "incident": incident.id,
        "brand": ", ".join(printable(brand) for brand in incident.brands or [incident.brand]),
        "state": f"{incident.severity}, {_state(incident, config)}",
        **(_own(incident.trouble) if incident.trouble else _of_brand(incident, config)),
        "told": ", ".join(incident.notified) or "nobody",
    }
    lines = [f"{name:<10}{text}" for name, text in facts.items() if text]
    entries = [
        f"{_time(entry.at_ms, config)}  {entry.severity:<8}  {clipped(printable(entry.what), _COMMENT_CHARS)}"
        + (f"  ({printable(entry.author)})" if entry.author else "")
        for entry in incident.timeline
    ]
    return "\n".join([*lines, "", *entries])


def _own(what: Trouble) -> dict[str, str]:
    return {"trouble": printable(trouble(what, View()))}


def _of_brand(incident: Incident, config: Config) -> dict[str, str]:
    return {
        "now": _figures(incident.figures),
        "peak": f"{_figures(incident.peak_figures)} at {_time(incident.peak_ms, config)}",
        "evidence": f"{incident.false_alarms_per_month:.2g} false alarms like this a month; it rings from "
        f"{incident.budget_per_month:.2g}" + (" (still learning what is normal)" if incident.learning else ""),
        "terms": " · ".join(printable(term) for term in incident.figures.terms[:_MOST_TERMS]),
    }


def _state(incident: Incident, config: Config) -> str:
    since = f"since {_time(incident.opened_ms, config)}"
    match incident.state:
        case IncidentState.RESOLVED:
            return f"{since}, over {_time(incident.resolved_ms, config)} ({incident.resolved_why})"
        case IncidentState.ACKNOWLEDGED:
            return f"{since}, {printable(incident.acked_by)} has it until {_time(incident.acked_until_ms, config)}"
        case IncidentState.OPEN:
            return f"{since}, open"


def _figures(figures: Figures) -> str:
    return (
        f"{figures.mentions:,} mentions in {figures.window_s // 60} min, normally {figures.mentions_expected:,.0f} "
        f"({figures.ratio:,.1f}x); {figures.negative_share:.0%} negative, normally {figures.negative_share_expected:.0%}; "
        f"{figures.authors:,} people, {figures.texts:,} different texts"
    )


def _time(at_ms: int, config: Config) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo(config.timezone)):%Y-%m-%d %H:%M:%S}"

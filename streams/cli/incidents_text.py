"""An incident as the terminal says it. What strangers and colleagues wrote is escaped."""

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.feedback import Tally, teaches
from alerts.render.measures import measure
from alerts.render.sentences import measured, trouble, whose
from alerts.render.view import View
from alerts.verdicts import standing
from schemas.config.effective import resolve
from schemas.config.model import Config
from schemas.enums import IncidentState, Verdict
from schemas.errors import UsageError
from schemas.incident import Incident, Member, Neighbour
from schemas.signal import Figures, Trouble
from streams.backtest.size import own_size
from streams.cli.terminal import clipped, printable
from streams.verdicts_view import KeptVerdicts

_MOST_TERMS = 8
_COMMENT_CHARS = 200
_NOTICEABLE = 0.01


def line(incident: Incident, config: Config) -> str:
    """One incident in one line: what, since when, how large, in whose hands."""
    head = f"{incident.id}  {incident.severity}  {_state(incident, config)}  "
    if incident.trouble:
        return head + printable(trouble(incident.trouble, View()))
    return (
        head
        + printable(whose(incident, View()))
        + (f" Also {', '.join(printable(brand) for brand in incident.brands[1:])}." if incident.members else "")
    )


def story(incident: Incident, config: Config, of_brand: Collection[Incident] = ()) -> str:
    """One incident whole: figures now and at the peak, evidence, who was told, and what happened when.

    `of_brand`: all incidents of its brand, to say how often it was right.
    """
    facts = {
        "incident": incident.id,
        "brand": ", ".join(printable(brand) for brand in incident.brands or [incident.brand]),
        "state": f"{incident.severity}, {_state(incident, config)}",
        **(_own(incident.trouble) if incident.trouble else _of_brand(incident, config)),
        "with": "; ".join(_member(member, config) for member in incident.members[1:]),
        "closely": _closely(incident, incident.neighbour, config) if incident.neighbour and not incident.merged_into else "",
        "told": ", ".join(incident.notified) or "nobody",
        "judged": _judged(incident, of_brand),
    }
    lines = [f"{name:<10}{text}" for name, text in facts.items() if text]
    entries = [
        f"{_time(entry.at_ms, config)}  {entry.severity:<8}  {clipped(printable(entry.what), _COMMENT_CHARS)}"
        + (f"  ({printable(entry.author)})" if entry.author else "")
        for entry in incident.timeline
    ]
    return "\n".join([*lines, "", *entries])


def judged_brands(incidents: Iterable[Incident]) -> dict[str, dict[str, float | int | None]]:
    """By brand: how many incidents people call real, how many false, how many nobody has judged, and the precision."""
    brands: dict[str, dict[str, float | int | None]] = {}
    of_brand: dict[str, list[Verdict | None]] = {}
    for incident in incidents:
        if teaches(incident.kind) and not incident.merged_into:
            for brand in incident.brands if incident.members else [incident.brand]:
                of_brand.setdefault(brand, []).append(standing(incident))
    for brand, said in sorted(of_brand.items()):
        tally = Tally(said.count(Verdict.REAL), said.count(Verdict.FALSE))
        brands[brand] = {
            "real": int(tally.real),
            "false": int(tally.false),
            "unjudged": said.count(None),
            "precision": tally.precision if tally.precision is None else round(tally.precision, 4),
        }
    return brands


def learned(brand: str, kept: KeptVerdicts) -> str:
    """What verdicts have made of a brand's budget, in a sentence."""
    return f"{brand} rings from {kept.per_month:.2g} false alarms a month; {verdicts(kept)}"


def verdicts(kept: KeptVerdicts) -> str:
    """The verdicts that stand, what it has rung beyond its budget, and what the config says without them."""
    said, reasons = kept.said, list[str]()
    if said.all:
        reasons.append(f"people: {said.false:.0f} false, {said.real:.0f} real, {said.missed:.0f} missed")
    if kept.is_held_back:
        reasons.append(f"stories in a month that were hardly rare enough, or false: {kept.rung}")
    if not reasons:
        return "as the config says: no verdict stands."
    return f"the config says {kept.configured_per_month:.2g}, and {'; '.join(reasons)}."


def _judged(incident: Incident, of_brand: Collection[Incident]) -> str:
    verdict = standing(incident)
    own = {Verdict.REAL: "real", Verdict.FALSE: "a false alarm", None: "by nobody yet" if teaches(incident.kind) else ""}
    found = judged_brands(of_brand).get(incident.brand)
    if found is None or found["precision"] is None:
        return own[verdict]
    return (
        f"{own[verdict]}; of {printable(incident.brand)}: {found['real']} real, {found['false']} false "
        f"({found['precision']:.0%} right)"
    )


def _configured(incident: Incident, config: Config) -> str:
    """What the config says, where it rings from something else."""
    try:
        configured = resolve(config, incident.brand).sensitivity.per_month
    except UsageError:  # a brand that is no longer there
        return ""
    moved = abs(incident.budget_per_month / configured - 1) > _NOTICEABLE
    return f" (the config says {configured:.2g}; verdicts and what it has rung of late have moved it)" if moved else ""


def _member(member: Member, config: Config) -> str:
    """A brand that shares the incident."""
    said = (
        f"{printable(member.brand)} since {_time(member.joined_ms, config)}, {member.severity}: {_figures(member.figures)}"
    )
    words = f" (the same words: {', '.join(map(printable, member.words[:_MOST_TERMS]))})" if member.words else ""
    return said + words + (f", calm since {_time(member.ended_ms, config)}" if member.ended_ms else "")


def _closely(incident: Incident, neighbour: Neighbour, config: Config) -> str:
    if neighbour.brand == incident.brand:
        return f"watched more closely, as it rang before at {_time(neighbour.rang_ms, config)}"
    words = f" with the same words: {', '.join(map(printable, neighbour.words[:_MOST_TERMS]))}" if neighbour.words else ""
    return f"watched more closely, as {printable(neighbour.brand)} rang at {_time(neighbour.rang_ms, config)}{words}"


def _own(what: Trouble) -> dict[str, str]:
    return {"trouble": printable(trouble(what, View()))}


def _of_brand(incident: Incident, config: Config) -> dict[str, str]:
    return {
        "now": f"{printable(measured(incident, View()))} {_people(incident.figures)}.",
        "peak": f"{_peak(incident)}, at {_time(incident.peak_ms, config)}" if incident.peak_ms else "",
        "evidence": f"{incident.false_alarms_per_month:.2g} false alarms like this a month; it rings from "
        f"{incident.budget_per_month:.2g}"
        + _configured(incident, config)
        + (" (still learning what is normal)" if incident.learning else ""),
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


def _peak(incident: Incident) -> str:
    return own_size(incident) or _figures(incident.peak_figures)


def _figures(figures: Figures) -> str:
    return f"{measure(figures, View())} {_people(figures)}"


def _people(figures: Figures) -> str:
    return f"{figures.authors:,} people, {figures.texts:,} different texts"


def _time(at_ms: int, config: Config) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo(config.timezone)):%Y-%m-%d %H:%M:%S}"

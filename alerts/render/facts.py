"""An alert as sentences in the team's language, before any channel has formed them.

All strings are clean, none is escaped.
"""

from dataclasses import dataclass

from alerts.render import contagion, sentences
from alerts.render.clean import clean
from alerts.render.heading import heading
from alerts.render.planned import planned_sentence
from alerts.render.quote import Quote
from alerts.render.rows import labelled
from alerts.render.view import View
from alerts.render.words import WORDS, Words
from alerts.rules import COUNTS_ANGER
from alerts.vigilance import SPREADS
from schemas.alert import Alert
from schemas.enums import IncidentState, Kind, Severity, Transition
from schemas.incident import Incident

SAMPLE_CHARS = 200
MOST_QUOTES = 5
_ICONS = {Severity.WATCH: "🟡", Severity.WARNING: "🟠", Severity.CRITICAL: "🔴"}
_URL_CHARS = 300  # escaped, a sample with its link still fits into a section of Slack


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A sample as it is shown; `url` is "" unless it is plain http(s)."""

    text: str
    note: str  # when, where, how often
    url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that an alert says. Empty strings and lists are left out by the channels."""

    icon: str
    subject: str  # the same for all alerts of an incident, so that mail programs keep them together
    title: str  # severity and brand, since when, where it is heading
    change: str  # what this alert adds
    measure: str  # observed against expected, or what is wrong with ourselves
    confidence: str
    peak: str
    notes: list[str]
    rows: list[tuple[str, str]]
    quotes_label: str
    quotes: list[ShownQuote]
    chart_label: str
    chart: list[int]  # negative mentions a minute, oldest first
    actions: list[str]
    open_label: str
    open_url: str
    footer: str
    repeat: str  # to be shown where an earlier send of this alert stayed in doubt
    summary: str  # title and measure on one line


def facts(alert: Alert, quotes: list[Quote], view: View) -> Facts:
    """The alert's facts; `quotes` are the incident's samples as read back, at most five are shown."""
    incident, words = alert.incident, WORDS[view.language]
    over = incident.state is IncidentState.RESOLVED
    title, measure = _title(alert, view), _measure(incident, view)
    return Facts(
        icon=_icon(incident),
        subject=_subject(incident, view),
        title=title,
        change=sentences.change(alert.transition, incident, view),
        measure=measure,
        confidence="" if over or incident.trouble else _confidence(incident, view),
        peak=sentences.peak(incident, view) if over else "",
        notes=[] if over else _notes(alert, view),
        rows=labelled(incident, view),
        quotes_label=words.samples,
        quotes=[] if over else shown_quotes(quotes, alert.at_ms, view),
        chart_label=words.chart_of_peak if over else words.chart,
        chart=[max(0, count) for count in (incident.peak_figures if over else incident.figures).negative_per_min[-60:]],
        actions=[] if over else sentences.actions(incident, view),
        open_label=words.open,
        open_url=_page(incident, view),
        footer=sentences.footer(incident, view),
        repeat=words.repeat,
        summary=f"{_icon(incident)} {title}. {measure}".strip(),
    )


def _notes(alert: Alert, view: View) -> list[str]:
    incident = alert.incident
    planned = incident.figures.planned
    notes = [planned_sentence(planned, alert.at_ms, view)] if planned else []
    notes += [why] if (why := contagion.closely(incident, alert.at_ms, view)) else []
    return notes


def _confidence(incident: Incident, view: View) -> str:
    """How rare it is; of a brand that is hardly known nobody can say."""
    if incident.learning:
        return WORDS[view.language].learning
    return sentences.confidence(incident.false_alarms_per_month, view)


def _measure(incident: Incident, view: View) -> str:
    if incident.trouble:
        return sentences.trouble(incident.trouble, view)
    if incident.state is IncidentState.RESOLVED and not incident.merged_into:
        return sentences.last_seen(incident, view)
    return sentences.whose(incident, view)


def _icon(incident: Incident) -> str:
    if incident.merged_into:
        return "↪️"
    return "✅" if incident.state is IncidentState.RESOLVED else _ICONS[incident.severity]


def _title(alert: Alert, view: View) -> str:
    incident, words = alert.incident, WORDS[view.language]
    brand = (contagion.names(incident, view) or sentences.brand_name(view, incident)).upper()
    if merged := contagion.merged_title(incident, view):
        return f"{brand} · {merged}"
    if incident.merged_into:
        return f"{brand} · {_what(incident, incident.kind, words)} · {words.goes_on}"
    if incident.state is IncidentState.RESOLVED:
        length_ms = max(0, incident.resolved_ms - incident.opened_ms)
        fault = [_what(incident, incident.kind, words)] if incident.trouble else []
        return " · ".join([brand, *fault, words.resolved.format(duration=view.duration(length_ms))])
    since = words.since.format(
        time=view.moment(incident.since_ms, alert.at_ms), ago=view.ago(alert.at_ms - incident.since_ms)
    )
    moves = incident.kind in COUNTS_ANGER and any(incident.figures.negative_per_min)
    heads = f", {words.heading[heading(incident.figures.negative_per_min)]}" if moves else ""
    parts = [brand, words.severity[incident.severity], _what(incident, incident.kind, words), f"{since}{heads}"]
    if alert.transition is Transition.ACKNOWLEDGED:
        parts.insert(2, words.acknowledged.format(who=clean(incident.acked_by, 80) or "?"))
    return " · ".join(parts)


def _subject(incident: Incident, view: View) -> str:
    """What has spread keeps the subject that it began with."""
    words = WORDS[view.language]
    return words.subject.format(
        brand=sentences.brand_name(view, incident),
        kind=_what(incident, SPREADS if incident.kind is Kind.CONTAGION else incident.kind, words),
        time=view.opening(incident.since_ms),
    )


def _what(incident: Incident, kind: Kind, words: Words) -> str:
    """The kind of an incident; of one about ourselves, what is wrong."""
    return words.faults[incident.trouble.fault] if incident.trouble else sentences.kind_name(incident, words, kind)


def shown_quotes(quotes: list[Quote], near_ms: int, view: View) -> list[ShownQuote]:
    """At most five of them; the day is said of those that aren't of the day of `near_ms`."""
    return [shown for quote in quotes if (shown := _shown(quote, near_ms, view)).text][:MOST_QUOTES]


def _shown(quote: Quote, near_ms: int, view: View) -> ShownQuote:
    note = [view.moment(quote.at_ms, near_ms), clean(quote.network, 40)]
    if quote.copies > 1:
        note.append(WORDS[view.language].copies.format(count=view.count(quote.copies)))
    return ShownQuote(clean(quote.text, SAMPLE_CHARS), " · ".join(part for part in note if part), _safe_url(quote.url))


def _safe_url(url: str) -> str:
    """The address if it can only be a plain web address (no script, no white space, no markup), else ""."""
    plain = url.startswith(("https://", "http://")) and len(url) <= _URL_CHARS and clean(url, _URL_CHARS) == url
    return url if plain and not set(url) & set("<>|\"'`\\ ") else ""


def _page(incident: Incident, view: View) -> str:
    return _safe_url(f"{view.console_url.rstrip('/')}/incidents/{_path(incident.id)}") if view.console_url else ""


def _path(incident: str) -> str:
    return "".join(char if char.isalnum() or char in "-._" else f"%{ord(char):02X}" for char in incident if char.isascii())

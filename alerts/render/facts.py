"""An alert as sentences in the team's language, before any channel has formed them.

All strings are clean, none is escaped.
"""

from dataclasses import dataclass

from alerts.render import contagion, sentences
from alerts.render.clean import clean, shorten
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
_TITLE_CHARS = 50  # of a name, so that a title of Slack's 150 characters shows what is the matter
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

    language: str
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
    summary: str  # title, change and measure on one line
    labels: dict[str, str]  # of change, confidence, notes, actions and rule, where they have one


def facts(alert: Alert, quotes: list[Quote], view: View) -> Facts:
    """The alert's facts; `quotes` are the incident's samples as read back, at most five are shown."""
    incident, words = alert.incident, WORDS[view.language]
    over = incident.state is IncidentState.RESOLVED
    title, measure = _title(alert, view), _measure(incident, view)
    change = sentences.change(alert.transition, incident, view)
    chart = [max(0, count) for count in (incident.peak_figures if over else incident.figures).negative_per_min[-60:]]
    if sentences.is_about_answers(incident):
        chart = []  # it would show the anger
    label = words.chart_of_peak if over else words.chart
    return Facts(
        language=view.language,
        icon=_icon(incident),
        subject=_subject(incident, view),
        title=title,
        change=change,
        measure=measure,
        confidence="" if over or incident.trouble else _confidence(incident, view),
        peak=sentences.peak(incident, view) if over else "",
        notes=[] if over else _notes(alert, view),
        rows=labelled(incident, view),
        quotes_label=words.samples,
        quotes=[] if over else shown_quotes(quotes, alert.at_ms, view),
        chart_label=label + words.chart_most.format(count=view.count(max(chart, default=0))),
        chart=chart,
        actions=[] if over else sentences.actions(incident, view),
        open_label=words.open,
        open_url=_page(incident, view),
        footer=sentences.footer(incident, view),
        repeat=words.repeat,
        summary=" ".join(part for part in (f"{_icon(incident)} {title}.", change, measure) if part),
        labels=words.labels,
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
    if _is_forgotten(incident):
        return "⚪"
    return "✅" if incident.state is IncidentState.RESOLVED else _ICONS[incident.severity]


def _is_forgotten(incident: Incident) -> bool:
    """Whether it was closed because nothing was heard of it any more: nobody knows whether it is over."""
    return incident.resolved_why == "not_restated" and not incident.trouble


def _title(alert: Alert, view: View) -> str:
    incident, words = alert.incident, WORDS[view.language]
    brand = (contagion.names(incident, view) or shorten(sentences.brand_name(view, incident), _TITLE_CHARS)).upper()
    if merged := contagion.merged_title(incident, view):
        return f"{brand} · {merged}"
    if incident.merged_into:
        return f"{brand} · {_what(incident, words)} · {words.goes_on}"
    wave_ms = sentences.wave_ms(incident)
    if incident.state is IncidentState.RESOLVED:
        ended = words.closed if _is_forgotten(incident) else words.resolved
        length_ms = max(0, incident.resolved_ms - (wave_ms or incident.opened_ms))
        return " · ".join([brand, _what(incident, words), ended.format(duration=view.duration(length_ms))])
    begun_ms, since = (wave_ms, words.wave_since) if wave_ms and not incident.trouble else (incident.since_ms, words.since)
    since = since.format(time=view.at(begun_ms, alert.at_ms), ago=view.ago(alert.at_ms - begun_ms))
    moves = incident.kind in COUNTS_ANGER and any(incident.figures.negative_per_min)
    heads = f", {words.heading[heading(incident.figures.negative_per_min)]}" if moves else ""
    parts = [brand, words.severity[incident.severity], _what(incident, words), f"{since}{heads}"]
    if alert.transition is Transition.ACKNOWLEDGED:
        parts.insert(2, words.acknowledged.format(who=clean(incident.acked_by, _TITLE_CHARS) or "?"))
    return " · ".join(parts)


def _subject(incident: Incident, view: View) -> str:
    """What has spread keeps the subject that it began with, and a topic names none: another may outgrow it."""
    words = WORDS[view.language]
    kind = words.kind[SPREADS if incident.kind is Kind.CONTAGION else incident.kind]
    return words.subject.format(
        brand=sentences.brand_name(view, incident),
        kind=_what(incident, words) if incident.trouble else kind,
        time=view.opening(incident.since_ms),
    )


def _what(incident: Incident, words: Words) -> str:
    """The kind of an incident; of one about ourselves, what is wrong."""
    return words.faults[incident.trouble.fault] if incident.trouble else sentences.kind_name(incident, words)


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
    goes_on = incident.merged_into or incident.id
    return _safe_url(f"{view.console_url.rstrip('/')}/incidents/{_path(goes_on)}") if view.console_url else ""


def _path(incident: str) -> str:
    return "".join(char if char.isalnum() or char in "-._" else f"%{ord(char):02X}" for char in incident if char.isascii())

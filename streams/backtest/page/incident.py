"""One incident on the page, in the words of its alert. Pure."""

import msgspec

from alerts.render import contagion, sentences
from alerts.render.facts import ShownQuote, shown_quotes
from alerts.render.rows import labelled
from alerts.render.words import WORDS
from schemas.enums import Severity
from schemas.incident import Incident
from streams.backtest.page.html import Html, own, tag, text
from streams.backtest.page.subject import Subject
from streams.backtest.rings import Ring
from streams.backtest.size import own_size

MOST_ALERTS = 12
MOST_LINES = 6
MINUTE_MS = 60_000
BARS, BAR_HEIGHT = 60, 36
_ICONS = {Severity.WATCH: "🟡", Severity.WARNING: "🟠", Severity.CRITICAL: "🔴"}


def card(about: Subject, ring: Ring, part: int, number: int) -> Html:
    """When it rang, opened, peaked and ended, what was said, and who was told when.

    `part`: which of the ring's incidents; `number`: its place among all that the brand has on the page.
    """
    words, incident = WORDS[about.view.language], ring.parts[part]
    told_ms = about.alerts[incident.id][0].at_ms if part else ring.told_ms
    peak = _at_peak(about, incident)
    rows = labelled(peak, about.view)
    closely = contagion.closely(peak, incident.opened_ms, about.view)
    parts = [about.moment(told_ms), words.severity[incident.peak_severity]]
    parts.append(sentences.kind_name(incident, words))
    title = " · ".join([*parts, names] if (names := contagion.names(incident, about.view)) else parts)
    return tag(
        "article",
        tag(
            "h3",
            tag("span", text(_ICONS[incident.peak_severity]), aria_hidden="true"),
            text(f" {title} "),
            tag("button", text(about.words.closer), type="button", class_="zoom", data_incident=number, hidden=True),
        ),
        tag("p", text(_times(about, incident, told_ms))),
        *([] if part else [tag("p", text(about.words.went_on.format(what=each))) for each in _went_on(about, ring)]),
        tag("p", text(sentences.whose(peak, about.view)), class_="measure"),
        tag("p", text(sentences.confidence(about.run.rarest[incident.id], about.view))),
        *([tag("p", text(closely), class_="quiet")] if closely else []),
        *([tag("p", text(words.learning), class_="quiet")] if incident.learning else []),
        *_bars(about, incident),
        tag("dl", *(tag("div", tag("dt", text(label)), tag("dd", own(said))) for label, said in rows)),
        *_said(about, incident),
        tag("p", text(_told(about, incident)), class_="told"),
        tag("p", own(incident.id), class_="quiet"),
        class_=f"incident {incident.peak_severity.value}",
    )


def _at_peak(about: Subject, incident: Incident) -> Incident:
    """As an alert at the peak had said it: its figures, of the brand that was the first of those not calm by then."""
    members = [
        msgspec.structs.replace(
            member,
            ended_ms=0 if member.ended_ms > incident.peak_ms else member.ended_ms,
            figures=max((member.figures, about.run.part_of(incident, member.brand).peak_figures), key=lambda f: f.ratio),
        )
        for member in incident.members
        if member.joined_ms <= incident.peak_ms or not incident.peak_ms
    ]
    return msgspec.structs.replace(
        incident, figures=incident.peak_figures, members=members, updated_ms=incident.peak_ms or incident.opened_ms
    )


def lines(about: Subject, rung: list[Ring], most: int = MOST_LINES) -> str:
    """A brand's incidents in a few words each, at most so many of them."""
    said = [_line(about, ring) for ring in rung[:most]]
    if rest := len(rung) - len(said):
        said.append(about.words.and_more.format(n=about.view.count(rest)))
    return ", ".join(said)


def _line(about: Subject, ring: Ring) -> str:
    incident = ring.incident
    if not ring.is_lead:  # the figures aren't the brand's
        return f"{about.moment(ring.told_ms)} ({contagion.names(incident, about.view)})"
    ratio = "" if own_size(incident) else f"{about.view.figure(max(incident.peak_figures.ratio, 0))}x, "
    words = WORDS[about.view.language]
    kind = sentences.kind_name(incident, words)
    return f"{about.moment(ring.told_ms)} ({ratio}{words.severity[incident.peak_severity]}, {kind})"


def _went_on(about: Subject, ring: Ring) -> list[str]:
    """As what it went on, each by its kind and severity."""
    words = WORDS[about.view.language]
    return [f"{sentences.kind_name(part, words)} · {words.severity[part.peak_severity]}" for part in ring.parts[1:]]


def _times(about: Subject, incident: Incident, told_ms: int) -> str:
    words, opened_ms = about.words, incident.opened_ms
    parts = [f"{words.opened} {about.moment(opened_ms)}"]
    if told_ms - opened_ms > MINUTE_MS:
        parts.append(f"{words.told} {about.view.moment(told_ms, opened_ms)}")
    if incident.peak_ms:
        parts.append(f"{words.peaked} {about.view.moment(incident.peak_ms, opened_ms)}")
    if incident.resolved_ms:
        length = about.view.duration(incident.resolved_ms - opened_ms)
        parts.append(f"{words.resolved} {about.view.moment(incident.resolved_ms, opened_ms)} ({length})")
    else:
        parts.append(words.still_open)
    return " · ".join(parts)


def _said(about: Subject, incident: Incident) -> list[Html]:
    """What people said, as an alert would have quoted it."""
    quotes = shown_quotes(about.quotes.get(incident.id, []), incident.opened_ms, about.view)
    if not quotes:
        return []
    shown = [tag("blockquote", tag("p", own(quote.text)), tag("footer", _linked(quote))) for quote in quotes]
    return [tag("section", tag("h4", text(WORDS[about.view.language].samples)), *shown)]


def _linked(quote: ShownQuote) -> Html:
    return tag("a", own(quote.note), href=quote.url, rel="noreferrer") if quote.url else own(quote.note)


def _told(about: Subject, incident: Incident) -> str:
    """Each message once, and where they went if the config says that anything goes anywhere."""
    words = about.words
    messages = {alert.incident.revision: alert for alert in about.alerts.get(incident.id, [])}
    said = [
        f"{about.view.moment(alert.at_ms, incident.opened_ms)} "
        + (words.spread if alert.incident.spread_to else words.transitions[alert.transition])
        for alert in list(messages.values())[:MOST_ALERTS]
    ]
    if rest := len(messages) - len(said):
        said.append(words.and_more.format(n=about.view.count(rest)))
    return f"{_label(about, incident)}: {' · '.join(said)}." if said else words.silent + "."


def _label(about: Subject, incident: Incident) -> str:
    """Without a channel in the config the run supposed somebody on Slack; that isn't said."""
    used = sorted({alert.destination for alert in about.alerts[incident.id]})
    known = [name for name in used if getattr(about.config.alerts, name, None)]
    return about.words.alerts_to.format(destinations=", ".join(known)) if known else about.words.alerts


def _bars(about: Subject, incident: Incident) -> list[Html]:
    """The hour up to the peak, a bar a minute; what an alert shows as its chart."""
    values = [max(0, n) for n in incident.peak_figures.negative_per_min[-BARS:]]
    top = max(values, default=0)
    if not top:
        return []
    bars = [
        tag("rect", x=4 * place, y=BAR_HEIGHT - height, width=3, height=height)
        for place, value in enumerate(values)
        if (height := round(BAR_HEIGHT * value / top))
    ]
    label = about.words.hour.format(peak=about.view.count(top))
    drawn = tag(
        "svg",
        *bars,
        viewBox=f"0 0 {4 * BARS} {BAR_HEIGHT}",
        preserveAspectRatio="xMinYMax",
        role="img",
        aria_label=label,
        class_="bars",
    )
    return [tag("figure", drawn, tag("figcaption", text(label)))]

"""The alert as mail: a subject, a text and an HTML body that a phone shows well.

The subject is the same for all alerts of an incident: Gmail and others keep a thread together only if it is. What
changed stands in the first line, before the title: phones show it below the subject. HTML: one column, inline CSS (Gmail
drops style sheets in forwarded mails), no image, no script, no outside address but the links; every string is escaped.
"""

from dataclasses import dataclass
from html import escape

from alerts.render.chart import bars, condensed
from alerts.render.facts import Facts, ShownQuote

_BARS = 30
_BAR_PX = 48
_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PAGE = f"margin:0;padding:16px;{_FONT};font-size:16px;color:#222"
_GREY = "color:#666;font-size:13px"
_BAR = "width:8px;background:#c0392b"


@dataclass(frozen=True, slots=True)
class MailBody:
    """What a mail shows."""

    subject: str
    text: str
    html: str


def render_email(facts: Facts, repeat: bool = False) -> MailBody:
    """The mail's subject (one line, at most 200 characters) and both bodies; `repeat`: an earlier send of it is in doubt."""
    return MailBody(facts.subject, _text(facts, repeat), _html(facts, repeat))


def _first(facts: Facts, repeat: bool) -> list[str]:
    return [line for line in (facts.repeat if repeat else "", facts.change) if line]


def _lead(facts: Facts) -> list[str]:
    return [line for line in (facts.measure, facts.peak, facts.confidence, *facts.notes) if line]


def _text(facts: Facts, repeat: bool) -> str:
    width = max((len(label) for label, _ in facts.rows), default=0) + 1
    parts = [
        "\n".join(_first(facts, repeat)),
        f"{facts.icon} {facts.title}",
        "\n".join(_lead(facts)),
        "\n".join(f"{label + ':':<{width}} {text}" for label, text in facts.rows),
        "\n".join(f"“{quote.text}” {quote.note}" + (f"\n  {quote.url}" if quote.url else "") for quote in facts.quotes),
        f"{bars(facts.chart, _BARS)}  {facts.chart_label}" if any(facts.chart) else "",
        f"{facts.open_label}: {facts.open_url}" if facts.open_url else "",
        "\n".join(facts.actions),
        f"-- \n{facts.footer}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _html(facts: Facts, repeat: bool) -> str:
    parts = [
        *(f'<p style="margin:0 0 8px">{escape(line)}</p>' for line in _first(facts, repeat)),
        f'<h2 style="font-size:20px;line-height:1.3;margin:0 0 12px">{escape(f"{facts.icon} {facts.title}")}</h2>',
        *(f'<p style="margin:0 0 8px">{escape(line)}</p>' for line in _lead(facts)),
        _rows(facts.rows),
        *(_quote(quote) for quote in facts.quotes),
        _chart(facts),
        _link(facts),
        f'<p style="{_GREY};margin:16px 0 4px">{"<br>".join(map(escape, facts.actions))}</p>' if facts.actions else "",
        f'<p style="{_GREY};margin:0">{escape(facts.footer)}</p>',
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(facts.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<title>{escape(facts.subject)}</title></head>\n<body style="{_PAGE}">\n'
        f'<div style="max-width:600px;margin:0 auto">\n{body}\n</div>\n</body></html>\n'
    )


def _rows(rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    cells = "\n".join(
        f'<tr><td style="{_GREY};padding:2px 12px 2px 0;vertical-align:top;white-space:nowrap">{escape(label)}</td>'
        f'<td style="padding:2px 0">{escape(text)}</td></tr>'
        for label, text in rows
    )
    return f'<table role="presentation" style="border-collapse:collapse;margin:8px 0">\n{cells}\n</table>'


def _quote(quote: ShownQuote) -> str:
    note = f'<a href="{escape(quote.url)}" style="color:#666">{escape(quote.note)}</a>' if quote.url else escape(quote.note)
    return (
        f'<blockquote style="margin:8px 0;padding:4px 12px;border-left:3px solid #ccc"><bdi>{escape(quote.text)}</bdi> '
        f'<span style="{_GREY}">{note}</span></blockquote>'
    )


def _chart(facts: Facts) -> str:
    cells = condensed(facts.chart, _BARS)
    top = max(cells, default=0)
    if not top:
        return ""
    columns = "".join(
        '<td style="vertical-align:bottom;padding:0 1px">'
        f'<div style="{_BAR};height:{max(1, round(value / top * _BAR_PX))}px"></div></td>'
        for value in cells
    )
    label = escape(facts.chart_label)
    table = f'<table role="presentation" style="border-collapse:collapse;height:{_BAR_PX}px"><tr>{columns}</tr></table>'
    return f'<div role="img" aria-label="{label}">{table}</div>\n<p style="{_GREY};margin:2px 0">{label}</p>'


def _link(facts: Facts) -> str:
    return (
        f'<p style="margin:16px 0"><a href="{escape(facts.open_url)}">{escape(facts.open_label)}</a></p>'
        if facts.open_url
        else ""
    )

"""What was planned for a brand, on the page: bands in its charts, and a line that says what and when. Pure."""

from typing import Any

from alerts.render.clean import clean
from streams.backtest.page.html import Html, own, tag, text
from streams.backtest.page.subject import NAME_CHARS, Subject
from streams.planned_view import Row
from streams.watch.planned import is_about

MOST_SAID = 4
MOST_DRAWN = 100


def said(about: Subject, brand: str) -> list[Html]:
    """The line; none where nothing was planned."""
    rows = _of(about, brand)
    if not rows:
        return []
    parts = [text(f"{about.words.planned}: ")]
    for row in rows[:MOST_SAID]:
        end = about.view.moment(row.end_ms, row.start_ms)
        when = f"{about.moment(row.start_ms)} – {end}, {about.view.figure(row.event.lift)}x"
        parts += [own(clean(row.event.name, NAME_CHARS)), text(f" ({when}) ")]
    if len(rows) > MOST_SAID:
        parts.append(text(about.words.and_more.format(n=about.view.count(len(rows) - MOST_SAID))))
    return [tag("p", *parts)]


def spans(about: Subject, brand: str) -> list[dict[str, Any]]:
    """Where the bands begin and end, ms."""
    return [
        {"from": row.start_ms, "to": min(row.end_ms, about.run.last_ms), "severity": "planned"}
        for row in _of(about, brand)[:MOST_DRAWN]
    ]


def _of(about: Subject, brand: str) -> list[Row]:
    listed = [] if about.config.brands == "auto" else about.config.brands
    group = next((each.group for each in listed if each.id == brand), None)
    return [row for row in about.planned if is_about(row.event, brand, group)]

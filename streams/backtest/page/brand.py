"""One brand on the page: how it stood, its charts' place, its incidents, and what other budgets would change. Pure."""

from typing import Any

from schemas.incident import Incident
from streams.backtest.curves import columns
from streams.backtest.page import planned
from streams.backtest.page.html import Html, tag, text
from streams.backtest.page.incident import card, lines
from streams.backtest.page.subject import Subject
from streams.backtest.words import difference

MOST_CARDS = 20


def section(about: Subject, brand: str, number: int) -> Html:
    """The brand's part; `number` is its place on the page."""
    rung = about.rung.get(brand, [])
    cards = [card(about, incident, place) for place, incident in enumerate(rung[:MOST_CARDS])]
    if rest := len(rung) - len(cards):
        cards.append(tag("p", text(about.words.left_out_incidents.format(n=about.view.count(rest))), class_="quiet"))
    name = about.name(brand)
    return tag(
        "section",
        tag("h2", text(name), dir="auto"),
        tag("p", text(_summary(about, brand)), class_="lead"),
        tag("div", class_="charts", data_brand=number),
        *planned.said(about, brand),
        *_silent(about, brand, about.silent.get(brand, [])),
        *_other(about, brand, rung),
        *cards,
        class_="brand",
        id=f"b{number}",
        data_name=f"{name} {brand}".casefold(),
    )


def drawing(about: Subject, brand: str) -> dict[str, Any]:
    """The numbers of the brand's charts; no word of anybody is in them. Times in ms, budget as log10's argument."""
    first = about.run.first_ms // about.curves.width_ms
    return {
        **columns(about.curves.of(brand), first),
        "budget": about.budget(brand),
        "planned": planned.spans(about, brand),
        "incidents": [_span(about, i, rang=True) for i in about.rung.get(brand, [])[:MOST_CARDS]]
        + [_span(about, i, rang=False) for i in about.silent.get(brand, [])[:MOST_CARDS]],
    }


def _span(about: Subject, incident: Incident, rang: bool) -> dict[str, Any]:
    severity = incident.peak_severity.value if rang else "silent"
    return {"from": incident.opened_ms, "to": incident.resolved_ms or about.run.last_ms, "severity": severity}


def _summary(about: Subject, brand: str) -> str:
    counts, words, view = about.run.brands[brand], about.words, about.view
    share = counts.negative / counts.mentions if counts.mentions else 0.0
    parts = [
        words.brand.format(mentions=view.count(counts.mentions), share=view.share(share)),
        about.rang(brand),
        words.budget_of.format(budget=view.figure(about.budget(brand))),
    ]
    return " · ".join(parts)


def _silent(about: Subject, brand: str, incidents: list[Incident]) -> list[Html]:
    return [tag("p", text(f"{about.words.silent}: {lines(about, incidents, brand)}."))] if incidents else []


def _other(about: Subject, brand: str, rung: list[Incident]) -> list[Html]:
    """A sentence for each other budget."""
    said = []
    for times, label in ((0.5, about.words.half), (2.0, about.words.double)):
        if times not in about.other:
            continue
        more, fewer = difference(rung, about.other[times].get(brand, []))
        changes = ((more, about.words.more), (fewer, about.words.fewer))
        parts = [f"{word}: {lines(about, found, brand)}" for found, word in changes if found]
        said.append(f"{label}: {'; '.join(parts) or about.words.same}.")
    return [tag("p", text(" ".join(said)))] if said else []

"""One brand on the page: how it stood, its charts' place, its incidents, and what other budgets would change. Pure."""

from typing import Any

from streams.backtest.curves import columns
from streams.backtest.page import planned
from streams.backtest.page.html import Html, tag, text
from streams.backtest.page.incident import card, lines
from streams.backtest.page.subject import Subject
from streams.backtest.rings import Ring
from streams.backtest.words import difference

MOST_CARDS = 20


def section(about: Subject, brand: str, number: int) -> Html:
    """The brand's part; `number` is its place on the page."""
    rung = about.rung.get(brand, [])
    parts = [(ring, number) for ring in rung for number in range(len(ring.parts))]
    cards = [card(about, ring, part, place) for place, (ring, part) in enumerate(parts[:MOST_CARDS])]
    if rest := len(parts) - len(cards):
        cards.append(tag("p", text(about.words.left_out_incidents.format(n=about.view.count(rest))), class_="quiet"))
    name = about.name(brand)
    return tag(
        "section",
        tag("h2", text(name), dir="auto"),
        tag("p", text(_summary(about, brand)), class_="lead"),
        tag("div", class_="charts", data_brand=number),
        *planned.said(about, brand),
        *_silent(about, about.silent.get(brand, [])),
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
        "incidents": _spans(about, about.rung.get(brand, []), rang=True)
        + _spans(about, about.silent.get(brand, []), rang=False),
    }


def _spans(about: Subject, rung: list[Ring], rang: bool) -> list[dict[str, Any]]:
    """From when to when, in the order of the cards."""
    return [
        {
            "from": incident.opened_ms,
            "to": incident.resolved_ms or about.run.last_ms,
            "severity": incident.peak_severity.value if rang else "silent",
        }
        for incident in [part for ring in rung for part in ring.parts][:MOST_CARDS]
    ]


def _summary(about: Subject, brand: str) -> str:
    counts, words, view = about.run.brands[brand], about.words, about.view
    share = counts.negative / counts.mentions if counts.mentions else 0.0
    parts = [
        words.brand.format(mentions=view.count(counts.mentions), share=view.share(share)),
        about.rang(brand),
        words.budget_of.format(budget=view.figure(about.budget(brand))),
    ]
    return " · ".join(parts)


def _silent(about: Subject, silent: list[Ring]) -> list[Html]:
    return [tag("p", text(f"{about.words.silent}: {lines(about, silent)}."))] if silent else []


def _other(about: Subject, brand: str, rung: list[Ring]) -> list[Html]:
    """A sentence for each other budget."""
    said = []
    for times, label in ((0.5, about.words.half), (2.0, about.words.double)):
        if times not in about.other:
            continue
        more, fewer = difference(rung, about.other[times].get(brand, []))
        changes = ((more, about.words.more), (fewer, about.words.fewer))
        parts = [f"{word}: {lines(about, found)}" for found, word in changes if found]
        said.append(f"{label}: {'; '.join(parts) or about.words.same}.")
    return [tag("p", text(" ".join(said)))] if said else []

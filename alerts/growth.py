"""When there is news in size alone: an open incident rings again when there is twice as much as anybody was told of. Pure.

A crisis that goes on growing after its last alert would else be heard of again at the next reminder only, and so would one
that begins while a small alarm burns. Doubling limits itself: from 20 negative mentions a quarter of an hour to 2,000 it
rings at most six times, and what wavers doesn't ring again: the most that was told counts. `APART_MS` is the window that is
compared, so that two alerts have no mention in common, and what chance explains is no news. Nor is what the hour explains: a
storm that burns through a morning has twice as many by noon because twice as many talk.
"""

from math import sqrt
from typing import NamedTuple

from alerts.rules import QUARTER_S
from schemas.enums import IncidentState, Kind
from schemas.incident import Incident
from schemas.signal import Figures

FACTOR = 2.0
SURE = 2.0
"""Standard deviations between two Poisson counts of equal spans: less is chance."""
APART_MS = 15 * 60_000
MOST_BY_HOUR = 4.0
"""Nobody's day explains more: real brands' busy hours have four to six times of what their nights have."""
FEW = 2.0
"""Added to what is usual before and now: of nearly nothing there may be many times as much."""
GROWS = frozenset({Kind.SURGE, Kind.CONTAGION, Kind.UNANSWERED})
"""Kinds of which there can be more. The rest are about shares, one voice, nobody, or ourselves."""


class Size(NamedTuple):
    """How much there is of an incident, and how much is usual at that hour."""

    amount: int = 0
    """Negative mentions of a quarter of an hour, or how many wait for an answer; 0 where the kind has no size."""
    usual: float = 0.0
    """Negative mentions that are usual; 0 = it isn't known, or nothing is."""


def size_of(kind: Kind, figures: Figures) -> Size:
    """Of one brand."""
    if kind is Kind.UNANSWERED:
        return Size(figures.waiting.waiting if figures.waiting else 0)
    return Size(_negative(figures), figures.quarter_usual) if kind in GROWS else Size()


def size(incident: Incident) -> Size:
    """Of all brands that share the incident and aren't calm."""
    if not incident.members:
        return size_of(incident.kind, incident.figures)
    parts = [size_of(Kind.SURGE, member.figures) for member in incident.members if not member.ended_ms]
    return Size(sum(part.amount for part in parts), sum(part.usual for part in parts))


def told_of(before: Size, now: Size) -> Size:
    """The most that people have been told of, after they were told of `now`.

    What is usual is the most as well: what was told in the busy hours isn't taken for a night's again.
    """
    return Size(max(before.amount, now.amount), max(before.usual, now.usual))


def news(incident: Incident, told: Size, told_ms: int, now_ms: int) -> str:
    """What it has grown from and to since people were told at `told_ms`, as the story has it; "" where that is none.

    `told`: the most of it that anybody was told of, or from where on it counts.
    """
    if incident.kind not in GROWS or incident.state is not IncidentState.OPEN:
        return ""
    if not told_ms or now_ms - told_ms < APART_MS:
        return ""
    now = size(incident)
    return f"{told.amount} → {now.amount}" if has_doubled(now, told) else ""


def has_doubled(now: Size, before: Size) -> bool:
    """Whether one count is twice another of an equal span, and neither chance nor the hour explains that.

    The other one is taken times h = (usual now + 2) / (usual then + 2), 1 to 4; a Poisson count's variance grows by h².

    >>> has_doubled(Size(45), Size(20)), has_doubled(Size(45, usual=10.0), Size(20, usual=4.0))
    (True, False)
    """
    hour = 1.0
    if now.usual and before.usual:
        hour = min(MOST_BY_HOUR, max(1.0, (now.usual + FEW) / (before.usual + FEW)))
    other = hour * before.amount
    return now.amount >= FACTOR * other and now.amount - other > SURE * sqrt(now.amount + hour * other)


def surely_more(count: int, other: int) -> bool:
    """Whether chance doesn't explain that one count is larger than another of an equal span.

    >>> surely_more(19, 8), surely_more(16, 8)
    (True, False)
    """
    return count - other > SURE * sqrt(count + other)


def _negative(figures: Figures) -> int:
    return figures.windows.get(QUARTER_S, (0, figures.negative))[1]

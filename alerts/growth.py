"""When there is news in size alone: an open incident rings again when there is twice as much as anybody was told of. Pure.

A crisis that goes on growing after its last alert would else be heard of again at the next reminder only, and so would one
that begins while a small alarm burns. Doubling limits itself: from 20 negative mentions a quarter of an hour to 2,000 it
rings at most six times, and what wavers doesn't ring again: the most that was told counts. `APART_MS` is the window that is
compared, so that two alerts have no mention in common, and what chance explains is no news.
"""

from math import sqrt

from alerts.rules import QUARTER_S
from schemas.enums import IncidentState, Kind
from schemas.incident import Incident
from schemas.signal import Figures

FACTOR = 2.0
SURE = 2.0
"""Standard deviations between two Poisson counts of equal spans: less is chance."""
APART_MS = 15 * 60_000
GROWS = frozenset({Kind.SURGE, Kind.CONTAGION, Kind.UNANSWERED})
"""Kinds of which there can be more. The rest are about shares, one voice, nobody, or ourselves."""


def size(incident: Incident) -> int:
    """What there is of it: negative mentions of the last quarter of an hour, of all brands that share the incident and
    aren't calm; or how many wait for an answer.
    """
    if incident.members:
        return sum(_negative(member.figures) for member in incident.members if not member.ended_ms)
    return told_by(incident.kind, incident.figures)


def told_by(kind: Kind, figures: Figures) -> int:
    """The same, of the figures of one brand; 0 where the kind has no size."""
    if kind is Kind.UNANSWERED:
        return figures.waiting.waiting if figures.waiting else 0
    return _negative(figures) if kind in GROWS else 0


def news(incident: Incident, told_size: int, told_ms: int, least: int, now_ms: int) -> str:
    """What it has grown from and to since people were told, as the story has it; "" where that is none.

    `told_size`: the most that they were told of, at `told_ms` the last time, 0 = never; `least`: from there on it counts.
    """
    if incident.kind not in GROWS or incident.state is not IncidentState.OPEN or not told_ms or now_ms - told_ms < APART_MS:
        return ""
    before, now = max(told_size, least), size(incident)
    return f"{before} → {now}" if has_doubled(now, before) else ""


def has_doubled(count: int, other: int) -> bool:
    """Whether one count is twice another of an equal span, and that isn't chance."""
    return count >= FACTOR * other and surely_more(count, other)


def surely_more(count: int, other: int) -> bool:
    """Whether chance doesn't explain that one count is larger than another of an equal span.

    >>> surely_more(19, 8), surely_more(16, 8)
    (True, False)
    """
    return count - other > SURE * sqrt(count + other)


def _negative(figures: Figures) -> int:
    return figures.windows.get(QUARTER_S, (0, figures.negative))[1]

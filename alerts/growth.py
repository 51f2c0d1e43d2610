"""When there is news in size alone: an open incident rings again when there is twice as much as anybody was told of. Pure.

A crisis that goes on growing after its last alert would else be heard of again at the next reminder only, and so would one
that begins while a small alarm burns. Doubling limits itself: from 20 negative mentions a quarter of an hour to 2,000 it
rings at most six times, and what wavers doesn't ring again: the most that was told counts. `APART_MS` is the window that is
compared, so that two alerts have no mention in common, and what chance explains is no news. Nor is what the hour explains:
where twice as many are usual by now, as on any morning, there must be four times as many.
"""

from math import sqrt

from alerts.life import Life
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


def usual(incident: Incident) -> float:
    """What is usual of it: negative mentions expected in a quarter of an hour, of the same brands; 0 = nothing is."""
    if incident.kind not in GROWS or incident.kind is Kind.UNANSWERED:
        return 0.0
    brands = [member.figures for member in incident.members if not member.ended_ms] or [incident.figures]
    return sum(figures.negative_expected * QUARTER_S / figures.window_s for figures in brands)


def told_by(kind: Kind, figures: Figures) -> int:
    """The same, of the figures of one brand; 0 where the kind has no size."""
    if kind is Kind.UNANSWERED:
        return figures.waiting.waiting if figures.waiting else 0
    return _negative(figures) if kind in GROWS else 0


def news(life: Life, least: int, now_ms: int) -> str:
    """What it has grown from and to since people were told, as the story has it; "" where that is none.

    `least`: from there on it counts.
    """
    incident = life.incident
    if incident.kind not in GROWS or incident.state is not IncidentState.OPEN:
        return ""
    if not life.told_ms or now_ms - life.told_ms < APART_MS:
        return ""
    before, now = max(life.told_size, least), size(incident)
    return f"{before} → {now}" if has_doubled(now, before, life.told_usual, usual(incident)) else ""


def has_doubled(count: int, other: int, usual_then: float = 0.0, usual_now: float = 0.0) -> bool:
    """Whether one count is twice another of an equal span, and neither chance nor the hour explains that.

    >>> has_doubled(45, 20), has_doubled(45, 20, usual_then=4.0, usual_now=9.0)
    (True, False)
    """
    as_now = other * max(1.0, usual_now / usual_then) if usual_then else other
    return count >= FACTOR * as_now and surely_more(count, as_now)


def surely_more(count: float, other: float) -> bool:
    """Whether chance doesn't explain that one count is larger than another of an equal span.

    >>> surely_more(19, 8), surely_more(16, 8)
    (True, False)
    """
    return count - other > SURE * sqrt(count + other)


def _negative(figures: Figures) -> int:
    return figures.windows.get(QUARTER_S, (0, figures.negative))[1]

"""When an open incident rings again though its severity is the same: it has doubled since anybody was told. Pure.

A crisis that goes on growing after its last alert would else be heard of again at the next reminder only, and so would one
that begins while a small alarm burns. Doubling limits itself: from 20 negative mentions a quarter of an hour to 2,000 it
rings at most six times. `APART_MS` is the window that is compared, so that two alerts have no mention in common.
"""

from alerts.rules import QUARTER_S
from schemas.enums import Kind
from schemas.signal import Figures

FACTOR = 2.0
APART_MS = 15 * 60_000
GROWS = frozenset({Kind.SURGE, Kind.CONTAGION, Kind.VOLUME, Kind.UNANSWERED, Kind.NEGATIVITY, Kind.TOPIC})
"""Kinds of which there can be more."""


def size(kind: Kind, figures: Figures) -> int:
    """What there is of it: negative mentions of the last quarter of an hour, all of them for talk without anger, or how many
    wait for an answer.

    >>> size(Kind.SURGE, Figures(3600, 200, 40.0, 120, 9.0, windows={900: (70, 40)}))
    40
    """
    if kind is Kind.UNANSWERED and figures.waiting:
        return figures.waiting.waiting
    mentions, negative = figures.windows.get(QUARTER_S, (figures.mentions, figures.negative))
    return mentions if kind is Kind.VOLUME else negative


def has_grown(kind: Kind, before: int, now: int, told_ms: int, now_ms: int) -> bool:
    """Whether it is worth an alert; `before`: what the last alert told of, 0 = nothing.

    >>> has_grown(Kind.SURGE, 20, 40, 0, APART_MS), has_grown(Kind.SURGE, 20, 40, 0, APART_MS - 1)
    (True, False)
    """
    return kind in GROWS and before > 0 and now >= FACTOR * before and now_ms - told_ms >= APART_MS

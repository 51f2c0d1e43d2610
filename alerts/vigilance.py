"""When a brand rings, the others of its group are watched more closely. Pure, in log time.

From the moment at which an incident of one brand opens until 2 h after it last rang (opened, opened again, or rose), each
other brand of the group may ring at 4 times its budget of false alarms. 4 is the step between `balanced` and `sensitive`,
and what verdicts can make of a budget at most (`alerts.feedback`); with one alarm a month for each of six brands they spend
about 2 % of their time so, which costs a few false alarms in a hundred more. 2 h: a crisis that jumps to another brand does
so while the news is read, and whoever answers for the group is awake then.

That holds for what spreads (`SPREADS`); other kinds would only add their own false alarms. The severity is that of the level
under the brand's own budget, and its alert names the brand that rang. A brand isn't watched more closely for its own sake,
nor for an incident that somebody called false.
"""

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from alerts.brand import BrandIncidents, Step
from alerts.life import Life
from alerts.likeness import shared, with_words
from alerts.rules import Rules
from schemas.enums import Kind
from schemas.incident import Neighbour
from schemas.signal import Signal

RAISED = 4.0
CLOSELY_MS = 2 * 3_600_000
SPREADS = Kind.SURGE
"""The kind that spreads: the words of a level are those of angry mentions."""


def listened(state: BrandIncidents, signal: Signal) -> BrandIncidents:
    """The brand with the words of a level."""
    if signal.kind is not SPREADS or not signal.figures.novelty:
        return state
    words = with_words(state.outcry.words, signal.figures.novelty, signal.at_ms)
    return msgspec.structs.replace(state, outcry=msgspec.structs.replace(state.outcry, words=words))


def rung(before: BrandIncidents, after: BrandIncidents, now_ms: int) -> BrandIncidents:
    """The brand after a step: it remembers when its incident opened, opened again or rose."""
    was, life = (state.tracks[SPREADS].life if SPREADS in state.tracks else None for state in (before, after))
    if life is None or not life.is_open or not _is_louder(was, life):
        return after
    outcry = msgspec.structs.replace(after.outcry, incident=life.incident.id, rang_ms=now_ms)
    return msgspec.structs.replace(after, outcry=outcry)


def hushed(step: Step) -> Step:
    """The step of a brand with a verdict "false alarm": nobody is watched more closely because of it."""
    outcry = msgspec.structs.replace(step.state.outcry, incident="", rang_ms=0)
    return Step(msgspec.structs.replace(step.state, outcry=outcry), step.drafts, step.incidents, step.learned)


def closely(
    rules: Rules, state: BrandIncidents, others: Iterable[BrandIncidents], names: frozenset[str], now_ms: int
) -> Rules:
    """The brand's rules while another brand of its group has rung of late; the newest that talks of the same is named."""
    rang = [other for other in others if other.outcry.incident and now_ms - other.outcry.rang_ms < CLOSELY_MS]
    if not rang:
        return rules
    told = [(other, shared(state.outcry.words, other.outcry.words, names, now_ms)) for other in rang]
    other, words = max(told, key=lambda each: (bool(each[1]), each[0].outcry.rang_ms, each[0].brand))
    neighbour = Neighbour(other.brand, other.outcry.incident, other.outcry.rang_ms, words)
    return replace(rules, budget_per_month=RAISED * rules.budget_per_month, raised=RAISED, neighbour=neighbour)


def _is_louder(was: Life | None, life: Life) -> bool:
    if was is None or not was.is_open or was.incident.id != life.incident.id:
        return True
    return life.incident.severity.rank > was.incident.severity.rank

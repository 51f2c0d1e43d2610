"""After a brand has rung it is watched more closely: a crisis comes back with the next day's news. Pure, in log time.

For 36 h after a surge has ended, the brand may ring at 3 times its budget of false alarms, up to 4 a month (`sensitive`):
that is the whole next day, at whatever hour the first wave ended. It holds for the first surge within 7 days alone: who
rings every day is used to it (`alerts.recurrence`), and an alarm that chance has made opens the door once, not again and
again. Nor does an alarm open it that wasn't twelve times rarer than asked: of those that chance makes, one in twelve is.
So it costs 2 · budget · 36/730 false alarms for each crisis, and next to none else.

The severity is that of the level under the brand's own budget, and the alert says when the brand rang before. What was
called a false alarm makes nobody watch more closely.
"""

from dataclasses import replace

from alerts.brand import BrandIncidents
from alerts.recurrence import SPAN_MS
from alerts.rules import Rules
from schemas.enums import Kind, Verdict
from schemas.incident import Neighbour

RAISED = 3.0
MOST_PER_MONTH = 4.0
CLOSELY_MS = 36 * 3_600_000
CLEARLY = 12.0
"""The first wave was that many times rarer than the brand's threshold asks."""
COMES_BACK = Kind.SURGE


def raised(budget_per_month: float) -> float:
    """The budget of a brand that is watched more closely, false alarms a month.

    >>> raised(0.5), raised(2.0), raised(12.0)
    (1.5, 4.0, 12.0)
    """
    return max(budget_per_month, min(RAISED * budget_per_month, MOST_PER_MONTH))


def closely(rules: Rules, state: BrandIncidents, kind: Kind, now_ms: int) -> Rules:
    """The brand's rules for a level of that kind, as long as it has rung of late; unless they are raised already."""
    track = state.tracks.get(COMES_BACK)
    if kind is not COMES_BACK or track is None or track.under_way or rules.raised > 1:
        return rules
    recent = [alarm for alarm in track.alarms if now_ms - alarm.at_ms < SPAN_MS]
    if len(recent) != 1 or now_ms - track.ended_ms >= CLOSELY_MS:
        return rules
    if recent[0].rarest > rules.budget_per_month / CLEARLY:
        return rules
    told = next((case for case in state.cases if case.at_ms >= recent[0].at_ms and case.verdict != Verdict.MISSED), None)
    budget = raised(rules.budget_per_month)
    if told is None or told.verdict == Verdict.FALSE or budget == rules.budget_per_month:
        return rules
    before = Neighbour(state.brand, told.id, told.at_ms)
    return replace(rules, budget_per_month=budget, raised=budget / rules.budget_per_month, neighbour=before)

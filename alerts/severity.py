"""How bad an incident is: evidence, size, speed and reach, in points.

    points = min(3, log4(budget / rate))      evidence: one point each time a false alarm is 4 times rarer than asked for
           + min(2, log2(size))               size: one point for twice the expected, two for four times
           + 1 if it rises within 15 min      speed
           + min(1, log100(loud / 10,000))    reach: half a point for 100,000 followers beyond a crowd's, one for a million

`rate` is the signal's false alarms a month; `size` is observed against expected, of negative mentions for the kinds that
count those, and of all mentions for the rest. For `unanswered` it is how many wait against how many usually do. No more than
200 of those who wait are followed: where more do, there are always nearly as many, so it may also be how many more asked in
the last hour than were answered, against how many usually ask. `loud` is the reach of its mentions (followers of their
authors) beyond 1,000 each: how large the crowd is says `size`, so what counts here is that somebody with an audience speaks,
and a brand of which thousands talk every hour doesn't get the point for free. Where sources tell no followers it is 0.
Negative terms count as 0.

critical   a false alarm like this comes at most once a year, three times the usual mentions, twice the floors, 3 points
           and not only people who ask without anger (`topic`)
warning    1 point
watch      the rest, and all talk without anger

The bounds are judgement: a level at the very threshold that is twice the usual size, or that a very loud voice has begun, is
a warning, and the pager of somebody asleep wants rarity, size and breadth at once: reach alone never wakes anybody.
"""

from math import log, log2

from alerts.route import NEVER_PAGES
from alerts.rules import COUNTLESS, Rules
from schemas.enums import Kind, Severity
from schemas.signal import Figures, Signal, is_about_questions

CRITICAL_PER_MONTH = 1 / 12
CRITICAL_RATIO = 3.0
CRITICAL_FLOORS = 2
CRITICAL_POINTS = 3.0
WARNING_POINTS = 1.0
FAST_WINDOW_S = 900
ORDINARY_FOLLOWERS = 1_000
"""More than the mean of a crowd: followers are spread like a Pareto law, most people have a few hundred at most."""
LEAST_LOUD = 10_000
MOST_LOUD = 1_000_000
_LEAST, _MOST = 1e-9, 1e9  # false alarms a month; a rate beyond is as good as never and always
_COUNTS_NEGATIVE = frozenset({Kind.SURGE, Kind.NEGATIVITY})


def severity_of(signal: Signal, rules: Rules) -> Severity:
    """The severity of a level under a brand's rules."""
    if signal.kind in NEVER_PAGES:
        return Severity.WATCH
    if signal.kind in COUNTLESS:
        return Severity.WARNING
    reached = points(signal, rules.budget_per_month / rules.raised)
    asked = is_about_questions(signal.kind, signal.figures.unusual)
    if reached >= CRITICAL_POINTS and not asked and _wakes_somebody(signal, rules):
        return Severity.CRITICAL
    return Severity.WARNING if reached >= WARNING_POINTS else Severity.WATCH


def points(signal: Signal, budget_per_month: float) -> float:
    """Points of a level, 0–7."""
    evidence = log(budget_per_month / min(max(signal.false_alarms_per_month, _LEAST), _MOST), 4)
    size = log2(max(_size(signal), 1.0))
    speed = 1.0 if signal.rising and signal.evidence_window_s <= FAST_WINDOW_S else 0.0
    return min(3.0, max(0.0, evidence)) + min(2.0, size) + speed + reach_points(signal.figures)


def reach_points(figures: Figures) -> float:
    """Points for voices with an audience, 0–1.

    >>> [round(reach_points(Figures(mentions=100, reach=100_000 + loud)), 2) for loud in (0, 20_000, 100_000, 5_000_000)]
    [0.0, 0.15, 0.5, 1.0]
    """
    loud = figures.reach - ORDINARY_FOLLOWERS * figures.mentions
    return log(min(max(loud, LEAST_LOUD), MOST_LOUD) / LEAST_LOUD, MOST_LOUD / LEAST_LOUD)


def _size(signal: Signal) -> float:
    figures = signal.figures
    if signal.kind is Kind.UNANSWERED and (waiting := figures.waiting):
        more = waiting.more_asked if waiting.usual_asked >= 0 and waiting.dropped else 0
        return max(waiting.waiting / max(waiting.usual, 1.0), more / max(waiting.usual_asked, 1.0))
    return figures.negative / max(figures.negative_expected, 0.1) if signal.kind in _COUNTS_NEGATIVE else figures.ratio


def _wakes_somebody(signal: Signal, rules: Rules) -> bool:
    return (
        signal.false_alarms_per_month <= CRITICAL_PER_MONTH
        and (_size(signal) if signal.kind is Kind.UNANSWERED else signal.figures.ratio) >= CRITICAL_RATIO
        and rules.clears_floors(signal, CRITICAL_FLOORS)
    )

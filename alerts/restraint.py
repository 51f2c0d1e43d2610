"""A brand that rings more often than asked is believed less: the budget is kept by each brand. Pure, in log time.

Evidence is calibrated for the mean of brands. One of unusual habits (a burst of complaints each noon, a classifier that errs
with it) rings more often, again and again. So what it has rung itself counts: before anything is seen, a brand rings x times
as often as asked, x from a gamma distribution of mean 1 and shape A. After k incidents in a month in which n = budget are
expected the mean of x is

    m = (A + k) / (A + n)            and the brand rings at budget / m where m > 1

(conjugate to Poisson counts: Gelman et al., *Bayesian Data Analysis*, 3rd ed., 2.6). A = 1: x spreads as widely as its mean.
Over simulated brands of eight worlds its variance is 0.4, and there are more worlds than those.

k counts the incidents of the last 30.4 days that people call false alarms (`alerts.feedback` has its own say on these), and
those that nobody has judged and that were never `UNDOUBTED` times rarer than was asked of them: chance makes few such,
crises many. What has become part of another incident, of another kind or shared with another brand, isn't counted. What
comes within 3 days of one that counts is the same story, such as anger that grows for two days, and counts once. A quiet
month lowers nothing below what the config says.

Measured at a budget of 0.5 in four worlds that rang 1.4–1.6 times a month: 0.9–1.4, and no crisis of 405 less at 1.
What it does badly: of three moderate crises in a month that nobody calls real the third must be 1.5 times as rare.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import inf

from alerts.achieved import MONTH_MS
from alerts.brand import BrandIncidents
from alerts.feedback import Case, factor, tally
from alerts.recurrence import STORY_MS
from alerts.rules import Rules
from schemas.enums import Verdict

SHAPE = 1.0


def restrained(budget_per_month: float, incidents: int) -> float:
    """The budget after so many incidents in a month, false alarms a month.

    >>> [round(restrained(1.0, k), 2) for k in range(4)], round(restrained(0.25, 1), 3)
    ([1.0, 1.0, 0.67, 0.5], 0.156)
    """
    return budget_per_month * min(1.0, (SHAPE + budget_per_month) / (SHAPE + incidents))


def held_back(rules: Rules, state: BrandIncidents, now_ms: int) -> Rules:
    """The brand's rules after what people have said, and what it has rung."""
    if not state.cases:
        return rules
    real_ms = tuple(case.at_ms for case in state.cases if case.verdict in (Verdict.REAL, Verdict.MISSED))
    return replace(rules, budget_per_month=in_force(rules.budget_per_month, state, now_ms), real_ms=real_ms)


def in_force(budget_per_month: float, state: BrandIncidents, now_ms: int) -> float:
    """What the brand rings at, false alarms a month.

    Verdicts "false" speak in both ways, so the lower budget of the two holds; where verdicts have raised it, both do.
    """
    said = factor(tally(state.cases, now_ms))
    kept = restrained(budget_per_month, rung(state, now_ms)) / budget_per_month
    return budget_per_month * (min(said, kept) if said < 1 else said * kept)


def rung(state: BrandIncidents, now_ms: int) -> int:
    """How many stories speak against the brand's calibration; none that burns or lingers, nor what came while one burns."""
    burning = [life.incident.opened_ms for track in state.tracks.values() if (life := track.life) and life.is_open]
    until_ms = min([*burning, now_ms + 1])
    over = (case for case in state.cases if case.at_ms < until_ms and state.life_of(case.id) is None)
    return stories((case.at_ms for case in over if _counts(case, now_ms)), STORY_MS)


def stories(times: Iterable[int], span: int) -> int:
    """How many of these times, the earliest first, come a span or more after the last one that counts.

    >>> stories([0, 2, 3, 5, 6], span=3)
    3
    """
    count, told = 0, -inf
    for time in times:
        if time - told >= span:
            count, told = count + 1, time
    return count


def _counts(case: Case, now_ms: int) -> bool:
    wrong = case.verdict == Verdict.FALSE or (case.doubted and not case.verdict)
    return wrong and now_ms - case.at_ms < MONTH_MS

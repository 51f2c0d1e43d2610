"""A brand that rings more often than asked is believed less: the budget is kept by each brand. Pure, in log time.

Evidence is calibrated for the mean of brands. One of unusual habits (a burst of complaints each noon, a classifier that errs
with it) rings more often, again and again. So what it has rung itself counts: before anything is seen, a brand rings x times
as often as asked, x from a gamma distribution of mean 1 and shape A. After k incidents in a month in which n = budget are
expected the mean of x is

    m = (A + k) / (A + n)            and the brand rings at budget / m where m > 1

(conjugate to Poisson counts: Gelman et al., *Bayesian Data Analysis*, 3rd ed., 2.6). A = 1: x spreads as widely as its mean.
Over simulated brands of eight worlds its variance is 0.4, and there are more worlds than those.

k counts the incidents of the last 30.4 days that nobody has judged (verdicts have their own say, `alerts.feedback`) and
that were never `UNDOUBTED` times rarer than asked: chance makes few of those, crises many. What comes within 3 days of one
that counts is the same story, such as anger that grows for two days, and counts once. A quiet month lowers nothing below
what the config says.

Measured at a budget of 0.5 in four worlds that rang 1.4–1.6 times a month: 0.9–1.4, and no crisis of 405 less at 1.
What it does badly: of three moderate crises in a month that nobody calls real the third must be 1.5 times as rare.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import inf

from alerts.achieved import MONTH_MS
from alerts.brand import BrandIncidents
from alerts.feedback import DAY_MS, Case
from alerts.rules import Rules

SHAPE = 1.0
STORY_MS = 3 * DAY_MS


def restrained(budget_per_month: float, incidents: int) -> float:
    """The budget after so many incidents in a month, false alarms a month.

    >>> [round(restrained(1.0, k), 2) for k in range(4)], round(restrained(0.25, 1), 3)
    ([1.0, 1.0, 0.67, 0.5], 0.156)
    """
    return budget_per_month * min(1.0, (SHAPE + budget_per_month) / (SHAPE + incidents))


def held_back(rules: Rules, state: BrandIncidents, now_ms: int) -> Rules:
    """The brand's rules after what it has rung."""
    budget = restrained(rules.budget_per_month, rung(state, now_ms))
    return rules if budget == rules.budget_per_month else replace(rules, budget_per_month=budget)


def rung(state: BrandIncidents, now_ms: int) -> int:
    """How many stories speak against the brand's calibration; no incident that still burns or lingers."""
    over = [case.at_ms for case in state.cases if _counts(case, now_ms) and state.life_of(case.id) is None]
    return stories(over, STORY_MS)


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
    return not (case.verdict or case.undoubted) and 0 <= now_ms - case.at_ms < MONTH_MS

"""What recurs rings only when it is worse than before.

An *alarm* is a stretch of log time from the first level that rings until calm; each is remembered with its peak evidence,
whether or not it opened an incident. When the last K began within 7 days, the next one rings only from 1.1 times the second
largest of their peaks: somebody who lives in trouble gets used to it, and the largest may have been a real crisis. Or from
twice as much as there was in the second largest (`alerts.growth`), for crises teach the evidence what this brand is capable
of: a later one weighs less than it would have, however large it is.

K = max(3, ceil(3 · budget · 7/30.4 + 2)): three times what the budget expects in a week, and two more, so that chance alone
doesn't reach it. What comes at the same hour as one of the last 30 days (within 90 min) is a habit, of people or of a
classifier, if that one was hardly rare enough (`feedback.UNDOUBTED`), nobody shared it or called it real or missed, and it
isn't the same story (3 days): it rings from 1.1 times the largest of those at that hour, or from twice as much. One such
alarm is enough where chance hardly puts one there (one alarm of ten comes so at a budget of 1 a month); who asks for more
alarms needs more of them. Only what is measured in mentions and pages somebody has habits (`alerts.track`).

Measured on simulated fleets: a brand with a daily storm of complaints rang 2.4 times a month instead of 13.9 by the first
rule, and at a budget of 0.5 another quarter less by the second, which costs two crises of 1,296. Sizes cost no false alarm;
without them two crises of 20 and 50 times the usual were silent, of 870 of 5x and more.

What it does badly: a fourth real crisis in a week, no larger than the others, is recorded by its figures alone; so is one at
the hour of an alarm that nobody has judged, if it is hardly rarer.
"""

from collections.abc import Collection
from math import ceil, inf
from typing import NamedTuple

import msgspec

from alerts.achieved import MONTH_MS
from alerts.feedback import DAY_MS
from alerts.growth import Size, has_doubled

SPAN_MS = 7 * DAY_MS
HABIT_MS = 30 * DAY_MS
STORY_MS = 3 * DAY_MS
SAME_HOUR_MS = 90 * 60_000
HABITS = 3.0
"""A habit is more than three times as many alarms at that hour as chance puts there."""
MOST_KEPT = 16
FACTOR = 1.1


class Alarm(msgspec.Struct, frozen=True, array_like=True):
    """One stretch above the threshold: when it began, the largest evidence so far, and how rare it was at its rarest."""

    at_ms: int
    peak: float
    rarest: float = inf  # false alarms a month; of an alarm that an older program has kept it isn't known
    most: int = 0  # the most that there was of it (`growth.size_of`), 0 = it isn't known …
    usual: float = 0.0  # … and what was usual then
    doubted: bool = False
    """It was never `feedback.UNDOUBTED` times rarer than asked, nor shared; those that older programs have kept aren't."""

    @property
    def size(self) -> Size:
        """Both."""
        return Size(self.most, self.usual)


class Bar(NamedTuple):
    """What an alarm must come to before it rings."""

    evidence: float = 0.0
    """0 or less = the threshold …"""
    doubles: Size = Size()
    """… or twice so much of it; an amount of 0 = the evidence alone counts."""

    def is_passed(self, evidence: float, size: Size, least: int) -> bool:
        """Whether a level of that evidence and size rings; a size below `least` is no news."""
        if self.evidence <= 0 or evidence >= self.evidence:
            return True
        amount, usual = self.doubles
        return amount > 0 and has_doubled(size, Size(max(amount, least), usual))


def alarms_that_recur(budget_per_month: float) -> int:
    """How many alarms in 7 days are a recurrence (K).

    >>> alarms_that_recur(1.0), alarms_that_recur(4.0)
    (3, 5)
    """
    return max(3, ceil(3 * budget_per_month * SPAN_MS / MONTH_MS + 2))


def by_chance_at_an_hour(budget_per_month: float) -> float:
    """How many alarms of the last 30 days, but for 3, chance puts within 90 min of an hour of the day.

    >>> round(by_chance_at_an_hour(1.0), 2)
    0.11
    """
    return budget_per_month * (HABIT_MS - STORY_MS) / MONTH_MS * 2 * SAME_HOUR_MS / DAY_MS


def bar(alarms: list[Alarm], at_ms: int, budget_per_month: float, real_ms: Collection[int] = ()) -> Bar:
    """From where an alarm that begins now rings; `real_ms`: when there was what people have called real, or missed.

    >>> alarms = [Alarm(0, 3.0, most=20), Alarm(1, 5.0, most=50), Alarm(2, 4.0, most=30)]
    >>> bar(alarms, at_ms=10, budget_per_month=1.0)
    Bar(evidence=4.4, doubles=Size(amount=30, usual=0.0))
    """
    count = alarms_that_recur(budget_per_month)
    recent = alarms[-count:]
    bars = []
    if len(recent) == count and at_ms - recent[0].at_ms < SPAN_MS:
        bars.append(Bar(FACTOR * sorted(alarm.peak for alarm in recent)[-2], _size(recent, -2)))
    habits = [alarm for alarm in alarms if alarm.doubted and _is_habit(at_ms - alarm.at_ms) and not _is_real(alarm, real_ms)]
    if len(habits) > HABITS * by_chance_at_an_hour(budget_per_month):
        bars.append(Bar(FACTOR * max(alarm.peak for alarm in habits), _size(habits, -1)))
    if not bars:
        return Bar()
    sizes = sorted(each.doubles for each in bars)
    return Bar(max(each.evidence for each in bars), sizes[-1] if sizes[0].amount else Size())


def _is_real(alarm: Alarm, real_ms: Collection[int]) -> bool:
    return any(0 <= each - alarm.at_ms < DAY_MS for each in real_ms)


def _is_habit(age_ms: int) -> bool:
    """Whether an alarm that long ago was another story at about this hour, and not too long ago."""
    same_hour = (age_ms + SAME_HOUR_MS) % DAY_MS <= 2 * SAME_HOUR_MS
    return same_hour and STORY_MS - SAME_HOUR_MS <= age_ms < HABIT_MS


def _size(alarms: list[Alarm], place: int) -> Size:
    """The size of that place among theirs; unknown where one is."""
    sizes = sorted(alarm.size for alarm in alarms)
    return sizes[place] if sizes[0].amount else Size()


def begun(alarms: list[Alarm], at_ms: int, budget_per_month: float) -> list[Alarm]:
    """The alarms with a new one, oldest first; those that can't matter any more are dropped."""
    kept = [alarm for alarm in alarms if at_ms - alarm.at_ms < HABIT_MS]
    return [*kept, Alarm(at_ms, 0.0, doubted=True)][-max(MOST_KEPT, alarms_that_recur(budget_per_month)) :]


def heard(alarms: list[Alarm], evidence: float, per_month: float, size: Size, *, undoubted: bool) -> list[Alarm]:
    """The alarms with the last one's peak raised to `evidence`, whose rate of false alarms is `per_month`, and to `size`."""
    last = alarms[-1]
    half_known = last.peak > 0 and not last.most  # an older program has seen its beginning
    most = max(last.size, Size() if half_known else size)
    rarest, doubted = min(last.rarest, per_month), last.doubted and not undoubted
    return [*alarms[:-1], Alarm(last.at_ms, max(last.peak, evidence), rarest, *most, doubted)]

"""What recurs rings only when it is worse than before.

An *alarm* is a stretch of log time from the first level that rings until calm; each is remembered with its peak evidence,
whether or not it opened an incident. When the last K began within 7 days, the next one rings only from 1.1 times the second
largest of their peaks: somebody who lives in trouble gets used to it, and the largest may have been a real crisis. Or from
twice as much as there was in the second largest (`alerts.growth`), for crises teach the evidence what this brand is capable
of: a later one weighs less than it would have, however large it is.

K = max(3, ceil(3 · budget · 7/30.4 + 2)): three times what the budget expects in a week, and two more, so that chance alone
doesn't reach it. Measured on simulated fleets: a brand with a daily storm of complaints rang 2.4 times a month, not 13.9.
Sizes cost no false alarm there; without them two crises of 20 and 50 times the usual were silent, of 870 of 5x and more.
What it does badly: a fourth real crisis in a week, no larger than the others, is recorded by its figures alone.
"""

from math import ceil, inf
from typing import NamedTuple

import msgspec

from alerts.growth import Size, has_doubled

SPAN_MS = 7 * 86_400_000
FACTOR = 1.1
_WEEKS_PER_MONTH = 30.4 / 7


class Alarm(msgspec.Struct, frozen=True, array_like=True):
    """One stretch above the threshold: when it began, the largest evidence so far, and how rare it was at its rarest."""

    at_ms: int
    peak: float
    rarest: float = inf  # false alarms a month; of an alarm that an older program has kept it isn't known
    most: int = 0  # the most that there was of it (`growth.size_of`), 0 = it isn't known …
    usual: float = 0.0  # … and what was usual then

    @property
    def size(self) -> Size:
        """Both."""
        return Size(self.most, self.usual)


class Bar(NamedTuple):
    """What an alarm must come to before it rings."""

    evidence: float = 0.0
    """0 = the threshold …"""
    doubles: Size = Size()
    """… or twice so much of it; an amount of 0 = the evidence alone counts."""

    def is_passed(self, evidence: float, size: Size, least: int) -> bool:
        """Whether a level of that evidence and size rings; a size below `least` is no news."""
        if evidence >= self.evidence:
            return True
        amount, usual = self.doubles
        return amount > 0 and has_doubled(size, Size(max(amount, least), usual))


def alarms_that_recur(budget_per_month: float) -> int:
    """How many alarms in 7 days are a recurrence (K).

    >>> alarms_that_recur(1.0), alarms_that_recur(4.0)
    (3, 5)
    """
    return max(3, ceil(3 * budget_per_month / _WEEKS_PER_MONTH + 2))


def bar(alarms: list[Alarm], at_ms: int, budget_per_month: float) -> Bar:
    """From where an alarm that begins now rings.

    >>> alarms = [Alarm(0, 3.0, most=20), Alarm(1, 5.0, most=50), Alarm(2, 4.0, most=30)]
    >>> bar(alarms, at_ms=10, budget_per_month=1.0)
    Bar(evidence=4.4, doubles=Size(amount=30, usual=0.0))
    """
    count = alarms_that_recur(budget_per_month)
    recent = alarms[-count:]
    if len(recent) < count or at_ms - recent[0].at_ms >= SPAN_MS:
        return Bar()
    sizes = sorted(alarm.size for alarm in recent)
    return Bar(FACTOR * sorted(alarm.peak for alarm in recent)[-2], sizes[-2] if sizes[0].amount else Size())


def begun(alarms: list[Alarm], at_ms: int, budget_per_month: float) -> list[Alarm]:
    """The alarms with a new one, oldest first; those that can't matter any more are dropped."""
    kept = [alarm for alarm in alarms if at_ms - alarm.at_ms < SPAN_MS]
    return [*kept, Alarm(at_ms, 0.0)][-alarms_that_recur(budget_per_month) :]


def heard(alarms: list[Alarm], evidence: float, per_month: float, size: Size) -> list[Alarm]:
    """The alarms with the last one's peak raised to `evidence`, whose rate of false alarms is `per_month`, and to `size`."""
    last = alarms[-1]
    half_known = last.peak > 0 and not last.most  # an older program has seen its beginning
    most = max(last.size, Size() if half_known else size)
    return [*alarms[:-1], Alarm(last.at_ms, max(last.peak, evidence), min(last.rarest, per_month), *most)]

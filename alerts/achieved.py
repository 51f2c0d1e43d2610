"""How many incidents a brand-month really brings, against how many false ones are allowed: estimated online. Pure.

    achieved = Σ incidents · 2^(−age / H)  /  Σ brand-months · 2^(−age / H)          H = 30 days

The brands' time is counted from tick to tick of log time, incidents when they open; both fade alike, so the ratio is a mean
over about the last 43 days (H / ln 2), the newest counting most. H is the month in which the budget is counted: shorter
would see one incident or none, longer would hide a detector that went wrong last week.

Nobody judges each incident, so there are three counts (`Counted`): all that opened; those nobody has called real, which is
at most the true number of false alarms; and those called false, which is at least that number.

What it does badly: a history that is only learned counts as watched time, though nothing could open in it, until it has
faded; with `brands: auto` only brands that were ever loud are known here, so the rate is too high rather than too low.
"""

from collections.abc import Iterable
from math import fsum, log

import msgspec

from alerts.feedback import DAY_MS, Case, faded
from schemas.enums import Counted, Verdict

HALF_LIFE_MS = 30 * DAY_MS
MONTH_MS = 30.4 * DAY_MS
STEP_MS = 60_000  # of log time; ticks come more often


class Watched(msgspec.Struct, frozen=True, array_like=True):
    """Faded time that brands have been watched."""

    at_ms: int = 0  # log time up to which it is counted; 0 = not yet begun
    brand_ms: float = 0.0

    def months(self, now_ms: int) -> float:
        """Brand-months, as of now."""
        return self.brand_ms * faded(now_ms - self.at_ms, HALF_LIFE_MS) / MONTH_MS


def watched_on(before: Watched, now_ms: int, brands: int) -> Watched:
    """The time after `brands` were watched up to now.

        T(t + d) = T(t) · 2^(−d/H) + brands · (H / ln 2) · (1 − 2^(−d/H))

    >>> month = watched_on(Watched(1, 0.0), 1 + int(MONTH_MS), brands=10)
    >>> round(month.months(month.at_ms), 1)
    7.2
    """
    if not before.at_ms:
        return Watched(now_ms, 0.0)
    left = faded(now_ms - before.at_ms, HALF_LIFE_MS)
    return Watched(now_ms, before.brand_ms * left + brands * HALF_LIFE_MS / log(2) * (1 - left))


def counted(cases: Iterable[Case], now_ms: int) -> dict[Counted, float]:
    """Faded incidents by how they are counted, in whatever order the cases come. A missed crisis is none."""
    weights: dict[Counted, list[float]] = {each: [] for each in Counted}
    for case in cases:
        if case.verdict == Verdict.MISSED:
            continue
        weight = faded(now_ms - case.at_ms, HALF_LIFE_MS)
        weights[Counted.OPENED].append(weight)
        if case.verdict != Verdict.REAL:
            weights[Counted.NOT_REAL].append(weight)
        if case.verdict == Verdict.FALSE:
            weights[Counted.FALSE].append(weight)
    return {each: fsum(found) for each, found in weights.items()}

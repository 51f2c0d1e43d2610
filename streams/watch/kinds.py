"""What is most to be said of a brand: the kind of its level, how rare it is, and what is unusual in it. Pure."""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from detectors.combined import combined, leading
from detectors.evidence import Evidence
from detectors.influencer import LEAST_FOLLOWERS
from detectors.minute import NOTHING, Finding
from detectors.rows import MINUTE_MS
from schemas.enums import Kind
from schemas.signal import Unusual, is_about_questions
from streams.watch.brand import BrandWatch
from streams.watch.hearing import Hearing
from streams.watch.looks import STATED_BELOW
from streams.watch.panel import ASKING, WEIGHTS

TOLD = "told"
RARE = 1.0  # false alarms a month
_RARER = {"": RARE, ASKING: 0.25, TOLD: STATED_BELOW}
"""False alarms a month of all but those who ask, by the story so far: below it that is told, so that two kinds don't take
turns."""


class Leading(NamedTuple):
    """The kind that says most."""

    kind: Kind
    rate: float
    """How often a month peace says as much as all of them together, > 0."""
    window_min: int
    """The window that shows it."""
    unusual: Unusual | None = None


def leading_kind(brand: BrandWatch, level: Evidence, now: int, hearing: Hearing) -> Leading:
    """What is most to be said at `now` (log time, ms). A silence counts only where other brands are heard.

    Anger goes before what is found beside it, for it says more of the same mentions; and what is left over of a surge that
    is hardly past is its end, no new story. People who ask without anger are other mentions, so they are judged alone, and
    come after all that is rare itself.
    """
    local_min = now // MINUTE_MS + brand.zone_min
    found: dict[str, Finding] = {
        Kind.SURGE: Finding(level.false_alarms_per_month if level.nats > 0 else inf, level.window_min)
    }
    found |= brand.panel.findings(local_min)
    if Kind.SILENCE in found and hearing.is_deaf(found[Kind.SILENCE], brand.panel.heard_min - brand.zone_min, now):
        del found[Kind.SILENCE]
    asking = found.pop(ASKING, NOTHING)
    rates = {name: finding.false_alarms_per_month for name, finding in found.items()}
    weights = brand.panel.weights
    rate = combined(rates, weights)
    asked = _asked(brand, asking, now)
    if asked < min(rate, STATED_BELOW) and rate >= _RARER[brand.story]:
        return Leading(Kind.TOPIC, asked, asking.window_min, asking.unusual)
    if rate < STATED_BELOW:
        angry = rates[Kind.SURGE] < STATED_BELOW or brand.evidence.frozen
        kind = Kind.SURGE if angry and rates.get(Kind.SILENCE, inf) == inf else Kind(leading(rates, weights))
        return Leading(kind, rate, found[kind].window_min, found[kind].unusual)
    if (busy := brand.busy(level, now)) < inf:
        return Leading(Kind.VOLUME, busy, level.window_min)
    return Leading(Kind.SURGE, max(level.false_alarms_per_month, STATED_BELOW), level.window_min)


def _asked(brand: BrandWatch, asking: Finding, now: int) -> float:
    """False alarms a month of those who ask; inf where their questions are answered, and in a surge and its end.

    That nobody answers them may be told by a level of its own: who hears both decides (`alerts.brand`).
    """
    if asking.false_alarms_per_month == inf or brand.evidence.frozen or brand.is_answering(now // MINUTE_MS):
        return inf
    return asking.false_alarms_per_month / WEIGHTS[ASKING]


def story_of(found: Leading, before: str) -> str:
    """What a brand's story is about once this is stated: who asks (`ASKING`), something rare (`TOLD`), or neither."""
    if is_about_questions(found.kind, found.unusual):
        return ASKING
    if found.rate >= STATED_BELOW:
        return ""
    return TOLD if found.rate < _RARER[before] else before


def looks_ms(brand: BrandWatch, now: int) -> Iterator[int]:
    """When to look at the brand even if nobody speaks of it again: to hear a silence, and to see who has just been loud.

    The first are at the ends of minutes, so that one at which it is looked at anyway isn't looked at twice. A brand has one
    ahead at most.
    """
    if not brand.judged or not brand.begun:
        return
    minute = now // MINUTE_MS
    due = brand.panel.listen(brand.evidence, minute + brand.zone_min)
    if due is not None:
        yield (due - brand.zone_min + 1) * MINUTE_MS - 1
    held = brand.minutes.get(minute)
    if held is not None and any(loud.reach >= LEAST_FOLLOWERS for loud in held.block.loud):
        yield (minute + 1) * MINUTE_MS

"""What people's verdicts make of a brand's budget: pure, in log time, a function of the verdicts that stand.

    budget(t)  = configured budget · 2^(S · v(t))
    v(t)       = (M − F) / (K + M + F + R)          −1 < v < 1: a mean of votes
    F, R, M    = Σ 2^(−age / H) over the verdicts `false`, `real`, `missed`
    S          = 3 where v < 0, 2 where v > 0
    age        = t − when the incident opened, or the time that was missed

- A *false alarm* votes for fewer alarms (−1), a *missed* crisis for more (+1), a *real* one for the config's budget (0).
- K = 3 votes of 0 come first. This is the shrinkage: one verdict moves the budget to 0.59 or 1.41 times the configured one,
  three of a kind move it to 0.35 or 2.0. One person can't silence a brand, and each further verdict of a kind counts less.
- S bounds it: never below 1/8, never above 4 times what the config says. A budget of 1 a month stays above 1 in 8 months
  (half of `quiet`) and below `sensitive`. The logarithm of the budget is about linear in evidence, so that is where
  verdicts add.
- H = 60 days: a brand's public changes with its season, and a verdict should have been forgotten by the next one. Six
  half-lives are remembered, and 100 incidents.
- Verdicts are a set, not a sequence: each incident has one, the last one given. So a verdict can be changed or taken back
  and leaves no trace, and the order in which two people press doesn't matter.
- Only what is measured in mentions and pages somebody is learned from: not silence, not ourselves, not talk without anger.

Where this alone settles when each false alarm is called one and nothing else is said: a brand that rings 4 times as often as
its budget says comes to 1.3 times the budget, one that rings twice as often to 0.8, one that rings as it should to 0.5.

What it does badly: it can't prevent a false alarm rarer than an eighth of the budget (a film with the brand's name); a
silence or a planned event can. It doesn't know how far below the budget a missed crisis stayed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import msgspec

from alerts.route import NEVER_PAGES
from alerts.rules import Rules
from schemas.enums import Kind, Verdict
from schemas.signal import Signal

PRIOR_VERDICTS = 3.0
OCTAVES_DOWN = 3.0
OCTAVES_UP = 2.0
DAY_MS = 86_400_000
HALF_LIFE_MS = 60 * DAY_MS
REMEMBERED_MS = 6 * HALF_LIFE_MS
MOST_CASES = 100
UNDOUBTED = 4.0
"""An incident so many times rarer than was asked of it isn't held against its brand: of those by chance one in four is."""
OLDEST_MISSED_MS = 30 * DAY_MS
"""Nobody remembers the hour of what was missed longer ago than a month, and little of it would be known any more."""
AHEAD_MS = 120_000
"""Log time may be so far behind the clock of whoever speaks: mentions are waited for."""
ONE_CRISIS_MS = 3 * 3_600_000
"""Missed times nearer to each other than this are one crisis, told by two people."""


class Case(msgspec.Struct, frozen=True, array_like=True):
    """An incident that has opened, or a crisis for which none did, and what people say of it."""

    id: str  # the incident's, or `missed-` and the minute
    at_ms: int  # log time
    verdict: str = ""  # real, false, missed; "" = none stands
    revision: int = 0  # of the record that the last verdict after its end has left
    doubted: bool = False  # it was never `UNDOUBTED` times rarer than asked; those that an older program has kept aren't


@dataclass(frozen=True, slots=True)
class Learned:
    """What one verdict has made of a brand's budget, in false alarms a month."""

    brand: str
    verdict: Verdict
    about: str  # the incident; for a missed crisis the minute since the epoch
    author: str
    before_per_month: float
    per_month: float
    configured_per_month: float


@dataclass(frozen=True, slots=True)
class Tally:
    """How many verdicts of each kind; faded or not."""

    real: float = 0.0
    false: float = 0.0
    missed: float = 0.0

    @property
    def all(self) -> float:
        """Verdicts."""
        return self.real + self.false + self.missed

    @property
    def precision(self) -> float | None:
        """Share of real ones among the incidents that were judged, 0–1."""
        judged = self.real + self.false
        return self.real / judged if judged else None


def is_undoubted(signal: Signal, rules: Rules) -> bool:
    """Whether a level is so much rarer than the brand's own budget asks that nobody need doubt it."""
    return signal.false_alarms_per_month <= rules.budget_per_month / rules.raised / UNDOUBTED


def teaches(kind: Kind) -> bool:
    """Whether incidents of the kind count against the budget, which all that watch a brand share (`streams.watch.panel`).

    >>> teaches(Kind.SURGE), teaches(Kind.SILENCE), teaches(Kind.SYSTEM), teaches(Kind.VOLUME)
    (True, True, False, False)
    """
    return kind is not Kind.SYSTEM and kind not in NEVER_PAGES


def faded(age_ms: int, half_life_ms: int) -> float:
    """What is left of 1 after a time.

    >>> faded(HALF_LIFE_MS, HALF_LIFE_MS)
    0.5
    """
    return float(2.0 ** (-max(age_ms, 0) / half_life_ms))


def tally(cases: Iterable[Case], now_ms: int | None = None) -> Tally:
    """The verdicts that stand: plainly counted, or faded as of `now_ms`."""
    sums = dict.fromkeys((Verdict.REAL, Verdict.FALSE, Verdict.MISSED), 0.0)
    for case in cases:
        if case.verdict:
            sums[Verdict(case.verdict)] += 1.0 if now_ms is None else faded(now_ms - case.at_ms, HALF_LIFE_MS)
    return Tally(*sums.values())


def factor(of: Tally) -> float:
    """The budget in terms of the configured one, 1/8 to 4.

    >>> [round(factor(Tally(false=n)), 2) for n in (0, 1, 2, 3, 6)]
    [1.0, 0.59, 0.44, 0.35, 0.25]
    >>> [round(factor(Tally(missed=n)), 2) for n in (1, 2, 3, 6)]
    [1.41, 1.74, 2.0, 2.52]
    >>> round(factor(Tally(false=1, real=3)), 2)
    0.74
    """
    vote = (of.missed - of.false) / (PRIOR_VERDICTS + of.all)
    return float(2.0 ** (vote * (OCTAVES_DOWN if vote < 0 else OCTAVES_UP)))


def with_opened(cases: list[Case], incident: str, at_ms: int) -> list[Case]:
    """The cases with an incident that has opened; nothing changes when it is among them."""
    return cases if of(cases, incident) else _kept([*cases, Case(incident, at_ms, doubted=True)], at_ms)


def believed(cases: list[Case], incidents: Collection[str]) -> list[Case]:
    """The cases with no doubt about those incidents; the same list when there was none."""
    if not any(case.doubted and case.id in incidents for case in cases):
        return cases
    return [msgspec.structs.replace(case, doubted=False) if case.id in incidents else case for case in cases]


def of(cases: list[Case], name: str) -> Case | None:
    """The case of that id."""
    return next((case for case in cases if case.id == name), None)


def judged(cases: list[Case], name: str, verdict: Verdict) -> list[Case]:
    """The cases with a verdict in the place of what stood; `NONE` takes it back."""
    word = "" if verdict is Verdict.NONE else verdict.value
    return [msgspec.structs.replace(case, verdict=word) if case.id == name else case for case in cases]


def with_revision(cases: list[Case], name: str, revision: int) -> list[Case]:
    """The cases with the revision that a verdict has left of an incident's record."""
    return [msgspec.structs.replace(case, revision=revision) if case.id == name else case for case in cases]


def with_missed(cases: list[Case], at_ms: int, now_ms: int) -> list[Case]:
    """The cases with a crisis that nothing rang for; nothing changes when it can't be meant, or is known."""
    if not now_ms - OLDEST_MISSED_MS <= at_ms <= now_ms + AHEAD_MS or _missed_near(cases, at_ms):
        return cases
    case = Case(f"missed-{at_ms // 60_000}", at_ms, Verdict.MISSED.value)
    return _kept([*cases, case], now_ms)


def without_missed(cases: list[Case], at_ms: int) -> list[Case]:
    """The cases without the crisis that was said to be missed about that time."""
    near = _missed_near(cases, at_ms)
    return [case for case in cases if case not in near[:1]]


def forgotten(cases: list[Case]) -> list[Case]:
    """The cases with no verdict left, and nothing held against the brand: the budget is the configured one."""
    incidents = [case for case in cases if case.verdict != Verdict.MISSED]
    return [msgspec.structs.replace(case, verdict="", doubted=False) for case in incidents]


def _missed_near(cases: list[Case], at_ms: int) -> list[Case]:
    """The missed crises that the time may mean, the nearest first."""
    near = [case for case in cases if case.verdict == Verdict.MISSED and abs(case.at_ms - at_ms) < ONE_CRISIS_MS]
    return sorted(near, key=lambda case: abs(case.at_ms - at_ms))


def _kept(cases: list[Case], now_ms: int) -> list[Case]:
    """Those that still matter, oldest first."""
    recent = [case for case in cases if now_ms - case.at_ms < REMEMBERED_MS]
    return sorted(recent, key=lambda case: (case.at_ms, case.id))[-MOST_CASES:]

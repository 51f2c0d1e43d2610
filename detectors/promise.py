"""Whether a brand answers as it usually does: evidence that questions and complaints stay unanswered.

Not the number that waits is news (a brand that answers nobody always has many), nor how many ask (`surge` tells that), but
that fewer of those who wait are answered than this brand usually would have answered. It is the one-sample log-rank test
(Breslow, *Analysis of survival data under the proportional hazards model*, Int. Stat. Rev. 43, 1975) on answers:

1. **Usual**: h(a), the chance a step that a question of age a is answered, learned in 12 bins up to the promise P, times the
   activity of this hour, f (48 hours: of weekdays and of weekends). Both are gamma-Poisson means: bins shrink to their
   pool (30 question-steps), hours to 1 (10 answers). A step is P/30, at least a minute.
2. **Expected and observed**: in each step E = f Σ h(age) over all who wait within the promise, O = those of them who are
   answered. So E grows with the backlog: a team that works on at its usual pace while 200 questions come in shows O ≪ E
   long before the first of them breaks the promise. Who usually answers nobody has h ≈ 0, E ≈ 0, and no evidence ever.
3. **Surprise**: in windows of P/2, P and 4 P the deficit is weighed in nats: the half deviance of a negative binomial of
   mean E and relative variance φ + 1/(n + 1) bounds the lower tail, p ≤ exp(−d) (Chernoff). φ is how unevenly this brand
   answers (in bouts, with breaks), learned for each window (method of moments, shrunk to 0.3, at least 0.1); 1/(n + 1)
   is what n answers seen leave unknown of h.
4. **Behind** is who shows at least 3 nats (p ≤ 5 %). That isn't rare: a team that works in order is behind after each burst.
   How rare it is that so many questions suffer from it says `detectors.excess`; this says that it is the team.
5. **Freeze**: while a window shows what comes less than 6 times a month (3 windows · looks a month · exp(−d), and a window
   of length w has 2 · month/w independent looks) nothing is learned, at most for a day of promised time; then this is how
   the brand answers now, and three quarters of what was learned before is forgotten.

All is in promised time: where a promise has hours, time stands still outside them.

What it does badly: a brand's first 10 answers say nothing; a change of shift is news for some days; a question that is
answered where no source looks (by mail, in private messages) counts as unanswered, which is then usual.
"""

from math import exp, inf, log

import numpy as np
from numpy.typing import NDArray

from detectors.calibration import MONTH_MIN
from detectors.clock import hour_of, weekend_of
from detectors.part import Part

STEPS = 30
"""Steps a promise has: this is how exactly ages are told."""
BINS = 12
HOURS = 48
CELL_STEPS = 5
CELLS = 24
WINDOWS = (3, 6, 24)
"""Cells of a window: P/2, P, 4 P."""
POOLED_STEPS = 30.0
USUAL_ANSWERS = 10.0
FIRST_SPREAD, SPREAD_WORTH = 0.3, 30.0
"""φ before anything was seen, and the squared expectation that it is worth."""
LEAST_SPREAD = 0.1
"""Answers come more evenly than chance, so φ could be learned as 0; but E is right within a third (√0.1) only."""
OUTLIER = 4.0
"""Squared deviations count up to 4 variances: a crisis isn't scatter."""
LEAST_ANSWERS = 10.0
"""So many answers must have been seen (faded) before anything is said."""
MOSTLY = 0.9
HALF_LIFE_MIN = 10 * 1440.0
BEHIND_NATS = 3.0
SLIDING = 2.0
FROZEN_BELOW = 6.0
"""False alarms a month."""
MOST_FROZEN_MIN = 1440.0
FORGOTTEN = 0.25


def hour_bin(local_min: int) -> int:
    """Which of the 48 hours a local minute lies in."""
    return int(hour_of(local_min)) + 24 * weekend_of(local_min)


def deficit_nats(observed: float, expected: float, variance: float) -> float:
    """Half deviance of so few answers; 0 where there are as many as expected. `variance`: relative, beyond Poisson.

    >>> round(deficit_nats(0, 50, 0.3), 1), deficit_nats(50, 50, 0.3)
    (9.2, 0.0)
    """
    if observed >= expected:
        return 0.0
    r = 1 / max(variance, 1e-6)
    first = observed * log(observed / expected) if observed else 0.0
    return first - (observed + r) * log((observed + r) / (expected + r))


def _bin(age: float) -> int:
    return min(int(age * BINS), BINS - 1)


class PromiseEvidence(Part):
    """What is usual for one brand, and what its last hours say against it. `step_min`: length of a step in minutes.

    >>> evidence = PromiseEvidence(step_min=1)
    >>> for minute in range(3000):  # somebody asks every 10 min and is answered after 5
    ...     waits, answered = minute % 10 < 5, minute % 10 == 5
    ...     evidence.step(minute, 1.0, np.array([minute % 10 / 30] * waits), [5 / 30] * answered)
    >>> evidence.is_behind
    False
    >>> for minute in range(3000, 3010):  # a flood
    ...     evidence.step(minute, 1.0, np.full(60, (minute - 3000) / 30), [])
    >>> evidence.is_behind
    True
    """

    STATE = (
        "step_min", "answered", "exposed", "hour_answered", "hour_expected", "cells", "filled", "spread", "worth", "waited",
        "watched", "kept", "broken", "answers", "frozen_min",
    )  # fmt: skip

    def __init__(self, step_min: float) -> None:
        self.step_min = step_min
        self.answered = [0.0] * BINS  # faded answers by age, and question-steps that could have brought one
        self.exposed = [0.0] * BINS
        self.hour_answered = [0.0] * HOURS
        self.hour_expected = [0.0] * HOURS
        self.cells = [0.0] * (2 * CELLS)  # observed, expected of each, the oldest first; the last is being filled
        self.filled = 0.0  # steps in the last cell
        self.spread = [0.0] * len(WINDOWS)  # of each window: squared deviations beyond Poisson, and squared expectations
        self.worth = [0.0] * len(WINDOWS)
        self.waited = 0.0  # question-minutes, faded …
        self.watched = 0.0  # … and minutes
        self.kept = 0.0  # questions answered within the promise, faded …
        self.broken = 0.0  # … and those that weren't
        self.answers = 0  # seen ever, however late
        self.frozen_min = 0.0

    @property
    def seen(self) -> float:
        """Answers within the promise that were learned from, faded."""
        return sum(self.answered)

    @property
    def usual_waiting(self) -> float:
        """How many usually wait."""
        return self.waited / self.watched if self.watched else 0.0

    @property
    def usual_broken(self) -> float:
        """Usual share of questions that aren't answered within the promise, 0–1."""
        total = self.kept + self.broken
        return self.broken / total if total else 0.0

    @property
    def usual_age(self) -> float:
        """At which nine in ten of those that are answered within the promise are, 0–1 of it."""
        seen, most = 0.0, MOSTLY * self.seen
        for place, answered in enumerate(self.answered):
            seen += answered
            if seen >= most:
                return (place + 1) / BINS
        return 1.0

    def step(self, local_min: int, passed: float, waiting: NDArray[np.float64], answered: list[float]) -> None:
        """A stretch is over in which `passed` steps (0–1) of promised time went by.

        `waiting`: ages in terms of the promise (0–1) of those who still wait within it; `answered`: ages of those who were
        answered within it during this stretch.
        """
        hour = hour_bin(local_min)
        places = [_bin(age) for age in answered]
        at_risk = np.bincount(np.minimum((waiting * BINS).astype(np.intp), BINS - 1), minlength=BINS).tolist()
        for place in places:
            at_risk[place] += 1
        usual = passed * self._usual_answers(at_risk)
        factor = (self.hour_answered[hour] + USUAL_ANSWERS) / (self.hour_expected[hour] + USUAL_ANSWERS)
        self._fill(passed, len(answered), usual * factor)
        if self._frozen(passed * self.step_min):
            return
        for place, count in enumerate(at_risk):
            self.exposed[place] += count * passed * factor
        for place in places:
            self.answered[place] += 1
        self.hour_answered[hour] += len(answered)
        self.hour_expected[hour] += usual

    def watch(self, minutes: float, waiting: int) -> None:
        """So many minutes went by with so many waiting, of whatever age."""
        if not self.frozen_min:
            keep = 0.5 ** (minutes / HALF_LIFE_MIN)
            self.waited = self.waited * keep + waiting * minutes
            self.watched = self.watched * keep + minutes

    def end(self, kept: int, broken: int) -> None:
        """So many questions were answered within the promise, and so many are beyond it now."""
        if not self.frozen_min:
            self.kept += kept
            self.broken += broken

    @property
    def is_behind(self) -> bool:
        """Whether fewer of those who wait have been answered lately than usual."""
        return self.seen >= LEAST_ANSWERS and any(self._nats(window) >= BEHIND_NATS for window in range(len(WINDOWS)))

    def _nats(self, window: int) -> float:
        observed, expected = self._sums(WINDOWS[window])
        return deficit_nats(observed, expected, self._spread(window) + 1 / (self.seen + 1))

    @property
    def times_a_month(self) -> float:
        """How often a month this brand answers so few in peace, if answers came one by one; > 0, inf says nothing."""
        if self.seen < LEAST_ANSWERS:
            return inf
        rarest = inf
        for window, cells in enumerate(WINDOWS):
            nats = self._nats(window)
            if nats > 0:
                looks = SLIDING * MONTH_MIN / (cells * CELL_STEPS * self.step_min)
                rarest = min(rarest, len(WINDOWS) * looks * exp(-nats))
        return rarest

    def _usual_answers(self, at_risk: list[int]) -> float:
        """How many of those who wait, by the bin of their age, are usually answered in a step."""
        pooled = sum(self.answered) / (sum(self.exposed) + POOLED_STEPS)
        return sum(
            count * min(1.0, (answered + POOLED_STEPS * pooled) / (exposed + POOLED_STEPS))
            for count, answered, exposed in zip(at_risk, self.answered, self.exposed, strict=True)
            if count
        )

    def _sums(self, cells: int) -> tuple[float, float]:
        """Observed and expected of the last cells."""
        return sum(self.cells[-2 * cells :: 2]), sum(self.cells[1 - 2 * cells :: 2])

    def _spread(self, window: int) -> float:
        first = FIRST_SPREAD * SPREAD_WORTH
        return max(LEAST_SPREAD, (self.spread[window] + first) / (self.worth[window] + SPREAD_WORTH))

    def _fill(self, passed: float, observed: int, expected: float) -> None:
        if self.filled >= CELL_STEPS:
            self._turn()
        self.filled += passed
        self.cells[-2] += observed
        self.cells[-1] += expected

    def _turn(self) -> None:
        """A cell is full: the oldest goes, and what the windows say of unevenness is learned, also in a crisis, bounded."""
        for window, cells in enumerate(WINDOWS):  # each answer is in a window as often as it has cells
            observed, expected = self._sums(cells)
            most = OUTLIER * (expected + self._spread(window) * expected**2)
            self.spread[window] += (min((observed - expected) ** 2, most) - expected) / cells
            self.worth[window] += expected**2 / cells
        if not self.frozen_min:
            self._forget(0.5 ** (CELL_STEPS * self.step_min / HALF_LIFE_MIN))
        self.cells = [*self.cells[2:], 0.0, 0.0]
        self.filled = 0.0

    def _frozen(self, minutes: float) -> bool:
        if self.times_a_month >= FROZEN_BELOW:
            self.frozen_min = 0.0
            return False
        self.frozen_min += minutes
        if self.frozen_min > MOST_FROZEN_MIN:
            self._forget(FORGOTTEN)
            self.cells = [0.0] * (2 * CELLS)
            self.frozen_min = 0.0
        return self.frozen_min > 0

    def _forget(self, kept: float) -> None:
        for name in ("answered", "exposed", "hour_answered", "hour_expected", "spread", "worth"):
            setattr(self, name, [value * kept for value in getattr(self, name)])
        self.kept, self.broken = self.kept * kept, self.broken * kept

"""rebato's crisis detector on a simulated brand: its evidence once, and the alarms of any budget from it."""

from collections.abc import Callable

import numpy as np

from alerts.achieved import MONTH_MS
from alerts.aftershock import CLEARLY, CLOSELY_MS, raised
from alerts.feedback import UNDOUBTED
from alerts.recurrence import FACTOR, alarms_that_recur
from alerts.restraint import STORY_MS, restrained, stories
from benchmarks.detection.brand import DAY_MIN, Brand, Floats
from benchmarks.detection.tally import Ringing
from detectors.calibration import evidence_for
from detectors.evidence import CrisisEvidence
from detectors.fleet import SHIPPED, Prior

HOLD_MIN = 90
RELEASE = 0.7
"""An alarm closes after 90 min below 0.7 of the evidence at which it opened."""
RECURRENCE_MIN = 7 * DAY_MIN
CLOSELY_MIN = CLOSELY_MS // 60_000
LINGER_MIN = 120
"""An alarm that follows sooner is the same incident."""
MONTH_MIN, STORY_MIN = MONTH_MS / 60_000, STORY_MS // 60_000

Needed = Callable[[float], float]
"""The evidence at which alarms open that may ring falsely so often a month."""


class Alarm:
    """Opens at the budget's evidence and closes with hysteresis; what recurs must grow to ring again.

    After K alarms within 7 days (three times what the budget allows, and two) an alarm rings only above 1.1 times
    the second largest of the last K peaks. For 36 h after the first of a week, if that was clearly one, the budget
    is `raised`; after several of a month that weren't it is `restrained`. The same rules as `alerts`, whose floors of
    mentions, authors and texts aren't applied here.
    """

    def __init__(self, needed: Needed, budget_per_month: float) -> None:
        self._needed, self._budget = needed, budget_per_month
        self._demand(0)
        self._ended = -CLOSELY_MIN
        self._most = alarms_that_recur(budget_per_month)
        self._opened: list[int] = []
        self._peaks: list[float] = []
        self._doubtful: list[int] = []  # alarms that rang and weren't undoubted, but the last
        self._limit = 0.0
        self._left_min = 0
        self._ringing = self._undoubted = self._clear = False

    @property
    def is_open(self) -> bool:
        return self._left_min > 0

    def update(self, minute: int, u: float) -> bool:
        """Whether it rings in this minute; while it is closed, minutes in which nothing could open it may be left out."""
        if u >= (self._threshold if self.is_open else self._opens_at(minute)):
            if not self.is_open:
                self._open(minute)
            self._left_min = HOLD_MIN
            self._peaks[-1] = max(self._peaks[-1], u)
            self._ringing = self._ringing or u >= self._limit
            self._undoubted, self._clear = self._undoubted or u >= self._surely, self._clear or u >= self._clearly
        elif self.is_open:
            self._left_min = self._left_min - 1 if u < RELEASE * self._threshold else HOLD_MIN
            self._ended = minute
        return self.is_open and self._ringing

    def _demand(self, rung: int) -> None:
        budget = restrained(self._budget, rung)
        self._threshold, self._closely = self._needed(budget), self._needed(raised(budget))
        self._surely, self._clearly = self._needed(budget / UNDOUBTED), self._needed(budget / CLEARLY)

    def _opens_at(self, minute: int) -> float:
        last = self._opened[-1:] if self._is_doubtful and minute - self._ended >= LINGER_MIN else []
        late = (opened for opened in (*self._doubtful, *last) if minute - opened < MONTH_MIN)
        self._demand(stories(late, STORY_MIN))
        recent = sum(minute - opened < RECURRENCE_MIN for opened in self._opened)
        near = recent == 1 and minute - self._ended < CLOSELY_MIN and self._clear
        return self._closely if near else self._threshold

    @property
    def _is_doubtful(self) -> bool:
        return self._ringing and not self._undoubted

    def _open(self, minute: int) -> None:
        if self._is_doubtful:
            self._doubtful.append(self._opened[-1])
        self._limit, self._ringing, self._undoubted, self._clear = self._closely, False, False, False
        if len(self._opened) == self._most and minute - self._opened[0] < RECURRENCE_MIN:
            self._limit = max(self._threshold, FACTOR * sorted(self._peaks)[-2])
        self._opened = [*self._opened, minute][-self._most :]
        self._peaks = [*self._peaks, 0.0][-self._most :]


def evidence_of(brand: Brand, prior: Prior = SHIPPED) -> Floats:
    """u of each minute, as known at its end."""
    detector = CrisisEvidence(prior)
    found = np.empty(len(brand.authors))
    counts = zip(brand.negative_authors.tolist(), brand.authors.tolist(), strict=True)
    for i, (minute, (negatives, authors)) in enumerate(zip(brand.local_minutes(), counts, strict=True)):
        found[i] = detector.peek(minute, negatives, authors).u
        detector.close(minute, negatives, authors)
    return found


def ringing(size_per_min: float, evidence: Floats, budget_per_month: float) -> Ringing:
    """The minutes in which an alarm with that budget rings."""
    return held(evidence, lambda budget: evidence_for(budget, size_per_min), budget_per_month)


def held(evidence: Floats, needed: Needed, budget_per_month: float) -> Ringing:
    """The minutes in which an alarm rings; `needed`: the evidence that a budget asks for."""
    alarm = Alarm(needed, budget_per_month)
    rings = np.zeros(len(evidence), bool)
    above = np.nonzero(evidence >= needed(raised(budget_per_month)))[0]
    values = evidence.tolist()
    minute, at = 0, 0
    while at < len(above):
        minute = int(above[at])
        rings[minute] = alarm.update(minute, values[minute])
        while alarm.is_open and minute + 1 < len(values):
            minute += 1
            rings[minute] = alarm.update(minute, values[minute])
        at = int(np.searchsorted(above, minute + 1))
    return rings

"""rebato's crisis detector on a simulated brand: its evidence once, and the alarms of any budget from it."""

import math

import numpy as np

from alerts.aftershock import CLEARLY, CLOSELY_MS, raised
from benchmarks.detection.brand import DAY_MIN, Brand, Floats
from benchmarks.detection.tally import Ringing
from detectors.calibration import evidence_for
from detectors.evidence import CrisisEvidence
from detectors.fleet import SHIPPED, Prior

HOLD_MIN = 90
RELEASE = 0.7
"""An alarm closes after 90 min below 0.7 of the evidence at which it opened."""
RECURRENCE_MIN = 7 * DAY_MIN
RECURRENCE_MARGIN = 1.1
CLOSELY_MIN = CLOSELY_MS // 60_000


class Alarm:
    """Opens at the budget's evidence and closes with hysteresis; what recurs must grow to ring again.

    After K alarms within 7 days (three times what the budget allows, and two) an alarm rings only above 1.1 times
    the second largest of the last K peaks. For 36 h after the first of a week, if that came to `clearly`, the threshold
    is `closely`. The same rules as `alerts`, whose floors of mentions, authors and texts aren't applied here.
    """

    def __init__(self, threshold: float, budget_per_month: float, closely: float, clearly: float) -> None:
        self._threshold = threshold
        self._closely, self._clearly = closely, clearly
        self._ended = -CLOSELY_MIN
        self._most = max(3, math.ceil(3 * budget_per_month * 7 / 30.4 + 2))
        self._opened: list[int] = []
        self._peaks: list[float] = []
        self._limit = threshold
        self._left_min = 0
        self._ringing = False

    @property
    def is_open(self) -> bool:
        return self._left_min > 0

    def update(self, minute: int, u: float) -> bool:
        """Whether it rings in this minute; while it is closed, minutes below the threshold may be left out."""
        if u >= (self._threshold if self.is_open else self._opens_at(minute)):
            if not self.is_open:
                self._open(minute)
            self._left_min = HOLD_MIN
            self._peaks[-1] = max(self._peaks[-1], u)
            self._ringing = self._ringing or u >= self._limit
        elif self.is_open:
            self._left_min = self._left_min - 1 if u < RELEASE * self._threshold else HOLD_MIN
            self._ended = minute
        return self.is_open and self._ringing

    def _opens_at(self, minute: int) -> float:
        recent = sum(minute - opened < RECURRENCE_MIN for opened in self._opened)
        near = recent == 1 and minute - self._ended < CLOSELY_MIN and self._peaks[-1] >= self._clearly
        return self._closely if near else self._threshold

    def _open(self, minute: int) -> None:
        self._limit, self._ringing = self._closely, False
        if len(self._opened) == self._most and minute - self._opened[0] < RECURRENCE_MIN:
            self._limit = max(self._threshold, RECURRENCE_MARGIN * sorted(self._peaks)[-2])
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
    threshold, closely, clearly = (
        evidence_for(budget, size_per_min)
        for budget in (budget_per_month, raised(budget_per_month), budget_per_month / CLEARLY)
    )
    return held(evidence, threshold, budget_per_month, closely, clearly)


def held(evidence: Floats, threshold: float, budget_per_month: float, closely: float, clearly: float) -> Ringing:
    """The minutes in which an alarm rings that opens at `threshold`, or at `closely` after one that came to `clearly`."""
    alarm = Alarm(threshold, budget_per_month, closely, clearly)
    rings = np.zeros(len(evidence), bool)
    above = np.nonzero(evidence >= closely)[0]
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

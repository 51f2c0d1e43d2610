"""rebato's crisis detector on a simulated brand: its evidence once, and the alarms of any budget from it."""

from collections.abc import Callable
from datetime import timedelta
from math import inf
from typing import NamedTuple

import numpy as np

from alerts import recurrence
from alerts.achieved import MONTH_MS
from alerts.aftershock import CLEARLY, CLOSELY_MS, raised
from alerts.feedback import UNDOUBTED
from alerts.growth import APART_MS, Size, has_doubled, told_of
from alerts.recurrence import SPAN_MS, STORY_MS, Bar
from alerts.restraint import restrained, stories
from benchmarks.detection.brand import Brand, Floats, Ints
from benchmarks.detection.tally import Rung
from detectors.calibration import evidence_for
from detectors.evidence import CrisisEvidence
from detectors.fleet import SHIPPED, Prior
from schemas.config.channels import Alerts
from schemas.config.model import Floors

HOLD_MIN = 90
RELEASE = 0.7
"""An alarm closes after 90 min below 0.7 of the evidence at which it opened."""
MINUTE_MS = 60_000
RECURRENCE_MIN = SPAN_MS // MINUTE_MS
CLOSELY_MIN = CLOSELY_MS // MINUTE_MS
LINGER_MIN = 120
"""An alarm that follows sooner is the same incident."""
MONTH_MIN, STORY_MIN = MONTH_MS / MINUTE_MS, STORY_MS // MINUTE_MS
QUARTER_MIN, APART_MIN = 15, APART_MS // MINUTE_MS
LEAST = Floors().mentions
"""Fewer negatives than this in a quarter of an hour are no news."""
REMINDERS_MIN = [wait // timedelta(minutes=1) for wait in Alerts().reminders]
"""People are told again after so long, and from then on it is that which must double; the last one repeats."""


class Seen(NamedTuple):
    """A brand as its detector sees it, each minute at its end."""

    u: Floats
    """Evidence."""
    sizes: Ints
    """Negatives of the last quarter of an hour …"""
    usual: Floats
    """… and how many are usual."""


Needed = Callable[[float], float]
"""The evidence at which alarms open that may ring falsely so often a month."""


class Alarm:
    """Opens at the budget's evidence and closes with hysteresis; what recurs must grow to ring again.

    What recurs within a week or at the same hour passes the `Bar` of `recurrence`. One that rings does so again when there
    are twice as many negatives. For 36 h after the first of a week, if that was clearly one, the budget
    is `raised`; after several of a month that weren't it is `restrained`. The same rules as `alerts`, whose floors of
    mentions, authors and texts aren't applied here.
    """

    def __init__(self, needed: Needed, budget_per_month: float) -> None:
        self._needed, self._budget = needed, budget_per_month
        self._demand(0)
        self._ended = -CLOSELY_MIN
        self._alarms: list[recurrence.Alarm] = []
        self._doubtful: list[int] = []  # alarms that rang and weren't undoubted, but the last
        self._limit = Bar()
        self._left_min = 0
        self._told, self._told_min, self._reminders = Size(), 0, 0  # the most that it told of, when it last did
        self.news: list[int] = []
        """Minutes in which it rang again because there was twice as much."""
        self._ringing = self._undoubted = self._clear = False

    @property
    def is_open(self) -> bool:
        return self._left_min > 0

    def update(self, minute: int, u: float, negatives: int, usual: float) -> bool:
        """Whether it rings in this minute, with so many negatives in a quarter of an hour where so many are usual.

        While it is closed, minutes in which nothing could open it may be left out.
        """
        size = Size(negatives, usual)
        if u >= (self._threshold if self.is_open else self._opens_at(minute)):
            if not self.is_open:
                self._open(minute)
            self._left_min = HOLD_MIN
            if not self._ringing and self._limit.is_passed(u, size, LEAST):
                self._ringing, self._told, self._told_min, self._reminders = True, size, minute, 0
            self._undoubted, self._clear = self._undoubted or u >= self._surely, self._clear or u >= self._clearly
        elif self.is_open:
            self._left_min = self._left_min - 1 if u < RELEASE * self._threshold else HOLD_MIN
            self._ended = minute
        if self.is_open:
            self._alarms = recurrence.heard(self._alarms, u, inf, size, undoubted=self._undoubted)
        rings = self.is_open and self._ringing
        if rings:
            self._tell(minute, size)
        return rings

    def _tell(self, minute: int, size: Size) -> None:
        """News and reminders of what rings."""
        before = Size(max(self._told.amount, LEAST), self._told.usual)
        doubled = minute - self._told_min >= APART_MIN and has_doubled(size, before)
        if doubled:
            self.news.append(minute)
        if doubled or minute - self._told_min >= REMINDERS_MIN[min(self._reminders, len(REMINDERS_MIN) - 1)]:
            self._told, self._told_min = told_of(self._told, size), minute
            self._reminders += not doubled

    def _demand(self, rung: int) -> None:
        budget = restrained(self._budget, rung)
        self._threshold, self._closely = self._needed(budget), self._needed(raised(budget))
        self._surely, self._clearly = self._needed(budget / UNDOUBTED), self._needed(budget / CLEARLY)

    def _opens_at(self, minute: int) -> float:
        opened = [alarm.at_ms // MINUTE_MS for alarm in self._alarms]
        last = opened[-1:] if self._is_doubtful and minute - self._ended >= LINGER_MIN else []
        late = (each for each in (*self._doubtful, *last) if minute - each < MONTH_MIN)
        self._demand(stories(late, STORY_MIN))
        recent = sum(minute - each < RECURRENCE_MIN for each in opened)
        near = recent == 1 and minute - self._ended < CLOSELY_MIN and self._clear
        return self._closely if near else self._threshold

    @property
    def _is_doubtful(self) -> bool:
        return self._ringing and not self._undoubted

    def _open(self, minute: int) -> None:
        if self._is_doubtful:
            self._doubtful.append(self._alarms[-1].at_ms // MINUTE_MS)
        self._ringing, self._undoubted, self._clear = False, False, False
        self._limit = recurrence.bar(self._alarms, minute * MINUTE_MS, self._budget)
        self._alarms = recurrence.begun(self._alarms, minute * MINUTE_MS, self._budget)


def seen_of(brand: Brand, prior: Prior = SHIPPED) -> Seen:
    """What the detector says of each minute."""
    detector = CrisisEvidence(prior)
    u, usual = np.empty((2, len(brand.authors)))
    counts = zip(brand.negative_authors.tolist(), brand.authors.tolist(), strict=True)
    for i, (minute, (negatives, authors)) in enumerate(zip(brand.local_minutes(), counts, strict=True)):
        level = detector.peek(minute, negatives, authors)
        u[i], usual[i] = level.u, level.negative_share_expected * detector.usual_quarter
        detector.close(minute, negatives, authors)
    sums = np.concatenate([np.zeros(QUARTER_MIN, np.int64), np.cumsum(brand.negative_authors)])
    return Seen(u, sums[QUARTER_MIN:] - sums[:-QUARTER_MIN], np.where(np.isfinite(usual), usual, 0.0))


def rung(brand: Brand, seen: Seen, budget_per_month: float) -> Rung:
    """When an alarm with that budget rings."""
    return held(seen, lambda budget: evidence_for(budget, brand.size_per_min), budget_per_month)


def held(seen: Seen, needed: Needed, budget_per_month: float) -> Rung:
    """When an alarm rings; `needed`: the evidence that a budget asks for."""
    alarm = Alarm(needed, budget_per_month)
    rings = np.zeros(len(seen.u), bool)
    above = np.nonzero(seen.u >= needed(raised(budget_per_month)))[0]
    values = list(zip(*(column.tolist() for column in seen), strict=True))
    minute, at = 0, 0
    while at < len(above):
        minute = int(above[at])
        rings[minute] = alarm.update(minute, *values[minute])
        while alarm.is_open and minute + 1 < len(values):
            minute += 1
            rings[minute] = alarm.update(minute, *values[minute])
        at = int(np.searchsorted(above, minute + 1))
    return Rung(rings, alarm.news)

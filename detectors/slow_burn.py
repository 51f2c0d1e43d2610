"""Anger that has been growing for hours and days, too slowly for any window of the crisis detector.

1. **A day without its loudest hours**: of the last 24 h the four with most angry people are left out. What is short is for
   `detectors.evidence` to find, and a burst of this morning must not look like a bad day. One person counts four
   times a day (`detectors.author_cap.DayCap`).
2. **Normal**: angry people and people in such a day, as days looked a day ago and earlier; half is forgotten in 14 days.
   Nothing is learned of an hour in a crisis, and nothing while the evidence itself is rare, for 3 days at most: after that,
   this is how the brand is spoken of.
3. **Surprise**: count and share of the angry, as in `detectors.surprise.window_evidence` with a window of a day.
4. **It goes on**: in the last 6 h the share of the angry is above the usual, too.
5. **Calibration** (`detectors.extremes`): on the scale of this brand's own daily maxima.
"""

from array import array
from typing import Any, Self

from river.base import AnomalyDetector

from detectors.extremes import OwnExtremes
from detectors.minute import NOTHING, Finding, Minute
from detectors.part import Part
from detectors.surprise import window_evidence
from schemas.signal import Unusual

HOUR_MIN = 60
DAY_H = 24
LOUDEST_H = 4
"""A crisis and what is left of it, or two bursts."""
HALF_LIFE_H = 14 * DAY_H
RATE: float = 1 - 0.5 ** (1 / HALF_LIFE_H)
LEAST_LEARNED_H = 4 * DAY_H
"""Days are compared with days: until four have been learned, each a day late, nothing is said."""
VARIANCE = 0.06
"""(25 %)²: relative variance of a day's volume about the fortnight's, the days of the week among it."""
CLUSTERING, BURST_CLUSTERING = 0.01, 0.03
"""A day has a mood of its own; see `detectors.surprise` and `detectors.mood`."""
LEAST_ANGRY = 25.0
"""Of a brand with fewer angry people a day each is a conversation, not a trend."""
LATELY_H, LATELY_RATIO = 6, 1.15
"""In the last 6 h the share must be that many times the usual one."""
MOST_HOT_H = 3 * DAY_H
LOCATION, SCALE = 1.5, 1.2
"""Gumbel of the daily maxima of simulated brands without crises, over all sizes."""
SAID_FOR_MIN = 3 * HOUR_MIN
"""An hour's evidence is looked at until so long after it, if nobody has spoken since."""


def _usual(size: float) -> float:
    return LOCATION


class SlowBurn(AnomalyDetector, Part):  # type: ignore[misc]  # river's types aren't followed by mypy, so its classes are Any
    """Evidence that a brand has been having worse days than it used to.

    >>> slow = SlowBurn()
    >>> for hour in range(24 * 10):
    ...     slow.close(Minute(60 * hour, 100, 20, 100, 20, (0,) * 10, 0, frozen=False))
    >>> slow.look(60 * 24 * 10).false_alarms_per_month > 30
    True
    >>> for hour in range(24 * 10, 24 * 11 + 1):  # half as many people again, twice as angry
    ...     slow.close(Minute(60 * hour, 150, 60, 150, 60, (0,) * 10, 0, frozen=False))
    >>> finding = slow.look(60 * 24 * 11 + 1)
    >>> finding.false_alarms_per_month < 0.1, finding.window_min, finding.unusual.observed
    (True, 1440, 0.4)
    """

    __slots__ = (
        "angry", "days", "extremes", "hot_h", "hour", "ill", "learned_h", "nats", "people", "usual_angry", "usual_people",
    )  # fmt: skip
    STATE = ("hour", "angry", "people", "ill", "days", "usual_angry", "usual_people", "learned_h", "nats", "hot_h")

    def __init__(self) -> None:
        self.hour = -1  # the open one; its counts lie in its slot already
        self.angry = array("I", bytes(4 * DAY_H))
        self.people = array("I", bytes(4 * DAY_H))
        self.ill = array("B", bytes(DAY_H))  # hours in which nothing may be learned
        self.days = array("f", bytes(8 * DAY_H))  # of each hour: angry and people in the day that ended with it
        self.usual_angry = 0.0
        self.usual_people = 0.0
        self.learned_h = -DAY_H  # so many looks at a day have been learned; negative: so many more must come first
        self.nats = 0.0
        self.hot_h = 0
        self.extremes = OwnExtremes(_usual, SCALE)

    def close(self, minute: Minute) -> None:
        """Learns a minute; those come in order."""
        hour = minute.minute // HOUR_MIN
        if self.hour < 0:
            self.hour = hour
        while self.hour < hour:
            self._end_hour()
        if hour < self.hour:
            return
        slot = hour % DAY_H
        self.angry[slot] += minute.negative_authors - minute.angry_again
        self.people[slot] += minute.authors
        self.ill[slot] |= minute.frozen

    def settle(self) -> None:
        """A new level has become normal (`detectors.level`): days are compared with the last one from now on."""
        if self.hour >= 0 and self.learned_h >= LEAST_LEARNED_H:
            self.usual_angry, self.usual_people = map(float, self._day((self.hour - 1) % DAY_H))
            self.nats, self.hot_h = 0.0, 0

    def look(self, minute: int) -> Finding:
        """What the last day that ended with a full hour says."""
        if not self.nats or minute >= self.hour * HOUR_MIN + SAID_FOR_MIN:
            return NOTHING
        angry, people = self._day((self.hour - 1) % DAY_H)
        rate = self.extremes.false_alarms_per_month(self.nats)
        usual = self.usual_angry / max(self.usual_people, 1.0)
        return Finding(rate, DAY_H * HOUR_MIN, Unusual(round(angry / max(people, 1), 4), round(usual, 4), ""))

    def _end_hour(self) -> None:
        """Learns the day that ended a day ago, looks at the one that ends now, and makes room for the next hour."""
        slot = self.hour % DAY_H
        past = self._day(slot)
        if self.learned_h < 0:
            self.learned_h += 1
        elif not self.ill[slot]:
            self._learn(*past)
        order = sorted(range(DAY_H), key=lambda each: (self.angry[each], self.people[each]))[: DAY_H - LOUDEST_H]
        angry, people = sum(self.angry[each] for each in order), sum(self.people[each] for each in order)
        self.days[2 * slot], self.days[2 * slot + 1] = angry, people
        self.nats = self._surprise(angry, people) if self._goes_on() else 0.0
        rare = self.nats > 0 and self.extremes.false_alarms_per_month(self.nats) < 1
        self.hot_h = self.hot_h + 1 if rare else 0
        hot = 0 < self.hot_h <= MOST_HOT_H
        self.ill[slot] |= hot
        self.extremes.notice(self.nats, self.hour * HOUR_MIN, self.usual_people, hot)
        self.hour += 1
        slot = self.hour % DAY_H
        self.angry[slot] = self.people[slot] = self.ill[slot] = 0

    def _day(self, slot: int) -> tuple[int, int]:
        return round(self.days[2 * slot]), round(self.days[2 * slot + 1])

    def _learn(self, angry: float, people: float) -> None:
        rate = max(RATE, 1 / (self.learned_h + 1))
        self.usual_angry += rate * (angry - self.usual_angry)
        self.usual_people += rate * (people - self.usual_people)
        self.learned_h += 1

    def _goes_on(self) -> bool:
        """Whether people have been angrier than usual in the last hours too: a bad night that is over is no news."""
        slots = [(self.hour - back) % DAY_H for back in range(LATELY_H)]
        angry, people = sum(self.angry[each] for each in slots), sum(self.people[each] for each in slots)
        return angry * self.usual_people > LATELY_RATIO * self.usual_angry * people

    def _surprise(self, angry: int, people: int) -> float:
        if self.learned_h < LEAST_LEARNED_H or angry < LEAST_ANGRY:
            return 0.0
        usual = max(self.usual_people, 1.0)
        share = min(0.6, max(0.02, self.usual_angry / usual))
        return window_evidence((angry, people, usual), share, VARIANCE, CLUSTERING, BURST_CLUSTERING, bonus=0.0)

    def score_one(self, x: dict[str, Any]) -> float:
        """Normalised evidence of the last full hour; `x` has the keys minute, authors, negative_authors."""
        ahead = self.from_state(self.to_state())
        ahead.learn_one(x)
        return ahead.extremes.normalised(ahead.nats)

    def learn_one(self, x: dict[str, Any]) -> None:
        """Learns the minute `x`."""
        angry, people = x["negative_authors"], x["authors"]
        self.close(Minute(x["minute"], people, angry, people, angry, (), 0, frozen=False))

    def to_state(self) -> list[Any]:
        """Plain values for msgpack."""
        return [*super().to_state(), self.extremes.to_state()]

    @classmethod
    def from_state(cls, state: list[Any]) -> Self:
        """A detector that goes on exactly where the one that gave `state` was."""
        slow = cls()
        Part.restore(slow, state[:-1])
        slow.extremes.restore(state[-1])
        return slow

"""The crisis detector: calibrated evidence that anger at a brand rises, minute by minute.

1. **Normal** (``baseline``, ``share``): mentions are expected by level and hour, learned on all mentions, of
   which there are five times as many as negative ones; the usual share p of negatives is learned in calm minutes.
2. **Surprise** (``rings``, ``surprise``, ``dispersion``, ``mood``): in windows of 5, 15, 45, 120 and 360 min the
   negatives' count and share are weighed in nats; the strongest window wins: L.
3. **Calibration** (``calibration``): L is put on the scale of this brand's own daily maxima, u = (L − a)/b, and u
   on the scale that people set: false alarms a month.
4. **Freeze** (``freeze``): while u is rarer than peace explains, nothing is learned.

A brand is watched from its first minute: what isn't known yet (its level, this hour's factor, its share) has a variance,
which is added to the scatter of the count and to the correlation of the share. So the same surprise proves little of a
brand that is an hour old, and storms of its first day are found all the same.

Counts are distinct authors, so that one who shouts doesn't count twice. Minutes are counted in the brand's local time, for
people sleep by it. No alarm state lives here: thresholds, hysteresis and recurrence belong to who reads the evidence.

What it does badly: on brands under a mention a minute, two- or threefold crises of an hour can hide; a brand with several
angry bursts a day is called up to three times as often as its budget says; and bought retweets have distinct authors.
"""

from typing import Any, NamedTuple

from river.base import AnomalyDetector

from detectors.baseline import HOUR_VARIANCE, MIN_EXPECTED, SeasonalBaseline, first_level
from detectors.calibration import DailyMaxima, false_alarms_per_month
from detectors.clock import DAY_MIN, hour_of, weekend_of
from detectors.dispersion import FIRST_VARIANCE, Dispersion
from detectors.finding import Evidence
from detectors.freeze import Freeze
from detectors.mood import MOOD_WINDOW, BurstMood
from detectors.rings import MAX_COUNT, WINDOWS_MIN, MinuteRings, WindowSum, single
from detectors.share import NegativeShare
from detectors.surprise import EVERYDAY_CLUSTERING, window_bonus, window_evidence
from detectors.volume import clipped, outage, usual_volume

__all__ = ["CrisisEvidence", "Evidence"]

STATE_VERSION = 1
LEARNING_MIN = 7 * DAY_MIN
"""A week: until then no hour of any weekday has been seen twice, and the brand is called "still learning"."""
FORGOTTEN_MIN = 180 * DAY_MIN
"""After half a year without a mention a brand starts anew: nothing learned is left of it (half-lives 8–21 days)."""
PROFILE_PRIOR_H = FIRST_VARIANCE / HOUR_VARIANCE
"""Half an hour, see ``baseline``: how much an hour's volume scatters, over how much hours differ."""
MOOD_STRETCH_MIN = 180
"""A burst's mood is learned once in 3 h, so that a burst counts once however long it lasts."""
OUTAGE_WINDOW, USUAL_WINDOW = 1, 2
"""Positions in ``WINDOWS_MIN``: 15 min tells an outage, 45 min tells usual volume."""
CLIP_FROM_MIN = 360
"""From the seventh hour on bursts are clipped before they teach the baseline; earlier nothing tells a burst."""
CALM_NATS = 6.0
"""The share is learned in minutes with less evidence than this."""
BONUSES = tuple(window_bonus(window) for window in WINDOWS_MIN)
DEFAULT_WINDOW = 1
"""The window shown when none has evidence: 15 min."""
YOUNG_MIN = 3 * DAY_MIN
"""Until a brand is so old each idle minute is learned by itself, for its profile still bends within minutes."""
QUARTER_H_MIN = 15
"""Long idle time is learned in such steps, within which the profile hardly bends …"""
LAST_MIN = 60
"""… but for its last hour, so that the short windows are exact."""


class _Reading(NamedTuple):
    hour: float
    weekend: int
    factor: float
    expected: float
    sums: list[WindowSum]
    share: float
    nats: float
    window: int


# river's types aren't followed by mypy (see pyproject.toml), so its classes are Any.
class CrisisEvidence(AnomalyDetector):  # type: ignore[misc]
    """Evidence of a crisis in one brand, from counts per minute.

    ``p0`` is the share of negatives that a new brand is thought to have (0–1): 0.2 is usual for brands on social
    networks as our classifier sees them, and 10 mentions outweigh it.

    >>> detector = CrisisEvidence()
    >>> for minute in range(2880):
    ...     detector.close(minute, negative_authors=2, authors=10)
    >>> calm = detector.peek(2880, negative_authors=2, authors=10)
    >>> calm.nats, calm.mentions, round(calm.mentions_expected)
    (0.0, 150, 150)
    >>> angry = detector.peek(2880, negative_authors=60, authors=70)
    >>> angry.window_min, angry.observed, round(angry.expected), angry.false_alarms_per_month < 0.1
    (5, 68, 10, True)
    """

    def __init__(self, p0: float = 0.2) -> None:
        self.p0 = p0
        self._reset(0)

    def _reset(self, next_minute: int) -> None:
        self._next_minute = next_minute  # the open one; any later one may be the first
        self._baseline = SeasonalBaseline(DAY_MIN, PROFILE_PRIOR_H)
        self._share = NegativeShare(self.p0)
        self._rings = MinuteRings()
        self._dispersion = Dispersion()
        self._mood = BurstMood()
        self._maxima = DailyMaxima()
        self._freeze = Freeze()

    @property
    def frozen(self) -> bool:
        """Learning is frozen: from u ≥ 4.5 until an hour below it, for 3 days at most."""
        return self._freeze.active

    @property
    def learning(self) -> bool:
        """Less than a week was seen, so evidence rests on priors more than on this brand."""
        return self._rings.seen < LEARNING_MIN

    @property
    def next_minute(self) -> int:
        """The open minute: the first that isn't closed."""
        return self._next_minute

    def score_one(self, x: dict[str, int]) -> float:
        """``u`` of ``x``, which has the keys minute, negative_authors and authors."""
        return self.peek(x["minute"], x["negative_authors"], x["authors"]).u

    def learn_one(self, x: dict[str, int]) -> None:
        """``close`` of ``x``, which has the keys minute, negative_authors and authors."""
        self.close(x["minute"], x["negative_authors"], x["authors"])

    def peek(self, minute: int, negative_authors: int, authors: int) -> Evidence:
        """Evidence of the open minute with the counts that it has so far; learns nothing.

        Minutes between the last closed one and this are taken as empty. A minute that is closed already can't
        be evaluated again: its counts are ignored and the next minute's evidence so far is returned.
        """
        if minute < self._next_minute:
            return self.peek(self._next_minute, 0, 0)
        if minute > self._next_minute and self._baseline.started:
            ahead = self.from_state(self.to_state())
            ahead.skip(minute - self._next_minute)
            return ahead.peek(minute, negative_authors, authors)
        negatives, mentions = _counts(negative_authors, authors)
        return self._evidence(self._read(minute, negatives, mentions), mentions)

    def close(self, minute: int, negative_authors: int, authors: int) -> None:
        """Learns a finished minute. Minutes left out are learned as empty, going back is ignored."""
        if minute < self._next_minute:
            return
        self.skip(minute - self._next_minute)
        self._close(minute, *_counts(negative_authors, authors))

    def skip(self, minutes: int) -> None:
        """Learns that many empty minutes; nothing happens before the first closed one.

        Until 6 h after the last mention, and in the last hour, minutes are learned one by one and exactly; what
        lies between by the quarter hour: u and the expectations come within 1 % of the exact ones, 2 % where a
        large brand is silent so long that its silence passes from an outage to normal. Costs as much as 420
        minutes at most and 100 more a day, and more in a brand's first 3 days: 1,440 a day.
        """
        if not self._baseline.started:
            return
        end = self._next_minute + minutes
        if minutes > FORGOTTEN_MIN:
            self._reset(end)
        while self._next_minute < end:
            chunk = self._idle_chunk(end - self._next_minute)
            if chunk > 1:
                self._close_idle(chunk)
            else:
                self._close(self._next_minute, 0, 0)

    def to_state(self) -> dict[str, Any]:
        """The whole memory as plain msgpack-able values, about 4 kB."""
        parts = {name: getattr(self, f"_{name}").to_state() for name in PARTS}
        return {"version": STATE_VERSION, "p0": self.p0, "next_minute": self._next_minute, **parts}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "CrisisEvidence":
        """A detector that goes on exactly where the one that gave ``state`` was; ValueError on another version."""
        if state["version"] != STATE_VERSION:
            raise ValueError(f"evidence state has version {state['version']!r}, this program reads {STATE_VERSION}")
        detector = cls(state["p0"])
        detector._next_minute = state["next_minute"]
        for name in PARTS:
            getattr(detector, f"_{name}").restore(state[name])
        return detector

    def _read(self, minute: int, negatives: int, mentions: int) -> _Reading:
        """Everything that is known of the open minute before it is learned."""
        hour, weekend = hour_of(minute), weekend_of(minute)
        factor = self._baseline.factor(hour, weekend)
        expected = single(max(self._level(mentions) * factor, MIN_EXPECTED))
        sums = self._rings.with_open(negatives, mentions, expected)
        share, in_bursts = self._share.used, self._mood.clustering
        everyday = EVERYDAY_CLUSTERING + self._share.doubt
        doubt = self._baseline.doubt(hour, weekend, self._rings.seen)
        best, window = 0.0, DEFAULT_WINDOW
        for j, variance in enumerate(self._dispersion.variances):
            nats = window_evidence(sums[j], share, variance + doubt, everyday, in_bursts, BONUSES[j])
            if nats > best:
                best, window = nats, j
        return _Reading(hour, weekend, factor, expected, sums, share, best, window)

    def _evidence(self, reading: _Reading, mentions: int) -> Evidence:
        negatives, seen, expected = reading.sums[reading.window]
        u = self._maxima.normalised(reading.nats)
        return Evidence(
            u=u,
            nats=reading.nats,
            false_alarms_per_month=false_alarms_per_month(u, self._level(mentions)),
            window_min=WINDOWS_MIN[reading.window],
            observed=negatives,
            expected=reading.share * expected,
            mentions=seen,
            mentions_expected=expected,
            negative_share=negatives / seen if seen else 0.0,
            negative_share_expected=reading.share,
        )

    def _level(self, mentions: int) -> float:
        return self._baseline.level if self._baseline.started else first_level(mentions)

    def _close(self, minute: int, negatives: int, mentions: int) -> None:
        if not self._baseline.started:
            self._baseline.start(mentions)
        seen = self._rings.seen
        reading = self._read(minute, negatives, mentions)
        self._rings.push(negatives, mentions, reading.expected, reading.sums)
        self._learn_scatter(reading.sums, negatives, mentions, seen)
        self._freeze.update(self._maxima.normalised(reading.nats), seen)
        self._maxima.hot = self._maxima.hot or self._freeze.frozen_min > 0
        if seen % MOOD_STRETCH_MIN == 0:
            self._learn_mood(seen)
        if seen % DAY_MIN == 0 and seen:
            self._maxima.learn_day(self._baseline.level)
        self._maxima.today = max(self._maxima.today, reading.nats)
        if seen < DAY_MIN:
            self._maxima.guess(self._baseline.level)
        if not self.frozen and not self._outage:
            self._learn_normal(reading, negatives, mentions, seen)
        self._next_minute = minute + 1

    def _learn_scatter(self, sums: list[WindowSum], negatives: int, mentions: int, seen: int) -> None:
        self._mood.watch(sums[MOOD_WINDOW])
        self._share.fade()
        if self.frozen:
            return
        self._dispersion.learn(sums, seen)
        if mentions and usual_volume(sums[USUAL_WINDOW]):
            self._share.notice(negatives, mentions)

    def _learn_mood(self, seen: int) -> None:
        if seen > DAY_MIN and not self.frozen:
            self._mood.learn(self._share.used)
        self._mood.forget_stretch()

    @property
    def _outage(self) -> bool:
        return outage(self._rings.sums[OUTAGE_WINDOW])

    def _learn_normal(self, reading: _Reading, negatives: int, mentions: int, seen: int) -> None:
        count: float = mentions
        if seen > CLIP_FROM_MIN:
            count = clipped(mentions, reading.expected, self._dispersion.variances[0])
        self._baseline.learn(count, seen, reading.hour, reading.weekend, reading.factor)
        if mentions and reading.nats < CALM_NATS:
            self._share.learn(negatives, mentions)

    def _idle_chunk(self, minutes: int) -> int:
        """How many of the next empty minutes can be learned at once; 1 for a minute of its own."""
        seen = self._rings.seen
        if seen <= YOUNG_MIN or seen % DAY_MIN == 0 or self.frozen or not self._rings.drained:
            return 1
        to_quarter = QUARTER_H_MIN - self._next_minute % QUARTER_H_MIN
        return min(minutes - LAST_MIN, to_quarter, DAY_MIN - seen % DAY_MIN)

    def _close_idle(self, minutes: int) -> None:
        middle = self._next_minute + minutes // 2
        hour, weekend = hour_of(middle), weekend_of(middle)
        seen = self._rings.seen
        before = self._baseline.level * self._baseline.factor(hour, weekend)
        if not self._outage:
            self._baseline.idle(minutes, seen, hour, weekend)
        after = self._baseline.level * self._baseline.factor(hour, weekend)
        self._rings.push_idle(minutes, single(max((before + after) / 2, MIN_EXPECTED)))
        self._share.fade(minutes)
        self._dispersion.idle(self._rings.sums, minutes)
        self._next_minute += minutes


PARTS = ("baseline", "share", "rings", "dispersion", "mood", "maxima", "freeze")
"""Attributes (with an underscore before them) that make up the state."""


def _counts(negative_authors: int, authors: int) -> tuple[int, int]:
    """Counts within range; a stream that counts authors by sketch may find more negative ones than authors."""
    negatives = min(max(negative_authors, 0), MAX_COUNT)
    return negatives, min(max(authors, negatives), MAX_COUNT)

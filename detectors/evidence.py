"""The crisis detector: calibrated evidence that anger at a brand rises, minute by minute.

1. **Normal** (``baseline``, ``share``): mentions are expected by level and hour, learned on all mentions, of
   which there are five times as many as negative ones; the usual share p of negatives is learned in calm minutes.
2. **Surprise** (``rings``, ``surprise``, ``dispersion``, ``mood``): in windows of 5, 15, 45, 120 and 360 min the
   negatives' count and share are weighed in nats; the strongest window wins: L.
3. **Calibration** (``calibration``): L is put on the scale of this brand's own daily maxima, u = (L − a)/b, and u
   on the scale that people set: false alarms a month.
4. **Freeze** (``freeze``): while u is rarer than peace explains, nothing is learned.

Counts are distinct authors, so that one who shouts doesn't count twice. Minutes are local-time indices (minutes
since 1970-01-01 00:00 in the brand's time zone), for people sleep by local time. No alarm state lives here:
thresholds, hysteresis and recurrence belong to whoever reads the evidence.

What it does badly: on brands under a mention a minute, two- or threefold crises of an hour can hide; a brand with
several angry bursts a day is called up to three times as often as its budget says; and bought retweets have
distinct authors.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from river.base import AnomalyDetector

from detectors.baseline import MIN_EXPECTED, SeasonalBaseline
from detectors.calibration import DailyMaxima, false_alarms_per_month
from detectors.clock import DAY_MIN, hour_of, weekend_of
from detectors.dispersion import Dispersion
from detectors.freeze import Freeze
from detectors.mood import MOOD_WINDOW, BurstMood
from detectors.rings import MAX_COUNT, WINDOWS_MIN, MinuteRings, WindowSum, single
from detectors.share import NegativeShare, usual_volume
from detectors.surprise import MIN_VOLUME_VARIANCE, window_bonus, window_evidence

STATE_VERSION = 1
LEARNING_MIN = 7 * DAY_MIN
"""A week: until then no hour of any weekday has been seen twice, and the brand is called "still learning"."""
FORGOTTEN_MIN = 180 * DAY_MIN
"""After half a year without a mention a brand starts anew: nothing learned is left of it (half-lives 8–21 days)."""
PROFILE_PRIOR_H = 4.0
MOOD_STRETCH_MIN = 180
"""A burst's mood is learned once in 3 h, so that a burst counts once however long it lasts."""
SHARE_WINDOW, USUAL_WINDOW = 1, 2
"""Positions in ``WINDOWS_MIN``: 15 min tells an outage, 45 min tells usual volume."""
OUTAGE_EXPECTED, OUTAGE_RATIO = 14, 0.12
"""With 14 mentions expected, chance leaves less than 12 % of them once in 100,000 windows: the collection is
down, and that teaches nothing."""
CLIP_FROM_MIN = 360
CLIP_SIGMAS = 3.0
"""From the seventh hour on a minute teaches the baseline up to 3 sigmas (and one mention), so bursts don't."""
CALM_NATS = 6.0
"""The share is learned in minutes with less evidence than this."""
BONUSES = tuple(window_bonus(window) for window in WINDOWS_MIN)
DEFAULT_WINDOW = 1
"""The window shown when none has evidence: 15 min."""
QUARTER_H_MIN = 15
"""Idle time is learned in such steps: within one the profile hardly bends."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a minute says. Expectations and observations are those of the window that won."""

    u: float
    """Normalised evidence (L − a)/b: 0 is an ordinary day's maximum, about 2.7 comes once a month."""
    nats: float
    """L ≥ 0, the strongest window's evidence."""
    false_alarms_per_month: float
    """How often peace alone would show this much evidence: ring when it is below the budget. > 0."""
    window_min: int
    """Length of the window that won, 5–360; 15 when nothing is unusual."""
    observed: float
    """Authors of negative mentions in that window …"""
    expected: float
    """… and how many are usual."""
    mentions: float
    """Authors of any mentions in that window …"""
    mentions_expected: float
    """… and how many are usual."""
    negative_share: float
    """observed / mentions, 0–1; 0 without mentions …"""
    negative_share_expected: float
    """… and what is usual, 0.02–0.6."""


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
    networks as our classifier sees them, and 5 minutes with mentions outweigh it.

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
        self._reset(None)

    def _reset(self, last_minute: int | None) -> None:
        self._last_minute = last_minute
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
    def last_minute(self) -> int | None:
        """The last closed minute; None before the first."""
        return self._last_minute

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
        if self._last_minute is not None and minute <= self._last_minute:
            return self.peek(self._last_minute + 1, 0, 0)
        if self._last_minute is not None and minute > self._last_minute + 1:
            ahead = self.from_state(self.to_state())
            ahead.skip(minute - self._last_minute - 1)
            return ahead.peek(minute, negative_authors, authors)
        negatives, mentions = _counts(negative_authors, authors)
        return self._evidence(self._read(minute, negatives, mentions), mentions)

    def close(self, minute: int, negative_authors: int, authors: int) -> None:
        """Learns a finished minute. Minutes left out are learned as empty, going back is ignored."""
        if self._last_minute is not None:
            if minute <= self._last_minute:
                return
            self.skip(minute - self._last_minute - 1)
        self._close(minute, *_counts(negative_authors, authors))

    def skip(self, minutes: int) -> None:
        """Learns that many empty minutes; nothing happens before the first closed one.

        The first 6 h and the last are learned minute by minute, what lies between by the quarter hour, which
        comes within 1 % of the same. Costs 2 ms at most, and 1 ms for each further day.
        """
        if self._last_minute is None or minutes <= 0:
            return
        if minutes > FORGOTTEN_MIN:
            self._reset(self._last_minute + minutes)
            return
        end = self._last_minute + minutes
        while self._last_minute < end:
            chunk = self._idle_chunk(end - self._last_minute)
            if chunk > 1:
                self._close_idle(chunk)
            else:
                self._close(self._last_minute + 1, 0, 0)

    def to_state(self) -> dict[str, Any]:
        """The whole memory as plain msgpack-able values, about 4 kB."""
        parts = {name: getattr(self, f"_{name}").to_state() for name in PARTS}
        return {"version": STATE_VERSION, "p0": self.p0, "last_minute": self._last_minute, **parts}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "CrisisEvidence":
        """A detector that goes on exactly where the one that gave ``state`` was; ValueError on another version."""
        if state["version"] != STATE_VERSION:
            raise ValueError(f"evidence state has version {state['version']!r}, this program reads {STATE_VERSION}")
        detector = cls(state["p0"])
        detector._last_minute = state["last_minute"]
        for name in PARTS:
            getattr(detector, f"_{name}").restore(state[name])
        return detector

    def _read(self, minute: int, negatives: int, mentions: int) -> _Reading:
        """Everything that is known of the open minute before it is learned."""
        hour, weekend = hour_of(minute), weekend_of(minute)
        factor = self._baseline.factor(hour, weekend)
        level = self._baseline.level if self._baseline.started else mentions + 0.5
        expected = single(max(level * factor, MIN_EXPECTED))
        sums = self._rings.with_open(negatives, mentions, expected)
        share, clustering = self._share.used, self._mood.clustering
        best, window = 0.0, DEFAULT_WINDOW
        for j, variance in enumerate(self._dispersion.variances):
            nats = window_evidence(sums[j], share, variance, clustering, BONUSES[j])
            if nats > best:
                best, window = nats, j
        return _Reading(hour, weekend, factor, expected, sums, share, best, window)

    def _evidence(self, reading: _Reading, mentions: int) -> Evidence:
        negatives, seen, expected = reading.sums[reading.window]
        u = self._maxima.normalised(reading.nats)
        level = self._baseline.level if self._baseline.started else mentions + 0.5
        return Evidence(
            u=u,
            nats=reading.nats,
            false_alarms_per_month=false_alarms_per_month(u, level),
            window_min=WINDOWS_MIN[reading.window],
            observed=negatives,
            expected=reading.share * expected,
            mentions=seen,
            mentions_expected=expected,
            negative_share=negatives / seen if seen else 0.0,
            negative_share_expected=reading.share,
        )

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
        if not self.frozen and not self._outage:
            self._learn_normal(reading, negatives, mentions, seen)
        self._last_minute = minute

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
        _, mentions, expected = self._rings.sums[SHARE_WINDOW]
        return expected > OUTAGE_EXPECTED and mentions < OUTAGE_RATIO * expected

    def _learn_normal(self, reading: _Reading, negatives: int, mentions: int, seen: int) -> None:
        expected = reading.expected
        count = float(mentions)
        if seen > CLIP_FROM_MIN:
            variance = max(self._dispersion.variances[0], MIN_VOLUME_VARIANCE)
            sigma = (expected + variance * expected * expected) ** 0.5
            count = min(count, expected + CLIP_SIGMAS * sigma + 1)
        self._baseline.learn(count, seen, reading.hour, reading.weekend, reading.factor)
        if mentions and reading.nats < CALM_NATS:
            self._share.learn(negatives, mentions)

    def _idle_chunk(self, minutes: int) -> int:
        """How many of the next empty minutes can be learned at once; 1 for a minute of its own."""
        seen = self._rings.seen
        if seen <= DAY_MIN or seen % DAY_MIN == 0 or self.frozen or not self._rings.drained:
            return 1
        assert self._last_minute is not None
        to_quarter = QUARTER_H_MIN - (self._last_minute + 1) % QUARTER_H_MIN
        return min(minutes - WINDOWS_MIN[2], to_quarter, DAY_MIN - seen % DAY_MIN)

    def _close_idle(self, minutes: int) -> None:
        assert self._last_minute is not None
        middle = self._last_minute + 1 + minutes // 2
        hour, weekend = hour_of(middle), weekend_of(middle)
        expected = max(self._baseline.level * self._baseline.factor(hour, weekend), MIN_EXPECTED)
        self._rings.push_idle(minutes, single(expected))
        self._share.fade(minutes)
        self._dispersion.idle(self._rings.sums, minutes)
        if not self._outage:
            self._baseline.idle(minutes, hour, weekend)
        self._last_minute += minutes


PARTS = ("baseline", "share", "rings", "dispersion", "mood", "maxima", "freeze")
"""Attributes (with an underscore before them) that make up the state."""


def _counts(negative_authors: int, authors: int) -> tuple[int, int]:
    """Counts within range; a stream that counts authors by sketch may find more negative ones than authors."""
    negatives = min(max(negative_authors, 0), MAX_COUNT)
    return negatives, min(max(authors, negatives), MAX_COUNT)

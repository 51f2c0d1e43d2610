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

from typing import Any

from river.base import AnomalyDetector

from detectors.baseline import HOUR_VARIANCE, MIN_EXPECTED, SeasonalBaseline, first_level
from detectors.calibration import DailyMaxima, false_alarms_per_month
from detectors.clock import DAY_MIN, hour_of, weekend_of
from detectors.dispersion import FIRST_VARIANCE, Dispersion
from detectors.finding import Evidence
from detectors.freeze import FREEZE_U, Freeze
from detectors.mood import MOOD_WINDOW, BurstMood
from detectors.rings import MAX_COUNT, WINDOWS_MIN, MinuteRings, WindowSum, single
from detectors.share import NegativeShare
from detectors.surprise import BONUSES, EVERYDAY_CLUSTERING, promising, window_evidence
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
DEFAULT_WINDOW = 1
"""The window shown when none has evidence: 15 min."""
YOUNG_MIN = 3 * DAY_MIN
"""Until a brand is so old each idle minute is learned by itself, for its profile still bends within minutes."""
QUARTER_H_MIN = 15
"""Long idle time is learned in such steps, within which the profile hardly bends …"""
LAST_MIN = 60
"""… but for its last hour, so that the short windows are exact."""


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
        hour, weekend, level = hour_of(minute), weekend_of(minute), self._level(mentions)
        expected = single(max(level * self._baseline.factor(hour, weekend), MIN_EXPECTED))
        sums, share = self._rings.with_open(negatives, mentions, expected), self._share.used
        nats, window = self._strongest(sums, share, hour, weekend)
        return self._evidence(nats, window, sums[window], share, level)

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

    def _strongest(
        self, sums: list[WindowSum], share: float, hour: float, weekend: int, floor: float = 0.0
    ) -> tuple[float, int]:
        """The largest evidence of a window and which it is; 0 nats when none has more than ``floor``."""
        best, window = floor, DEFAULT_WINDOW
        variances = self._dispersion.variances
        windows = promising(sums, share, variances, floor)
        if not windows:
            return 0.0, window
        in_bursts, everyday = self._mood.clustering, EVERYDAY_CLUSTERING + self._share.doubt
        doubt = self._baseline.doubt(hour, weekend, self._rings.seen)
        for j in windows:
            nats = window_evidence(sums[j], share, variances[j] + doubt, everyday, in_bursts, BONUSES[j])
            if nats > best:
                best, window = nats, j
        return (best, window) if best > floor else (0.0, window)

    def _evidence(self, nats: float, window: int, total: WindowSum, share: float, level: float) -> Evidence:
        negatives, seen, expected = total
        u = self._maxima.normalised(nats)
        return Evidence(
            u=u,
            nats=nats,
            false_alarms_per_month=false_alarms_per_month(u, level),
            window_min=WINDOWS_MIN[window],
            observed=negatives,
            expected=share * expected,
            mentions=seen,
            mentions_expected=expected,
            negative_share=negatives / seen if seen else 0.0,
            negative_share_expected=share,
        )

    def _level(self, mentions: int) -> float:
        return self._baseline.level if self._baseline.started else first_level(mentions)

    def _close(self, minute: int, negatives: int, mentions: int) -> None:
        baseline, rings, maxima = self._baseline, self._rings, self._maxima
        if baseline.level < 0:
            baseline.start(mentions)
        seen, hour, weekend = rings.seen, hour_of(minute), weekend_of(minute)
        factor = baseline.factor(hour, weekend)
        expected = single(max(baseline.level * factor, MIN_EXPECTED))
        sums, share = rings.with_open(negatives, mentions, expected), self._share.used
        nats, _ = self._strongest(sums, share, hour, weekend, self._least_telling(seen))
        rings.push(negatives, mentions, expected, sums)
        self._learn_scatter(sums, negatives, mentions, seen)
        self._freeze.update(maxima.normalised(nats), seen)
        self._turn_page(nats, seen)
        if not self._freeze.left_min and not outage(sums[OUTAGE_WINDOW]):
            if mentions > expected and seen > CLIP_FROM_MIN:
                count = clipped(mentions, expected, self._dispersion.variances[0])
            else:
                count = mentions
            baseline.learn(count, seen, hour, weekend, factor)
            if mentions and nats < CALM_NATS:
                self._share.learn(negatives, mentions)
        self._next_minute = minute + 1

    def _least_telling(self, seen: int) -> float:
        """Nats up to which a finished minute's evidence changes nothing: not the day's largest, calm, and freezes nothing."""
        if seen % DAY_MIN == 0:
            return 0.0  # this minute begins the new day
        maxima = self._maxima
        return min(maxima.today, CALM_NATS, maxima.location + FREEZE_U * maxima.scale)

    def _turn_page(self, nats: float, seen: int) -> None:
        """Keeps the day's largest evidence and learns it, and each stretch's burst, when they are over."""
        maxima = self._maxima
        if self._freeze.frozen_min:
            maxima.hot = True
        if seen % MOOD_STRETCH_MIN == 0:
            self._learn_mood(seen)
            if seen % DAY_MIN == 0 and seen:
                maxima.learn_day(self._baseline.level)
        if nats > maxima.today:
            maxima.today = nats
        if seen < DAY_MIN:
            maxima.guess(self._baseline.level)

    def _learn_scatter(self, sums: list[WindowSum], negatives: int, mentions: int, seen: int) -> None:
        self._mood.watch(sums[MOOD_WINDOW])
        self._share.fade()
        if self._freeze.left_min:
            return
        self._dispersion.learn(sums, seen)
        if mentions and usual_volume(sums[USUAL_WINDOW]):
            self._share.notice(negatives, mentions)

    def _learn_mood(self, seen: int) -> None:
        if seen > DAY_MIN and not self.frozen:
            self._mood.learn(self._share.used)
        self._mood.forget_stretch()

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
        if not outage(self._rings.sums[OUTAGE_WINDOW]):
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

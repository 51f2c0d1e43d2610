"""The crisis detector: calibrated evidence that anger at a brand rises, minute by minute.

1. **Normal** (``baseline``, ``share``): mentions are expected by level and hour, learned on all mentions, of
   which there are five times as many as negative ones; the usual share p of negatives is learned in calm minutes.
2. **Surprise** (``rings``, ``surprise``, ``dispersion``, ``mood``): in windows of 5, 15, 45, 120 and 360 min the
   negatives' count and share are weighed in nats; the strongest window wins: L.
3. **Calibration** (``calibration``): L is put on the scale of this brand's own daily maxima, u = (L − a)/b, and u
   on the scale that people set: false alarms a month.
4. **Freeze** (``freeze``): while u is rarer than peace explains, nothing is learned but how angry a burst was.
5. **New level** (``level``): what has been steady for a day, frozen or not, is normal from then on.

A brand is watched from its first minute: what isn't known yet (its level, this hour's factor, its share) has a variance,
which is added to the scatter of the count and to the correlation of the share. So the same surprise proves little of a
brand that is an hour old, and storms of its first day are found all the same.

Counts are distinct authors, so that one who shouts doesn't count twice. Minutes are counted in the brand's local time, for
people sleep by it. No alarm state lives here: thresholds, hysteresis and recurrence belong to who reads the evidence.

What it does badly: on brands under a mention a minute, two- or threefold crises of an hour can hide; a brand with several
angry bursts a day is called up to three times as often as its budget says; and bought retweets have distinct authors.
"""

from math import ceil

from detectors.baseline import MIN_EXPECTED, first_level
from detectors.calibration import MONTH_MIN, evidence_for, false_alarms_per_month
from detectors.clock import DAY_MIN, HOUR_MIN, hour_of, weekend_of
from detectors.crisis_memory import LEARNING_MIN
from detectors.crisis_weighing import CALM_NATS, MOOD_STRETCH_MIN, CrisisWeighing
from detectors.finding import Evidence
from detectors.level import BLOCK_MIN, OFFSET_MIN
from detectors.mood import MIN_BURST_MENTIONS, MOOD_WINDOW
from detectors.rings import MAX_COUNT, WINDOWS_MIN, WindowSum, single
from detectors.surprise import least_telling, promising
from detectors.volume import clipped, near_outage, outage

__all__ = ["LEARNING_MIN", "CrisisEvidence", "Evidence"]

FORGOTTEN_MIN = 180 * DAY_MIN
"""After half a year without a mention a brand starts anew: nothing learned is left of it (half-lives 8–21 days)."""
OUTAGE_WINDOW = 1
"""Position in ``WINDOWS_MIN``: 15 min tells an outage."""
CLIP_FROM_MIN = 360
"""From the seventh hour on bursts are clipped before they teach the baseline; earlier nothing tells a burst."""
EXACT_MIN = 8
"""Idle time up to 8 min is learned minute by minute, longer one in steps …"""
HALF_H_MIN = 30
"""… of half an hour at most, within which the expectation goes evenly …"""
YOUNG_SHARE = 20
"""… and of a twentieth of what was seen before, for a young brand bends quickly."""
LEAST_STEP_MIN = 4
"""A shorter step costs more than its minutes."""
NO_PLAN = (1.0, None)
"""The usual is expected."""
JUST_BELOW = 1 - 1e-9
"""Against rounding."""
EXPECTED_FALL = 0.8
"""Within half an hour a window's expectation hardly falls below this share of itself."""


class CrisisEvidence(CrisisWeighing):
    """Evidence of a crisis in one brand, from counts per minute.

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
            ahead.plan = self.plan
            ahead.skip(minute - self._next_minute)
            return ahead.peek(minute, negative_authors, authors)
        negatives, mentions = _counts(negative_authors, authors)
        hour, weekend, level = hour_of(minute), weekend_of(minute), self._level(mentions)
        expected = single(max(level * self._baseline.factor(hour, weekend), MIN_EXPECTED))
        sums, share = self._rings.with_open(negatives, mentions, expected), self._share.used
        _, beyond = self._planned.at(minute, self._rings.seen, expected) if self._planned.matters else NO_PLAN
        nats, window = self._strongest(sums, share, hour, weekend, beyond=beyond)
        return self._evidence(nats, window, sums[window], share, level)

    def negatives_needed(self, minute: int, false_alarms: float) -> int:
        """With fewer negative authors in the open minute ``peek`` states a rarer rate than this, whatever its authors.

        More exactly: ``peek(minute, n, authors).false_alarms_per_month > false_alarms`` (a month, > 0) for all n below
        the returned number and all ``authors``. It is a bound, 0 where nothing is known; it holds until the minute is
        closed, so who asks once a minute may leave out the peeks below it.
        """
        if minute != self._next_minute or not self._baseline.started:
            return 0
        level, maxima = self._baseline.level, self._maxima
        nats = maxima.location + maxima.scale * evidence_for(false_alarms, level)
        if nats <= 0 or false_alarms >= MONTH_MIN:
            return 0
        hour, weekend = hour_of(minute), weekend_of(minute)
        expected = single(max(level * self._baseline.factor(hour, weekend), MIN_EXPECTED))
        sums = self._rings.with_open(0, 0, expected)
        return ceil(least_telling(sums, self._share.used, self._variances(hour, weekend), nats * JUST_BELOW))

    def close(self, minute: int, negative_authors: int, authors: int) -> None:
        """Learns a finished minute. Minutes left out are learned as empty, going back is ignored."""
        if minute < self._next_minute:
            return
        self.skip(minute - self._next_minute)
        self._close(minute, *_counts(negative_authors, authors))

    def skip(self, minutes: int) -> None:
        """Learns that many empty minutes; nothing happens before the first closed one.

        Up to 8 min they are learned one by one and exactly, more in steps of up to half an hour: u and the
        expectations come within 1 % of the exact ones, 2 % for a brand of a few hours, and where a large brand is
        silent so long that its silence passes from an outage to normal.
        """
        if not self._baseline.started:
            return
        end = self._next_minute + minutes
        if minutes > FORGOTTEN_MIN:
            self._reset(end)
        exact = minutes <= EXACT_MIN
        while self._next_minute < end:
            if exact or not self._pass_idle(end - self._next_minute):
                self._close(self._next_minute, 0, 0)

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
        lift, beyond = self._planned.at(minute, seen, expected) if self._planned.matters else NO_PLAN
        nats, _ = self._strongest(sums, share, hour, weekend, self._least_telling(seen), beyond)
        rings.push(negatives, mentions, expected, sums)
        if beyond:
            self._planned.note(seen, (lift - 1) * expected)
        self._learn_scatter(sums, negatives, mentions, seen)
        self._freeze.update(maxima.normalised(nats), seen)
        self._turn_page(nats, seen)
        if mentions:
            self._lulls.hear(mentions)
        if not self._freeze.left_min and not outage(sums[OUTAGE_WINDOW]):
            if mentions > lift * expected and seen > CLIP_FROM_MIN:
                count = clipped(mentions, lift * expected, self._dispersion.variances[0])
            else:
                count = mentions
            baseline.learn(count / lift, seen, hour, weekend, factor)
            if mentions and nats < CALM_NATS and lift == 1:
                self._share.learn(negatives, mentions)
        self._next_minute = minute + 1
        if not self._next_minute % HOUR_MIN:
            self._end_hour(hour, weekend)

    def _pass_idle(self, most: int) -> bool:
        """Learns several of the next empty minutes at once; False when the next one must be learned by itself.

        It must when something may happen in it: a burst to remember, a freeze, the end of an outage, of a stretch or
        of a day. Where evidence may be telling a step ends when a mention leaves its window, for there it changes.
        """
        seen, minute = self._rings.seen, self._next_minute
        if self._freeze.left_min or not seen % MOOD_STRETCH_MIN or not minute % HOUR_MIN:
            return False
        hour, weekend = hour_of(minute), weekend_of(minute)
        most = min(
            most,
            HALF_H_MIN - minute % HALF_H_MIN,
            MOOD_STRETCH_MIN - seen % MOOD_STRETCH_MIN,
            seen // YOUNG_SHARE,
            self._baseline.steady_buckets(hour, weekend),
        )
        sums = self._rings.sums
        if most < LEAST_STEP_MIN or sums[MOOD_WINDOW][1] > MIN_BURST_MENTIONS or near_outage(sums[OUTAGE_WINDOW]):
            return False
        floor = self._least_telling(seen)
        telling = self._telling(sums, floor)
        minutes = self._rings.steady_min(telling, most)
        if minutes < LEAST_STEP_MIN:
            return False
        self._learn_idle(minutes, hour, weekend)
        if telling:  # the expectation has drifted
            beyond = self._planned.beyond(self._rings.seen - 1)
            nats, _ = self._strongest(self._rings.sums, self._share.used, hour, weekend, floor, beyond)
            self._maxima.today = max(self._maxima.today, nats)
        return True

    def _telling(self, sums: list[WindowSum], floor: float) -> list[int]:
        """Windows that may come to hold more evidence than ``floor`` while mentions only leave them: the negatives last."""
        worst = [(negatives, negatives, EXPECTED_FALL * expected) for negatives, _, expected in sums]
        return promising(worst, self._share.learned, self._dispersion.variances, floor)

    def _learn_idle(self, minutes: int, hour: float, weekend: int) -> None:
        """Learns as many empty minutes within an hour at once; ``hour`` and ``weekend`` are those of the first."""
        baseline, rings, seen, before = self._baseline, self._rings, self._rings.seen, self._rings.sums
        first = baseline.level * baseline.factor(hour, weekend)
        if not outage(before[OUTAGE_WINDOW]):
            baseline.idle(minutes, seen, hour, weekend)
        coming = baseline.level * baseline.factor(hour + minutes / HOUR_MIN, weekend)  # of the minute after them
        last = first + (coming - first) * (minutes - 1) / minutes
        leaving = rings.pass_idle(minutes, max(first, MIN_EXPECTED), max(last, MIN_EXPECTED))
        self._share.fade(minutes)
        if self._planned.matters:
            self._planned.note_idle(seen, self._next_minute, minutes, first, last)
        if not self._planned:
            self._dispersion.idle_while(minutes, leaving, before, rings.sums, seen)
        if seen < DAY_MIN:
            self._maxima.guess(baseline.level)
        self._next_minute += minutes
        if not self._next_minute % HOUR_MIN:
            self._end_hour(hour, weekend)

    def _end_hour(self, hour: float, weekend: int) -> None:
        """Learns whether the hour was silent, and at the end of a quarter of a day whether there is a new level."""
        self._lulls.turn(hour, weekend, self._baseline.level * HOUR_MIN)
        if not (self._next_minute - OFFSET_MIN) % BLOCK_MIN:
            self._settle()

    def _settle(self) -> None:
        """Looks whether a new level has become normal."""
        if self._planned:
            self._new_level.forget()
            return
        self._new_level.take(*self._rings.sums[-1])
        frozen = self._freeze.frozen_min >= DAY_MIN
        if self._freeze.left_min and not frozen:
            return
        change = self._new_level.change(frozen=frozen, usual_share=self._share.learned, seen=self._rings.seen)
        if change is None:
            return
        self.settled += 1
        self._baseline.level *= change.ratio
        self._rings.rescale(change.ratio)
        if change.share is not None:
            self._share.settle(change.share)
        if frozen:
            self._freeze.release()


def _counts(negative_authors: int, authors: int) -> tuple[int, int]:
    """Counts within range; a stream that counts authors by sketch may find more negative ones than authors."""
    negatives = min(max(negative_authors, 0), MAX_COUNT)
    return negatives, min(max(authors, negatives), MAX_COUNT)

"""Whether people speak of other things than they usually do of this brand: a shift of shares, at whatever volume.

1. **Normal**: the usual share p of each part is learned by minute, not by mention, and in calm minutes only
   (`detectors.share` says why), five minutes at a time.
2. **Surprise**: in windows of 15, 60 and 360 min, S of T people speak of a part:

       L = T KL(S/T ‖ p) / (1 + ρ (T − 1)) + ln(w / 60 min),    the largest of all windows and parts

   the binomial log likelihood ratio over a beta-binomial's inflation (`detectors.surprise.share_evidence`), and what a
   window's length adds: a day holds 24 times fewer independent windows of 6 h than of 15 min.
3. **It must matter and go on**: at least 5 people, at least twice the usual share, and still so in the next shorter window.
4. **Calibration** (`detectors.extremes`): L on the scale of this brand's own daily maxima.
5. **Freeze**: nothing is learned in a crisis, and nothing while L itself is rare, for 3 days at most: then that is how the
   brand is spoken of now.
"""

from array import array
from collections.abc import Sequence
from math import log
from typing import Any

from detectors.extremes import OwnExtremes
from detectors.minute import NOTHING, Finding
from detectors.part import Part
from detectors.share import HALF_WEIGHT_MENTIONS, PRIOR_MIN, RATE
from detectors.surprise import share_evidence
from schemas.signal import Unusual

CELL_MIN = 5
WINDOWS_MIN = (15, 60, 360)
WINDOWS_CELLS = tuple(window // CELL_MIN for window in WINDOWS_MIN)
CELLS = WINDOWS_CELLS[-1]
MIN_VOICES = 5
"""Four people about one thing are an afternoon's chance, and no floor of the config is lower for people."""
MIN_RATIO = 2.0
CLUSTERING = 0.01
"""ρ: people answer each other, and what a brand is asked for wanders by the hour; ten times the correlation that is believed
of everyday anger plus the size at which a thousand mentions count as a hundred."""
CALM_NATS = 6.0
"""Below it a minute is learned, as for the share of negatives."""
LOCATION, SCALE = 2.5, 1.6
"""Gumbel of the daily maxima of simulated brands without crises, over all sizes."""
MIN_SHARE, MAX_SHARE = 0.002, 0.6
"""Of a thousand mentions the classifier puts about two wrongly into a rare category; and twice a share must be possible."""
BONUSES = tuple(log(window / 60) for window in WINDOWS_MIN)
MOST_HOT_MIN = 3 * 1440
RELEASE_MIN = 60
MAX_COUNT = 65_535


def _usual(size: float) -> float:
    return LOCATION


class Composition(Part):
    """Shares of some parts among the people who speak of a brand. Parts may overlap.

    In the first `least_min` minutes nothing is said, and all is learned.

    >>> composition = Composition(first_shares=[0.1])
    >>> for minute in range(8 * 1440):  # one in ten of twenty speaks of it, …
    ...     composition.close(minute, voices=[2], people=20, frozen=False)
    >>> for minute in range(8 * 1440, 8 * 1440 + 60):  # … then nine
    ...     composition.close(minute, voices=[9], people=20, frozen=False)
    >>> finding = composition.look(8 * 1440 + 60, names=["safety"])
    >>> finding.false_alarms_per_month < 0.1, finding.unusual.what, finding.unusual.observed > 0.4
    (True, 'safety', True)
    """

    __slots__ = (
        "_least_min", "_sums", "cell", "extremes", "first_hot", "first_minute", "hot", "last_hot", "nats",
        "next_minute", "quiet", "ring", "shares", "told", "weight",
    )  # fmt: skip
    STATE = (
        "next_minute", "cell", "shares", "weight", "ring", "nats", "told", "hot", "first_hot", "last_hot", "first_minute",
        "quiet",
    )  # fmt: skip

    def __init__(self, first_shares: Sequence[float], least_min: int = 0) -> None:
        self._least_min = least_min
        self.quiet = -1  # people of quiet minutes of the last cell that aren't taken in; −1 = there are none
        self.first_minute = -1
        self.next_minute = 0
        self.cell = 0
        self.shares = list(first_shares)
        self.weight = 0.0
        self.ring = array("H", bytes(2 * CELLS * (len(first_shares) + 1)))  # of each cell: each part, then all people
        self.nats = 0.0
        self.told: list[float] = []  # window, part, share, usual share of the strongest; empty when there is none
        self.hot = False
        self.first_hot = self.last_hot = -1
        self.extremes = OwnExtremes(_usual, SCALE)
        self._sums = [[0] * (len(first_shares) + 1) for _ in WINDOWS_MIN]

    def close(self, minute: int, voices: Sequence[int], people: int, frozen: bool) -> None:
        """Takes in a local minute that is over: how many of the `people` spoke of each part."""
        if minute < self.next_minute:
            return
        if self.first_minute < 0:
            self.first_minute = minute
        if frozen or self.told or self.first_hot >= 0 or any(voices):
            self._take_quiet()
            self._take(minute, voices, people, frozen)
            return
        if minute // CELL_MIN != (self.next_minute - 1) // CELL_MIN:
            self._take_quiet()
        self.quiet = max(self.quiet, 0) + people
        self.next_minute = minute + 1

    def _take_quiet(self) -> None:
        """Takes in minutes of one cell of time in which nobody spoke of any part: together they say what one does."""
        if self.quiet >= 0:
            people, self.quiet = self.quiet, -1
            self._take(self.next_minute - 1, [0] * len(self.shares), people, frozen=False)

    def _take(self, minute: int, voices: Sequence[int], people: int, frozen: bool) -> None:
        if minute // CELL_MIN != self.cell:
            self._roll(minute // CELL_MIN)
        self._find(self._add(voices, min(people, MAX_COUNT)))
        self.next_minute = minute + 1
        self.hot = frozen or (self._is_known and self._is_hot(minute))
        if self._is_known:
            self.extremes.notice(self.nats, minute, 1.0, self.hot)

    def look(self, minute: int, names: Sequence[str]) -> Finding:
        """What the strongest window says, until that window has passed without a word; `names` of the parts."""
        if not self.told or not self._is_known or minute - self.next_minute >= self.told[0]:
            return NOTHING
        window, part, share, usual = self.told
        rate = self.extremes.false_alarms_per_month(self.nats)
        return Finding(rate, int(window), Unusual(round(share, 4), round(usual, 4), names[int(part)]))

    @property
    def _is_known(self) -> bool:
        return self.next_minute - self.first_minute > self._least_min

    @property
    def u(self) -> float:
        """Normalised evidence; 0 is an ordinary day's maximum."""
        return self.extremes.normalised(self.nats if self._is_known else 0.0)

    def _roll(self, cell: int) -> None:
        """Goes on to a later cell of time: the last is learned, and what leaves the windows goes out of their sums."""
        width = len(self.shares) + 1
        start = self.cell % CELLS * width
        *counts, people = self.ring[start : start + width]
        if people and not self.hot and (self.nats < CALM_NATS or not self._is_known):
            self._learn(counts, people)
        before, self.cell = self.cell, cell
        if cell - before >= CELLS:
            self.ring = array("H", bytes(2 * len(self.ring)))
            self._sums = [[0] * width for _ in WINDOWS_MIN]
            return
        for sums, cells in zip(self._sums, WINDOWS_CELLS, strict=True):
            if not sums[-1]:  # nobody in it
                continue
            for leaving in range(before + 1 - cells, min(cell - cells, before) + 1):
                start = leaving % CELLS * width
                if self.ring[start + width - 1]:
                    for i, count in enumerate(self.ring[start : start + width]):
                        sums[i] -= count
        for now in range(before + 1, cell + 1):
            start = now % CELLS * width
            if self.ring[start + width - 1]:
                self.ring[start : start + width] = array("H", bytes(2 * width))

    def _add(self, voices: Sequence[int], people: int) -> list[int]:
        """Counts a minute; the parts of which somebody spoke, and the one that was told of last."""
        ring, start = self.ring, self.cell % CELLS * (len(voices) + 1)
        spoken = [part for part, voice in enumerate(voices) if voice] if any(voices) else []
        for i in (*spoken, len(voices)):
            count = min(people if i == len(voices) else voices[i], people, MAX_COUNT - ring[start + i])
            ring[start + i] += count
            for sums in self._sums:
                sums[i] += count
        return [*spoken, int(self.told[1])] if self.told else spoken

    def _find(self, parts: Sequence[int]) -> None:
        """The strongest window and part of those."""
        self.nats, self.told = 0.0, []
        if not parts:
            return
        longest = self._sums[-1]
        clustering = CLUSTERING + 1 / (1 + HALF_WEIGHT_MENTIONS * (PRIOR_MIN + self.weight))
        for part in parts:
            if longest[part] < MIN_VOICES:
                continue
            usual = self.shares[part]
            for j, sums in enumerate(self._sums):
                voices, people = sums[part], sums[-1]
                if voices < MIN_VOICES or voices < MIN_RATIO * usual * people or not self._goes_on(j, part, usual):
                    continue
                nats = share_evidence(voices, people, usual, clustering) + BONUSES[j]
                if nats > self.nats:
                    self.nats, self.told = nats, [WINDOWS_MIN[j], part, voices / people, usual]

    def _goes_on(self, j: int, part: int, usual: float) -> bool:
        sums = self._sums[max(j - 1, 0)]
        return sums[part] > 0 and sums[part] >= MIN_RATIO * usual * sums[-1]

    def _is_hot(self, minute: int) -> bool:
        """Whether what is said now is too rare to be learned: from there until an hour below it, for 3 days at most."""
        if self.nats > CALM_NATS and self.extremes.false_alarms_per_month(self.nats) < 1:
            if self.first_hot < 0:
                self.first_hot = minute
            self.last_hot = minute
        elif minute - self.last_hot > RELEASE_MIN:
            self.first_hot = -1
        return self.first_hot >= 0 and minute - self.first_hot <= MOST_HOT_MIN

    def _learn(self, counts: Sequence[int], people: int) -> None:
        weight = CELL_MIN * people / (people + CELL_MIN * HALF_WEIGHT_MENTIONS)
        self.weight += weight
        rate = max(RATE, 1 / (self.weight + PRIOR_MIN)) * weight
        for i, share in enumerate(self.shares):
            share += rate * (counts[i] / people - share)
            self.shares[i] = MIN_SHARE if share < MIN_SHARE else MAX_SHARE if share > MAX_SHARE else share

    def to_state(self) -> list[Any]:
        """Plain values for msgpack."""
        return [*super().to_state(), self.extremes.to_state()]

    def restore(self, state: list[Any]) -> None:
        """Takes over what `to_state` gave."""
        *values, extremes = state
        super().restore([*values, 0, -1][: len(self.STATE)])  # an older one ends before its first minute
        self.extremes.restore(extremes)
        width = len(self.shares) + 1
        self._sums = [
            [
                sum(self.ring[(self.cell - back) % CELLS * width + i] for back in range(window // CELL_MIN))
                for i in range(width)
            ]
            for window in WINDOWS_MIN
        ]

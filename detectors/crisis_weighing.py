"""How the crisis detector weighs a minute, and what it learns of a brand's scatter, moods and extremes."""

from typing import Any

from detectors.clock import DAY_MIN
from detectors.crisis_memory import CrisisMemory
from detectors.fleet import SHIPPED, Prior
from detectors.freeze import FREEZE_U
from detectors.mood import MOOD_WINDOW
from detectors.planned import Plan, PlannedMinutes
from detectors.rings import WindowSum
from detectors.surprise import BONUSES, EVERYDAY_CLUSTERING, promising, window_evidence
from detectors.volume import usual_volume

MOOD_STRETCH_MIN = 180
"""A burst's mood is learned once in 3 h, so that a burst counts once however long it lasts."""
USUAL_WINDOW = 2
"""Position in ``WINDOWS_MIN``: 45 min tells usual volume."""
CALM_NATS = 6.0
"""The share is learned in minutes with less evidence than this."""
DEFAULT_WINDOW = 1
"""The window shown when none has evidence: 15 min."""


class CrisisWeighing(CrisisMemory):
    """The windows of a minute weighed against what is usual, and against what is planned."""

    def __init__(self, prior: Prior = SHIPPED) -> None:
        self._planned = PlannedMinutes()
        super().__init__(prior)

    def _reset(self, next_minute: int) -> None:
        super()._reset(next_minute)
        self._planned = PlannedMinutes(self._planned.plan)

    @property
    def plan(self) -> Plan | None:
        """What is planned for the brand; no part of the state."""
        return self._planned.plan

    @plan.setter
    def plan(self, plan: Plan | None) -> None:
        self._planned.plan = plan

    def to_state(self) -> dict[str, Any]:
        """The whole memory as plain msgpack-able values, about 4 kB; 6 kB at most in the hours of a planned event."""
        state = super().to_state()
        return {**state, "planned": self._planned.to_state()} if self._planned else state

    def restore(self, state: dict[str, Any]) -> None:
        """The same, into a detector that has just been made."""
        super().restore(state)
        if "planned" in state:
            self._planned.restore(state["planned"])

    def _strongest(
        self,
        sums: list[WindowSum],
        share: float,
        hour: float,
        weekend: int,
        floor: float = 0.0,
        beyond: list[float] | None = None,
    ) -> tuple[float, int]:
        """The largest evidence of a window and which it is; 0 nats when none has more than ``floor``.

        ``beyond``: mentions that are planned in each window, beyond the usual ones.
        """
        best, window = floor, DEFAULT_WINDOW
        windows = promising(sums, share, self._dispersion.variances, floor)
        if not windows:
            return 0.0, window
        in_bursts, everyday = self._mood.clustering, EVERYDAY_CLUSTERING + self._share.doubt
        variances = self._variances(hour, weekend)
        for j in windows:
            planned = beyond[j] if beyond else 0.0
            nats = window_evidence(sums[j], share, variances[j], everyday, in_bursts, BONUSES[j], planned)
            if nats > best:
                best, window = nats, j
        return (best, window) if best > floor else (0.0, window)

    def _variances(self, hour: float, weekend: int) -> list[float]:
        """Relative variance of each window's volume in that hour, with what isn't known of it yet."""
        doubt = self._baseline.doubt(hour, weekend, self._rings.seen)
        return [variance + doubt for variance in self._dispersion.variances]

    def _least_telling(self, seen: int) -> float:
        """Nats up to which a finished minute's evidence changes nothing: not the day's largest, calm, no freeze."""
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
        self._share.fade()
        if self._planned:
            return
        self._mood.watch(sums[MOOD_WINDOW])
        if self._freeze.left_min:
            return
        self._dispersion.learn(sums, seen)
        if mentions and usual_volume(sums[USUAL_WINDOW]):
            self._share.notice(negatives, mentions)

    def _learn_mood(self, seen: int) -> None:
        if seen > DAY_MIN:
            self._mood.learn(self._share.used)
        self._mood.forget_stretch()

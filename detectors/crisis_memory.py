"""What the crisis detector remembers of a brand, and how it is saved."""

from math import inf
from typing import Any, Self

from river.base import AnomalyDetector

from detectors.baseline import HOUR_VARIANCE, SeasonalBaseline
from detectors.calibration import DailyMaxima
from detectors.clock import DAY_MIN, HOUR_MIN, hour_of, weekend_of
from detectors.dispersion import FIRST_VARIANCE, Dispersion
from detectors.fleet import SHIPPED, SIZES, Prior
from detectors.freeze import Freeze
from detectors.level import NewLevel
from detectors.lulls import Lulls
from detectors.mood import BurstMood
from detectors.rings import WINDOWS_MIN, MinuteRings, WindowSum
from detectors.share import NegativeShare

STATE_VERSION = 1
LEARNING_MIN = 7 * DAY_MIN
"""A week: until then no hour of any weekday has been seen twice, and the brand is called "still learning"."""
PROFILE_PRIOR_H = FIRST_VARIANCE / HOUR_VARIANCE
"""Half an hour, see ``baseline``: how much an hour's volume scatters, over how much hours differ."""
QUARTER_MIN = 15
QUARTER = WINDOWS_MIN.index(QUARTER_MIN)
PARTS = ("baseline", "share", "rings", "dispersion", "mood", "maxima", "freeze", "new_level", "lulls")
"""Attributes (with an underscore before them) that make up the state."""
ADDED = frozenset({"new_level", "lulls"})
"""Those that a state of an earlier program lacks."""
_BEGUN: dict[Prior, dict[str, Any]] = {}


# river's types aren't followed by mypy (see pyproject.toml), so its classes are Any.
class CrisisMemory(AnomalyDetector):  # type: ignore[misc]
    """The parts of the detector and the minute at which it stands; ``prior`` is what a new brand is thought to be like."""

    def __init__(self, prior: Prior = SHIPPED) -> None:
        self.prior = prior
        self.settled = 0
        """How often a new level has become normal, since it was made or read; no state."""
        self._reset(0)

    def _reset(self, next_minute: int) -> None:
        self._next_minute = next_minute  # the open one; any later one may be the first
        self._baseline = SeasonalBaseline(DAY_MIN, PROFILE_PRIOR_H)
        self._share = NegativeShare(self.prior.share)
        self._rings = MinuteRings()
        self._dispersion = Dispersion()
        self._mood = BurstMood()
        self._maxima = DailyMaxima(self.prior.location, self.prior.scale)
        self._freeze = Freeze()
        self._new_level = NewLevel()
        self._lulls = Lulls()

    def believe(self, prior: Prior) -> None:
        """What is usual for brands like it; nothing of one that has been seen."""
        if not self._rings.seen and prior != self.prior:
            self.prior = prior
            self._reset(self._next_minute)

    @property
    def frozen(self) -> bool:
        """Learning is frozen: from u ≥ 4.5 until an hour below it, for a steady day or 3 days at most."""
        return self._freeze.active

    @property
    def learning(self) -> bool:
        """Less than a week was seen, so evidence rests on priors more than on this brand."""
        return self._rings.seen < LEARNING_MIN

    def usual(self, minutes: int) -> float:
        """Authors that were expected in the last closed minutes, 360 at most; while fewer were seen, at their pace.

        inf when nothing was seen.
        """
        seen = min(minutes, self._rings.seen)
        return self._rings.expected_in(seen) * minutes / seen if seen else inf

    @property
    def usual_quarter(self) -> float:
        """Authors that are usual in a quarter of an hour: while less was seen, in that much and the open minute.

        inf when nothing was seen.
        """
        usual, seen = self._rings.sums[QUARTER][2], self._rings.seen
        if seen >= QUARTER_MIN:
            return usual
        return usual * (seen + 1) / seen if seen else inf

    @property
    def awake_min(self) -> int:
        """For how many minutes up to now no hour was one in which hardly anybody speaks; 0 in such an hour and before it.

        More than the longest window if there was none in it.
        """
        last = self._next_minute - 1
        if self._sleeps(last + HOUR_MIN):
            return 0
        begin = last - last % HOUR_MIN + HOUR_MIN
        while last - begin < WINDOWS_MIN[-1] and not self._sleeps(begin - HOUR_MIN):
            begin -= HOUR_MIN
        return max(0, last + 1 - begin)

    def _sleeps(self, minute: int) -> bool:
        return self._lulls.is_usual(hour_of(minute), weekend_of(minute))

    @property
    def windows(self) -> tuple[list[WindowSum], list[float]]:
        """What each window of closed minutes holds, and the relative variance of its volume."""
        return self._rings.sums, self._dispersion.variances

    @property
    def seen(self) -> int:
        """Minutes closed so far."""
        return self._rings.seen

    @property
    def level(self) -> float:
        """Authors of any mentions a minute, averaged over the hours; below 0 until the first minute."""
        return self._baseline.level

    @property
    def usual_share(self) -> float:
        """Of negatives among its mentions (0–1), as it was learned."""
        return self._share.learned

    @property
    def location(self) -> float:
        """Of the maxima of its days, nats …"""
        return self._maxima.location

    @property
    def scale(self) -> float:
        """… and how far they scatter, nats."""
        return self._maxima.scale

    @property
    def doubt(self) -> float:
        """Relative variance of what is expected now, because it was seen too little."""
        minute = self._next_minute
        return self._baseline.doubt(hour_of(minute), weekend_of(minute), self._rings.seen)

    @property
    def next_minute(self) -> int:
        """The open minute: the first that isn't closed."""
        return self._next_minute

    def to_state(self) -> dict[str, Any]:
        """The whole memory as plain msgpack-able values, about 4 kB."""
        parts = self._parts() if self._rings.seen else self._begun()
        fleet = {"fleet": [*self.prior.shifts, *self.prior.scales]} if self.prior[1:] != SHIPPED[1:] else {}
        return {"version": STATE_VERSION, "p0": self.prior.share, **fleet, "next_minute": self._next_minute, **parts}

    def _parts(self) -> dict[str, Any]:
        return {name: getattr(self, f"_{name}").to_state() for name in PARTS}

    def _begun(self) -> dict[str, Any]:
        """The parts of a detector that has seen nothing: a start on a backlog writes those of thousands of brands."""
        if self.prior not in _BEGUN:
            _BEGUN.clear()
            _BEGUN[self.prior] = type(self)(self.prior)._parts()
        return _BEGUN[self.prior]

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """A detector that goes on exactly where the one that gave ``state`` was; ValueError on another version."""
        detector = cls()
        detector.restore(state)
        return detector

    def restore(self, state: dict[str, Any]) -> None:
        """The same, into a detector that has just been made."""
        if state["version"] != STATE_VERSION:
            raise ValueError(f"evidence state has version {state['version']!r}, this program reads {STATE_VERSION}")
        fleet = tuple(state.get("fleet", (*SHIPPED.shifts, *SHIPPED.scales)))
        self.believe(Prior(state["p0"], fleet[:SIZES], fleet[SIZES:]))
        self._next_minute = state["next_minute"]
        for name in PARTS:
            if name in state or name not in ADDED:
                getattr(self, f"_{name}").restore(state[name])

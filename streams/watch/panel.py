"""The detectors that watch a brand beside its anger (`detectors.evidence`), and what each is worth. Pure.

They share one budget of false alarms with it: see `detectors.combined`.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from detectors.asking import Asking
from detectors.evidence import CrisisEvidence
from detectors.influencer import Influencer
from detectors.minute import Finding, Minute, MinuteDetector
from detectors.river_series import RiverSeries
from detectors.silence import ASK_AGAIN_MIN, Silence
from detectors.slow_burn import SlowBurn
from detectors.topic import Topic
from detectors.volume import OUTAGE_EXPECTED
from schemas.enums import Kind
from streams.watch.looks import STATED_BELOW

ASKING = "asking"
DETECTORS: Mapping[str, type[MinuteDetector]] = {
    Kind.TOPIC: Topic, ASKING: Asking, Kind.INFLUENCER: Influencer, Kind.NEGATIVITY: SlowBurn,
}  # fmt: skip
"""By the kind of what they find; who asks is a `topic`, too."""
WEIGHTS: Mapping[str, float] = {
    Kind.SURGE: 0.71, Kind.TOPIC: 0.08, ASKING: 0.04, Kind.INFLUENCER: 0.06, Kind.NEGATIVITY: 0.07, Kind.SILENCE: 0.04,
}  # fmt: skip
"""Shares of the budget; their sum is 1. Anger finds most crises, and finds them first, so it keeps most of the budget; a
silence that lasts is soon as rare as one likes."""
SIX_HOURS_MIN = 360


class Choice(NamedTuple):
    """One of river's detectors that the config wants in the place of ours."""

    key: str
    """Its name and settings: what one has learned is nothing to another."""
    build: Callable[[], Any]


class Panel:
    """One of each; or one of river's in the place of all of them and of the anger's evidence. The active judge."""

    __slots__ = (
        "_active", "_choice", "_listening_min", "_ours", "_restored", "_river_state", "changes", "heard_min", "silence",
        "weights",
    )  # fmt: skip

    def __init__(self, detectors: Mapping[str, type[MinuteDetector]] = DETECTORS) -> None:
        self._ours: dict[str, MinuteDetector] = {name: build() for name, build in detectors.items()}
        self._restored = detectors is not DETECTORS  # whether they may know something without having heard anything
        self._active: Mapping[str, MinuteDetector | RiverSeries] = self._ours
        self.weights: Mapping[str, float] = WEIGHTS
        """The shares of the budget of those who judge, silence among them where it is listened for."""
        self.silence = Silence()
        self.heard_min = 0  # the last local minute with something in it
        self._listening_min = 0  # before it nobody need listen for a silence
        self.changes = 0
        """Rises when the detectors have learned; it is no part of the state."""
        self._choice: Choice | None = None
        self._river_state: list[Any] = []  # key and state of river's, when the state was written

    def use(self, choice: Choice | None) -> None:
        """What the config wants: one of river's, which goes on where it was if it is the same; None: our own."""
        if choice is not None and self._choice is not None and choice.key == self._choice.key:
            return
        self._choice = choice
        self.changes += 1
        self._active, self.weights = self._ours, WEIGHTS
        if choice is not None:
            river = RiverSeries(choice.build)
            if self._river_state[:1] == [choice.key]:
                river.restore(self._river_state[1])
            self._active, self.weights = {Kind.SURGE: river}, {Kind.SURGE: 1.0}
        self._river_state = []

    @property
    def judges_anger(self) -> bool:
        """Whether the anger is judged here, not by its own evidence."""
        return Kind.SURGE in self._active

    def close(self, minute: Minute) -> None:
        """A minute is over, and something was said in it."""
        self.heard_min = minute.minute
        self.changes += 1
        for detector in self._active.values():
            detector.close(minute)

    def settle(self) -> None:
        """A new level has become normal for the brand."""
        slow = self._ours.get(Kind.NEGATIVITY)
        if isinstance(slow, SlowBurn):
            slow.settle()
            self.changes += 1

    def findings(self, local_min: int) -> dict[str, Finding]:
        """What each says as of that minute."""
        found = {name: detector.look(local_min) for name, detector in self._active.items()}
        if Kind.SILENCE in self.weights:
            found[Kind.SILENCE] = self.silence.look()
        return found

    def speaks(self, local_min: int) -> bool:
        """Whether one of them has a level worth stating."""
        return any(
            finding.false_alarms_per_month < STATED_BELOW * self.weights[name]
            for name, finding in self.findings(local_min).items()
        )

    def hear(self, evidence: CrisisEvidence) -> None:
        """The evidence of the anger has been brought up to now."""
        self.silence.hear(evidence, self.heard_min)

    def listen(self, evidence: CrisisEvidence, local_min: int) -> int | None:
        """The local minute at which to look whether the brand is silent; None: that is known already, or needn't be.

        At most one such minute lies ahead; a brand of which less than 14 people speak in six hours has none.
        """
        if local_min < self._listening_min or Kind.SILENCE not in self.weights:
            return None
        if evidence.level * SIX_HOURS_MIN < OUTAGE_EXPECTED:
            return None
        wait = self.silence.wait_min(evidence, STATED_BELOW * WEIGHTS[Kind.SILENCE])
        self._listening_min = local_min + ASK_AGAIN_MIN if wait is None else max(self.heard_min + wait, local_min) + 1
        return self._listening_min

    def to_state(self) -> dict[str, Any]:
        """Plain values for msgpack."""
        return {**self.learned(), **self.listening()}

    def learned(self) -> dict[str, Any]:
        """The detectors' part of the state."""
        states = _states(self._ours) if self.heard_min or self._restored else dict(_begun())
        if self._choice is not None:
            states["river"] = [self._choice.key, self._active[Kind.SURGE].to_state()]
        return states

    def listening(self) -> dict[str, Any]:
        """The rest of the state: what is known of silence, and when it is asked of again."""
        return {"silence": self.silence.to_state(), "listening": [self.heard_min, self._listening_min]}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], detectors: Mapping[str, type[MinuteDetector]] = DETECTORS) -> "Panel":
        """What `to_state` described; a detector that wasn't there when it was written begins anew."""
        panel = cls(detectors)
        for name, build in detectors.items():
            if str(name) in state:
                panel._ours[name] = build.from_state(state[str(name)])
                panel._restored = True
        if "silence" in state:
            panel.silence = Silence.from_state(state["silence"])
            panel.heard_min, panel._listening_min = state["listening"]
        panel._river_state = state.get("river", [])
        return panel


def _states(detectors: Mapping[str, MinuteDetector]) -> dict[str, Any]:
    return {str(name): detector.to_state() for name, detector in detectors.items()}


@cache
def _begun() -> dict[str, Any]:
    """States of detectors that have heard nothing: a start on a backlog writes those of thousands of brands."""
    return _states({name: build() for name, build in DETECTORS.items()})

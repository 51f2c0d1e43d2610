"""The detectors that watch a brand beside its anger (`detectors.evidence`), and what each is worth. Pure.

They share one budget of false alarms with it: see `detectors.combined`.
"""

from collections.abc import Mapping
from typing import Any

from detectors.minute import Finding, Minute, MinuteDetector
from schemas.enums import Kind
from streams.watch.looks import STATED_BELOW

DETECTORS: Mapping[Kind, type[MinuteDetector]] = {}
WEIGHTS: Mapping[str, float] = {Kind.SURGE: 1.0}
"""Shares of the budget; their sum is 1."""


class Panel:
    """One of each."""

    __slots__ = ("_detectors",)

    def __init__(self, detectors: Mapping[Kind, type[MinuteDetector]] = DETECTORS) -> None:
        self._detectors: dict[Kind, MinuteDetector] = {kind: build() for kind, build in detectors.items()}

    def close(self, minute: Minute) -> None:
        """A minute is over."""
        for detector in self._detectors.values():
            detector.close(minute)

    def findings(self, local_min: int) -> dict[Kind, Finding]:
        """What each says as of that minute."""
        return {kind: detector.look(local_min) for kind, detector in self._detectors.items()}

    def speaks(self, local_min: int) -> bool:
        """Whether one of them has a level worth stating."""
        return any(
            detector.look(local_min).false_alarms_per_month < STATED_BELOW * WEIGHTS[kind]
            for kind, detector in self._detectors.items()
        )

    def to_state(self) -> dict[str, Any]:
        """Plain values for msgpack."""
        return {kind.value: detector.to_state() for kind, detector in self._detectors.items()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], detectors: Mapping[Kind, type[MinuteDetector]] = DETECTORS) -> "Panel":
        """What `to_state` described; a detector that wasn't there when it was written begins anew."""
        panel = cls(detectors)
        for kind, build in detectors.items():
            if kind.value in state:
                panel._detectors[kind] = build.from_state(state[kind.value])
        return panel

"""The contract itself: each rule catches its offender."""

import random
from typing import Any

import pytest
from river import anomaly

from detectors.checks import check_detector

ROWS = [{"value": float(i)} for i in range(20)]


class Honest:
    """Scores the deviation from the mean."""

    def __init__(self) -> None:
        self.sum, self.count = 0.0, 0

    def score_one(self, x: dict[str, float]) -> float:
        return abs(x["value"] - self.sum / max(self.count, 1))

    def learn_one(self, x: dict[str, float]) -> None:
        self.sum += x["value"]
        self.count += 1


class Infinite(Honest):
    def score_one(self, x: dict[str, float]) -> float:
        return float("inf") if x["value"] > 10 else 0.0


class Moody(Honest):
    def score_one(self, x: dict[str, float]) -> float:
        return random.random()


class Curious(Honest):
    """Learns when it should only score."""

    def score_one(self, x: dict[str, float]) -> float:
        self.learn_one(x)
        return super().score_one(x)


class Forgetful(Honest):
    """Loses its memory when it is pickled."""

    def __getstate__(self) -> dict[str, Any]:
        return {"sum": 0.0, "count": 0}


class Lossy(Honest):
    """Its state lacks a part."""

    def to_state(self) -> dict[str, float]:
        return {"sum": self.sum}

    @classmethod
    def from_state(cls, state: dict[str, float]) -> "Lossy":
        detector = cls()
        detector.sum = state["sum"]
        return detector


class Fat(Honest):
    """Its state grows beyond all bounds."""

    def to_state(self) -> list[float]:
        return [0.5] * 10_000


class Touchy(Honest):
    """Breaks when values fall."""

    def score_one(self, x: dict[str, float]) -> float:
        return float("nan") if x["value"] * self.count < self.sum else 0.0


@pytest.mark.parametrize(
    ("detector", "rule"),
    [
        (Infinite(), "finite"),
        (Moody(), "other scores"),
        (Curious(), "scored twice"),
        (Forgetful(), "pickled copy"),
        (Lossy(), "restored detector"),
        (Fat(), "bytes"),
        (Touchy(), "disorder"),
    ],
)
def test_an_offender_is_caught(detector: Honest, rule: str) -> None:
    """By the rule that it breaks."""
    with pytest.raises(AssertionError, match=rule):
        check_detector(detector, ROWS)


def test_the_honest_pass() -> None:
    """Ours and river's."""
    check_detector(Honest(), ROWS)
    check_detector(anomaly.HalfSpaceTrees(seed=1), ROWS)

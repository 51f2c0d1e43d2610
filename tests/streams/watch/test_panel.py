"""Detectors beside the anger."""

from math import inf
from typing import Any, Self

from detectors.minute import NOTHING, Finding, Minute
from schemas.enums import Category, Kind
from streams.watch.panel import DETECTORS, WEIGHTS, Panel

CALM = Minute(10, 5, 1, 5, 1, (0,) * len(Category), 0, False)


class Loud:
    """Says as rare as the last minute's mentions are many."""

    def __init__(self, mentions: int = 0) -> None:
        self.mentions = mentions

    def close(self, minute: Minute) -> None:
        """Keeps them."""
        self.mentions = minute.mentions

    def look(self, minute: int) -> Finding:
        """One over them."""
        return Finding(1 / self.mentions, 5) if self.mentions else NOTHING

    def to_state(self) -> list[Any]:
        """The mentions."""
        return [self.mentions]

    @classmethod
    def from_state(cls, state: list[Any]) -> Self:
        """Of those mentions."""
        return cls(*state)


def test_every_detector_has_its_share_of_the_budget() -> None:
    """And nothing of it is left over or spent twice."""
    assert set(WEIGHTS) == {Kind.SURGE, *DETECTORS, Kind.SILENCE}
    assert abs(sum(WEIGHTS.values()) - 1) < 1e-9


def test_a_kept_panel_says_the_same() -> None:
    """One of a version that had no such detector begins anew."""
    detectors = {Kind.TOPIC: Loud}
    panel = Panel(detectors)
    assert panel.findings(10)[Kind.TOPIC].false_alarms_per_month == inf
    panel.close(CALM)
    kept = Panel.from_state(panel.to_state(), detectors)
    assert kept.findings(11) == panel.findings(11) == {Kind.TOPIC: Finding(0.2, 5), Kind.SILENCE: NOTHING}
    assert Panel.from_state({}, detectors).findings(11) == {Kind.TOPIC: NOTHING, Kind.SILENCE: NOTHING}


def test_what_a_state_says_of_a_detector_is_written_again() -> None:
    """Also one that doesn't say when anybody was last heard."""
    panel = Panel()
    for minute in range(300):
        panel.close(Minute(minute, 4, 2, 4, 2, (0,) * len(Category), 0, False))
    known = {name: value for name, value in panel.to_state().items() if name not in ("silence", "listening")}
    again = Panel.from_state(known)
    assert again.learned() == known
    assert Panel().learned() != known

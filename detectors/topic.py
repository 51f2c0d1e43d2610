"""A kind of trouble that grows among what is said of a brand, at whatever volume: safety, fraud, outage and the like.

The formulas are in `detectors.composition`. Complaints are no part of it: that people complain is what the anger
(`detectors.evidence`) and its share count; praise is no trouble, and those who ask have a detector of their own
(`detectors.asking`). A promotion only makes the shares smaller.
"""

from functools import cache
from typing import Any, ClassVar, Self

from river.base import AnomalyDetector

from detectors.composition import Composition
from detectors.minute import Finding, Minute
from schemas.enums import Category


class Topic(AnomalyDetector):  # type: ignore[misc]  # river's types aren't followed by mypy, so its classes are Any
    """Evidence that one kind of trouble has grown.

    >>> topic, usual = Topic(), (3, 1, 2, 0, 0, 0, 0, 0, 0, 0)
    >>> for minute in range(2880):
    ...     topic.close(Minute(minute, 10, 3, 10, 3, usual, 0, frozen=False))
    >>> topic.look(2880).false_alarms_per_month
    inf
    >>> for minute in range(2880, 2910):  # two in ten speak of their health
    ...     topic.close(Minute(minute, 10, 3, 10, 3, (3, 1, 2, 0, 2, 0, 0, 0, 0, 0), 0, frozen=False))
    >>> finding = topic.look(2910)
    >>> finding.false_alarms_per_month < 0.01, finding.unusual.what, finding.unusual.observed
    (True, 'safety', 0.2)
    """

    PARTS: ClassVar[tuple[Category, ...]] = (
        Category.THREAT, Category.SAFETY, Category.LEGAL, Category.OUTAGE, Category.FRAUD, Category.CHURN, Category.URGENT,
    )  # fmt: skip
    FIRST_SHARE: ClassVar[float] = 0.005
    """Middle of what real airlines and a bank show, 0.05–3 %."""
    LEAST_MIN: ClassVar[int] = 0
    """Minutes after the first before anything is said."""

    def __init__(self) -> None:
        self._places = _places(self.PARTS)
        self._nobody = (0,) * len(self.PARTS)
        self._composition = Composition([self.FIRST_SHARE] * len(self.PARTS), self.LEAST_MIN)

    def close(self, minute: Minute) -> None:
        """Learns a minute."""
        said = minute.voices
        voices = [said[place] for place in self._places] if any(said) else self._nobody
        self._composition.close(minute.minute, voices, minute.authors, minute.frozen)

    def look(self, minute: int) -> Finding:
        """What is to be said as of that local minute."""
        return self._composition.look(minute, _names(self.PARTS))

    def score_one(self, x: dict[str, Any]) -> float:
        """Normalised evidence when the minute `x` has passed; keys minute, authors, voices (of each `Category`)."""
        ahead = self.from_state(self.to_state())
        ahead.learn_one(x)
        return ahead._composition.u

    def learn_one(self, x: dict[str, Any]) -> None:
        """Learns the minute `x`."""
        self.close(Minute(x["minute"], x["authors"], 0, x["authors"], 0, tuple(x["voices"]), 0, frozen=False))

    def to_state(self) -> list[Any]:
        """Plain values for msgpack."""
        return self._composition.to_state()

    @classmethod
    def from_state(cls, state: list[Any]) -> Self:
        """A detector that goes on exactly where the one that gave `state` was."""
        topic = cls()
        topic._composition.restore(state)
        return topic


@cache
def _names(parts: tuple[Category, ...]) -> tuple[str, ...]:
    return tuple(part.value for part in parts)


@cache
def _places(parts: tuple[Category, ...]) -> tuple[int, ...]:
    """Where these stand in `Category`."""
    return tuple(list(Category).index(part) for part in parts)

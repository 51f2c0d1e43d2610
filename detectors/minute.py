"""What detectors are told of a brand's minute when it is over, and what they answer."""

from math import inf
from typing import Any, NamedTuple, Protocol, Self

from schemas.signal import Unusual


class Minute(NamedTuple):
    """A minute that is over, with something in it. Of what isn't said nothing comes: minutes may be left out."""

    minute: int
    """Since the epoch, in the brand's local time."""
    mentions: int
    negative: int
    authors: int
    """Distinct authors that count as evidence (copies of one text count a few times only) …"""
    negative_authors: int
    """… and those of them who were negative."""
    voices: tuple[int, ...]
    """People who spoke of each kind of trouble, or asked something without anger, by `schemas.enums.Category`, in its order;
    copies of one text count a few times only."""
    negative_reach: int
    """The widest reach (followers) of an author who was negative."""
    frozen: bool
    """A crisis is going on: nothing of it must become normal."""
    angry_again: int = 0
    """Those of `negative_authors` who had counted often enough that day (`detectors.author_cap.DayCap`)."""


class Finding(NamedTuple):
    """What a detector says of now."""

    false_alarms_per_month: float
    """How often peace alone would show as much, > 0; inf says nothing."""
    window_min: int
    """Length of the window that shows it."""
    unusual: Unusual | None = None
    """What is unusual, in a number that people understand."""


NOTHING = Finding(inf, 15)


class MinuteDetector(Protocol):
    """A detector of one brand that lives on minutes which are over. Its state is plain values and small."""

    def close(self, minute: Minute) -> None:
        """Learns a minute; those come in order."""

    def look(self, minute: int) -> Finding:
        """What is to be said as of that local minute, which may be later than the last closed one; learns nothing."""

    def to_state(self) -> list[Any]:
        """Plain values for msgpack."""

    @classmethod
    def from_state(cls, state: list[Any]) -> Self:
        """A detector that goes on exactly where the one that gave `state` was."""

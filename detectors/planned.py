"""What is planned: for a while a brand is talked of more than usual, and who runs rebato knows it beforehand.

A plan multiplies the *expected volume* by a lift, minute by minute. So volume is discounted; anger isn't (`surprise`):

- What comes beyond the plan counts as it always does.
- What the plan explains counts only as far as the share of negatives vouches for it.

Both can only lower the evidence, so a plan makes no false alarm, and a share that rises is believed as without a plan.

What is learned: a minute under a plan teaches level and hours its count divided by its lift, clipped as ever. Learning
nothing would leave a brand unknown that begins with a campaign, and let level and hours stand still for a season; a lift
that was guessed wrongly by half shifts the level by a twelfth of that a day (half-life 8 days). Nothing is learned of share,
scatter and moods: the crowd of a campaign isn't the brand's everyday public, and how far a guess was off is no scatter.
"""

from array import array
from typing import Protocol

from detectors.part import Part
from detectors.rings import LENGTH, WINDOWS_MIN


class Plan(Protocol):
    """What is planned for one brand. A pure function of the minute, in the brand's local time."""

    def lift(self, minute: int) -> float:
        """How many times the usual mentions are expected, ≥ 1."""

    def lifts(self, begin: int, end: int) -> bool:
        """Whether more than usual is expected in one of the minutes from `begin` until before `end`."""


class PlannedMinutes(Part):
    """What a plan adds to the expected mentions of the last 360 minutes; empty where nothing is planned.

    Minutes are counted as ``MinuteRings.seen`` counts them. The plan itself is no part of the state.
    """

    __slots__ = ("extra", "first", "lifted", "plan")
    STATE = ("first", "lifted", "extra")

    def __init__(self, plan: Plan | None = None) -> None:
        self.plan = plan
        self.first = 0  # the minute of the first of `extra` …
        self.lifted = 0  # … and the last for which more than usual was expected
        self.extra = array("f")

    def __bool__(self) -> bool:
        return bool(self.extra)

    @property
    def matters(self) -> bool:
        """Whether anything is, was or may be planned; most brands have nothing to ask here."""
        return self.plan is not None or bool(self.extra)

    def at(self, minute: int, seen: int, expected: float) -> tuple[float, list[float] | None]:
        """The lift of a local minute before which `seen` were seen, and `beyond` with it; `expected`: its usual mentions."""
        lift = self.plan.lift(minute) if self.plan else 1.0
        return lift, self.beyond(seen, (lift - 1) * expected)

    def beyond(self, last: int, extra: float = 0.0) -> list[float] | None:
        """What is expected beyond the usual in each window that ends with minute `last`; `extra` is that of an open one.

        None where nothing is.
        """
        if not self.extra and not extra:
            return None
        firsts = (max(last - window + 1 - self.first, 0) for window in WINDOWS_MIN)
        return [extra + sum(self.extra[first:]) for first in firsts]

    def note(self, minute: int, extra: float) -> None:
        """A minute was closed for which so many mentions more were expected; forgets what lies beyond the windows."""
        if extra:
            self.lifted = minute
        if minute - self.lifted >= LENGTH:
            self.extra = array("f")
        elif extra or self.extra:
            if not self.extra:
                self.first = minute
            self.extra.append(extra)
            del self.extra[:-LENGTH]
            self.first = minute - len(self.extra) + 1

    def note_idle(self, seen: int, begin: int, minutes: int, first: float, last: float) -> None:
        """The same of so many from local minute `begin` on, whose usual mentions go evenly from `first` to `last`."""
        lifts = self.plan is not None and self.plan.lifts(begin, begin + minutes)
        if lifts or self.extra:
            step = (last - first) / minutes
            for i in range(minutes):
                lift = self.plan.lift(begin + i) if self.plan else 1.0
                self.note(seen + i, (lift - 1) * (first + step * i))

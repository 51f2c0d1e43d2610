"""What the brands of a partition teach about brands that are new to it, looked at once a day. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from detectors.fleet import KNOWN_FROM_MIN, SHIPPED, Prior
from detectors.rows import MINUTE_MS
from streams.watch.brand import BrandWatch

DAY_MS = 1440 * MINUTE_MS


class Fleet:
    """The prior of new brands, of today."""

    __slots__ = ("_day", "_known", "prior")

    def __init__(self) -> None:
        self.prior = SHIPPED
        self._day = 0
        self._known = 0  # brands that the prior is made of

    def turn(self, now_ms: int, brands: Iterable[BrandWatch]) -> None:
        """A new day looks at those that are judged and awake: after a restart not before half of them are, or a day on."""
        day = now_ms // DAY_MS
        if day <= self._day:  # a late row may bring a look at a day that is over
            return
        self._day = day
        known = [each.evidence for each in brands if each.judged and each.evidence.seen >= KNOWN_FROM_MIN]
        if 2 * len(known) >= self._known:
            self.prior, self._known = Prior.of(known), len(known)
        else:
            self._known //= 2  # the others may have left the config

    def to_state(self) -> list[Any]:
        """Plain values for msgpack."""
        return [self._day, self._known, self.prior.share, list(self.prior.shifts), list(self.prior.scales)]

    @classmethod
    def from_state(cls, state: Sequence[Any]) -> "Fleet":
        """What `to_state` described."""
        fleet = cls()
        fleet._day, fleet._known, share, shifts, scales = state
        fleet.prior = Prior(share, tuple(shifts), tuple(scales))
        return fleet

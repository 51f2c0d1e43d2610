"""Hours in which hardly anybody ever speaks of a brand: a shop at night, an office on Sundays. They are no outage.

Where next to nothing comes of what is expected the collection is taken to be down, which teaches the baseline nothing
(`detectors.volume.outage`). A brand that sleeps looks like that every night, and isn't silent then (`detectors.silence`).
So for each of 48 hours (of weekdays and of weekends) it is kept on which share of the days it was silent:

    share += (silent − share) / min(days, 7),    silent: fewer than a quarter of what an hour of the day has in the mean
    usual    share ≥ 0.7 on two days or more

An outage of two days is new to hours of which more is known: it moves their share by two sevenths, and one in two hours that
fail at random stay at a half.
"""

from array import array

from detectors.part import Part
from detectors.volume import OUTAGE_EXPECTED

MOST_DAYS = 7
LEAST_DAYS = 2
LEAST_SHARE = 0.7
SILENT_RATIO = 0.25
"""Twice what makes an outage, so that hours on the way to a lull, which look like one, are told as well."""


class Lulls(Part):
    """How often each hour was silent.

    >>> lulls = Lulls()
    >>> for day in range(3):
    ...     lulls.turn(hour=4.0, weekend=0, mean=100.0)  # four o'clock is over
    ...     lulls.hear(80)
    ...     lulls.turn(hour=5.0, weekend=0, mean=100.0)
    >>> lulls.is_usual(hour=4.5, weekend=0), lulls.is_usual(hour=5.5, weekend=0)
    (True, False)
    """

    __slots__ = ("days", "said", "shares")
    STATE = ("said", "shares", "days")

    def __init__(self) -> None:
        self.said = 0  # in the hour that isn't over
        self.shares = array("f", bytes(4 * 48))
        self.days = array("B", bytes(48))

    def hear(self, mentions: int) -> None:
        """So many came."""
        self.said += mentions

    def turn(self, hour: float, weekend: int, mean: float) -> None:
        """The hour is over; ``mean`` mentions come in an hour of the day. Of a brand with few nobody can tell."""
        if mean > OUTAGE_EXPECTED:
            slot = 24 * weekend + int(hour)
            days = self.days[slot] = min(self.days[slot] + 1, MOST_DAYS)
            self.shares[slot] += ((self.said < SILENT_RATIO * mean) - self.shares[slot]) / days
        self.said = 0

    def is_usual(self, hour: float, weekend: int) -> bool:
        """Whether this hour is silent on most days; of a kind of day that is hardly known all days count."""
        slot, other = 24 * weekend + int(hour), 24 * (1 - weekend) + int(hour)
        days, silent = self.days[slot], self.days[slot] * self.shares[slot]
        if days < LEAST_DAYS:
            days, silent = days + self.days[other], silent + self.days[other] * self.shares[other]
        return days >= LEAST_DAYS and silent >= LEAST_SHARE * days

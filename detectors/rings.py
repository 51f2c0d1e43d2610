"""Counts of the last 360 closed minutes and their sums over sliding windows."""

from array import array
from typing import Any

from detectors.baseline import MIN_EXPECTED
from detectors.part import Part

WINDOWS_MIN = (5, 15, 45, 120, 360)
"""A factor of 3 apart, so that any rise fills one of them well. 360 found two thirds of the twofold crises of
small brands where 120 found half; 720 added nothing."""
LENGTH = max(WINDOWS_MIN)
MAX_COUNT = 65_535
"""A minute's count is kept in 16 bits; 65,535 authors in one minute need no larger number to be an alarm."""

_LEAST = tuple((window, window * MIN_EXPECTED) for window in WINDOWS_MIN)
_SPLIT = 2.0**29 + 1

WindowSum = tuple[int, int, float]
"""Negatives, mentions and expected mentions of one window (a plain tuple: five are made a minute and brand)."""


class MinuteRings(Part):
    """Sliding sums over closed minutes, to which an open minute can be added without being stored.

    >>> rings = MinuteRings()
    >>> for minute in range(6):
    ...     rings.push(1, 2, 3.0, rings.with_open(1, 2, 3.0))
    >>> rings.with_open(10, 10, 3.0)[:2]  # four of five minutes are closed ones; six of fifteen so far
    [(14, 18, 15.0), (16, 22, 21.0)]
    """

    __slots__ = ("expected", "mentions", "negatives", "seen", "sums")
    STATE = ("seen", "negatives", "mentions", "expected", "sums")

    def __init__(self) -> None:
        self.seen = 0
        """Minutes closed so far."""
        self.negatives = array("H", bytes(2 * LENGTH))
        self.mentions = array("H", bytes(2 * LENGTH))
        self.expected = array("f", bytes(4 * LENGTH))
        self.sums: list[WindowSum] = [(0, 0, 0.0)] * len(WINDOWS_MIN)

    def with_open(self, negatives: int, mentions: int, expected: float) -> list[WindowSum]:
        """Sums of the windows that end with an open minute; that minute isn't stored.

        ``expected`` should be a float of single precision (``single``), as the ring holds it: then sums of it
        in double precision are exact and don't drift however long the brand lives.
        """
        seen = self.seen
        ring_negatives, ring_mentions, ring_expected = self.negatives, self.mentions, self.expected
        grown: list[WindowSum] = []
        for (window, least), (in_negatives, in_mentions, total) in zip(_LEAST, self.sums, strict=True):
            out = (seen - window) % LENGTH  # the minute that leaves; zero while the ring isn't full
            total += expected - ring_expected[out]
            if total < least:
                total = least
            grown.append(
                (in_negatives + negatives - ring_negatives[out], in_mentions + mentions - ring_mentions[out], total)
            )
        return grown

    def push(self, negatives: int, mentions: int, expected: float, sums: list[WindowSum]) -> None:
        """Closes a minute; ``sums`` is what ``with_open`` gave for the same numbers."""
        slot = self.seen % LENGTH
        self.negatives[slot] = negatives
        self.mentions[slot] = mentions
        self.expected[slot] = expected
        self.sums = sums
        self.seen += 1

    @property
    def drained(self) -> bool:
        """Nobody said anything in the longest window."""
        return self.sums[-1][1] == 0

    def push_idle(self, minutes: int, expected: float) -> None:
        """Closes up to 360 minutes without mentions, each with the same expectation, of ``drained`` rings."""
        first = self.seen % LENGTH
        for start, stop in ((first, min(first + minutes, LENGTH)), (0, max(first + minutes - LENGTH, 0))):
            self.expected[start:stop] = array("f", [expected]) * (stop - start)
        self.seen += minutes
        self.sums = [(0, 0, self._expected_in(window)) for window in WINDOWS_MIN]

    def restore(self, state: list[Any]) -> None:
        super().restore(state)
        self.sums = [(negatives, mentions, expected) for negatives, mentions, expected in self.sums]

    def _expected_in(self, window: int) -> float:
        start = (self.seen - window) % LENGTH
        wrapped = max(start + window - LENGTH, 0)
        return sum(self.expected[start : start + window]) + sum(self.expected[:wrapped])


def single(value: float) -> float:
    """``value`` rounded to the 24 bits of single precision.

    By Veltkamp's splitting (Dekker, *A floating-point technique for extending the available precision*, 1971): faster
    than packing and unpacking; for numbers between 1e-30 and 1e30.

    >>> single(0.1), single(3.0)
    (0.10000000149011612, 3.0)
    """
    scaled = value * _SPLIT
    return scaled - (scaled - value)

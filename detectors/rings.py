"""Counts of the last 360 closed minutes and their sums over sliding windows."""

from array import array
from collections.abc import Iterable
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

    def expected_in(self, minutes: int) -> float:
        """What was expected in the last closed minutes, 360 at most."""
        first = (self.seen - minutes) % LENGTH
        return sum(self.expected[first : first + minutes]) + sum(self.expected[: max(first + minutes - LENGTH, 0)])

    def steady_min(self, windows: Iterable[int], most: int) -> int:
        """For how many of the next minutes, ``most`` at most, no mention leaves these windows."""
        for j in windows:
            first = (self.seen - WINDOWS_MIN[j]) % LENGTH
            leaving = (self.mentions[first : first + most] + self.mentions[: max(first + most - LENGTH, 0)]).tobytes()
            most = min(most, (len(leaving) - len(leaving.lstrip(b"\0"))) // self.mentions.itemsize)
        return most

    def pass_idle(self, minutes: int, first: float, last: float) -> list["array[int]"]:
        """Closes up to 360 minutes without mentions, whose expectations go evenly from ``first`` to ``last``.

        Returns the mentions that leave each window, minute by minute (fewer minutes where nothing is left in it).
        """
        slot, nobody = self.seen % LENGTH, array("H")
        step = (last - first) / max(minutes - 1, 1)
        new = array("f", [first + step * i for i in range(minutes)])
        expected, coming = _in_order(self.expected, slot) + new, sum(new)
        empty = not self.sums[-1][1]
        mentions = nobody if empty else _in_order(self.mentions, slot)
        negatives = nobody if empty else _in_order(self.negatives, slot)
        sums, leaving = [], []
        for (window, least), (in_negatives, in_mentions, total) in zip(_LEAST, self.sums, strict=True):
            gone = slice(LENGTH - window, LENGTH - window + minutes)
            total += coming - sum(expected[gone])
            left = nobody
            if in_mentions:
                left = mentions[gone]
                in_mentions -= sum(left)
                in_negatives -= sum(negatives[gone])
            leaving.append(left)
            sums.append((in_negatives, in_mentions, total if total > least else least))
        _put(self.expected, slot, new)
        if not empty:
            _put(self.mentions, slot, array("H", bytes(2 * minutes)))
            _put(self.negatives, slot, array("H", bytes(2 * minutes)))
        self.sums = sums
        self.seen += minutes
        return leaving

    def rescale(self, times: float) -> None:
        """As if ``times`` as many had been expected in all minutes that are held."""
        self.expected = array("f", [times * each for each in self.expected])
        held = _in_order(self.expected, self.seen % LENGTH)
        self.sums = [
            (negatives, mentions, max(least, sum(held[LENGTH - window :])))
            for (window, least), (negatives, mentions, _) in zip(_LEAST, self.sums, strict=True)
        ]

    def restore(self, state: list[Any]) -> None:
        super().restore(state)
        self.sums = [(negatives, mentions, expected) for negatives, mentions, expected in self.sums]


def _in_order(ring: "array[Any]", start: int) -> "array[Any]":
    """The last 360 minutes, oldest first."""
    return ring[start:] + ring[:start]


def _put(ring: "array[Any]", start: int, values: "array[Any]") -> None:
    """Overwrites the ring from ``start`` on and, past its end, from its beginning."""
    fit = min(len(values), LENGTH - start)
    ring[start : start + fit] = values[:fit]
    ring[: len(values) - fit] = values[fit:]


def single(value: float) -> float:
    """``value`` rounded to the 24 bits of single precision.

    By Veltkamp's splitting (Dekker, *A floating-point technique for extending the available precision*, 1971): faster
    than packing and unpacking; for numbers between 1e-30 and 1e30.

    >>> single(0.1), single(3.0)
    (0.10000000149011612, 3.0)
    """
    scaled = value * _SPLIT
    return scaled - (scaled - value)

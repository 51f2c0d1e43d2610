"""Copies of one text that different texts bear out: a storm that spreads by sharing is more than its first few copies.

Bought retweets come alone: nobody else talks. Where a brand is in trouble people share one text *and* write their own. So
copies beyond the limit (`detectors.copies`) count as evidence up to the excess of everything else said in the quarter:

    share counted = min(1, 3 max(0, F − 1.25 M − 2 √M) / C) max(0, 1 − κ F / C)

with F the authors that count by themselves in the last 15 min, M how many are usual, and C the authors of further copies,
of which this brand usually has κ for each that counts: what is expected was learned without them, so they are no surprise.
1.25 M + 2 √M is what `detectors.volume` calls usual volume. So for each one who, beyond the usual, says something of their
own, three who only share count: about as many as there are when a story spreads.
"""

from math import sqrt
from typing import Any

from detectors.volume import USUAL_RATIO, USUAL_SIGMAS

QUARTER_MIN = 15
SHARERS = 3
"""People who only share, for one who writes."""


class Echo:
    """The last quarter of an hour of one brand: authors that count, and authors of further copies.

    >>> echo = Echo()
    >>> echo.share(0, own=4, copied=40, usual=4.0)  # copies and nothing else
    0.0
    >>> echo.share(0, own=14, copied=30, usual=4.0)  # 5 beyond the usual
    0.5
    >>> round(echo.share(0, own=14, copied=30, usual=4.0, usual_copies=2.0), 2)  # they are shared like that every day
    0.03
    """

    __slots__ = ("_minutes",)

    def __init__(self) -> None:
        self._minutes: list[tuple[int, int, int]] = []  # minute, own, copied; oldest first, none empty

    def share(self, minute: int, own: int, copied: int, usual: float, usual_copies: float = 0.0) -> float:
        """Which share (0–1) of the open minute's `copied` counts.

        `usual` authors are usual in 15 min, and `usual_copies` further copies for each of them.
        """
        if not copied:
            return 0.0
        lately = [each for each in self._minutes if each[0] > minute - QUARTER_MIN]
        own += sum(each[1] for each in lately)
        copied += sum(each[2] for each in lately)
        excess = own - USUAL_RATIO * usual - USUAL_SIGMAS * sqrt(usual)
        return min(1.0, max(0.0, SHARERS * excess / copied)) * max(0.0, 1 - usual_copies * own / copied)

    def close(self, minute: int, own: int, copied: int) -> None:
        """Remembers a minute that is over."""
        self._minutes = [each for each in self._minutes if each[0] > minute - QUARTER_MIN]
        self._minutes.append((minute, own, copied))

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`."""
        return [list(each) for each in self._minutes]

    @classmethod
    def from_state(cls, state: list[Any]) -> "Echo":
        """What `to_state` described."""
        echo = cls()
        echo._minutes = [(minute, own, copied) for minute, own, copied in state]
        return echo

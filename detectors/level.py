"""Whether a brand has come to a new level, at which it stays: then that is what is normal.

A baseline that forgets in days follows a brand that grows, and it mustn't follow a crisis. So when the talk doubles for good
(a new market, a source that was connected, a lasting quarrel) it would be wrong for weeks, or frozen for days. The rule:

    Four quarters of a day on end with m_i mentions, n_i negatives, e_i expected; R and S are ratio and share over all four:
    steady     |m_i − R e_i| ≤ 0.3 R e_i + 2 √(R e_i)   and   |n_i − S m_i| ≤ 0.3 S m_i + 2 √(S m_i)   in each of them

    frozen     steady, and learning was frozen all the time: level and share are what these 24 h were
    back       steady after that, and no angrier than before it: level and share are what these 24 h were
    else       steady, R ≥ 2 or ≤ 1/2, and no angrier than usual: the level is; the share is learned anyway

Crises don't hold such a level for a day: they rise within hours and fall with a half-life of hours. A day that is unlike
others from midnight to midnight isn't four quarters, which begin at 3, 9, 15 and 21 o'clock. Silence is an outage, no level.
"""

from math import sqrt
from typing import NamedTuple

from detectors.clock import DAY_MIN
from detectors.part import Part

BLOCK_MIN = 360
BLOCKS = DAY_MIN // BLOCK_MIN
OFFSET_MIN = 180
STEADY, SIGMAS = 0.3, 2.0
"""Hours of a day differ from their usual by a quarter (`detectors.dispersion`), and counts by chance."""
LEAST_RATIO = 2.0
"""Weekends and the weeks of a brand differ by half, and a smaller change is followed soon enough (`detectors.baseline`)."""
LEAST_IN_EACH = 0.8 * LEAST_RATIO
"""Of each quarter, or one that is half new would be let in."""
MOST_RATIO = 50.0
LEAST_MENTIONS = 100
"""Fewer in 24 h say little of a level."""
AS_ANGRY = 1.2
"""Times the usual share: what is angrier is news, whatever its volume."""
KNOWN_MIN = 14 * DAY_MIN
"""Until two weeks were seen the days of the week aren't known, and a weekend looks like a level."""


class Change(NamedTuple):
    """What has become normal: ``ratio`` times the expected mentions, and the share of negatives among them, if that has."""

    ratio: float
    share: float | None = None


class NewLevel(Part):
    """The last four quarters of a day, and what was usual before the last change that a freeze ended in.

    >>> level = NewLevel()
    >>> for _ in range(4):
    ...     level.take(negatives=60, mentions=300, expected=100.0)
    >>> level.change(frozen=False, usual_share=0.2, seen=30 * DAY_MIN)
    Change(ratio=3.0, share=None)
    """

    __slots__ = ("before", "blocks")
    STATE = ("blocks", "before")

    def __init__(self) -> None:
        self.blocks: list[float] = []  # negatives, mentions and expected of each, oldest first
        self.before = 0.0  # the usual share of before it, 0 = there was none

    def take(self, negatives: int, mentions: int, expected: float) -> None:
        """Adds a quarter of a day that is over."""
        self.blocks = [*self.blocks, negatives, mentions, expected][-3 * BLOCKS :]

    def forget(self) -> None:
        """Begins anew."""
        self.blocks = []

    def change(self, *, frozen: bool, usual_share: float, seen: int) -> Change | None:
        """What has become normal, or None; it is taken as done.

        ``frozen``: learning was, for the whole 24 h; ``seen``: minutes in all.
        """
        found = self._change(frozen, usual_share, seen)
        if found is not None:
            self.forget()
            if found.share is not None:
                self.before = (self.before or usual_share) if frozen else 0.0
        return found

    def _change(self, frozen: bool, usual_share: float, seen: int) -> Change | None:
        if len(self.blocks) < 3 * BLOCKS:
            return None
        negatives, mentions, expected = (sum(self.blocks[place::3]) for place in range(3))
        if mentions < LEAST_MENTIONS or not 1 / MOST_RATIO <= mentions / expected <= MOST_RATIO:
            return None
        ratio, share = mentions / expected, negatives / mentions
        blocks = list(zip(*(self.blocks[place::3] for place in range(3)), strict=True))
        if not all(_near(m, ratio * e) and _near(n, share * m) for n, m, e in blocks):
            return None
        if frozen or (self.before and not _angrier(negatives, mentions, self.before)):
            return Change(ratio, share)
        each = [m / e if ratio > 1 else e / max(m, 0.5) for _, m, e in blocks]
        moved = max(ratio, 1 / ratio) >= LEAST_RATIO and min(each) >= LEAST_IN_EACH and seen >= KNOWN_MIN
        return Change(ratio) if moved and not _angrier(negatives, mentions, usual_share) else None


def _near(count: float, usual: float) -> bool:
    return abs(count - usual) <= STEADY * usual + SIGMAS * sqrt(usual)


def _angrier(negatives: float, mentions: float, share: float) -> bool:
    return negatives > AS_ANGRY * share * mentions + SIGMAS * sqrt(share * mentions)

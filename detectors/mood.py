"""How moody a brand's bursts are."""

from detectors.part import Part
from detectors.rings import WindowSum

FIRST_CLUSTERING = 0.016
"""Correlation of the mood of two mentions of one burst, before bursts were seen: a benign burst's share then
scatters by √0.016 ≈ 13 % of its largest possible scatter."""
MOOD_WINDOW = 1
"""Bursts are read in the 15-min window."""
MIN_BURST_MENTIONS = 8
MIN_BURST_EXCESS = 0.33
"""A window counts as a burst when a third of it is excess."""
PRIOR_BURSTS = 8.0
MAX_BURSTS = 40.0
"""The prior is worth 8 bursts and the memory 40, so a brand's later life still counts."""
MAX_RATIO = 12.0
"""One burst pulls towards at most 12 times the first clustering."""
HEAVY_BURST_MENTIONS = 30.0
"""A burst of 30 mentions has half of a full burst's weight."""


class BurstMood(Part):
    """How much the share of negatives varies from burst to burst: ``clustering``, a beta-binomial's ρ.

    Of each stretch of 3 h only the window with the largest excess counts. With S of T negative, z the deviation
    of S from p T in binomial standard deviations and f the excess, it gives the estimate (z² − 1) / ((T − 1) f²).
    A burst that is friendlier than usual pulls no further up than to the first value: good moods aren't anger.
    Bursts that look like a crisis count too: without them only the bursts that were calm enough would be known, and a brand
    whose bursts are often angry would ring for each. The limit keeps a true crisis from hiding the next one.

    >>> mood = BurstMood()
    >>> for _ in range(8):
    ...     mood.watch((80, 100, 10.0))  # 100 mentions where 10 are usual, 80 of them negative
    ...     mood.learn(share=0.2)
    ...     mood.forget_stretch()
    >>> mood.clustering > 3 * FIRST_CLUSTERING
    True
    """

    __slots__ = ("bursts", "clustering", "excess", "mentions", "negatives")
    STATE = ("clustering", "bursts", "excess", "negatives", "mentions")

    def __init__(self) -> None:
        self.clustering = FIRST_CLUSTERING
        self.bursts = 0.0
        self.excess = 0.0
        self.negatives = 0
        self.mentions = 0

    def watch(self, total: WindowSum) -> None:
        """Keeps the window if its excess is the largest of this stretch."""
        negatives, mentions, expected = total
        if mentions > MIN_BURST_MENTIONS and 1 - expected / mentions > self.excess:
            self.excess = 1 - expected / mentions
            self.negatives, self.mentions = negatives, mentions

    def learn(self, share: float) -> None:
        """Learns the stretch's burst, if it had one; ``share`` is what was expected of it."""
        if self.excess <= MIN_BURST_EXCESS:
            return
        mentions, expected = self.mentions, share * self.mentions
        squared_z = (self.negatives - expected) ** 2 / (expected * (1 - share))
        estimate = (squared_z - 1) / (mentions - 1) / self.excess**2
        limit = FIRST_CLUSTERING * (MAX_RATIO if self.negatives >= expected else 1)
        weight = mentions / (mentions + HEAVY_BURST_MENTIONS)
        self.bursts = min(self.bursts + weight, MAX_BURSTS)
        step = weight / (self.bursts + PRIOR_BURSTS)
        self.clustering += step * (max(0.0, min(estimate, limit)) - self.clustering)

    def forget_stretch(self) -> None:
        self.excess = 0.0

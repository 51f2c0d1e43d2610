"""The share of negatives that is usual for a brand."""

from detectors.clock import DAY_MIN
from detectors.part import Part

MIN_SHARE, MAX_SHARE = 0.02, 0.6
"""No classifier errs less than once in 50, and where more than 60 % is negative the share can't rise much."""
SHARE_HALF_LIFE_D = 10.0
HALF_WEIGHT_MENTIONS = 5.0
"""A minute of 5 mentions has half of a full minute's weight."""
PRIOR_MIN = 2.0
"""The first share is worth 2 full minutes, that is 10 mentions: brands differ by 0.12 about 0.2 (√(0.2 · 0.8 / 11))."""
DRIFT_HALF_LIFE_MIN = 8 * 60.0
RATE: float = 1 - 0.5 ** (1 / (SHARE_HALF_LIFE_D * DAY_MIN))
FADE: float = 0.5 ** (1 / DRIFT_HALF_LIFE_MIN)
DRIFT_PRIOR_MENTIONS = 500.0
MAX_DRIFT = 1.5
"""Above that, a share at usual volume is news, not drift."""


class NegativeShare(Part):
    """The usual share p of negatives among a brand's mentions, 0.02–0.6.

    Learned by minute, not by mention, and by the caller in calm minutes only: a mean over mentions lets the
    biggest crises hide themselves. ``used`` also believes what the last 8 h at usual volume said, up to 1.5 p,
    shrunk by 500 mentions: that is the classifier drifting, or a brand's long bad mood, and neither is new.

    >>> share = NegativeShare(first=0.2)
    >>> for _ in range(1000):
    ...     share.learn(negatives=4, mentions=10)
    >>> round(share.learned, 2)
    0.4
    >>> share.notice(negatives=700, mentions=1000)  # of late, at usual volume
    >>> round(share.used, 2)
    0.6
    """

    __slots__ = ("learned", "recent_mentions", "recent_negatives", "weight")
    STATE = ("learned", "weight", "recent_negatives", "recent_mentions")

    def __init__(self, first: float) -> None:
        self.learned = first
        self.weight = 0.0
        self.recent_negatives = 0.0
        self.recent_mentions = 0.0

    @property
    def used(self) -> float:
        learned = self.learned
        recent = self.recent_negatives + DRIFT_PRIOR_MENTIONS * learned
        recent /= self.recent_mentions + DRIFT_PRIOR_MENTIONS
        if recent <= learned:
            return min(MAX_SHARE, learned)
        return min(MAX_SHARE, MAX_DRIFT * learned, recent)

    @property
    def doubt(self) -> float:
        """Correlation of the mood of two mentions that comes of not knowing p: 1 / (1 + mentions learned from).

        A share that was learned from n mentions is a beta distribution's mean, and counts with such a share are
        beta-binomial with ρ = 1/(n + 1). A minute of full weight says as much as 5 mentions.
        """
        return 1 / (1 + HALF_WEIGHT_MENTIONS * (PRIOR_MIN + self.weight))

    def fade(self, minutes: int = 1) -> None:
        kept = FADE if minutes == 1 else FADE**minutes
        self.recent_negatives *= kept
        self.recent_mentions *= kept

    def notice(self, negatives: int, mentions: int) -> None:
        """Adds a minute at usual volume to the last 8 h."""
        self.recent_negatives += negatives
        self.recent_mentions += mentions

    def settle(self, share: float) -> None:
        """Takes over what has become usual."""
        self.learned = min(MAX_SHARE, max(MIN_SHARE, share))
        self.recent_negatives = self.recent_mentions = 0.0

    def learn(self, negatives: int, mentions: int) -> None:
        """Learns a calm minute with at least one mention."""
        weight = mentions / (mentions + HALF_WEIGHT_MENTIONS)
        self.weight += weight
        rate = max(RATE, 1 / (self.weight + PRIOR_MIN)) * weight
        share = self.learned + rate * (negatives / mentions - self.learned)
        self.learned = min(MAX_SHARE, max(MIN_SHARE, share))

"""How many mentions stand behind what the evidence counts."""

HALF_LIFE_MIN = 8 * 1440  # as the level of the baseline
PRIOR = 20.0  # authors: until so many were seen, mentions are thought to be as many as authors


class Collapse:
    """The usual ratio of raw mentions to counted authors, of all and of negative ones.

    The evidence counts distinct authors and few copies of a text; people are shown mentions. So what the evidence
    expects, times this ratio, is the number of mentions that is usual. Forgotten with a half-life of 8 days; the caller
    leaves out minutes that are not usual. (mentions + 20) / (authors + 20), so 1 at the beginning.

    >>> collapse = Collapse()
    >>> collapse.learn(mentions=300, authors=140, negative=30, negative_authors=30, minutes=1)
    >>> round(collapse.all, 1), collapse.negative
    (2.0, 1.0)
    """

    __slots__ = ("sums",)

    def __init__(self) -> None:
        self.sums = [0.0, 0.0, 0.0, 0.0]  # mentions, authors, negative mentions, their authors

    def learn(self, mentions: int, authors: int, negative: int, negative_authors: int, minutes: int) -> None:
        """Takes in a usual minute; `minutes` since the one before."""
        kept = 0.5 ** (minutes / HALF_LIFE_MIN)
        new = (mentions, authors, negative, negative_authors)
        self.sums = [old * kept + more for old, more in zip(self.sums, new, strict=True)]

    @property
    def all(self) -> float:
        """Mentions to a counted author, ≥ 1 but for noise."""
        return (self.sums[0] + PRIOR) / (self.sums[1] + PRIOR)

    @property
    def negative(self) -> float:
        """Negative mentions to a counted negative author."""
        return (self.sums[2] + PRIOR) / (self.sums[3] + PRIOR)

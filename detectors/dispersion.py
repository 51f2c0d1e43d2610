"""How much a brand's volume scatters about its baseline."""

from collections.abc import Sequence

from detectors.clock import DAY_MIN
from detectors.part import Part
from detectors.rings import WINDOWS_MIN, WindowSum

FIRST_VARIANCE = 0.16
"""(40 %)²: relative variance of a window's volume before anything was seen; real brands have 0.4²–0.8²."""
VARIANCE_HALF_LIFE_D = 10.0
AVERAGED_MIN = 500
"""For so many minutes the learning rate is 1/(n + 50): an average, with the first value worth 50 minutes."""
FIRST_VALUE_MIN = 50.0
RATE: float = 1 - 0.5 ** (1 / (VARIANCE_HALF_LIFE_D * DAY_MIN))
OUTLIER = 4.0
"""Squared deviations count up to 4 variances and estimates up to ±4: bursts aren't scatter."""


class Dispersion(Part):
    """Relative variance σ² of the volume in each window, beyond Poisson: Var T = M + σ² M².

    Each minute gives the estimate e = ((T − M)² − M) / M², winsorised, that joins with a weight of M/(M + 1):
    windows in which less than a mention is expected say nothing about σ².

    >>> dispersion = Dispersion()
    >>> for minute in range(500):  # never off by more than chance
    ...     dispersion.learn([(0, 100, 100.0)] * len(WINDOWS_MIN), seen=minute)
    >>> dispersion.variances[0] < FIRST_VARIANCE / 8
    True
    """

    __slots__ = ("variances",)
    STATE = ("variances",)

    def __init__(self) -> None:
        self.variances = [FIRST_VARIANCE] * len(WINDOWS_MIN)

    def learn(self, sums: list[WindowSum], seen: int) -> None:
        rate = rate_at(seen)
        variances = self.variances
        # Comparisons, not min() and max(): this runs five times a minute for every brand.
        for j, (_, mentions, expected) in enumerate(sums):
            variance = variances[j]
            deviation = mentions - expected
            squared, expected_squared = deviation * deviation, expected * expected
            if deviation > 0:
                limit = OUTLIER * (expected + variance * expected_squared)
                squared = limit if squared > limit else squared
            estimate = (squared - expected) / expected_squared
            if estimate > OUTLIER:
                estimate = OUTLIER
            elif estimate < -OUTLIER:
                estimate = -OUTLIER
            variance += rate * expected / (expected + 1) * (estimate - variance)
            variances[j] = variance if variance > 0 else 0.0

    def idle(self, sums: list[WindowSum], minutes: int) -> None:
        """Learns that many minutes without mentions in any window, in closed form."""
        for j, (_, _, expected) in enumerate(sums):
            self.hold(j, 0, expected, minutes, RATE)

    def idle_while(
        self, minutes: int, leaving: Sequence[Sequence[int]], before: list[WindowSum], after: list[WindowSum], seen: int
    ) -> None:
        """Learns that many minutes without new mentions while old ones leave the windows.

        ``leaving``: how many leave each window, minute by minute; ``before``: the sums with the first of the minutes,
        ``after``: those with the last; ``seen`` minutes came before.
        """
        rate = rate_at(seen + minutes / 2)
        for j, gone in enumerate(leaving):
            expected = (before[j][2] + after[j][2]) / 2
            mentions, since = after[j][1] + sum(gone), 0
            if mentions != after[j][1]:
                for minute, left in enumerate(gone):
                    if left:
                        self.hold(j, mentions, expected, minute - since, rate)
                        mentions, since = mentions - left, minute
            self.hold(j, mentions, expected, minutes - since, rate)

    def hold(self, j: int, mentions: int, expected: float, minutes: int, rate: float) -> None:
        """Learns one window that stays as it is for some minutes, in closed form; ``rate`` is ``rate_at`` their middle."""
        variance = self.variances[j]
        estimate = 1 - 1 / expected
        if mentions:
            squared = (mentions - expected) ** 2
            if mentions > expected:
                squared = min(squared, OUTLIER * (expected + variance * expected * expected))
            estimate = min(OUTLIER, (squared - expected) / (expected * expected))
        if estimate < -OUTLIER:
            estimate = -OUTLIER
        kept: float = (1 - rate * expected / (expected + 1)) ** minutes
        variance = estimate + kept * (variance - estimate)
        self.variances[j] = variance if variance > 0 else 0.0


def rate_at(seen: float) -> float:
    """How much the minute counts before which ``seen`` were seen."""
    return RATE if seen > AVERAGED_MIN else max(RATE, 1 / (seen + FIRST_VALUE_MIN))

"""When a detector must not learn: a crisis must not become normal."""

from detectors.clock import DAY_MIN
from detectors.part import Part

FREEZE_U = 4.5
"""Normalised evidence that peace reaches about once in seven brand-months: what is rarer teaches nothing."""
RELEASE_MIN = 60
"""Learning starts again when the evidence was below for an hour."""
MAX_FROZEN_MIN = 3 * DAY_MIN
"""After 3 days whatever goes on is how things are now, and is learned until the evidence falls; a level that is steady
is taken over after a day (`detectors.level`)."""
FIRST_DAY_MIN = DAY_MIN
"""Nothing is frozen on the first day, when the evidence isn't calibrated."""


class Freeze(Part):
    """Whether learning is frozen, decided minute by minute on the detector's own evidence.

    >>> freeze = Freeze()
    >>> freeze.update(5.0, seen=2000)
    >>> freeze.active
    True
    >>> for minute in range(60):
    ...     freeze.update(0.0, seen=2001 + minute)
    >>> freeze.active
    False
    """

    __slots__ = ("frozen_min", "left_min")
    STATE = ("left_min", "frozen_min")

    def __init__(self) -> None:
        self.left_min = 0
        self.frozen_min = 0

    @property
    def active(self) -> bool:
        return self.left_min > 0

    def release(self) -> None:
        """Ends it: what goes on has become normal."""
        self.left_min = self.frozen_min = 0

    def update(self, u: float, seen: int) -> None:
        """Takes the evidence of a minute before which ``seen`` minutes were seen."""
        if u >= FREEZE_U and seen > FIRST_DAY_MIN:
            self.left_min = RELEASE_MIN
        elif self.left_min:
            self.left_min -= 1
        self.frozen_min = self.frozen_min + 1 if self.left_min else 0
        if self.frozen_min > MAX_FROZEN_MIN:
            self.left_min = 0

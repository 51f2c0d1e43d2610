"""Whether a partition hears anything: where all brands fall silent at once a source of ours is dead. Pure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.minute import Finding
from detectors.rows import MINUTE_MS

CELL_MIN = 5
KEPT_MIN = 480  # the longest window of a silence, and two hours before it
BEFORE_MIN = 60
LEAST_USUAL = 5.0
"""Of the others so many mentions must be usual in the window; with fewer nobody can tell."""
DEAF_SHARE = 0.25
"""Of what is usual of the others: below it they are silent, too."""
LASTS_MS = 130_000
"""A brand whose silence isn't believed is looked at again each minute."""


class Hearing:
    """Mentions of all brands of a partition, by five minutes, and whether silences were taken for a dead source."""

    __slots__ = ("_cells", "deaf_ms", "since_ms", "usual_per_min")

    def __init__(self) -> None:
        self._cells: dict[int, int] = {}
        self.deaf_ms = 0  # when that was last so …
        self.since_ms = 0  # … since when …
        self.usual_per_min = 0.0  # … and how many mentions of other brands were usual then

    def hear(self, observed_ms: NDArray[np.int64]) -> None:
        """Takes in mentions of any brand, by when they were seen, in any order."""
        cells, counts = np.unique(observed_ms // (CELL_MIN * MINUTE_MS), return_counts=True)
        for cell, count in zip(cells.tolist(), counts.tolist(), strict=True):
            if cell not in self._cells:
                self._cells = {c: n for c, n in self._cells.items() if c >= cell - KEPT_MIN // CELL_MIN}
            self._cells[cell] = self._cells.get(cell, 0) + count

    def is_deaf(self, silence: Finding, heard_min: int, now_ms: int) -> bool:
        """Whether the other brands have been silent since about when this was found of one; noted if so.

        `heard_min`: when that brand was last spoken of. What is usual of the others is what came in the hour before, less
        the brand's own share of it; while a source counts as dead, what was usual when it died.
        """
        if silence.unusual is None:
            return False
        now_min = now_ms // MINUTE_MS
        first = now_min - silence.window_min
        if not self.lasts(now_ms):
            began = min(first, heard_min + 1)
            self.since_ms = began * MINUTE_MS
            own = silence.unusual.usual / silence.window_min
            self.usual_per_min = self._between(began - BEFORE_MIN, began) / BEFORE_MIN - own
        usual = self.usual_per_min * silence.window_min
        now = self._between(first, now_min + 1) - silence.unusual.observed
        deaf = usual >= LEAST_USUAL and now < DEAF_SHARE * usual
        self.deaf_ms = now_ms if deaf else self.deaf_ms
        return deaf

    def _between(self, first_min: int, end_min: int) -> int:
        """Mentions of the cells that begin in these minutes."""
        cells = range(-(-first_min // CELL_MIN), -(-end_min // CELL_MIN))
        return sum(self._cells.get(cell, 0) for cell in cells)

    def lasts(self, now_ms: int) -> bool:
        """Whether a source counts as dead now."""
        return self.deaf_ms > 0 and now_ms - self.deaf_ms < LASTS_MS

    def to_state(self) -> list[Any]:
        """Plain values for msgpack."""
        return [self._cells, self.deaf_ms, self.since_ms, self.usual_per_min]

    @classmethod
    def from_state(cls, state: list[Any]) -> "Hearing":
        """What `to_state` described."""
        hearing = cls()
        cells, hearing.deaf_ms, hearing.since_ms, hearing.usual_per_min = state
        hearing._cells = {int(cell): count for cell, count in cells.items()}
        return hearing

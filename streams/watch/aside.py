"""Questions that don't count among those who wait (`detectors.askers`): an answer to one is work all the same. Pure."""

from typing import Any

import numpy as np

from streams.watch.packing import shuffled, unshuffled, whole
from streams.watch.question_rows import QUESTION, Answer, Rows, met_by

MOST_ASIDE = 200


class Aside:
    """The newest of one brand."""

    __slots__ = ("left_s", "rows")

    def __init__(self) -> None:
        self.rows = np.zeros(0, QUESTION)  # by time
        self.left_s = 0  # when the newest was asked of those that weren't kept, as they were too many

    def put(self, rows: Rows) -> None:
        """Keeps these, asked after all others."""
        self.rows = whole([self.rows, rows], QUESTION)
        if (over := len(self.rows) - MOST_ASIDE) > 0:
            self.left_s = int(self.rows["asked_s"][over - 1])
            self.rows = self.rows[over:]

    def answered(self, answer: Answer, longest_s: float) -> bool:
        """Whether it answers one of them, which is done then, or may answer one that wasn't kept; of the last seconds."""
        if len(self.rows) and self.rows["asked_s"][0] < answer.at_s - longest_s:
            self.rows = self.rows[self.rows["asked_s"] >= answer.at_s - longest_s]
        met = met_by(self.rows, answer)
        if met.any():
            self.rows = self.rows[~met]
            return True
        return answer.at_s - self.left_s < longest_s

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`."""
        return [shuffled(self.rows), self.left_s]

    @classmethod
    def from_state(cls, state: list[Any]) -> "Aside":
        """What `to_state` described."""
        aside = cls()
        aside.rows, aside.left_s = unshuffled(state[0], QUESTION), state[1]
        return aside

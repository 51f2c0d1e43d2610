"""How often one person and one text have asked a brand lately. Pure.

Who asks again waits once, and a raffle to which a thousand accounts say the same is no thousand who wait: of each person
and of each text the first few in an hour count, as they do for anger (`detectors.copies`).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.copies import CopyLimit
from streams.watch.question_rows import Rows

MOST = 64
"""Remembered of each half hour where they are many: those who ask again and again are among them."""


class Askers:
    """Who asked what, by half hours."""

    __slots__ = ("people", "texts")

    def __init__(self) -> None:
        self.people, self.texts = CopyLimit(most=MOST), CopyLimit(most=MOST)

    def count(self, minute: int, questions: Rows, texts: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which of the questions of a minute count; they are remembered. `texts` are the hashes of what they say."""
        people = self.people.fresh(questions["person"].tolist(), minute)
        both = zip(people, self.texts.fresh(texts.tolist(), minute), strict=True)
        return np.array([person and text for person, text in both], bool)

    def forget(self, minute: int) -> None:
        """Forgets what no question of this minute or a later one needs."""
        self.people.forget(minute)
        self.texts.forget(minute)

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`."""
        return [self.people.to_state(), self.texts.to_state()]

    @classmethod
    def from_state(cls, state: list[Any]) -> "Askers":
        """What `to_state` described."""
        askers = cls()
        askers.people, askers.texts = (CopyLimit.from_state(each, most=MOST) for each in state)
        return askers

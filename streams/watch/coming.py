"""Questions and answers of one brand in minutes that aren't over, as they came. Pure.

In a replay a day of them lies ahead; of a brand that hasn't answered yet minutes are put aside, so some are over, too.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from streams.watch.packing import shuffled, unshuffled, whole
from streams.watch.question_rows import ANSWER, QUESTION, TEXT, Rows

NEVER_MIN = 2**40


class Coming:
    """By minute."""

    __slots__ = ("_answers", "_questions", "_texts", "answered_min", "asked", "minutes")

    def __init__(self) -> None:
        self._questions: dict[int, list[Rows]] = {}
        self._texts: dict[int, list[NDArray[np.uint32]]] = {}  # of the questions, in the same order
        self._answers: dict[int, list[Rows]] = {}
        self.minutes: list[int] = []  # with either, in order
        self.asked = 0  # questions
        self.answered_min = NEVER_MIN
        """The first minute with an answer that wasn't taken, while none was."""

    def put(self, minute: int, questions: Rows, texts: NDArray[np.uint32], answers: Rows) -> None:
        """What one record brings of a minute; `texts`: of each question the hash of what it says."""
        if minute not in self._questions and minute not in self._answers:
            insort(self.minutes, minute)
        if len(questions):
            self._questions.setdefault(minute, []).append(questions)
            self._texts.setdefault(minute, []).append(texts)
            self.asked += len(questions)
        if len(answers):
            self._answers.setdefault(minute, []).append(answers)
            self.answered_min = min(minute, self.answered_min)

    def over(self, now_min: int) -> list[int]:
        """The minutes before `now_min`."""
        return self.minutes[: bisect_left(self.minutes, now_min)]

    def asked_in(self, minutes: Iterable[int]) -> int:
        """Questions in these."""
        return sum([len(rows) for minute in minutes for rows in self._questions.get(minute, ())])

    def questions(self, minutes: Iterable[int]) -> Rows:
        """Those of these minutes; they stay."""
        return whole([rows for minute in minutes for rows in self._questions.get(minute, ())], QUESTION)

    def take_questions(self, minute: int) -> tuple[Rows, NDArray[np.uint32]]:
        """Those of that minute, and their texts."""
        questions = whole(self._questions.pop(minute, []), QUESTION)
        texts = self._texts.pop(minute, [])
        self.asked -= len(questions)
        return questions, np.concatenate(texts) if texts else np.zeros(0, TEXT)

    def take_answers(self, minute: int) -> Rows:
        """Those of that minute."""
        return whole(self._answers.pop(minute, []), ANSWER)

    def to_state(self) -> tuple[list[dict[int, bytes]], dict[int, bytes]]:
        """Plain values: questions and answers, and the texts of the questions."""
        rows = [
            {minute: shuffled(whole(parts, dtype)) for minute, parts in sorted(held.items())}
            for held, dtype in ((self._questions, QUESTION), (self._answers, ANSWER))
        ]
        return rows, {minute: np.concatenate(parts).astype(TEXT).tobytes() for minute, parts in sorted(self._texts.items())}

    @classmethod
    def from_state(cls, rows: list[dict[int, bytes]], texts: dict[int, bytes] | None) -> "Coming":
        """What `to_state` described; an older state has no texts."""
        coming = cls()
        questions, answers = rows
        for minute, raw in questions.items():
            asked = unshuffled(raw, QUESTION)
            said = np.zeros(len(asked), TEXT) if texts is None else np.frombuffer(texts[minute], TEXT)
            coming.put(minute, asked, said, np.zeros(0, ANSWER))
        for minute, raw in answers.items():
            coming.put(minute, np.zeros(0, QUESTION), np.zeros(0, TEXT), unshuffled(raw, ANSWER))
        return coming

    def drop(self, minutes: list[int]) -> None:
        """These, the first ones, are taken in from now on."""
        del self.minutes[: len(minutes)]

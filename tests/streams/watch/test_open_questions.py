"""Questions of a brand that hasn't answered yet are put aside; its first answer finds them all the same."""

import numpy as np
from numpy.typing import NDArray

from streams.watch.names import Names
from streams.watch.open_questions import MARKS, MOST_GATHERED_MIN, MOST_OPEN, OpenQuestions
from streams.watch.promises import BrandPromise
from streams.watch.question_rows import ANSWER, QUESTION, TEXT, Rows, Talk

PROMISE = BrandPromise(within_s=1800, at_most_s=86_400)
NOBODY = np.zeros(0, ANSWER)
NO_TERMS = np.zeros((1, 8), np.uint64)
START_MIN = 29_000_000


def asked(minute: int, number: int = 1) -> Rows:
    """Questions of a minute; that of number i has the identity 1000 · minute + i."""
    rows = np.zeros(number, QUESTION)
    rows["asked_s"] = minute * 60
    rows["identity"] = minute % 1000 * 1000 + np.arange(number)
    return rows


def answered(minute: int, question: Rows) -> Rows:
    """The brand's answer to the first of these questions."""
    rows = np.zeros(1, ANSWER)
    rows["at_s"], rows["reply_to"] = minute * 60, question["identity"][0]
    return rows


def said(minute: int, questions: Rows, answers: Rows, terms: NDArray[np.uint64] = NO_TERMS) -> Talk:
    """What comes of a minute; each asks something else."""
    return Talk(0, minute, questions, answers, terms, questions["identity"].astype(TEXT))


def hear(questions: OpenQuestions, minutes: range, number: int = 1) -> None:
    """Lets so many ask in each minute, with a look at its end."""
    for minute in minutes:
        questions.put(said(minute, asked(minute, number), NOBODY), Names())
        questions.advance(minute + 1, PROMISE, 0)


def test_the_first_answer_finds_a_question_that_was_put_aside() -> None:
    questions = OpenQuestions()
    hear(questions, range(START_MIN, START_MIN + 10))
    assert not len(questions.open)
    end = START_MIN + 10
    questions.put(said(end, asked(end)[:0], answered(end, asked(START_MIN + 4))), Names())
    questions.advance(end + 1, PROMISE, 0)
    assert questions.evidence.answers == 1
    assert len(questions.open) == 9
    assert questions.asked_ever == 10


def test_what_is_put_aside_is_bounded_in_minutes_and_in_questions() -> None:
    few, many = OpenQuestions(), OpenQuestions()
    hear(few, range(START_MIN, START_MIN + MOST_GATHERED_MIN))
    assert len(few.open) == MOST_GATHERED_MIN
    hear(many, range(START_MIN, START_MIN + 2), MOST_OPEN)
    assert len(many.open) == MOST_OPEN
    assert many.dropped == MOST_OPEN


def test_answers_that_lie_ahead_decide_nothing_before_their_time() -> None:
    """A replay puts in all of a day before its first minute is over."""
    told = []
    for at_once in (False, True):
        questions, minutes = OpenQuestions(), range(START_MIN, START_MIN + 600, 5)
        comes = [
            (minute, asked(minute, 2), answered(minute, asked(minute - 5)) if minute >= START_MIN + 300 else NOBODY)
            for minute in minutes
        ]
        for minute, some, answer in comes if at_once else []:
            questions.put(said(minute, some, answer, np.array([[7, 0]], np.uint64)), Names())
        for minute, some, answer in comes:
            if not at_once:
                questions.put(said(minute, some, answer, np.array([[7, 0]], np.uint64)), Names())
            questions.advance(minute + 1, PROMISE, 0)
        told.append(questions.to_state())
    assert told[0] == told[1]
    assert told[0][3][MARKS.index("heard")] == 60


def test_a_checkpoint_before_the_first_answer_changes_nothing_and_an_old_state_keeps_what_it_learned() -> None:
    """The oldest states don't say how many answers were heard."""
    questions = OpenQuestions()
    hear(questions, range(START_MIN, START_MIN + 9))
    restored = OpenQuestions.from_state(questions.to_state())
    for each in (questions, restored):
        each.put(said(START_MIN + 10, asked(0)[:0], answered(START_MIN + 10, asked(START_MIN + 4))), Names())
        each.advance(START_MIN + 11, PROMISE, 0)
    assert restored.to_state() == questions.to_state()
    state = questions.to_state()
    state[3] = state[3][:-1]
    older = OpenQuestions.from_state(state)
    assert older.heard == 1
    assert older.to_state()[1] == questions.to_state()[1]


def test_a_checkpoint_amid_a_raffle_drops_nobody_who_waits() -> None:
    """Most of those in the open minute may not count."""
    questions = OpenQuestions()
    usual = range(START_MIN, START_MIN + 500)
    for minute in usual:
        some = asked(minute)
        some["person"] = minute
        answer = answered(minute, asked(minute - 1)) if minute < START_MIN + 400 else NOBODY
        questions.put(said(minute, some, answer), Names())
        questions.advance(minute + 1, PROMISE, 0)
    waited = len(questions.open)
    end = START_MIN + 500
    raffle = asked(end, 200)
    raffle["person"] = 10_000 + np.arange(200)
    questions.put(Talk(0, end, raffle, NOBODY, NO_TERMS, np.full(200, 7, TEXT)), Names())
    restored = OpenQuestions.from_state(questions.to_state())
    for each in (questions, restored):
        each.advance(end + 1, PROMISE, 0)
    assert restored.to_state() == questions.to_state()
    assert waited < len(restored.open) < waited + 20
    assert restored.dropped == 0


def test_minutes_that_are_not_over_wait_however_many_they_are() -> None:
    questions = OpenQuestions()
    for minute in range(START_MIN + 5, START_MIN + 5 + 2 * MOST_OPEN):
        questions.put(said(minute, asked(minute), NOBODY), Names())
    questions.advance(START_MIN + 5, PROMISE, 0)
    assert questions.asked_ever == 0

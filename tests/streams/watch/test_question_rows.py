"""Which questions an alert quotes."""

import numpy as np

from schemas.digest import TERMS
from streams.watch.names import Names
from streams.watch.open_questions import OpenQuestions
from streams.watch.question_rows import ANSWER, HOUR_S, MOST_SAMPLES, QUESTION, TEXT, Talk, newest_of, samples_of

START_S = 1_700_000_040
NO_TERMS = np.zeros((0, TERMS), np.uint64)


def asked(count: int, every_s: int) -> np.ndarray:
    """So many, one after the other, by two people in turn; number three is the angriest."""
    rows = np.zeros(count, QUESTION)
    rows["asked_s"] = START_S + every_s * np.arange(count)
    rows["offset"], rows["person"], rows["negativity"] = np.arange(count), np.arange(count) % 2, 20
    rows["negativity"][3:4] = 200
    return rows


def test_the_newest_are_quoted_and_the_angriest_of_the_last_hour() -> None:
    """Not what has waited for a day."""
    shown = samples_of(asked(60, every_s=30))
    assert [sample.offset for sample in shown[:4]] == [59, 58, 57, 56]
    assert shown[4].offset == 3
    assert len(shown) == MOST_SAMPLES
    assert 3 not in [sample.offset for sample in samples_of(asked(60, every_s=HOUR_S))]
    assert samples_of(asked(0, 1)) == []
    assert [sample.offset for sample in samples_of(asked(1, 1))] == [0]


def test_of_those_who_ask_now_one_each_is_quoted() -> None:
    """Somebody who asks thirty times is one voice, and complaints say nothing of what is asked."""
    assert [sample.offset for sample in newest_of(asked(60, every_s=30))] == [59, 58]
    assert [sample.offset for sample in newest_of(asked(4, every_s=30))] == [2, 1]


def test_in_a_replay_nobody_is_quoted_before_he_asked() -> None:
    """Minutes ahead lie beside those that wait."""
    questions, rows = OpenQuestions(), asked(60, every_s=60)
    for place in range(len(rows)):
        said = Talk(0, START_S // 60 + place, rows[place : place + 1], np.zeros(0, ANSWER), NO_TERMS, np.zeros(1, TEXT))
        questions.put(said, Names())
    assert [sample.offset for sample in questions.newest(START_S + 30 * 60)] == [30, 29]

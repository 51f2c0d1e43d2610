"""Questions that stay unanswered: what ends one, what is kept, and what is said of it."""

from typing import Any

import cramjam
import msgspec
import pytest

from schemas.enums import Category, Flag
from streams.watch.open_questions import MOST_OPEN
from streams.watch.promises import BrandPromise
from streams.watch.unanswered import answers_seen, waiting
from tests.digests import unlike
from tests.streams.watch.desk import MINUTE, QUESTION, T0, Desk, watch


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ({"reply_to": unlike("i0")}, 3),
        ({"thread": 500}, 2),
        ({"thread": unlike("i3")}, 3),
        ({"handle": 600}, 2),
        ({"reply_to": unlike("i0"), "handle": 600}, 1),
        ({"reply_to": 1, "thread": 2, "handle": 3}, 4),
        ({}, 4),
    ],
)
def test_an_answer_ends_what_it_answers(answer: dict[str, Any], left: int) -> None:
    """One by its id, all of its thread and who began it, all of those addressed; whatever else, nothing."""
    desk = Desk()
    for more in ({"handle": 1_000}, {"thread": 500, "handle": 600}, {"thread": 500}, {"handle": 600}):
        desk.rows.add("ikea", T0 + 1_000, categories=QUESTION, **more)
    desk.rows.add("ikea", T0 + 30_000, flags=int(Flag.OUTBOUND), **answer)
    desk.minute = 2
    desk.tell()
    assert desk.waiting == left


def test_an_answer_that_is_seen_before_its_question_counts() -> None:
    """A source may bring a brand's own posts first."""
    desk = Desk()
    desk.rows.add("ikea", T0, categories=QUESTION)
    desk.rows.add("ikea", T0 + 1_000, flags=int(Flag.OUTBOUND), reply_to=unlike("i2"))
    desk.minute = 2
    desk.tell()
    desk.rows.add("ikea", T0 + 2 * MINUTE, categories=QUESTION)
    desk.minute = 4
    desk.tell()
    assert desk.waiting == 1


def test_reposts_praise_and_ones_own_questions_open_nothing() -> None:
    """Only what somebody else asks or complains of."""
    desk = Desk()
    desk.rows.add("ikea", T0, categories=QUESTION)
    desk.rows.add("ikea", T0, categories=QUESTION, flags=int(Flag.REPOST))
    desk.rows.add("ikea", T0, categories=QUESTION, flags=int(Flag.OUTBOUND))
    desk.rows.add("ikea", T0, categories=Category.PRAISE.bit)
    desk.rows.add("ikea", T0, categories=Category.COMPLAINT.bit)
    desk.minute = 2
    desk.tell()
    assert desk.waiting == 2


def test_more_than_can_be_followed_are_dropped_oldest_first_and_counted() -> None:
    """And the level says how many."""
    desk = Desk().pass_minutes(600).pass_minutes(20, ask=25, answered_after=None)
    assert desk.waiting == MOST_OPEN
    shown = desk.signals[-1].figures.waiting
    assert shown is not None
    assert shown.dropped >= 500 - MOST_OPEN
    assert shown.oldest_ms > T0 + 610 * MINUTE


def test_what_is_too_old_isnt_waited_for() -> None:
    """`at_most`."""
    desk = Desk(watch(at_most="2 h")).pass_minutes(60, answered_after=None).pass_minutes(60, answered_after=1)
    assert desk.waiting > 25
    desk.pass_minutes(65, answered_after=1)
    assert desk.waiting <= 2


def test_time_stands_still_outside_the_hours_of_a_promise() -> None:
    """A brand that answers from 9 to 18 h keeps its promise when it answers at 9:10 what was asked at night."""
    core = watch(hours="mon-sun 09:00-18:00")
    desk = Desk(core)
    night = -T0 // MINUTE % 1440 + 1440 + 3 * 60
    desk.rows.add("ikea", T0 + night * MINUTE, categories=QUESTION, handle=5)
    desk.rows.add("ikea", T0 + (night + 6 * 60 + 10) * MINUTE, flags=int(Flag.OUTBOUND), handle=5)
    desk.minute = night + 6 * 60 + 20
    desk.tell()
    questions = core.brands["ikea"].questions
    assert questions is not None
    assert (round(questions.evidence.kept, 2), questions.evidence.broken) == (1, 0)


@pytest.mark.parametrize(("hours", "waited_s"), [("", -1), ("mon-sun 00:00-24:00", 30 * 60)])
def test_a_wait_is_told_in_hours_where_the_promise_has_some(hours: str, waited_s: int) -> None:
    """By the clock whoever reads it can reckon."""
    desk = Desk(watch(answer_within="4h", hours=hours or None))
    desk.pass_minutes(60, answered_after=5).pass_minutes(6).pass_minutes(30, answered_after=None)
    questions = desk.watch.brands["ikea"].questions
    assert questions is not None
    shown = waiting(questions, BrandPromise(14_400, 86_400, hours), T0 + desk.minute * MINUTE)
    assert shown is not None
    assert shown.oldest_s == pytest.approx(waited_s, abs=120)


def test_what_keeps_it_from_ringing_is_told() -> None:
    """No account connected; answers that name no question; too few yet; enough."""
    desk = Desk()
    desk.rows.add("ikea", T0, categories=QUESTION, handle=9)
    desk.minute = 2
    desk.tell()
    questions = desk.watch.brands["ikea"].questions
    assert questions is not None
    assert answers_seen(questions).startswith("none seen: unanswered questions can't ring. Name its accounts in `handles`")
    desk.rows.add("ikea", T0 + 3 * MINUTE, flags=int(Flag.OUTBOUND), handle=8)
    desk.minute = 5
    desk.tell()
    assert answers_seen(questions).startswith("1 seen, none of them told which question it answers")
    desk.rows.add("ikea", T0 + 6 * MINUTE, flags=int(Flag.OUTBOUND), handle=9)
    desk.minute = 8
    desk.tell()
    assert answers_seen(questions).startswith("few seen")
    assert answers_seen(Desk().pass_minutes(100).watch.brands["ikea"].questions or questions) == "seen"


def test_its_state_is_small_however_many_ask() -> None:
    """Five thousand in five minutes, each of another person in a thread of its own: 5 kB of the brand's 64."""
    desk = Desk().pass_minutes(60)
    for number in range(5_000):
        name = unlike(f"one of many {number}")
        at_ms = T0 + 60 * MINUTE + number * 60
        desk.rows.add("ikea", at_ms, 0.5, categories=QUESTION, handle=name, thread=name // 3, terms=[name % 999 + 1] * 8)
        if number % 1_000 == 999:
            desk.minute += 1
            desk.tell()
            state = desk.watch.state("ikea")["questions"]
            assert len(cramjam.lz4.compress_block(msgspec.msgpack.encode(state))) < 5_000

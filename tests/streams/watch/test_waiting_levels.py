"""Questions that stay unanswered: which levels are stated of them."""

import random

import pytest

from schemas.signal import Signal
from streams.watch.open_questions import MOST_OPEN
from streams.watch.promises import BrandPromise
from tests.streams.watch.desk import MINUTE, PEACE_MIN, T0, Desk, watch


def test_a_flood_that_nobody_answers_rings_before_the_promise_breaks() -> None:
    """Twenty a minute at a brand that usually answers each within 8 min."""
    desk = Desk().pass_minutes(PEACE_MIN)
    assert desk.signals == []
    desk.pass_minutes(20, ask=20, answered_after=None)
    first = desk.rung[0]
    assert first.at_ms < T0 + (PEACE_MIN + 20) * MINUTE
    shown = first.figures.waiting
    assert shown is not None
    assert shown.overdue == 0
    assert desk.rung[-1].figures.waiting is not None
    assert desk.rung[-1].figures.waiting.breaching > desk.rung[-1].figures.waiting.waiting / 2
    assert (shown.usual, shown.promise_s) == (pytest.approx(4.7, abs=0.3), 1800)
    assert first.figures.terms == ["caballo"]
    assert first.figures.samples


def test_it_goes_on_while_nobody_asks_any_more_and_ends_when_all_are_answered() -> None:
    """Time alone states it again each minute."""
    desk = Desk().pass_minutes(PEACE_MIN).pass_minutes(20, ask=15, answered_after=40)
    stated = len(desk.signals)
    assert desk.rung
    desk.pass_minutes(20, answered_after=4)
    assert len(desk.signals) >= stated + 20
    desk.pass_minutes(30, answered_after=4)
    assert desk.signals[-1].false_alarms_per_month >= 30
    assert desk.waiting <= 4


def test_the_same_flood_answered_in_time_is_quiet() -> None:
    """As many wait, but each as long as always."""
    desk = Desk().pass_minutes(PEACE_MIN).pass_minutes(40, ask=20, answered_after=8)
    assert desk.rung == []


def test_a_brand_that_hardly_answers_anybody_rings_for_a_flood_only() -> None:
    """Its usual share of broken promises is learned; when forty times as many ask, that is no excuse."""
    desk = Desk()
    for _ in range(25):
        desk.pass_minutes(58, answered_after=None).pass_minutes(2, answered_after=8)
    assert desk.rung == []
    begun_ms = T0 + desk.minute * MINUTE
    desk.pass_minutes(40, ask=20, answered_after=None)
    assert desk.rung[0].at_ms - begun_ms <= 15 * MINUTE


def test_a_flood_at_a_brand_with_more_waiting_than_can_be_followed_rings() -> None:
    """It answers one in five, so that hundreds wait as ever: not how many wait is news, but how many more ask."""
    desk, chance = Desk(), random.Random(3)

    def ask(minutes: int, count: int) -> None:
        for minute in range(minutes):
            desk.ask(count, 8 if minute % 5 == 0 else None, chance)
            desk.pass_minutes(1, ask=1, answered_after=None)

    ask(1_500, count=3)
    assert desk.waiting == MOST_OPEN
    assert desk.rung == []
    begun_ms = T0 + desk.minute * MINUTE
    ask(20, count=80)
    assert desk.rung[0].at_ms - begun_ms <= 15 * MINUTE


def test_a_brand_whose_answers_nobody_sees_is_quiet() -> None:
    """No source of its own account is connected: nothing is said of what waits, not even a figure."""
    desk = Desk().pass_minutes(PEACE_MIN, answered_after=None).pass_minutes(40, ask=20, answered_after=None)
    assert desk.signals == []


def test_a_large_brand_that_answers_all_in_time_is_quiet_when_twice_as_many_ask() -> None:
    """More wait than can be followed, so that whom it answers isn't known any more."""
    desk = Desk().pass_minutes(PEACE_MIN, ask=8, answered_after=20)
    assert (desk.waiting, desk.rung) == (8 * 20, [])
    desk.pass_minutes(90, ask=20, answered_after=20)
    assert desk.watch.brands["ikea"].questions.dropped > 0  # type: ignore[union-attr]
    assert desk.rung == []


def test_outside_its_hours_nobody_is_waited_for() -> None:
    """Just before a desk closes many ask, and are answered as it closes; by night few ask, and nobody is there."""
    desk = Desk(watch=watch(answer_within="1h", hours="mon-sun 09:00-18:00"))
    for day in range(6):
        desk.pass_minutes(540, ask=1, answered_after=None).pass_minutes(525, ask=1, answered_after=1)
        for minute in range(15):
            desk.pass_minutes(1, ask=30 if day == 5 else 2, answered_after=15 - minute)
        begun_ms = T0 + desk.minute * MINUTE
        desk.pass_minutes(360, ask=1, answered_after=None)
    assert desk.watch.brands["ikea"].questions.growth.false_alarms_per_month() < 1  # type: ignore[union-attr]
    assert [each for each in desk.rung if each.at_ms > begun_ms] == []


def test_a_new_promise_forgets_what_was_usual_under_the_old_one() -> None:
    """Ages are told in terms of it."""
    desk = Desk().pass_minutes(PEACE_MIN)
    questions = desk.watch.brands["ikea"].questions
    assert questions is not None
    assert questions.growth.pool_min > 0
    questions.advance(questions.minute + 60, BrandPromise(3600, 86_400), 0)
    assert questions.growth.pool_min <= 60


def test_a_desk_that_nobody_sits_at_rings_though_no_more_ask_than_ever() -> None:
    """One every other minute, for whom there was always somebody within 8 min."""
    desk = Desk().pass_minutes(PEACE_MIN)
    begun_ms = T0 + desk.minute * MINUTE
    desk.pass_minutes(60, answered_after=None)
    assert desk.rung[0].at_ms - begun_ms <= 45 * MINUTE


def test_a_restart_in_each_minute_changes_nothing() -> None:
    """The state is all there is."""

    def run(restarts: bool) -> list[Signal]:
        desk = Desk().pass_minutes(600)
        desk.restarts = restarts
        return desk.pass_minutes(30, ask=15, answered_after=None).signals

    assert run(restarts=True) == run(restarts=False) != []

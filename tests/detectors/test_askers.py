"""Which of those who ask count."""

import random

import msgspec
import pytest

from detectors.askers import MOST, Askers

START_MIN = 29_000_000
DAY_MIN = 1440


def asked_by_day(askers: Askers, minutes: int, every: int = 5, text: int = 0) -> int:
    """Somebody asks so often; each something else, or all that text. Returns the minute after them."""
    for minute in range(START_MIN, START_MIN + minutes, every):
        assert askers.count(minute, [minute], [text or minute]) == [True]
    return START_MIN + minutes


@pytest.mark.parametrize(("others", "copies", "counted"), [(0, 60, 4), (30, 60, 60), (11, 60, 28)])
def test_copies_count_as_far_as_others_bear_them_out(others: int, copies: int, counted: int) -> None:
    """Three for each beyond the usual; half of them are usual in a quarter of an hour."""
    askers = Askers()
    minute = asked_by_day(askers, DAY_MIN)
    assert sum(askers.count(minute, range(1, others + 1), range(1, others + 1))) == others
    assert sum(askers.count(minute, range(1_000, 1_000 + copies), [7] * copies)) == pytest.approx(counted, abs=6)


def test_small_parts_of_copies_add_up() -> None:
    """One copy a minute, of which a third counts each time, is one in three minutes."""
    askers = Askers()
    minute = asked_by_day(askers, DAY_MIN)
    for later in range(30):
        askers.count(minute + later, [1_000 + later], [7])
    counted = []
    for later in range(30, 45):
        askers.count(minute + later, [later], [later])
        counted += askers.count(minute + later, [1_000 + later, 2_000 + later], [7, 7])
    assert 5 <= sum(counted) <= 25


def test_before_anything_is_usual_all_count_and_a_form_always_does() -> None:
    """For six hours; and where most hours bring more copies than anything else."""
    crowd = list(range(100, 140))
    new, form, raffle = Askers(), Askers(), Askers()
    assert sum(new.count(START_MIN, crowd, [7] * 40)) == 40
    minute = asked_by_day(form, DAY_MIN, text=9)
    assert sum(form.count(minute, crowd, [9] * 40)) == 40
    minute = asked_by_day(raffle, DAY_MIN)
    for later in range(6 * 60):
        raffle.count(minute + later, [later], [7])
    assert sum(raffle.count(minute + 400, crowd, [7] * 40)) == 4


def test_an_account_that_all_share_and_a_small_form_are_forms_too() -> None:
    """A connector that writes under one name; and six a day of one text."""
    shared, small = Askers(), Askers()
    for minute in range(START_MIN, START_MIN + 2 * DAY_MIN, 10):
        assert sum(shared.count(minute, [5], [minute])) <= 1
        assert small.count(minute, [minute], [9]) == [True] or minute > START_MIN + 60
    minute = START_MIN + 2 * DAY_MIN
    assert sum(shared.count(minute, [5] * 40, range(40))) == 40
    assert sum(small.count(minute, range(1, 41), [9] * 40)) == 40


def test_a_restored_memory_goes_on_and_is_bounded() -> None:
    """Also where very many ask."""
    chance, askers = random.Random(3), Askers()
    again = Askers()
    for minute in range(START_MIN, START_MIN + 900):
        people, texts = ([chance.randrange(1, 400) for _ in range(8)] for _ in range(2))
        assert again.count(minute, people, texts) == askers.count(minute, people, texts)
        again = Askers.from_state(msgspec.msgpack.decode(msgspec.msgpack.encode(again.to_state()), strict=False))
    assert again.to_state() == askers.to_state()
    assert len(msgspec.msgpack.encode(again.to_state())) < 2 * 2 * 2 * MOST * 8


@pytest.mark.parametrize("messages", [1, 2, 3, 5])
def test_customers_who_write_several_messages_are_no_form(messages: int) -> None:
    """One other customer an hour at a small brand: a raffle there is none of a form's."""
    askers = Askers()
    for hour in range(24 * 14):
        for number in range(messages):
            askers.count(60 * hour + 5 * number, [1_000 + hour], [10_000 + 10 * hour + number])
    assert sum(askers.count(14 * DAY_MIN, range(50_000, 50_400), [7] * 400)) < 20


def test_a_silence_of_weeks_fades_as_if_it_were_told_minute_by_minute() -> None:
    """Else what is usual would be told too low for weeks after it."""
    at_once, told = Askers(), Askers()
    for minute in range(0, 20 * DAY_MIN, 6):
        for askers in (at_once, told):
            askers.count(minute, [minute + 1], [minute + 1])
    for minute in range(20 * DAY_MIN, 40 * DAY_MIN):
        told.count(minute, [], [])
    for askers in (at_once, told):
        askers.count(40 * DAY_MIN, [1], [2])
    assert at_once.usual_hour == pytest.approx(told.usual_hour, rel=0.01)

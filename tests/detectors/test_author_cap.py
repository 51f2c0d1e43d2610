"""One person is one voice, in a bounded memory."""

import random

import msgspec

from detectors.author_cap import FORGOTTEN_MIN, MOST_A_DAY, MOST_AUTHORS, AuthorCap, DayCap
from detectors.clock import DAY_MIN


def test_somebody_who_writes_every_minute_counts_once() -> None:
    """And again when he has been silent for a while."""
    cap = AuthorCap()
    said = [cap.count([7], minute)[0] for minute in range(600)]
    assert said.count(True) == 1
    assert cap.count([7], 599 + FORGOTTEN_MIN) == [False]
    assert cap.count([7], 599 + 2 * FORGOTTEN_MIN + 1) == [True]


def test_a_crowd_that_never_changes_counts_evenly() -> None:
    """Whether it is larger or smaller than what is remembered: nobody rings for what is always so."""
    for people, a_minute in ((60, 5), (280, 20), (400, 30), (1_000, 30)):
        chance, cap, counted = random.Random(1), AuthorCap(), []
        for minute in range(1_200):
            writers = [chance.randrange(1, people + 1) for _ in range(a_minute)]
            counted.append(sum(cap.count(writers, minute)))
        quarters = [sum(counted[start : start + 15]) for start in range(120, 1_200, 15)]
        usual = sum(quarters) / len(quarters)
        assert max(quarters) <= usual + 4 * usual**0.5 + 2, (people, quarters)


def test_no_more_than_so_many_are_remembered_and_they_make_room() -> None:
    """Those who don't fit count; those who have gone are forgotten."""
    cap = AuthorCap()
    crowd = list(range(1, MOST_AUTHORS + 11))
    assert all(cap.count(crowd, 0))
    assert sum(cap.count(crowd, 1)) == 10
    cap.count([1], 60)
    assert sum(cap.count(crowd, 61)) == MOST_AUTHORS + 9
    assert len(cap.to_state()[1]) == 4 * MOST_AUTHORS


def test_a_restored_memory_goes_on_and_batches_change_nothing() -> None:
    """Also where it is too much to remember."""
    chance = random.Random(2)
    minutes = [[chance.randrange(1, 500) for _ in range(40)] for _ in range(100)]
    at_once, in_steps = AuthorCap(), AuthorCap()
    for minute, writers in enumerate(minutes):
        whole = at_once.count(writers, minute)
        parts = in_steps.count(writers[:13], minute)
        in_steps = AuthorCap.from_state(msgspec.msgpack.decode(msgspec.msgpack.encode(in_steps.to_state())))
        assert parts + in_steps.count(writers[13:], minute) == whole
    assert in_steps.to_state() == at_once.to_state()


def test_within_a_day_one_person_counts_a_few_times_also_after_a_restart() -> None:
    """Whoever isn't remembered counts each time, and so does nobody in particular."""
    day = DayCap()
    for minute in range(0, DAY_MIN, 60):
        assert day.count([7, 0], minute) == [minute < 60 * MOST_A_DAY, True]
        day = DayCap.from_state(msgspec.msgpack.decode(msgspec.msgpack.encode(day.to_state())))
    crowd = list(range(100, 100 + MOST_AUTHORS + 9))
    counted = [sum(day.count(crowd, DAY_MIN + minute)) for minute in range(MOST_A_DAY + 1)]
    assert counted == [len(crowd)] * MOST_A_DAY + [9]

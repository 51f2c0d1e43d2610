"""Anger that grows for days."""

import numpy as np
import pytest

from detectors.checks import check_detector
from detectors.minute import Minute
from detectors.slow_burn import SlowBurn

HOUR_MIN, DAY_H = 60, 24
DAYS = 12


def _hours(hours: int, angry: float = 8.0, people: float = 40.0, seed: int = 1) -> list[tuple[int, int]]:
    """Angry people and people of each hour, with the rhythm of a day."""
    rng = np.random.default_rng(seed)
    rhythm = 1 + 0.6 * np.cos(2 * np.pi * (np.arange(hours) - 15) / DAY_H)
    calm = rng.poisson((people - angry) * rhythm)
    cross = rng.poisson(angry * rhythm)
    return list(zip(cross.tolist(), (calm + cross).tolist(), strict=True))


def _told(slow: SlowBurn, hours: list[tuple[int, int]], first_h: int) -> list[float]:
    """False alarms a month after each hour."""
    rates = []
    for hour, (angry, people) in enumerate(hours, first_h):
        slow.close(Minute(hour * HOUR_MIN, people, angry, people, angry, (0,) * 10, 0, frozen=False))
        rates.append(slow.look(hour * HOUR_MIN).false_alarms_per_month)
    return rates


def _learned() -> SlowBurn:
    slow = SlowBurn()
    _told(slow, _hours(DAYS * DAY_H), 0)
    return slow


def test_it_keeps_the_contract_of_detectors() -> None:
    """Scores, state, disorder."""
    hours = _hours(6 * DAY_H)
    rows = [{"minute": h * HOUR_MIN, "authors": p, "negative_authors": a} for h, (a, p) in enumerate(hours)]
    check_detector(SlowBurn(), rows)


def test_calm_weeks_say_nothing() -> None:
    """Not once in a month."""
    assert min(_told(_learned(), _hours(30 * DAY_H, seed=2), DAYS * DAY_H)) > 1


def test_twice_the_anger_is_told_within_the_day() -> None:
    """At an otherwise usual volume of others."""
    rates = _told(_learned(), _hours(2 * DAY_H, angry=18.0, people=50.0, seed=3), DAYS * DAY_H)
    assert min(rates[:DAY_H]) < 0.05
    assert rates[-1] < 0.05


@pytest.mark.parametrize(("angry", "people"), [(8.0, 200.0), (40.0, 200.0)])
def test_twice_the_talk_as_angry_as_ever_is_no_bad_day(angry: float, people: float) -> None:
    """A campaign, whatever share of it is negative up to the usual."""
    assert min(_told(_learned(), _hours(DAY_H, angry, people, seed=4), DAYS * DAY_H)) > 0.3


def test_a_crisis_of_three_hours_is_not_its_business() -> None:
    """Nor the day after it."""
    slow, hours = _learned(), _hours(2 * DAY_H, seed=5)
    hours[10:13] = [(300, 340), (500, 560), (250, 300)]
    assert min(_told(slow, hours, DAYS * DAY_H)) > 1


def test_what_goes_on_for_a_fortnight_is_how_it_is_now() -> None:
    """The new normal is learned."""
    rates = _told(_learned(), _hours(20 * DAY_H, angry=18.0, people=50.0, seed=6), DAYS * DAY_H)
    assert min(rates[:DAY_H]) < 0.05
    assert min(rates[-DAY_H:]) > 1


def test_a_silence_of_weeks_says_nothing_and_takes_no_time() -> None:
    """Nobody is angry while nobody speaks."""
    slow = _learned()
    later = (DAYS + 400) * DAY_H
    _told(slow, _hours(1), later)
    assert slow.look(later * HOUR_MIN).false_alarms_per_month > 1


def test_a_level_that_has_become_normal_is_the_usual_day_from_then_on() -> None:
    """Else worse days are told for three days after the anger has found them normal."""
    slow = _learned()
    _told(slow, _hours(30, angry=40.0, people=80.0, seed=7), DAYS * DAY_H)
    assert slow.look((DAYS * DAY_H + 30) * HOUR_MIN).false_alarms_per_month < 0.05
    slow.settle()
    rates = _told(slow, _hours(3 * DAY_H, angry=40.0, people=80.0, seed=8), DAYS * DAY_H + 30)
    assert min(rates) > 0.3
    assert min(_told(slow, _hours(DAY_H, angry=80.0, people=120.0, seed=9), DAYS * DAY_H + 30 + 3 * DAY_H)) < 0.05

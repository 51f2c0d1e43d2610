"""What verdicts make of a budget."""

from itertools import pairwise
from random import Random

import pytest

from alerts.feedback import (
    AHEAD_MS,
    DAY_MS,
    HALF_LIFE_MS,
    MOST_CASES,
    OLDEST_MISSED_MS,
    ONE_CRISIS_MS,
    REMEMBERED_MS,
    Case,
    Tally,
    factor,
    forgotten,
    judged,
    tally,
    with_missed,
    with_opened,
    without_missed,
)
from alerts.rules import installation_rules
from schemas.enums import Verdict
from tests.alerts.bench import HOUR, START_MS, config

RULES = installation_rules(config(sensitivity={"false_alarms": 2}), "hash")


def cases(*words: str, at_ms: int = START_MS) -> list[Case]:
    """Incidents a minute apart, judged."""
    return [Case(f"i{number}", at_ms + number * 60_000, word) for number, word in enumerate(words)]


@pytest.mark.parametrize(
    ("of", "lowest", "highest"),
    [
        pytest.param(Tally(), 1.0, 1.0, id="nothing said: as configured"),
        pytest.param(Tally(false=1), 0.5, 0.7, id="one false alarm doesn't halve it"),
        pytest.param(Tally(false=1_000), 1 / 8, 0.13, id="never below an eighth"),
        pytest.param(Tally(missed=1), 1.3, 1.5, id="one missed crisis doesn't double it"),
        pytest.param(Tally(missed=1_000), 3.9, 4.0, id="never above four times"),
        pytest.param(Tally(real=50), 1.0, 1.0, id="real ones confirm what is configured"),
        pytest.param(Tally(false=3, missed=3), 1.0, 1.0, id="as many missed as false: it is right as it is"),
        pytest.param(Tally(false=2, real=8), 0.7, 0.8, id="real ones weigh false ones down"),
    ],
)
def test_the_budget_stays_within_its_bounds(of: Tally, lowest: float, highest: float) -> None:
    """Each row says its rule."""
    assert lowest <= factor(of) <= highest


def test_each_verdict_moves_it_its_way_and_less_than_the_one_before() -> None:
    """Somebody who presses the same button ten times isn't ten times as right."""
    false = [factor(Tally(false=n)) for n in range(10)]
    steps = [before / after for before, after in pairwise(false)]
    assert steps == sorted(steps, reverse=True)
    assert min(steps) > 1.0


@pytest.mark.parametrize(("ratio", "settles"), [(4.0, 1.28), (2.0, 0.81), (1.0, 0.51)])
def test_where_it_settles_when_each_false_alarm_is_called_one(ratio: float, settles: float) -> None:
    """A brand that rings `ratio` times as often as its budget says comes near to it; the docstring's figures."""
    found, rung = list[Case](), 0
    chance, months = Random(7), 240
    for day in range(int(months * 30.4)):
        at_ms = START_MS + day * DAY_MS
        a_day = ratio * factor(tally(found, at_ms)) / 30.4
        if chance.random() < a_day:
            found = judged(with_opened(found, f"d{day}", at_ms), f"d{day}", Verdict.FALSE)
            rung += 1
    assert rung / months == pytest.approx(settles, rel=0.15)


def test_verdicts_fade() -> None:
    """After a half-life each counts for half, so the budget comes back to what is configured."""
    three = cases("false", "false", "false")
    now, later = (tally(three, START_MS + wait).false for wait in (0, HALF_LIFE_MS))
    assert (now, later) == (pytest.approx(3.0), pytest.approx(1.5, abs=0.001))
    assert factor(tally(three, START_MS + 10 * HALF_LIFE_MS)) == pytest.approx(1.0, abs=0.01)


def test_the_order_of_verdicts_does_not_matter_and_the_last_word_on_an_incident_counts() -> None:
    """A verdict that is changed leaves no trace."""
    opened = with_opened(with_opened([], "a", START_MS), "b", START_MS + 1)
    one = judged(judged(judged(opened, "a", Verdict.FALSE), "b", Verdict.FALSE), "a", Verdict.REAL)
    other = judged(judged(opened, "b", Verdict.FALSE), "a", Verdict.REAL)
    assert one == other
    assert judged(judged(opened, "a", Verdict.FALSE), "a", Verdict.NONE) == opened


@pytest.mark.parametrize(
    ("age_ms", "counts"),
    [
        pytest.param(HOUR, True, id="an hour ago"),
        pytest.param(-AHEAD_MS, True, id="just now, and log time is behind"),
        pytest.param(-AHEAD_MS - 1, False, id="in the future"),
        pytest.param(OLDEST_MISSED_MS, True, id="a month ago"),
        pytest.param(OLDEST_MISSED_MS + 1, False, id="longer ago than anybody remembers"),
    ],
)
def test_a_missed_crisis_has_a_time_that_can_be_meant(age_ms: int, counts: bool) -> None:
    """Each row says when."""
    assert bool(with_missed([], START_MS - age_ms, START_MS)) is counts


def test_two_people_who_miss_the_same_crisis_say_it_once() -> None:
    """What lies hours apart are two; each can be taken back by about its time."""
    once = with_missed(with_missed([], START_MS, START_MS), START_MS + HOUR, START_MS + HOUR)
    assert len(once) == 1
    twice = with_missed(once, START_MS + ONE_CRISIS_MS, START_MS + ONE_CRISIS_MS)
    assert [tally(each).missed for each in (once, twice)] == [1, 2]
    assert without_missed(twice, START_MS + 1) == twice[1:]


def test_forgetting_leaves_the_incidents_and_no_verdict() -> None:
    """They still count for how often it rings."""
    said = with_missed(cases("false", "real"), START_MS + HOUR, START_MS + HOUR)
    assert forgotten(said) == cases("", "")


def test_what_is_remembered_is_bounded() -> None:
    """The newest hundred, of the last year."""
    found: list[Case] = []
    for number in range(MOST_CASES + 5):
        found = with_opened(found, f"i{number}", START_MS + number)
    assert [found[0].id, len(found)] == ["i5", MOST_CASES]
    assert [case.id for case in with_opened(found, "new", START_MS + 200 + REMEMBERED_MS)] == ["new"]


def test_precision_is_of_what_was_judged() -> None:
    """A missed crisis was no incident."""
    assert tally(cases("real", "real", "real", "false", "", "missed")).precision == 0.75
    assert tally(cases("", "missed")).precision is None

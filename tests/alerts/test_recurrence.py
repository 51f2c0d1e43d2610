"""What recurs rings only when it is worse than before."""

import pytest

from alerts.growth import Size
from alerts.recurrence import HABIT_MS, MOST_KEPT, SPAN_MS, Alarm, Bar, alarms_that_recur, bar, begun, heard

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
DAYS = [(24 + 5) * HOUR_MS * at for at in range(4)]
"""Each at another hour."""
DOUBTED = Alarm(0, 5.0, 0.5, doubted=True)
THREE = [Alarm(DAYS[0], 3.0), Alarm(DAYS[1], 6.0), Alarm(DAYS[2], 4.0)]


@pytest.mark.parametrize(
    ("alarms", "at_ms", "evidence"),
    [
        pytest.param(THREE[:2], DAYS[3], 0.0, id="two alarms are no recurrence"),
        pytest.param(THREE, DAYS[3], 4.4, id="three in a week: 1.1 times the second largest"),
        pytest.param(THREE, SPAN_MS - 2 * HOUR_MS, 4.4, id="within a week of the first"),
        pytest.param(THREE, SPAN_MS + 2 * HOUR_MS, 0.0, id="the first is more than a week old"),
        pytest.param([Alarm(0, 99.0), *THREE], DAYS[3], 4.4, id="only the last three count"),
    ],
)
def test_the_bar_is_raised_by_three_alarms_in_a_week(alarms: list[Alarm], at_ms: int, evidence: float) -> None:
    """Each row says its rule."""
    assert bar(alarms, at_ms, budget_per_month=1.0).evidence == pytest.approx(evidence)


@pytest.mark.parametrize(("budget", "count"), [(0.25, 3), (1.0, 3), (4.0, 5), (40.0, 30)])
def test_a_larger_budget_allows_more_alarms_before_they_recur(budget: float, count: int) -> None:
    """Three times what it expects in a week, and two."""
    assert alarms_that_recur(budget) == count


def test_only_alarms_that_can_still_matter_are_kept() -> None:
    """The last ones of the last 30 days."""
    assert begun(THREE, DAYS[3], 1.0) == [*THREE, Alarm(DAYS[3], 0.0, doubted=True)]
    assert begun(THREE, HABIT_MS + DAYS[1], 1.0) == [THREE[2], Alarm(HABIT_MS + DAYS[1], 0.0, doubted=True)]
    many = [Alarm(at, 1.0) for at in range(99)]
    assert [len(begun(many, 99, budget)) for budget in (1.0, 40.0)] == [MOST_KEPT, 30]


@pytest.mark.parametrize(
    ("alarm", "after_ms", "evidence"),
    [
        pytest.param(DOUBTED, 3 * DAY_MS, 5.5, id="three days later, at the same hour"),
        pytest.param(DOUBTED, 29 * DAY_MS + 90 * 60_000, 5.5, id="a month later, an hour and a half off"),
        pytest.param(DOUBTED, 4 * DAY_MS - 91 * 60_000, 0.0, id="more than that off"),
        pytest.param(DOUBTED, 30 * DAY_MS, 0.0, id="too long ago"),
        pytest.param(DOUBTED, 2 * DAY_MS, 0.0, id="the same story"),
        pytest.param(Alarm(0, 5.0), 3 * DAY_MS, 0.0, id="nobody doubted it, or an older program has kept it"),
    ],
)
def test_what_comes_at_the_hour_of_a_doubtful_alarm_is_a_habit(alarm: Alarm, after_ms: int, evidence: float) -> None:
    """Each row says its rule, at a budget of 1 a month; what somebody has called real is none."""
    assert bar([alarm], after_ms, budget_per_month=1.0).evidence == pytest.approx(evidence)
    assert bar([alarm], after_ms, 1.0, real_ms=[60_000]).evidence == 0.0
    assert bar([alarm], after_ms, 1.0, real_ms=[DAY_MS, -60_000]).evidence == pytest.approx(evidence)


def test_who_asks_for_more_alarms_needs_more_of_them_to_see_a_habit() -> None:
    """At 4 a month chance puts one at this hour every other month."""
    habits = [Alarm(at * 5 * DAY_MS, 5.0, doubted=True) for at in range(2)]
    assert [bar(habits[:n], 10 * DAY_MS, budget_per_month=4.0).evidence for n in (1, 2)] == [0.0, pytest.approx(5.5)]


def test_what_recurs_and_is_a_habit_must_pass_both_bars() -> None:
    """The larger evidence, and twice the larger size: one more false alarm never makes a brand ring more."""
    week = [Alarm(at_ms, 9.0, 0.1, 50, 2.0) for at_ms in DAYS[:3]]
    at_ms = DAYS[3] + DAY_MS
    habit = Alarm(at_ms - 4 * DAY_MS, 9.5, 0.5, 10, 2.0, doubted=True)
    assert bar([habit, *week], at_ms, 1.0) == Bar(pytest.approx(10.45), Size(50, 2.0))
    unknown = Alarm(at_ms - 4 * DAY_MS, 8.0, 0.5, doubted=True)
    assert bar([unknown, *week], at_ms, 1.0) == Bar(pytest.approx(9.9), Size())


def test_a_peak_only_rises() -> None:
    """It is the largest evidence of the alarm so far."""
    first = heard([Alarm(0, 0.0, doubted=True)], 5.0, 0.1, Size(30, 2.0), undoubted=True)
    assert heard(first, 2.0, 0.5, Size(20, 9.0), undoubted=False) == [Alarm(0, 5.0, 0.1, 30, 2.0)]
    assert heard([Alarm(0, 0.0, doubted=True)], 5.0, 0.5, Size(30), undoubted=False)[0].doubted


def test_the_size_of_an_alarm_whose_beginning_an_older_program_has_seen_isn_t_known() -> None:
    """Its tail says nothing of its most."""
    assert heard([Alarm(0, 5.0, 0.1)], 2.0, 0.5, Size(20, 9.0), undoubted=False) == [Alarm(0, 5.0, 0.1)]


@pytest.mark.parametrize(
    ("most", "passed"),
    [
        pytest.param((20, 30, 50), (False, True), id="twice as many as in the second largest"),
        pytest.param((1, 2, 3), (True, True), id="a brand of few, above the floor"),
        pytest.param((0, 30, 50), (False, False), id="an older program has kept one without its size"),
    ],
)
def test_what_recurs_also_rings_when_there_is_twice_as_much_of_it(most: tuple[int, ...], passed: tuple[bool, bool]) -> None:
    """59 and 60 negative mentions, whose evidence alone wouldn't do."""
    alarms = [Alarm(at_ms, 9.0, 0.1, size) for at_ms, size in zip(DAYS, most, strict=False)]
    height = bar(alarms, DAYS[3], budget_per_month=1.0)
    assert tuple(height.is_passed(4.0, Size(size), least=8) for size in (59, 60)) == passed


def test_what_recurs_at_night_isn_t_twice_as_large_by_noon() -> None:
    """Nor is a handful, however few there were before; of what has no size the evidence alone counts."""
    nights = bar([Alarm(at * DAY_MS, 9.0, 0.1, 20, 1.0) for at in range(3)], 3 * DAY_MS, budget_per_month=1.0)
    assert [nights.is_passed(4.0, Size(41, usual), least=8) for usual in (1.0, 9.0)] == [True, False]
    few = bar([Alarm(at * DAY_MS, 9.0, 0.1, 1, 0.1) for at in range(3)], 3 * DAY_MS, budget_per_month=1.0)
    assert [few.is_passed(4.0, Size(size, 0.1), least=8) for size in (15, 21)] == [False, True]
    assert not Bar(4.4).is_passed(4.0, Size(999), least=8)
    assert Bar().is_passed(-1.0, Size(), least=8)  # evidence of a level that comes more than once a month

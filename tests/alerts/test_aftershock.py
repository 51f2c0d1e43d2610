"""A second wave: after a brand has rung, it is watched more closely for a day and a half."""

import pytest

from alerts.aftershock import CLOSELY_MS
from schemas.enums import IncidentState, Kind
from tests.alerts.bench import BETWEEN, CRITICAL, HOUR, MINUTE, WARNING, Bench, config

DAY = 24 * HOUR


def after_a_crisis(rate: float = 0.02, **changes: object) -> Bench:
    """The brand has rung for ten minutes and has been calm for five hours since."""
    bench = Bench(config(**changes))
    bench.wait(10 * MINUTE, MINUTE, **{**WARNING, "rate": rate})
    bench.wait(5 * HOUR, MINUTE, rate=30.0)
    assert bench.last.state is IncidentState.RESOLVED
    return bench


def rings(bench: Bench, **level: object) -> bool:
    """Whether five minutes of a level that is no alarm on its own ring."""
    return any(alert.transition == "opened" for alert in bench.wait(5 * MINUTE, MINUTE, **{**BETWEEN, **level}))


def test_a_level_between_rings_after_a_crisis_only() -> None:
    """Twice the budget of false alarms: too common on its own."""
    assert not rings(Bench())
    bench = after_a_crisis()
    first = bench.last
    assert rings(bench)
    assert bench.last.neighbour is not None
    assert (bench.last.neighbour.brand, bench.last.neighbour.incident) == ("lacocinera", first.id)
    assert bench.last.id != first.id


def test_an_alarm_that_was_hardly_one_is_no_reason() -> None:
    """Chance makes eleven in twelve of those that are less than twelve times rarer than asked."""
    assert not rings(after_a_crisis(rate=0.09))
    assert rings(after_a_crisis(rate=0.08))


def test_it_is_calm_when_its_own_budget_says_so() -> None:
    """A raised budget makes no alarm longer."""
    bench = after_a_crisis()
    assert rings(bench)
    bench.wait(HOUR, MINUTE, rate=5.0)
    assert bench.last.state is IncidentState.RESOLVED


@pytest.mark.parametrize(("hours", "still"), [(24, True), (CLOSELY_MS // HOUR + 1, False)])
def test_it_ends_after_a_day_and_a_half(hours: int, still: bool) -> None:
    """Counted from the end of the alarm."""
    bench = after_a_crisis()
    bench.wait((hours - 5) * HOUR, MINUTE)
    assert rings(bench) is still


def test_a_false_alarm_is_no_reason() -> None:
    """Whether it is called one while it burns or after its end."""
    bench = after_a_crisis()
    bench.command("feedback", incident=bench.last.id, verdict="false")
    assert not rings(bench)


def test_who_rings_every_day_is_not_watched_more_closely() -> None:
    """The second alarm within a week opens no door to a third."""
    bench = after_a_crisis()
    bench.wait(DAY, MINUTE)
    bench.wait(10 * MINUTE, MINUTE, **CRITICAL)
    bench.wait(5 * HOUR, MINUTE, rate=30.0)
    assert not rings(bench)


def test_four_a_month_are_the_most() -> None:
    """A sensitive brand is as it was, a quiet one rings at three times its budget."""
    assert not rings(after_a_crisis(sensitivity="sensitive"), rate=5.0)
    quiet = after_a_crisis(sensitivity={"false_alarms": 0.5, "per": "brand-month"})
    assert rings(quiet, rate=1.4)
    assert 1.5 in {incident.budget_per_month for incident in quiet.incidents}


def test_another_kind_is_not_meant() -> None:
    """What comes back is anger."""
    assert not rings(after_a_crisis(), kind=Kind.TOPIC)

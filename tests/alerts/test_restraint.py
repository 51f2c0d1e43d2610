"""A brand that rings more often than asked is believed less."""

import pytest

from alerts.restraint import restrained
from schemas.enums import IncidentState
from tests.alerts.bench import HOUR, MINUTE, Bench, config

DAY = 24 * HOUR


def rung(bench: Bench, times: int, rate: float = 0.9, every_ms: int = 4 * DAY) -> Bench:
    """The brand has rung so many times, days apart, and is calm."""
    for _ in range(times):
        bench.wait(10 * MINUTE, MINUTE, rate=rate)
        bench.wait(5 * HOUR, MINUTE, rate=30.0)
        assert bench.last.state is IncidentState.RESOLVED
        bench.wait(every_ms - 5 * HOUR, HOUR)
    return bench


def rings(bench: Bench, rate: float) -> bool:
    """Whether five minutes of a level ring."""
    return any(alert.transition == "opened" for alert in bench.wait(5 * MINUTE, MINUTE, rate=rate))


@pytest.mark.parametrize(("times", "at"), [(0, 0.9), (1, 0.9), (2, 0.66), (3, 0.49), (5, 0.33)])
def test_the_more_it_has_rung_the_rarer_it_must_be(times: int, at: float) -> None:
    """At a budget of 1 the second of a month is as expected, the third must be 1.5 times as rare."""
    assert rings(rung(Bench(), times, at), at)
    assert times < 2 or not rings(rung(Bench(), times, at), at * 1.1)


def test_who_asks_for_little_is_held_back_sooner() -> None:
    """At a quarter a month one is four months' worth."""
    bench = rung(Bench(config(sensitivity="quiet")), 1, rate=0.2)
    assert not rings(bench, 0.2)
    assert rings(bench, 0.15)
    assert bench.last.budget_per_month == pytest.approx(restrained(0.25, 1))


def test_what_was_undoubted_speaks_against_nobody() -> None:
    """Three crises in a month are three crises; that nobody need doubt them may be seen after they have opened."""
    assert rings(rung(Bench(), 3, rate=0.24), 0.9)
    bench = Bench()
    for _ in range(3):
        bench.wait(3 * MINUTE, MINUTE, rate=0.9)
        rung(bench, 1, rate=0.05)
    assert rings(bench, 0.9)


@pytest.mark.parametrize("verdict", ["real", "false"])
def test_what_people_have_judged_is_left_to_their_verdicts(verdict: str) -> None:
    """A real crisis is none too many, and a false alarm isn't counted twice."""
    bench = Bench()
    for _ in range(3):
        rung(bench, 1)
        bench.command("feedback", incident=bench.last.id, verdict=verdict)
    assert rings(bench, 0.9) is (verdict == "real")
    assert bench.last.state is (IncidentState.OPEN if verdict == "real" else IncidentState.RESOLVED)


def test_it_is_forgotten_after_a_month() -> None:
    """And meanwhile the config's budget stands in each incident that it has opened at."""
    bench = rung(Bench(), 2, every_ms=3 * DAY)
    assert not rings(bench, 0.9)
    bench.wait(31 * DAY, HOUR)
    assert rings(bench, 0.9)
    assert bench.last.budget_per_month == 1.0


def test_an_incident_does_not_hold_itself_back() -> None:
    """While it burns, and while it lingers, it goes on and opens again as it began."""
    bench = Bench(config(sensitivity="quiet"))
    bench.wait(2 * HOUR, MINUTE, rate=0.24)
    assert bench.last.state is IncidentState.OPEN
    bench.wait(40 * MINUTE, MINUTE, rate=30.0)
    assert bench.last.state is IncidentState.RESOLVED
    bench.wait(10 * MINUTE, MINUTE, rate=0.24)
    assert bench.last.state is IncidentState.OPEN
    assert len({incident.id for incident in bench.incidents}) == 1


def test_one_story_counts_once() -> None:
    """Anger that grows for two days rings more than once."""
    assert rings(rung(Bench(), 2, every_ms=DAY), 0.9)

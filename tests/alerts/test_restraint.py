"""A brand that rings more often than asked is believed less."""

import pytest

from alerts.brand import BrandIncidents
from alerts.feedback import Case, forgotten, judged
from alerts.restraint import in_force, restrained
from schemas.enums import IncidentState, Kind, Verdict
from tests.alerts.bench import HOUR, MINUTE, START_MS, Bench, config, figures

DAY = 24 * HOUR


def rung(bench: Bench, times: int, rate: float = 0.9, every_ms: int = 4 * DAY + 5 * HOUR) -> Bench:
    """The brand has rung so many times, days apart and at another hour each, and is calm."""
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


def test_a_real_crisis_is_none_too_many() -> None:
    """What people call real is held against nobody."""
    bench = Bench()
    for _ in range(3):
        rung(bench, 1)
        bench.command("feedback", incident=bench.last.id, verdict="real")
    assert rings(bench, 0.9)


@pytest.mark.parametrize("budget", [0.25, 0.5, 1.0, 4.0])
def test_each_more_called_false_lowers_the_budget(budget: float) -> None:
    """Whatever was held against the brand before somebody said so; and real ones raise it."""
    opened = [Case(f"i{n}", START_MS + n * 4 * DAY, doubted=True) for n in range(4)]
    now_ms = START_MS + 17 * DAY
    for verdict, down in ((Verdict.FALSE, True), (Verdict.REAL, False)):
        cases, found = opened, []
        for number in range(5):
            found.append(in_force(budget, BrandIncidents("ikea", cases=cases), now_ms))
            cases = judged(cases, f"i{number}", verdict)
        assert found == sorted(found, reverse=down)
    assert in_force(budget, BrandIncidents("ikea", cases=forgotten(opened)), now_ms) == budget


def test_what_became_a_surge_is_not_held_against_the_brand() -> None:
    """Neither after it, nor while the surge burns: its budget stays as it opened."""
    bench = Bench(config(sensitivity="quiet"))
    bench.wait(5 * MINUTE, MINUTE, rate=0.2, kind=Kind.TOPIC)
    bench.wait(4 * HOUR, MINUTE, rate=0.2)
    assert {incident.budget_per_month for incident in bench.incidents} == {0.25}
    bench.wait(5 * HOUR, MINUTE, rate=30.0)
    assert bench.last.state is IncidentState.RESOLVED
    bench.wait(DAY, HOUR)
    assert rings(bench, restrained(0.25, 1))


def test_brands_that_share_an_incident_are_believed() -> None:
    """Three times in a month two brands of a group rang with the same words: that is no chance."""
    groups = [{"id": name, "names": [name], "group": "food"} for name in ("lacocinera", "fogones")]
    bench, words = Bench(config(brands=groups)), figures(novelty={"caballo": 9.0, "carne": 8.0})
    for _ in range(3):
        for _ in range(12):
            for brand in ("lacocinera", "fogones"):
                bench.say(brand=brand, rate=0.5, figures=words)
            bench.wait(MINUTE, MINUTE)
        assert any(incident.members for incident in bench.incidents)
        for brand in ("lacocinera", "fogones"):
            bench.say(brand=brand, rate=30.0)
        bench.wait(5 * DAY, HOUR)
    bench.say(brand="fogones", rate=0.9)
    assert bench.last.budget_per_month == 1.0


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

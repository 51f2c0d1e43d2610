"""An incident's life, from the first level that rings to the last word about it."""

from typing import Any

import pytest

from schemas.enums import Severity
from tests.alerts.bench import (
    BETWEEN,
    CALM,
    CRITICAL,
    HOUR,
    MINUTE,
    SECOND,
    WARNING,
    Bench,
    burning,
    config,
    figures,
    whats,
)


def test_an_incident_opens_with_an_id_that_says_what_and_when() -> None:
    """Brand, kind and minute of the opening; the record carries the whole level."""
    bench = Bench()
    bench.say(**WARNING)
    incident = bench.last
    assert (incident.id, incident.state, incident.severity) == ("lacocinera-surge-201302261208", "open", "warning")
    assert (incident.since_ms, incident.budget_per_month, incident.config_hash) == (bench.now_ms - MINUTE, 1.0, "hash")
    assert incident.figures == incident.peak_figures == figures()
    assert bench.alerts == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(BETWEEN, id="more often than the budget allows"),
        pytest.param(WARNING | {"figures": figures(authors=4)}, id="below a floor"),
    ],
)
def test_what_does_not_ring_leaves_nothing_behind(changes: dict[str, Any]) -> None:
    """No incident, no alert, no state to keep."""
    bench = Bench()
    bench.say(**changes)
    bench.wait(HOUR)
    assert (bench.alerts, bench.incidents) == ([], [])
    assert bench.desk.changed() == {}


@pytest.mark.parametrize(("changes", "wait_s"), [(WARNING, 60), (CRITICAL, 5)])
def test_the_first_alert_waits_and_goes_with_the_newest_figures(changes: dict[str, Any], wait_s: int) -> None:
    """5 s when critical, 60 s otherwise."""
    bench = Bench()
    bench.say(**changes)
    assert bench.wait((wait_s - 1) * SECOND, step_ms=SECOND) == []
    bench.say(**changes, figures=figures(mentions=999))
    assert bench.alerts == []
    alerts = bench.wait(SECOND)
    assert {alert.incident.figures.mentions for alert in alerts} == {999}
    assert {alert.transition for alert in alerts} == {"opened"}


def test_without_group_wait_the_first_alert_goes_at_once() -> None:
    """0 s = with the level that opens it."""
    bench = Bench(config(alerts={"group_wait": {"other": "0 s"}}))
    assert [alert.destination for alert in bench.say(**WARNING).alerts] == ["slack", "webhook"]


def test_a_rise_shortens_the_wait_for_the_first_alert() -> None:
    """Critical waits 5 s, from the rise."""
    bench = Bench()
    bench.say(**WARNING)
    bench.wait(10 * SECOND)
    bench.say(**CRITICAL)
    assert bench.wait(4 * SECOND, step_ms=SECOND) == []
    assert [alert.transition for alert in bench.wait(SECOND)] == ["opened"] * 3


def test_a_crisis_that_is_over_before_anybody_was_told_is_not_told() -> None:
    """It stands in the record alone."""
    bench = Bench(config(alerts={"group_wait": {"other": "10 min"}, "calm_for": "2 min"}))
    bench.say(**WARNING)
    bench.wait(3 * MINUTE, **CALM)
    assert (bench.last.state, bench.last.resolved_why, bench.alerts) == ("resolved", "calm", [])


def test_a_rise_rings_again_and_reaches_new_destinations_as_opened() -> None:
    """Whoever hears of it for the first time needs a trigger, not an update."""
    bench = burning()
    decisions = bench.say(**CRITICAL)
    assert [(a.destination, a.transition) for a in decisions.alerts] == [
        ("slack", "escalated"),
        ("pagerduty", "opened"),
        ("webhook", "escalated"),
    ]
    assert bench.last.notified == ["slack", "webhook", "pagerduty"]
    assert bench.last.peak_severity is Severity.CRITICAL


def test_a_fall_never_rings_and_counts_only_after_a_quarter_of_an_hour() -> None:
    """A level that wavers would ring at each rise otherwise."""
    bench = Bench()
    bench.say(**CRITICAL)
    bench.wait(10 * MINUTE, **WARNING)
    assert bench.last.severity is Severity.CRITICAL
    bench.say(**CRITICAL)
    assert bench.said() == [("slack", "opened"), ("pagerduty", "opened"), ("webhook", "opened")]
    bench.wait(17 * MINUTE, **WARNING)
    assert (bench.last.severity, bench.last.peak_severity) == ("warning", "critical")
    assert whats(bench) == ["opened", "reminder", "eased"]
    assert [transition for _, transition in bench.said()[3:]] == ["reminder"] * 3


def wavering(bench: Bench, **critical: Any) -> list[str]:
    """What slack is told while it eases for half an hour and rises again."""
    told = len(bench.alerts)
    bench.wait(30 * MINUTE, **WARNING)
    bench.wait(2 * MINUTE, **CRITICAL | critical)
    return [alert.transition for alert in bench.alerts[told:] if alert.destination == "slack"]


def test_what_wavers_rings_once_in_four_hours() -> None:
    """Each fall would make the next rise news: nine times critical in a day and a half, at a real airline."""
    bench = Bench(config(alerts={"reminders": []}))
    bench.wait(2 * MINUTE, **CRITICAL)
    assert [wavering(bench) for _ in range(8)] == [[]] * 7 + [["escalated"]]
    assert whats(bench).count("escalated") == 8
    assert wavering(bench) == []


def test_a_rise_rings_again_when_there_is_twice_as_much_as_was_told() -> None:
    """The most that was told counts, whatever there was between."""
    bench = Bench(config(alerts={"reminders": []}))
    bench.wait(2 * MINUTE, **CRITICAL)
    assert wavering(bench, figures=figures(negative=579)) == []
    assert wavering(bench, figures=figures(mentions=900, negative=580)) == ["escalated"]
    assert wavering(bench, figures=figures(mentions=900, negative=900)) == []


def test_an_acknowledgement_covers_what_it_was_given_for_and_no_more() -> None:
    """Of what is critical: it may ease and rise again. Of what has eased: critical isn't what somebody has in hand."""
    bench = Bench(config())
    bench.wait(2 * MINUTE, **CRITICAL)
    bench.command("ack", incident=bench.last.id)
    assert wavering(bench) == []
    assert (bench.last.state, bench.last.severity) == ("acknowledged", "critical")
    bench.wait(20 * MINUTE, **WARNING)
    bench.command("ack", incident=bench.last.id)
    assert wavering(bench) == ["escalated"]
    assert bench.last.state == "open"


def test_reminders_decay_until_somebody_acknowledges() -> None:
    """15, 30, 60, … minutes after the one before, and the last wait repeats."""
    bench = burning(alerts={"reminders": ["10 min", "20 min"]})
    first = bench.alerts[-1].at_ms
    bench.wait(HOUR, **WARNING)
    at = [(alert.at_ms - first) // MINUTE for alert in bench.alerts if alert.destination == "slack"]
    assert at == [0, 10, 30, 50]


def test_a_rise_starts_the_reminders_again() -> None:
    """From the first wait."""
    bench = burning(alerts={"reminders": ["10 min", "1 h"]})
    bench.wait(15 * MINUTE, **WARNING)
    bench.say(**CRITICAL)
    assert {alert.transition for alert in bench.wait(10 * MINUTE, **CRITICAL)} == {"reminder"}


def test_nobody_is_reminded_of_what_is_calm() -> None:
    """Soon it is over; or it rings on, and the reminder goes."""
    bench = burning(alerts={"reminders": ["10 min"]})
    assert bench.wait(20 * MINUTE, **CALM) == []
    assert [a.transition for a in bench.wait(2 * MINUTE, **WARNING)] == ["reminder", "reminder"]


def test_without_reminders_nobody_is_reminded() -> None:
    """An empty list in the config."""
    bench = burning(alerts={"reminders": []})
    assert bench.wait(5 * HOUR, step_ms=MINUTE, **WARNING) == []


def test_an_acknowledgement_is_told_and_quiets_until_it_expires() -> None:
    """Then it rings again, as nobody's."""
    bench = burning(alerts={"ack_for": "2 h"})
    decisions = bench.command("ack", incident=bench.last.id, comment="on it")
    assert [(a.destination, a.transition) for a in decisions.alerts] == [
        ("slack", "acknowledged"),
        ("webhook", "acknowledged"),
    ]
    assert (bench.last.state, bench.last.acked_by, whats(bench)[-1]) == ("acknowledged", "ana", "acknowledged: on it")
    assert bench.wait(2 * HOUR - MINUTE, **WARNING) == []
    assert [a.transition for a in bench.wait(2 * MINUTE, **WARNING)] == ["reminder", "reminder"]
    assert (bench.last.state, bench.last.acked_by) == ("open", "")
    assert "acknowledgement expired" in whats(bench)


def test_a_rise_rings_although_acknowledged() -> None:
    """An acknowledgement covers what it was given for."""
    bench = burning()
    bench.command("ack", incident=bench.last.id)
    assert len(bench.say(**CRITICAL).alerts) == 3
    assert (bench.last.state, bench.last.acked_by) == ("open", "")


def test_what_is_acknowledged_before_anybody_was_told_is_not_told() -> None:
    """Somebody has it already; when that expires, the others hear of it for the first time."""
    bench = Bench(config(alerts={"ack_for": "1 h"}))
    bench.say(**WARNING)
    assert bench.command("ack", incident=bench.last.id).alerts == []
    assert bench.wait(HOUR - SECOND, **WARNING) == []
    assert [a.transition for a in bench.wait(SECOND)] == ["opened", "opened"]

"""An incident's life, from the first level that rings to the last word about it."""

from typing import Any

import pytest

from alerts.story import LENGTH
from schemas.enums import Kind, Outcome, Severity
from schemas.signal import Command, Source
from tests.alerts.bench import BETWEEN, CALM, CRITICAL, HOUR, MINUTE, SECOND, WARNING, Bench, config, figures, level


def whats(bench: Bench) -> list[str]:
    """The story of the newest record."""
    return [entry.what for entry in bench.last.timeline]


def burning(**changes: Any) -> Bench:
    """A warning that slack and the webhook have been told of, two minutes old."""
    bench = Bench(config(**changes))
    bench.say(**WARNING)
    bench.wait(2 * MINUTE, **WARNING)
    assert bench.said() == [("slack", "opened"), ("webhook", "opened")]
    return bench


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


def test_it_resolves_after_calm_has_lasted_and_tells_those_that_were_told() -> None:
    """And nobody else."""
    bench = burning()
    told = len(bench.alerts)
    bench.wait(29 * MINUTE, **CALM)
    bench.say(**BETWEEN)
    bench.wait(31 * MINUTE, **CALM)
    resolved = [a for a in bench.alerts[told:] if a.transition == "resolved"]
    assert [a.destination for a in resolved] == ["slack", "webhook"]
    assert (bench.last.state, bench.last.resolved_why) == ("resolved", "calm")
    assert resolved[0].at_ms == bench.last.resolved_ms == bench.last.timeline[-1].at_ms


def test_a_last_calm_level_is_enough_to_resolve() -> None:
    """watch says one when it falls below its floor, and then nothing."""
    bench = burning()
    bench.say(**CALM)
    bench.wait(29 * MINUTE)
    assert bench.last.state == "open"
    bench.wait(MINUTE)
    assert (bench.last.state, bench.last.resolved_why) == ("resolved", "calm")


def test_a_level_that_is_not_restated_closes() -> None:
    """A change of config can take away what states it: nothing may burn for ever."""
    bench = burning()
    bench.wait(5 * MINUTE)
    assert bench.last.state == "open"
    bench.wait(10 * SECOND)
    assert (bench.last.state, bench.last.resolved_why) == ("resolved", "not_restated")


def test_a_stalled_watcher_is_no_calm_crowd() -> None:
    """Its partition's own time must pass before its levels are missed."""
    bench = Bench()
    bench.tick(partition=1, partitions=2)
    bench.say(**WARNING)
    for _ in range(30):
        bench.now_ms += MINUTE
        bench.tick(partition=1, partitions=2)
    assert bench.last.state == "open"
    bench.tick(partition=0, partitions=2)
    assert bench.last.state == "resolved"


def test_talk_without_anger_takes_over_from_anger_that_has_calmed_down() -> None:
    """watch states one of the two; the other is calm from then on."""
    bench = burning()
    bench.wait(20 * MINUTE, rate=0.5, kind=Kind.VOLUME)
    states = {incident.kind: incident.state for incident in bench.incidents}
    assert states == {Kind.SURGE: "open", Kind.VOLUME: "open"}
    bench.wait(12 * MINUTE, rate=0.5, kind=Kind.VOLUME)
    surge = [incident for incident in bench.incidents if incident.kind is Kind.SURGE][-1]
    assert (surge.state, surge.resolved_why) == ("resolved", "calm")
    assert all(alert.incident.kind is Kind.SURGE for alert in bench.alerts)


def test_talk_without_anger_is_recorded_and_tells_nobody() -> None:
    """Of severity watch, whatever it is like."""
    bench = Bench(config(alerts={"webhook": {"url": "https://example.com", "min_severity": "watch"}}))
    bench.say(**CRITICAL, kind=Kind.VOLUME)
    bench.wait(HOUR, **CRITICAL, kind=Kind.VOLUME)
    assert (bench.alerts, bench.last.severity, bench.last.notified) == ([], "watch", [])


def test_another_measure_says_nothing_about_the_first() -> None:
    """A system level beside a surge neither calms nor ends it."""
    bench = burning()
    bench.wait(20 * MINUTE, **WARNING)
    bench.say(kind=Kind.SYSTEM)
    assert {i.kind: i.state for i in bench.incidents} == {Kind.SURGE: "open", Kind.SYSTEM: "open"}


def test_a_second_wave_within_the_linger_time_is_the_same_incident() -> None:
    """It waits as a first alert does; those that were told it is over are told that it is worse again."""
    bench = burning()
    first = bench.last
    bench.wait(40 * MINUTE, **CALM)
    told = len(bench.alerts)
    bench.say(**CRITICAL)
    assert (bench.last.id, bench.last.state, bench.last.resolved_ms) == (first.id, "open", 0)
    assert whats(bench)[-1] == "second wave"
    assert bench.last.revision > first.revision
    bench.wait(5 * SECOND)
    assert bench.said(told) == [("slack", "escalated"), ("pagerduty", "opened"), ("webhook", "escalated")]


def test_a_second_wave_that_is_over_before_it_was_told_is_not_told() -> None:
    """Nor is its end: those who heard of the first wave believe that it is over."""
    bench = Bench(config(alerts={"calm_for": "1 min", "group_wait": {"other": "2 min"}}))
    bench.say(**WARNING)
    bench.wait(3 * MINUTE, **WARNING)
    bench.wait(3 * MINUTE, **CALM)
    told = len(bench.alerts)
    bench.say(**WARNING)
    bench.wait(5 * MINUTE, **CALM)
    assert (bench.last.state, bench.said(told)) == ("resolved", [])


@pytest.mark.parametrize(("age_h", "same"), [(20, True), (24, False)])
def test_past_a_day_a_new_wave_is_a_new_incident(age_h: int, same: bool) -> None:
    """However short the calm was."""
    bench = Bench(config(alerts={"reminders": []}))
    bench.say(**WARNING)
    first = bench.last.id
    bench.wait(age_h * HOUR, step_ms=MINUTE, **WARNING)
    bench.wait(40 * MINUTE, **CALM)
    bench.say(**WARNING)
    assert (bench.last.id == first) is same


def test_after_the_linger_time_a_wave_is_a_new_incident_and_the_old_one_is_forgotten() -> None:
    """2 h after its end."""
    bench = burning()
    first = bench.last.id
    bench.wait(40 * MINUTE, **CALM)
    bench.wait(2 * HOUR + MINUTE, step_ms=MINUTE)
    assert bench.command("ack", incident=first).incidents == []
    bench.say(**WARNING)
    assert bench.last.id != first


def test_without_linger_and_calm_one_minute_still_has_one_incident() -> None:
    """Its id would be the same."""
    bench = Bench(config(alerts={"linger": "0 s", "calm_for": "1 s", "group_wait": {"other": "0 s"}}))
    for _ in range(3):
        bench.say(**WARNING)
        bench.wait(SECOND)
        bench.say(**CALM)
        bench.wait(2 * SECOND)
    assert len({incident.id for incident in bench.incidents}) == 1
    assert len({alert.id for alert in bench.alerts}) == len(bench.alerts) == 12


def test_what_recurs_rings_only_when_it_is_worse() -> None:
    """The fourth alarm in a week must show 1.1 times the second largest evidence; until then it is no incident."""
    bench = Bench()
    for evidence in (3.0, 4.0, 5.0):
        bench.say(rate=0.5, evidence=evidence)
        bench.wait(40 * MINUTE, **CALM)
        bench.wait(3 * HOUR, step_ms=MINUTE)
    opened = len({incident.id for incident in bench.incidents})
    bench.say(rate=0.5, evidence=4.3)
    assert (opened, len({incident.id for incident in bench.incidents})) == (3, 3)
    bench.say(rate=0.5, evidence=4.5)
    assert len({incident.id for incident in bench.incidents}) == 4


def test_the_peak_is_kept() -> None:
    """The level of the largest evidence, beside the newest."""
    bench = burning()
    bench.wait(MINUTE, rate=0.2, evidence=5.0, figures=figures(mentions=1_000))
    peak_ms = bench.now_ms
    bench.wait(5 * MINUTE, rate=0.5, evidence=4.0)
    incident = bench.last
    assert (incident.peak_evidence, incident.peak_ms, incident.peak_figures.mentions) == (5.0, peak_ms, 1_000)
    assert (incident.evidence, incident.figures.mentions) == (4.0, 412)


def test_figures_are_written_every_10_s_of_log_time_at_most() -> None:
    """watch may state many levels a second."""
    bench = burning()
    before = len(bench.incidents)
    for _ in range(40):
        bench.now_ms += SECOND
        bench.say(**WARNING)
    assert len(bench.incidents) - before == 4


def test_the_story_is_bounded() -> None:
    """The opening and the newest lines."""
    bench = burning()
    for _ in range(LENGTH + 10):
        bench.command("feedback", verdict="real", incident=bench.last.id)
    assert len(bench.last.timeline) == LENGTH
    assert whats(bench)[:2] == ["opened", "confirmed"]


def test_two_brands_of_a_group_have_their_own_incidents() -> None:
    """Whatever partition they share."""
    bench = Bench()
    bench.say(**WARNING)
    bench.say(**WARNING, brand="ikea")
    assert [incident.id for incident in bench.incidents] == ["lacocinera-surge-201302261208", "ikea-surge-201302261208"]


def test_an_alert_has_its_place_in_the_log() -> None:
    """The signals partition and offset that it was decided at, and its number there."""
    bench = burning()
    sources = [alert.source for alert in bench.alerts]
    assert sources == [Source(3, sources[0].offset, 0), Source(3, sources[0].offset, 1)]


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Outcome.FAILED, "not delivered: slack failed 404 no such channel"),
        (Outcome.EXPIRED, "not delivered: slack expired 404 no such channel"),
        (Outcome.IN_DOUBT, "not delivered: slack in_doubt 404 no such channel"),
        (Outcome.SENT, "opened"),
        (Outcome.SUPERSEDED, "opened"),
    ],
)
def test_what_was_not_delivered_stands_in_the_story(outcome: Outcome, line: str) -> None:
    """What arrived, or was overtaken by something newer, needs no word."""
    bench = burning()
    bench.deliver(bench.alerts[0], outcome, "404 no such channel")
    assert whats(bench)[-1] == line


def test_a_level_is_skipped_when_its_source_is_not_newer() -> None:
    """watch repeats itself after a crash; ticks and deliveries likewise, and commands by id."""
    bench = burning()
    bench.command("ack", incident=bench.last.id)
    bench.deliver(bench.alerts[0], Outcome.FAILED)
    for record, at in list(bench.log):
        decisions = bench.desk.apply(record, at)
        assert (decisions.alerts, decisions.incidents) == ([], [])


def test_a_command_that_names_nothing_changes_nothing() -> None:
    """Unknown incidents, actions and verdicts."""
    bench = burning()
    incident = bench.last.id
    for fields in (
        {"action": "ack", "incident": "unknown"},
        {"action": "ack", "brand": "unknown"},
        {"action": "dance", "incident": incident},
        {"action": "feedback", "verdict": "maybe", "incident": incident},
        {"action": "silence", "incident": incident},
        {"action": "unsilence", "incident": incident},
    ):
        decisions = bench.command(**fields)
        assert (decisions.alerts, decisions.incidents) == ([], [])


def test_a_record_that_raises_changes_nothing() -> None:
    """The engine tries it again, or sets it aside."""
    bench = burning()
    before = bench.desk.position()
    broken = Command(v=1, id="x", action="silence", author=None, at_ms=0, brand="ikea", until_ms=1)  # type: ignore[arg-type]  # broken on purpose
    with pytest.raises(AttributeError):
        bench.desk.apply(broken, Source(3, 999, 0))
    assert bench.desk.position() == before


def test_a_level_keeps_its_learning_mark() -> None:
    """An alert about a young brand says so."""
    bench = Bench()
    bench.feed(level(learning=True))
    assert bench.last.learning

"""How an incident ends, comes back, and what recurs."""

import pytest

from alerts.desk import IncidentDesk
from schemas.enums import Kind
from schemas.signal import Source, Tick, Unusual
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


@pytest.mark.parametrize("step_min", [1, 7, 97, 400])
def test_it_ends_in_its_time_however_far_another_partition_leaps(step_min: int) -> None:
    """One of which nobody is in trouble tells the time of a replay in large steps, and the clock is the least of all."""
    bench = Bench(config(time="replay", alerts={"reminders": ["20 min"]}))
    for partition in (0, 1):
        bench.tick(partition=partition, partitions=2)
    bench.say(**WARNING)
    calm_min, end_min = 40, 400
    for minute in range(1, end_min + 1):
        bench.now_ms += MINUTE
        bench.tick(partition=0, partitions=2)
        if minute <= calm_min:
            bench.say(**(WARNING if minute < calm_min else CALM))
        if minute % step_min == 0:
            bench.tick(partition=1, partitions=2)
    bench.tick(partition=1, partitions=2)
    calm_ms = bench.now_ms - (end_min - calm_min) * MINUTE
    assert 30 * MINUTE <= bench.last.resolved_ms - calm_ms <= 31 * MINUTE
    told = [alert for alert in bench.alerts if alert.destination == "slack"]
    assert [str(alert.transition) for alert in told] == ["opened", "reminder", "resolved"]


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


def test_what_recurs_rings_when_it_is_twice_as_large() -> None:
    """The brand's own storms have taught its evidence to shrug; three times as many people are news all the same."""
    bench = Bench()
    for negative in (30, 40, 50):
        bench.say(rate=0.5, evidence=5.0, figures=figures(negative=negative))
        bench.wait(40 * MINUTE, **CALM, figures=figures(negative=3))
        bench.wait(3 * HOUR, step_ms=MINUTE)
    bench.say(rate=0.5, evidence=3.5, figures=figures(negative=79))
    before = len({incident.id for incident in bench.incidents})
    bench.say(rate=0.5, evidence=3.5, figures=figures(negative=80))
    assert (before, len({incident.id for incident in bench.incidents})) == (3, 4)


def test_what_becomes_a_surge_goes_on_as_one() -> None:
    """The incident of the loud voice doesn't end as if all were well."""
    bench = Bench()
    bench.say(rate=0.5, kind=Kind.INFLUENCER)
    bench.wait(5 * MINUTE, rate=0.5, kind=Kind.INFLUENCER)
    bench.wait(40 * MINUTE, **CRITICAL)
    ended = {incident.kind: incident for incident in bench.incidents}
    assert ended[Kind.SURGE].state.value == "open"
    assert ended[Kind.INFLUENCER].merged_into == ended[Kind.SURGE].id


def test_what_comes_more_than_once_a_month_rings_where_that_is_allowed() -> None:
    """The evidence of these kinds is the logarithm of a rate, below 0 where it is more than one a month."""
    bench = Bench(config(sensitivity="sensitive"))
    bench.wait(5 * MINUTE, rate=2.0, evidence=-0.69, kind=Kind.TOPIC)
    assert [incident.kind for incident in bench.incidents][:1] == [Kind.TOPIC]


def test_a_restored_desk_decides_a_leap_as_one_that_goes_on() -> None:
    """However many brands it remembers of which nobody is in trouble: what is looked at when is no matter of memory."""
    bench = Bench(config())
    for number in range(700):
        bench.say(brand=f"b{number}", **WARNING)
    bench.wait(3 * HOUR, step_ms=MINUTE)
    bench.say(brand="ikea", **WARNING)
    bench.wait(2 * MINUTE, brand="ikea", **WARNING)
    bench.say(brand="ikea", **CALM)
    restored = IncidentDesk(bench.config, "hash")
    restored.restore({name: raw for name, raw in bench.desk.changed().items() if raw}, bench.desk.position())
    tick, at = Tick(1, Source(0, bench.offset, 0), bench.now_ms + 6 * HOUR, 1), Source(3, bench.offset, 0)
    assert restored.apply(tick, at) == bench.desk.apply(tick, at)


def test_the_peak_of_a_silence_is_where_most_are_missing() -> None:
    """Not where they come back and are angry."""
    bench = Bench(config())
    for minutes, missing in ((5, 100), (5, 120), (5, 90)):
        shown = figures(negative=400 - missing, unusual=Unusual(126 - missing, 126, ""))
        bench.wait(minutes * MINUTE, kind=Kind.SILENCE, rate=0.01, figures=shown)
    assert bench.last.peak_figures.unusual == Unusual(6, 126, "")

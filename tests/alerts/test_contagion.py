"""Brands of one group: the same crisis is one incident, the others are watched more closely, and nothing is told twice."""

from collections.abc import Iterable
from typing import Any

import pytest

from alerts.contagion import AGAIN_MS
from alerts.desk import IncidentDesk
from alerts.vigilance import CLOSELY_MS
from schemas.alert import Alert
from schemas.config.model import Config
from schemas.enums import IncidentState, Kind, Severity
from schemas.incident import Incident
from tests.alerts.bench import CALM, CRITICAL, HOUR, MINUTE, SECOND, WARNING, Bench, config, figures

MEAT = {"carne de caballo": 5.0, "caballo": 5.5, "carne": 4.0, "asco": 1.0}
PRICES = {"precio": 4.0, "subida": 3.5}
NEAR: dict[str, Any] = {"rate": 3.0}  # rings only for a brand that is watched more closely


def group(**changes: Any) -> Config:
    """Three brands of one group, and one alone."""
    brands = [{"id": b, "names": [b.title()], "group": "food"} for b in ("fogones", "lumbre", "molino")]
    return config(brands=[*brands, {"id": "telar", "names": ["Telar"]}], **changes)


def say(bench: Bench, *brands: str, words: dict[str, float] = MEAT, **level: Any) -> None:
    for brand in brands:
        alone = "food" if brand != "telar" else "telar"
        bench.say(brand=brand, group=alone, figures=figures(novelty=words, terms=list(words)), **level)


def burn(bench: Bench, minutes: int, *brands: str, **level: Any) -> list[Alert]:
    """These brands' levels, restated each minute; the alerts of that time."""
    before = len(bench.alerts)
    for _ in range(minutes):
        say(bench, *brands, **level)
        bench.wait(MINUTE, 20 * SECOND)
    return bench.alerts[before:]


def last(bench: Bench) -> dict[str, Incident]:
    """Each incident as it was last recorded."""
    return {incident.id: incident for incident in bench.incidents}


def spread(**changes: Any) -> Bench:
    """Fogones has rung, and ten minutes later Lumbre with the same words."""
    bench = Bench(group(**changes))
    burn(bench, 10, "fogones", **WARNING)
    burn(bench, 3, "fogones", "lumbre", **WARNING)
    return bench


def kept(bench: Bench) -> Incident:
    (found,) = [i for i in last(bench).values() if i.kind is Kind.CONTAGION]
    return found


def told(alerts: Iterable[Alert]) -> list[tuple[str, str]]:
    return [(alert.destination, alert.transition.value) for alert in alerts]


def test_the_same_words_in_two_brands_are_one_incident() -> None:
    """It keeps the id of the earlier one; the other resolves as merged into it."""
    bench = spread()
    first, second = sorted(last(bench).values(), key=lambda incident: incident.opened_ms)
    assert (first.kind, first.state, first.brands) == (Kind.CONTAGION, IncidentState.OPEN, ["fogones", "lumbre"])
    assert (second.brand, second.state, second.resolved_why) == ("lumbre", IncidentState.RESOLVED, f"merged into {first.id}")
    assert second.merged_into == first.id
    assert [entry.what for entry in first.timeline][-1] == "spread to: lumbre · carne de caballo"
    assert [(m.brand, m.words) for m in first.members] == [("fogones", []), ("lumbre", ["carne de caballo"])]


def test_one_alert_tells_that_it_has_spread() -> None:
    """The second brand has rung nobody yet, so there is nothing to take back: each destination hears one sentence."""
    bench = Bench(group())
    assert told(burn(bench, 10, "fogones", **WARNING)) == [("slack", "opened"), ("webhook", "opened")]
    alerts = burn(bench, 5, "fogones", "lumbre", **WARNING)
    assert told(alerts) == [("slack", "escalated"), ("webhook", "escalated")]
    assert [alert.incident.spread_to for alert in alerts] == [["lumbre"]] * 2
    assert kept(bench).spread_to == []


def test_nobody_is_reminded_of_a_shared_one_while_all_its_brands_are_calm() -> None:
    """One that isn't is reason enough."""
    bench = spread(alerts={"reminders": ["10 min"]})
    assert burn(bench, 20, "fogones", "lumbre", **CALM) == []
    assert told(burn(bench, 2, "lumbre", **WARNING)) == [("slack", "reminder"), ("webhook", "reminder")]


@pytest.mark.parametrize(
    ("words", "brand"),
    [
        pytest.param(PRICES, "lumbre", id="other words"),
        pytest.param({}, "lumbre", id="no words"),
        pytest.param({"carne": 1.9, "caballo": 1.9, "retraso": 1.5}, "lumbre", id="merely busy"),
        pytest.param({"carne": 5.0}, "lumbre", id="one word"),
        pytest.param({"fogones": 6.0, "lumbre": 6.0}, "lumbre", id="the brands' names"),
        pytest.param(MEAT, "telar", id="another group"),
    ],
)
def test_what_is_not_the_same_stays_apart(words: dict[str, float], brand: str) -> None:
    """Two incidents, each with its own alerts."""
    bench = Bench(group())
    mixed = MEAT | {"fogones": 6.0, "lumbre": 6.0}
    burn(bench, 3, "fogones", words=mixed, **WARNING)
    for _ in range(3):
        burn(bench, 1, "fogones", words=mixed, **WARNING)
        burn(bench, 1, brand, words=words, **WARNING)
    assert {(i.brand, i.kind) for i in last(bench).values()} == {("fogones", Kind.SURGE), (brand, Kind.SURGE)}


def test_an_incident_that_was_told_is_taken_back_when_its_words_turn_out_the_same() -> None:
    """Whoever was told of the second one is told where it went; a pager's page of it is closed."""
    bench = Bench(group())
    for _ in range(4):
        burn(bench, 1, "fogones", **CRITICAL)
        burn(bench, 1, "lumbre", words=PRICES, **CRITICAL)
    assert [a.destination for a in bench.alerts if a.incident.brand == "lumbre"] == ["slack", "pagerduty", "webhook"]
    alerts = burn(bench, 2, "fogones", "lumbre", **CRITICAL)
    of_second = [a for a in alerts if a.incident.brand == "lumbre"]
    assert told(of_second) == [("slack", "resolved"), ("pagerduty", "resolved"), ("webhook", "resolved")]
    assert told(a for a in alerts if a.incident.brand == "fogones") == [
        ("slack", "escalated"), ("pagerduty", "escalated"), ("webhook", "escalated"),
    ]  # fmt: skip


def test_a_third_brand_joins_and_those_of_ten_minutes_are_told_at_once() -> None:
    """No flood: the next alert that says who has joined waits."""
    bench = spread()
    alerts = burn(bench, 3, "fogones", "lumbre", "molino", **WARNING)
    assert kept(bench).brands == ["fogones", "lumbre", "molino"]
    assert [a.incident.spread_to for a in alerts if a.destination == "slack"] == [["lumbre", "molino"]] or not alerts
    more = burn(bench, AGAIN_MS // MINUTE, "fogones", "lumbre", "molino", **WARNING)
    assert [a.incident.spread_to for a in [*alerts, *more] if a.destination == "slack"][-1] == ["molino"]


def test_a_brand_that_joins_rings_though_somebody_has_acknowledged() -> None:
    """It needs somebody else, too."""
    bench = Bench(group())
    burn(bench, 10, "fogones", **WARNING)
    bench.command("ack", incident=bench.last.id)
    alerts = burn(bench, 3, "fogones", "lumbre", **WARNING)
    assert told(alerts) == [("slack", "escalated"), ("webhook", "escalated")]
    assert (kept(bench).state, kept(bench).acked_by) == (IncidentState.OPEN, "")


def test_the_worst_member_says_how_bad_it_is() -> None:
    """The second brand becomes critical: the pager is called for the one incident."""
    bench = spread()
    for _ in range(2):
        say(bench, "fogones", **WARNING)
        say(bench, "lumbre", **CRITICAL)
        bench.wait(MINUTE)
    assert (kept(bench).severity, kept(bench).brand) == (Severity.CRITICAL, "fogones")
    assert ("pagerduty", "opened") in bench.said()


def test_it_ends_when_all_are_calm() -> None:
    """The first is calm long before the second; then whoever was told is told."""
    bench = spread()
    burn(bench, 40, "lumbre", **WARNING)
    assert [bool(m.ended_ms) for m in kept(bench).members] == [True, False]
    assert kept(bench).state is IncidentState.OPEN
    alerts = bench.wait(40 * MINUTE)
    assert told(alerts)[-2:] == [("slack", "resolved"), ("webhook", "resolved")]
    assert kept(bench).resolved_why == "calm"
    bench.wait(3 * HOUR)
    assert not bench.desk.waits


def test_a_second_wave_of_a_member_is_the_same_incident() -> None:
    """While it lingers; not a new one of that brand."""
    bench = spread()
    bench.wait(HOUR)
    assert kept(bench).state is IncidentState.RESOLVED
    burn(bench, 3, "lumbre", **WARNING)
    assert kept(bench).state is IncidentState.OPEN
    assert len(last(bench)) == 2


@pytest.mark.parametrize("by", ["kept", "member"])
def test_buttons_of_old_alerts_work_on_the_incident_that_is_left(by: str) -> None:
    """Acknowledge, silence, false alarm: by its id, or by that of one that was merged into it."""
    bench = spread()
    ids = {"kept": kept(bench).id, "member": kept(bench).members[1].incident}
    bench.command("ack", incident=ids[by])
    assert kept(bench).acked_by == "ana"
    bench.command("silence", incident=ids[by], comment="we are at it", until_ms=bench.now_ms + HOUR)
    assert told(burn(bench, 5, "fogones", "lumbre", **CRITICAL)) == []
    bench.command("feedback", incident=ids[by], verdict="false")
    assert (kept(bench).state, kept(bench).resolved_why) == (IncidentState.RESOLVED, "false_alarm")
    standing = bench.desk.standing().brands
    assert {name: brand.verdicts.false for name, brand in standing.items()} == {"fogones": 1, "lumbre": 1}
    assert told(burn(bench, 5, "fogones", "lumbre", **CRITICAL)) == []


def test_a_verdict_the_morning_after_is_one_on_each_brand() -> None:
    """The desk holds the incident no more; the record that comes along names its members."""
    from schemas.wire import encode

    bench = spread()
    bench.wait(12 * HOUR)
    bench.command("feedback", incident=kept(bench).id, verdict="real", record=encode(kept(bench)))
    standing = bench.desk.standing().brands
    assert {name: brand.verdicts.real for name, brand in standing.items()} == {"fogones": 1, "lumbre": 1}
    assert bench.last.timeline[-1].what == "confirmed"


def test_all_that_burn_must_be_silenced_for_it_to_be_quiet() -> None:
    """One brand's silence holds nothing back for the other."""
    for brands, rings in ((["fogones"], True), (["fogones", "lumbre"], False)):
        bench = spread()
        for brand in brands:
            bench.command("silence", brand=brand, comment="known", until_ms=bench.now_ms + HOUR)
        assert bool(burn(bench, 3, "fogones", "lumbre", **CRITICAL)) is rings


def test_the_others_are_watched_more_closely_for_two_hours_and_say_why() -> None:
    """A level that is no alarm on its own rings in the group of one that has rung, and nowhere else."""
    bench = Bench(group())
    burn(bench, 3, "molino", "telar", words={}, **NEAR)
    assert bench.alerts == []
    burn(bench, 3, "fogones", **WARNING)
    burn(bench, 3, "molino", "telar", words=PRICES, **NEAR)
    (found,) = [i for i in last(bench).values() if i.brand != "fogones"]
    assert (found.brand, found.budget_per_month, found.kind) == ("molino", 4.0, Kind.SURGE)
    assert found.neighbour is not None
    assert (found.neighbour.brand, found.neighbour.words) == ("fogones", [])
    bench.wait(CLOSELY_MS)
    assert burn(bench, 3, "lumbre", words={}, **NEAR) == []


def test_a_false_alarm_is_no_reason_to_watch_the_others() -> None:
    """Its verdict takes that back."""
    bench = Bench(group())
    burn(bench, 3, "fogones", **WARNING)
    bench.command("feedback", incident=bench.last.id, verdict="false")
    assert burn(bench, 3, "lumbre", words={}, **NEAR) == []


@pytest.mark.parametrize("gone", [["lumbre"], ["fogones"], ["fogones", "lumbre"]])
def test_brands_may_leave(gone: list[str]) -> None:
    """One that is dropped from the config, or from the group, ends nothing for those who stay."""
    bench = spread()
    brands = [b for b in ("fogones", "lumbre", "molino") if b not in gone]
    listed = [{"id": b, "names": [b.title()], "group": "food"} for b in brands] or [{"id": "telar", "names": ["Telar"]}]
    bench.desk.reconfigure(config(brands=listed), "new")
    burn(bench, 3, *brands[:1], **WARNING)
    stays = len(gone) == 1
    assert kept(bench).state is (IncidentState.OPEN if stays else IncidentState.RESOLVED)
    assert kept(bench).resolved_why == ("" if stays else "brand_removed")


def test_a_brand_that_changes_its_group_is_on_its_own_again() -> None:
    """Its alarm goes on, as its own incident."""
    bench = spread()
    listed = [{"id": "fogones", "names": ["F"], "group": "food"}, {"id": "lumbre", "names": ["L"], "group": "other"}]
    bench.desk.reconfigure(config(brands=listed), "new")
    bench.wait(MINUTE)
    burn(bench, 3, "fogones", "lumbre", **WARNING)
    assert [bool(m.ended_ms) for m in kept(bench).members] == [False, True]
    assert {i.brand for i in last(bench).values() if i.state is IncidentState.OPEN} == {"fogones", "lumbre"}


def test_a_restart_at_any_record_decides_the_same() -> None:
    """The state holds all of it."""
    bench = spread()
    burn(bench, 2, "fogones", "lumbre", "molino", **CRITICAL)
    bench.command("ack", incident=kept(bench).members[1].incident)
    bench.wait(80 * MINUTE)
    for cut in range(0, len(bench.log), 7):
        before, after = IncidentDesk(bench.config, "hash"), IncidentDesk(bench.config, "hash")
        decided = [before.apply(*each) for each in bench.log[:cut]]
        states = {name: raw for name, raw in before.changed().items() if raw is not None}
        after.restore(states, before.position())
        decided += [after.apply(*each) for each in bench.log[cut:]]
        assert [alert for each in decided for alert in each.alerts] == bench.alerts
        assert [incident for each in decided for incident in each.incidents] == bench.incidents


def test_nothing_is_left_undone() -> None:
    """The auditor finds no open incident without a next step."""
    bench = spread()
    burn(bench, 30, "fogones", "lumbre", **WARNING)
    assert bench.desk.audit() == []

"""The auditor: nothing to find in any life of an incident, and each broken promise found."""

from collections.abc import Iterable

import msgspec
import pytest

from alerts.audit import SLACK_MS, WAIT_MS, Finding, audit_brand, audit_lane
from alerts.brand import BrandIncidents
from alerts.outbox_lane import Lane, Waiting
from alerts.rules import installation_rules
from alerts.track import Track
from schemas.enums import Audit, Kind, Outcome, Transition
from schemas.logclock import LogClock
from tests.alerts.bench import CALM, CRITICAL, HOUR, MINUTE, WARNING, Bench, config
from tests.alerts.outbox_world import START_MS, World, make_alert

RULES = installation_rules(config(), "hash")


def _audited(bench: Bench, minutes: int, **restated: object) -> None:
    """Lets time pass and has every minute of it audited."""
    for _ in range(minutes):
        bench.wait(MINUTE, **restated)
        assert bench.desk.audit() == []


@pytest.mark.parametrize("reminders", [["15 min", "1 h"], []])
def test_a_life_with_all_its_turns_leaves_nothing_to_find(reminders: list[str]) -> None:
    """Opened, up, acknowledged until that expires, silenced, calm, closed, a second wave, no longer stated."""
    bench = Bench(config(alerts={"reminders": reminders, "ack_for": "30 min"}))
    _audited(bench, 20, **WARNING)
    _audited(bench, 20, **CRITICAL)
    bench.command("ack", incident=bench.incidents[-1].id)
    _audited(bench, 60, **CRITICAL)
    bench.command("silence", brand="lacocinera", comment="known", until_ms=bench.now_ms + HOUR)
    _audited(bench, 90, **CRITICAL)
    _audited(bench, 60, rate=9.0, evidence=1.0)
    _audited(bench, 20, **CRITICAL)
    _audited(bench, 20)
    assert bench.incidents[-1].resolved_why == "not_restated"


def test_a_reminder_that_waits_while_it_is_calm_is_not_overdue() -> None:
    """It would ring as a fault of ours."""
    bench = Bench(config(alerts={"reminders": ["3 min"]}))
    _audited(bench, 2, **WARNING)
    _audited(bench, 25, **CALM)


def test_reminders_that_a_config_brings_later_hold_for_what_is_open() -> None:
    """At its next tick; until then the auditor would find it."""
    bench = Bench(config(alerts={"reminders": []}))
    bench.wait(5 * MINUTE, **WARNING)
    bench.desk.reconfigure(config(), "other")
    assert [finding.check for finding in bench.desk.audit()] == [Audit.NO_REMINDER]
    _audited(bench, 5, **WARNING)
    assert [alert.transition for alert in bench.wait(20 * MINUTE, **WARNING)][:1] == [Transition.REMINDER]


def _brand(**changes: object) -> BrandIncidents:
    """A brand with an open incident and what is wrong with its track or life."""
    bench = Bench()
    bench.wait(5 * MINUTE, **WARNING)
    state = bench.desk._brands["lacocinera"]
    track = state.tracks[Kind.SURGE]
    assert track.life is not None
    life_changes = {name: value for name, value in changes.items() if name in track.life.__struct_fields__}
    track_changes = {name: value for name, value in changes.items() if name not in life_changes}
    life = msgspec.structs.replace(track.life, **life_changes)
    track = msgspec.structs.replace(track, life=life, **track_changes)
    return msgspec.structs.replace(state, tracks={Kind.SURGE: track})


def _found(state: BrandIncidents, is_restless: bool = True, later_ms: int = 0) -> list[Audit]:
    now_ms = state.now_ms + later_ms
    clock = LogClock(now_ms=now_ms, marks={0: now_ms})
    return [finding.check for finding in audit_brand(state, RULES, clock, is_restless)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"under_way": False}, [Audit.NO_END]),
        ({"pending": None}, [Audit.NO_REMINDER]),
        ({"due_ms": 1}, [Audit.OVERDUE]),  # nothing rang
        ({"due_ms": 1, "muted": True}, []),  # held back by a silence
        ({"stated_ms": 1}, [Audit.OVERDUE]),  # its watcher is gone and it isn't closed
        ({"calm_since_ms": 1}, [Audit.OVERDUE]),  # calm for years
    ],
)
def test_what_is_wrong_with_an_open_incident_is_found(changes: dict[str, object], found: list[Audit]) -> None:
    """Each of them would be a crisis that nobody is told of again."""
    assert _found(_brand(**changes)) == found


def test_a_brand_that_ticks_dont_reach_is_found() -> None:
    """However well its state looks."""
    assert _found(_brand(), is_restless=False) == [Audit.NO_END]


def test_what_is_late_by_a_little_isnt_broken() -> None:
    """Ticks come every few seconds, and may be held up by a stalled partition."""
    state = _brand()
    life = state.tracks[Kind.SURGE].life
    assert life is not None
    assert _found(state, later_ms=life.due_ms - state.now_ms + SLACK_MS)[:1] != [Audit.NO_REMINDER]
    assert _found(BrandIncidents("calm", tracks={Kind.SURGE: Track()})) == []


def test_an_outbox_in_an_outage_leaves_nothing_to_find() -> None:
    """Each alert that waits has a time, however long it goes on."""
    world = World(answer=lambda _: None)
    for incident in ("a", "b"):
        world.write(make_alert(1, Transition.OPENED, incident=incident))
    for _ in range(120):
        world.run(1)
        assert world.outbox.audit(world.now_ms) == []
    world.answer = lambda _: Outcome.SENT
    world.run(10)
    assert world.outbox.audit(world.now_ms + 10 * HOUR) == []


def _lane(**changes: object) -> Iterable[Finding]:
    waiting = msgspec.structs.replace(Waiting(make_alert(1, Transition.OPENED), START_MS), **changes)
    return audit_lane("ikea-1", Lane(waiting=[waiting]), 0, START_MS + WAIT_MS)


def test_an_alert_that_waits_for_no_time_or_that_nobody_sends_is_found() -> None:
    """The two ways in which an outbox can forget."""
    assert list(_lane()) == []
    assert list(_lane(queued_ms=START_MS - 1)) == [Finding(Audit.OVERDUE, "ikea-1")]
    assert list(_lane(queued_ms=START_MS - 1, not_before_ms=START_MS + HOUR)) == []
    assert list(_lane(not_before_ms=START_MS + 3 * HOUR)) == [Finding(Audit.NO_DUE_TIME, "ikea-1")]
    assert list(_lane(queued_ms=1, open=True, attempted_ms=START_MS + WAIT_MS)) == []
    assert list(audit_lane("ikea-1", Lane(), 0, START_MS)) == []

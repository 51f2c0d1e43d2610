"""Keys of the pager: a rise pages again, and the end closes all that was opened."""

import msgspec

from alerts.render.facts import facts
from alerts.render.pagerduty import MOST_ROUNDS, Event, render_pagerduty
from schemas.enums import Severity, Transition
from schemas.incident import Incident
from tests.alerts.render import cases

KEY = cases.INCIDENT.id


def _events(transition: Transition, incident: Incident) -> list[Event]:
    alert = cases.alert(transition, incident, "pagerduty")
    return render_pagerduty(alert, facts(alert, [], cases.EN))


def test_a_rise_in_severity_pages_under_a_key_of_its_own() -> None:
    """PagerDuty stays quiet for a key that somebody has acknowledged."""
    warning = msgspec.structs.replace(cases.INCIDENT, severity=Severity.WARNING, peak_severity=Severity.WARNING)
    first, rise = _events(Transition.OPENED, warning), _events(Transition.ESCALATED, cases.INCIDENT)
    assert [first[0]["dedup_key"], rise[0]["dedup_key"]] == [f"{KEY}:warning", f"{KEY}:critical"]


def test_a_fall_in_severity_stays_under_the_worst_key() -> None:
    """Or easing would page again."""
    easing = msgspec.structs.replace(cases.INCIDENT, severity=Severity.WARNING)
    (event,) = _events(Transition.UPDATED, easing)
    assert event["dedup_key"] == f"{KEY}:critical"
    assert event["payload"]["severity"] == "warning"


def test_a_resolve_closes_the_keys_of_all_severities() -> None:
    """Else the first page of an incident that rose stays open for ever."""
    events = _events(Transition.RESOLVED, cases.RESOLVED)
    assert [(event["event_action"], event["dedup_key"]) for event in events] == [
        ("resolve", f"{KEY}:watch"),
        ("resolve", f"{KEY}:warning"),
        ("resolve", f"{KEY}:critical"),
    ]


def test_what_rings_again_after_an_acknowledgement_is_another_page() -> None:
    """The one that was acknowledged is closed after it; acknowledgements and the end go to both."""
    again = msgspec.structs.replace(cases.INCIDENT, rounds=1)
    page, *closed = _events(Transition.REMINDER, again)
    assert (page["event_action"], page["dedup_key"]) == ("trigger", f"{KEY}:critical:2")
    assert [(event["event_action"], event["dedup_key"]) for event in closed] == [
        ("resolve", f"{KEY}:watch"),
        ("resolve", f"{KEY}:warning"),
        ("resolve", f"{KEY}:critical"),
    ]
    for transition in (Transition.ACKNOWLEDGED, Transition.RESOLVED):
        keys = {event["dedup_key"] for event in _events(transition, again)}
        assert {f"{KEY}:critical", f"{KEY}:critical:2"} <= keys
    later = _events(Transition.REMINDER, msgspec.structs.replace(again, rounds=3))
    assert {f"{KEY}:critical", f"{KEY}:critical:2", f"{KEY}:critical:3"} <= {each["dedup_key"] for each in later[1:]}
    often = _events(Transition.RESOLVED, msgspec.structs.replace(again, rounds=100))
    assert len(often) == 3 * MOST_ROUNDS
    assert often[-1]["dedup_key"] == f"{KEY}:critical:101"


def test_only_what_can_have_rung_is_closed() -> None:
    """Each event is a request: of a warning that became critical in its third round, the keys of both up to then."""
    often = msgspec.structs.replace(cases.INCIDENT, rounds=4, rang_from={Severity.WARNING: 0, Severity.CRITICAL: 2})
    keys = [event["dedup_key"] for event in _events(Transition.RESOLVED, often)]
    warnings = [f"{KEY}:warning", f"{KEY}:warning:2", f"{KEY}:warning:3"]
    assert keys == [*warnings, f"{KEY}:critical:3", f"{KEY}:critical:4", f"{KEY}:critical:5"]
    page, *closed = _events(Transition.REMINDER, often)
    assert [page["dedup_key"], *(event["dedup_key"] for event in closed)] == [keys[-1], *keys[:-1]]


def test_however_often_it_rings_few_events_are_sent() -> None:
    """Of an incident that went through all severities while it rang more often than is followed."""
    first = {Severity.WATCH: 0, Severity.WARNING: MOST_ROUNDS, Severity.CRITICAL: MOST_ROUNDS + 1}
    often = msgspec.structs.replace(cases.INCIDENT, rounds=MOST_ROUNDS + 2, rang_from=first)
    for transition in Transition:
        assert len(_events(transition, often)) <= MOST_ROUNDS + 2


def test_an_id_that_is_too_long_is_hashed_into_its_key() -> None:
    """255 characters are the limit; equal ids give equal keys."""
    long = msgspec.structs.replace(cases.INCIDENT, id="x" * 300)
    trigger, resolve = _events(Transition.OPENED, long), _events(Transition.RESOLVED, long)
    assert trigger[0]["dedup_key"] == resolve[-1]["dedup_key"]
    assert len(trigger[0]["dedup_key"]) <= 255

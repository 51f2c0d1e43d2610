"""Incidents about ourselves: a config that is refused, records that were lost, a channel that takes no alerts."""

import msgspec
import pytest

from alerts.desk import Decisions, IncidentDesk
from schemas.enums import Fault
from schemas.incident import Incident
from schemas.signal import Source, Trouble
from streams.system_signal import system_signal
from tests.alerts.bench import HOUR, MINUTE, SECOND, START_MS, WARNING, Bench, config

REFUSED = Trouble(Fault.CONFIG, "rebato.yaml", "line 3 brands[0]: unknown setting")
LOST = Trouble(Fault.LOST, "mentions", "200")
SLACK = Trouble(Fault.DESTINATION, "slack", "http_404")
LISTED = [{"id": "ikea", "names": ["IKEA"]}]


def state(bench: Bench, trouble: Trouble = REFUSED, at_ms: int | None = None, speaker: int = -1) -> Decisions:
    """A process speaks about itself, now."""
    source = Source(speaker, bench.offset, 0)
    return bench.feed(system_signal(trouble, source, bench.now_ms if at_ms is None else at_ms))


def burn(bench: Bench, minutes: int, trouble: Trouble = REFUSED, at_ms: int | None = None) -> None:
    """It is stated each minute."""
    for _ in range(minutes):
        state(bench, trouble, at_ms)
        bench.wait(MINUTE)


def newest(bench: Bench) -> dict[str, Incident]:
    """Incidents by the brand under which they are kept."""
    return {incident.brand: incident for incident in bench.incidents}


@pytest.mark.parametrize("brands", ["auto", LISTED])
def test_it_rings_at_once_though_no_config_lists_it(brands: object) -> None:
    """As a warning, to every channel that wants those, and it stays while it is stated."""
    bench = Bench(config(brands=brands))
    assert [alert.destination for alert in state(bench).alerts] == ["slack", "webhook"]
    incident = bench.last
    assert (incident.id, incident.severity) == ("rebato-config-system-201302261208", "warning")
    assert incident.trouble == REFUSED
    burn(bench, 10)
    assert bench.last.state == "open"
    assert bench.said() == [("slack", "opened"), ("webhook", "opened")]


def test_what_is_not_stated_any_more_closes_after_five_minutes() -> None:
    """The file is valid again, or it was said once: both end by themselves, and whoever was told is told."""
    bench = Bench(config(brands=LISTED))
    state(bench)
    bench.wait(5 * MINUTE)
    assert bench.last.state == "open"
    bench.wait(10 * SECOND)
    assert (bench.last.state, bench.last.resolved_why) == ("resolved", "not_restated")
    assert bench.said()[-2:] == [("slack", "resolved"), ("webhook", "resolved")]


def test_five_processes_that_say_the_same_are_one_incident_and_two_troubles_are_two() -> None:
    """Otherwise the second would be hidden behind the first."""
    bench = Bench()
    for speaker in range(-5, 0):
        state(bench, speaker=speaker)
    state(bench, LOST)
    assert set(newest(bench)) == {"rebato-config", "rebato-lost-mentions"}
    assert len({incident.id for incident in bench.incidents}) == 2


def test_in_a_replay_it_has_the_time_of_the_replay() -> None:
    """The wall clock may be years ahead of it; where no time is known yet, it waits to be stated again."""
    bench = Bench(config(time="replay"))
    burn(bench, 3, at_ms=0)
    assert bench.last.opened_ms == bench.last.since_ms == START_MS
    bench.wait(7 * MINUTE)
    assert bench.last.state == "resolved"
    desk = IncidentDesk(config(time="replay"), "hash")
    assert desk.apply(system_signal(LOST, Source(-1, 1, 0), 0), Source(0, 9, 0)) == Decisions()


def test_a_live_desk_that_hears_of_no_time_goes_by_what_it_is_told() -> None:
    """Then watch is down, which is no reason to keep quiet about the config."""
    bench = Bench()
    bench.now_ms += HOUR
    assert state(bench).alerts
    assert bench.last.opened_ms == START_MS + HOUR


def test_its_time_moves_no_other_brand() -> None:
    """A brand's reminders and ends go by the log."""
    bench = Bench()
    bench.say(**WARNING)
    bench.now_ms += 20 * MINUTE
    state(bench)
    assert newest(bench)["lacocinera"].state == "open"
    assert newest(bench)["lacocinera"].updated_ms == START_MS


def test_a_destination_is_not_told_of_its_own_trouble() -> None:
    """It would fail again, and keep the incident alive for ever; the others are told."""
    bench = Bench()
    burn(bench, 90, SLACK)
    assert {alert.destination for alert in bench.alerts} == {"webhook"}
    assert [str(alert.transition) for alert in bench.alerts[:2]] == ["opened", "reminder"]


def test_what_happens_every_day_still_rings() -> None:
    """The bar for what recurs is about crowds; nobody is to get used to a broken config."""
    bench = Bench()
    for _ in range(8):
        state(bench)
        bench.wait(7 * HOUR, step_ms=MINUTE)
    assert bench.said().count(("slack", "opened")) == 8


def test_its_state_survives_a_restart_and_a_changed_config() -> None:
    """No config lists it, so none can remove it."""
    bench = Bench(config(brands=LISTED))
    state(bench)
    kept, position = bench.desk.changed(), bench.desk.position()
    bench.desk.restore({name: raw for name, raw in kept.items() if raw}, position)
    bench.desk.reconfigure(config(brands=[{"id": "telar", "names": ["Telar"]}]), "other")
    burn(bench, 2)
    assert (bench.last.state, bench.last.config_hash) == ("open", "other")


def test_it_is_acknowledged_and_silenced_like_any_other() -> None:
    """By its id."""
    bench = Bench()
    state(bench)
    bench.command("ack", incident=bench.last.id)
    assert bench.last.state == "acknowledged"


def test_what_was_read_before_is_skipped() -> None:
    """By its speaker's own order."""
    bench = Bench()
    signal = system_signal(REFUSED, Source(-2, 7, 0), bench.now_ms)
    assert bench.feed(signal).alerts
    assert bench.feed(signal) == Decisions()
    assert bench.feed(msgspec.structs.replace(signal, source=Source(-2, 6, 0))) == Decisions()

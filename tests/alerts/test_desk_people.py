"""What people ask for: silence, feedback, another config."""

import msgspec
import pytest

from alerts.agenda import rung
from alerts.desk import IncidentDesk
from alerts.life import Life
from alerts.rules import installation_rules
from schemas.enums import Transition
from schemas.errors import UndecodableError, UnknownVersionError
from schemas.signal import Tick
from schemas.wire import encode
from tests.alerts.bench import CALM, CRITICAL, HOUR, MINUTE, SECOND, WARNING, Bench, burning, config, whats

BRANDS = [{"id": "lacocinera", "names": ["La Cocinera"]}, {"id": "ikea", "names": ["IKEA"]}]


@pytest.mark.parametrize("about", ["incident", "brand"])
def test_a_silence_holds_back_what_rings_and_the_record_says_so(about: str) -> None:
    """Rises and reminders wait for its end, and the newest goes then."""
    bench = burning(alerts={"reminders": ["10 min"]})
    names = {"incident": bench.last.id} if about == "incident" else {"brand": "lacocinera"}
    bench.command("silence", **names, until_ms=bench.now_ms + HOUR, comment="we know")
    assert whats(bench)[-1] == "silenced: we know"
    bench.say(**CRITICAL)
    assert bench.wait(59 * MINUTE, **CRITICAL) == []
    assert whats(bench)[-2:] == ["escalated", "muted"]
    assert {(a.destination, str(a.transition)) for a in bench.wait(2 * MINUTE, **CRITICAL)} == {
        ("slack", "escalated"),
        ("pagerduty", "opened"),
        ("webhook", "escalated"),
    }


def test_a_silence_ends_when_it_is_taken_back() -> None:
    """What waits goes at the next tick."""
    bench = Bench()
    bench.command("silence", brand="lacocinera", until_ms=bench.now_ms + HOUR, comment="campaign")
    bench.say(**WARNING)
    assert bench.wait(10 * MINUTE, **WARNING) == []
    bench.command("unsilence", brand="lacocinera", comment="over")
    assert whats(bench)[-1] == "unsilenced: over"
    assert [alert.transition for alert in bench.wait(10 * SECOND)] == ["opened", "opened"]


def test_what_opens_and_ends_in_silence_is_never_told() -> None:
    """Nobody was told that it burns."""
    bench = Bench()
    bench.command("silence", brand="lacocinera", until_ms=bench.now_ms + 5 * HOUR, comment="campaign")
    bench.say(**WARNING)
    bench.wait(40 * MINUTE, **CALM)
    assert (bench.last.state, bench.alerts) == ("resolved", [])


def test_a_silence_does_not_hold_back_the_end() -> None:
    """A pager that rang would go on escalating."""
    bench = burning()
    bench.command("silence", incident=bench.last.id, until_ms=bench.now_ms + 5 * HOUR, comment="we know")
    bench.command("ack", incident=bench.last.id)
    bench.wait(40 * MINUTE, **CALM)
    assert [transition for _, transition in bench.said(2)] == ["acknowledged"] * 2 + ["resolved"] * 2


def test_a_false_alarm_closes_the_incident() -> None:
    """And the same alarm opens it again only if it gets worse than what was judged."""
    bench = burning()
    decisions = bench.command("feedback", verdict="false", incident=bench.last.id, comment="a film")
    assert [alert.transition for alert in decisions.alerts] == ["resolved", "resolved"]
    assert (bench.last.state, bench.last.resolved_why) == ("resolved", "false_alarm")
    assert whats(bench)[-3:] == ["false alarm: a film", "budget: 1 → 0.59", "resolved"]
    assert bench.wait(3 * HOUR, **WARNING) == []
    assert bench.last.state == "resolved"
    bench.say(**CRITICAL)
    assert (bench.last.state, bench.last.severity) == ("open", "critical")


def test_a_verdict_about_the_past_is_a_line_in_the_story() -> None:
    """While the incident is remembered."""
    bench = burning()
    bench.wait(40 * MINUTE, **CALM)
    decisions = bench.command("feedback", verdict="false", incident=bench.last.id)
    assert decisions.alerts == []
    assert (whats(bench)[-2], bench.last.resolved_why) == ("false alarm", "calm")
    bench.command("feedback", verdict="real", incident=bench.last.id, comment="it was")
    assert whats(bench)[-2:] == ["confirmed: it was", "budget: 0.59 → 1"]


def test_what_is_over_cannot_be_acknowledged() -> None:
    """Nothing rings any more."""
    bench = burning()
    bench.wait(40 * MINUTE, **CALM)
    assert bench.command("ack", incident=bench.last.id).incidents == []


def test_what_has_been_acknowledged_or_has_fallen_rings_in_a_new_round() -> None:
    """So that a pager, where somebody has acknowledged it too, pages again."""
    bench = Bench(config(alerts={"ack_for": "1 h"}))
    bench.say(**CRITICAL)
    bench.wait(2 * MINUTE, **CRITICAL)
    assert bench.alerts[-1].incident.rounds == 0
    bench.command("ack", incident=bench.last.id)
    assert bench.alerts[-1].incident.rounds == 0
    bench.wait(61 * MINUTE, **CRITICAL)
    assert (bench.alerts[-1].transition, bench.alerts[-1].incident.rounds) == ("reminder", 1)
    bench.wait(20 * MINUTE, **WARNING)
    bench.say(**CRITICAL)
    bench.wait(MINUTE, **CRITICAL)
    assert (bench.alerts[-1].transition, bench.alerts[-1].incident.rounds) == ("escalated", 2)
    bench.command("silence", incident=bench.last.id, until_ms=bench.now_ms + 5 * HOUR, comment="we know")
    for _ in range(7):  # what doesn't ring is no round
        bench.wait(20 * MINUTE, **WARNING)
        bench.wait(20 * MINUTE, **CRITICAL)
    bench.wait(21 * MINUTE, **CRITICAL)
    assert bench.alerts[-1].incident.rounds == 3
    assert bench.last.rang_from == {"critical": 0}


def test_an_incident_knows_in_which_round_each_severity_has_rung() -> None:
    """Only those keys of a pager can be open; of one that an older program has told of it isn't known."""
    bench = burning(alerts={"ack_for": "1 h"})
    bench.command("ack", incident=bench.last.id)
    bench.wait(61 * MINUTE, **WARNING)
    bench.wait(2 * MINUTE, **CRITICAL)
    assert bench.last.rang_from == {"warning": 0, "critical": 1}
    older = Life(msgspec.structs.replace(bench.last, rang_from={}), pending=Transition.REMINDER, anew=True)
    life, drafts = rung(older, installation_rules(bench.config, "h"), silenced=False, now_ms=bench.now_ms)
    assert (len(drafts), life.incident.rounds, life.incident.rang_from) == (3, 2, {})


def test_a_brand_that_the_config_drops_is_closed_and_forgotten() -> None:
    """At the next tick; its levels count no more."""
    bench = burning(brands=BRANDS)
    bench.desk.reconfigure(config(brands=BRANDS[1:]), "other")
    alerts = bench.wait(10 * SECOND)
    assert [alert.transition for alert in alerts] == ["resolved", "resolved"]
    assert bench.last.resolved_why == "brand_removed"
    assert bench.desk.changed() == {"lacocinera": None}
    assert bench.say(**CRITICAL).incidents == []


def test_a_brand_that_is_listed_again_within_the_minute_goes_on_under_its_id() -> None:
    """Another incident would have the same one."""
    bench = Bench(config(brands=BRANDS))
    bench.say(**CRITICAL)
    opened = bench.last
    bench.desk.reconfigure(config(brands=BRANDS[1:]), "other")
    bench.wait(SECOND)
    assert bench.last.resolved_why == "brand_removed"
    bench.desk.reconfigure(config(brands=BRANDS), "again")
    bench.say(**CRITICAL)
    assert (bench.last.id, bench.last.revision) == (opened.id, opened.revision + 2)
    bench.desk.reconfigure(config(brands=BRANDS[1:]), "other")
    bench.wait(2 * MINUTE)
    assert bench.desk.changed() == {"lacocinera": None}


def test_a_command_before_the_brand_is_closed_is_still_obeyed() -> None:
    """Between a change of config and the next tick."""
    bench = burning(brands=BRANDS)
    bench.desk.reconfigure(config(brands=BRANDS[1:]), "other")
    assert len(bench.command("ack", incident=bench.last.id).alerts) == 2


def test_a_changed_config_holds_from_the_next_level_on() -> None:
    """Its thresholds, and its hash in the record."""
    bench = burning()
    bench.desk.reconfigure(config(sensitivity="sensitive"), "other")
    bench.wait(MINUTE, **WARNING)
    assert (bench.last.budget_per_month, bench.last.config_hash) == (4.0, "other")


def test_a_destination_that_the_config_drops_is_not_told_of_the_end() -> None:
    """There is nowhere to send it to."""
    bench = burning()
    bench.desk.reconfigure(config(alerts={"slack": None}), "other")
    bench.command("feedback", verdict="false", incident=bench.last.id)
    assert bench.said(2) == [("webhook", "resolved")]


def test_kept_state_of_another_record_or_a_newer_version_is_refused() -> None:
    """The worker stops rather than decide from what it can't read."""
    desk, tick = IncidentDesk(config(), "hash"), encode(Tick(1, Bench().log[0][0].source, 1, 1))  # type: ignore[union-attr]  # it is a tick
    with pytest.raises(UndecodableError):
        desk.restore({"ikea": tick}, None)
    with pytest.raises(UnknownVersionError):
        desk.restore({}, tick.replace(b"\xa1v\x01", b"\xa1v\x7f"))

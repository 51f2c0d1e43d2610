"""Incidents as a stage: records in, records out, state kept by brand."""

from typing import Any

import pytest

from alerts.feedback import Learned
from schemas.alert import Alert, decode_alert
from schemas.errors import StateError, UndecodableError
from schemas.incident import decode_incident
from schemas.signal import Command, Source, Tick
from schemas.topics import partition_of
from schemas.wire import encode
from streams.engine.stage import InputRecord, Output
from streams.stages.incidents import IncidentsStage
from tests.alerts.bench import CRITICAL, START_MS, config, level

CONFIG = config(alerts={"group_wait": {"critical": "0 s"}}, kafka={"topic_prefix": "acme.", "partitions": 3})
SIGNAL = level(**CRITICAL)


def record(value: bytes, offset: int = 0) -> InputRecord:
    """One record of signals partition 2."""
    return InputRecord(partition=2, offset=offset, append_ms=START_MS, key=b"food", value=value)


def opened() -> tuple[IncidentsStage, list[Output]]:
    """A stage that has opened an incident."""
    stage = IncidentsStage(CONFIG, "hash", {}, None)
    return stage, stage.apply(record(encode(SIGNAL)))


def test_everything_about_an_incident_lies_in_one_partition_under_its_id() -> None:
    """Its record before its alerts, so that whoever is told can look it up."""
    _, outputs = opened()
    incident = decode_incident(outputs[0].value)
    assert [output.topic for output in outputs] == ["acme.incidents"] + ["acme.alerts"] * 3
    assert {output.key for output in outputs} == {incident.id.encode()}
    assert {output.partition for output in outputs} == {partition_of(incident.id, 3)}
    alert = decode_alert(outputs[1].value)
    assert isinstance(alert, Alert)
    assert (alert.incident, alert.source) == (incident, Source(2, 0, 0))


def test_the_state_is_kept_by_brand() -> None:
    """A stage that takes it over skips what was read before and goes on."""
    stage, _ = opened()
    states, position = dict(stage.changed()), stage.position()
    assert list(states) == [b"lacocinera"]
    assert list(stage.changed()) == []
    taken = IncidentsStage(CONFIG, "hash", {key: state for key, state in states.items() if state}, position)
    assert taken.apply(record(encode(SIGNAL), 1)) == []
    taken.apply(record(encode(Tick(1, Source(0, 2, 0), START_MS, 1)), 2))
    closing = taken.apply(record(encode(Tick(1, Source(0, 3, 0), START_MS + 6 * 60_000, 1)), 3))
    assert decode_incident(closing[0].value).resolved_why == "not_restated"


def test_a_changed_config_holds_for_the_next_record() -> None:
    """Another config, another hash in the record."""
    stage, _ = opened()
    stage.reconfigure(config(), "other")
    tick = Tick(1, Source(0, 2, 0), START_MS + 6 * 60_000, 1)
    stage.apply(record(encode(tick), 1))
    restated = stage.apply(record(encode(level(tick.at_ms, offset=3, **CRITICAL)), 2))
    assert decode_incident(restated[-1].value).config_hash == "other"


def verdicts_log() -> list[bytes]:
    """An incident that opens, is judged, ends, and is judged again by who has its record; a crisis that was missed."""
    minutes = [START_MS + minute * 60_000 for minute in (0, 1, 2, 10, 40, 2_000)]
    ticks = [Tick(1, Source(0, 10 * (n + 1), 0), at_ms, 1) for n, at_ms in enumerate(minutes)]
    stage = IncidentsStage(CONFIG, "hash", {}, None)
    log = [encode(each) for each in (ticks[0], level(START_MS, offset=11, **CRITICAL), *ticks[1:])]
    records = [
        out.value for n, raw in enumerate(log) for out in stage.apply(record(raw, n)) if out.topic == "acme.incidents"
    ]
    about = {"incident": decode_incident(records[-1]).id}
    said: list[dict[str, Any]] = [
        {"verdict": "false", "record": records[-1], **about},
        {"verdict": "missed", "brand": "ikea", "about_ms": minutes[-1] - 60_000},
        {"verdict": "real", **about},
        {"verdict": "forget", "brand": "ikea"},
    ]
    early = [encode(Command(1, "e", "feedback", "ana", START_MS, verdict="false", **about))]
    late = [encode(Command(1, f"c{n}", "feedback", "ana", START_MS, **fields)) for n, fields in enumerate(said)]
    last = Tick(1, Source(0, 90, 0), minutes[-1] + 60_000, 1)
    return [*log[:3], *early, *log[3:], *late, encode(last)]


def test_verdicts_are_replayed_to_the_same_state_from_any_checkpoint() -> None:
    """What was told before is told again, and nothing counts twice."""
    log, moved = verdicts_log(), list[Learned]()
    whole = IncidentsStage(CONFIG, "hash", {}, None, moved.append)
    outputs = [whole.apply(record(raw, n)) for n, raw in enumerate(log)]
    assert [(m.brand, m.verdict, round(m.per_month, 2)) for m in moved] == [
        ("lacocinera", "false", 0.59),
        ("ikea", "missed", 1.41),
        ("lacocinera", "real", 1.0),
        ("ikea", "forget", 1.0),
    ]
    state = dict(whole.changed())[b"lacocinera"]
    for checkpoint in range(len(log)):
        first = IncidentsStage(CONFIG, "hash", {}, None)
        for n, raw in enumerate(log[:checkpoint]):
            first.apply(record(raw, n))
        kept = {key: state for key, state in first.changed() if state is not None}
        again = IncidentsStage(CONFIG, "hash", kept, first.position() if checkpoint else None)
        assert [again.apply(record(raw, n)) for n, raw in enumerate(log)][checkpoint:] == outputs[checkpoint:]
        assert again.position() == whole.position()
        assert (kept | dict(again.changed())).get(b"lacocinera") == state
        assert again.standing() == whole.standing()


def test_bytes_that_are_no_record_are_refused_before_anything_changes() -> None:
    """The engine sets them aside."""
    stage, _ = opened()
    before = stage.position()
    with pytest.raises(UndecodableError):
        stage.apply(record(b"\xff\xff", 1))
    assert stage.position() == before


@pytest.mark.parametrize(("states", "position"), [({b"ikea": b"?"}, None), ({b"\xff": b"?"}, None), ({}, b"?")])
def test_state_that_can_not_be_read_stops_the_worker(states: dict[bytes, bytes], position: bytes | None) -> None:
    """It must not decide from less than it knew."""
    with pytest.raises(StateError, match="can't be read"):
        IncidentsStage(CONFIG, "hash", states, position)

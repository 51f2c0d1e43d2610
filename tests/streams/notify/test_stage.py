"""The stage `notify`: what it tells `incidents`, and what it keeps."""

import pytest

from schemas.alert import AlertRecord, Attempt, Receipt
from schemas.config.model import Config
from schemas.enums import Fault, Outcome, Transition
from schemas.errors import RecordError, StateError
from schemas.signal import Delivery, Signal, Source, Trouble, decode_signal
from schemas.topics import partition_of
from schemas.wire import encode
from streams.engine.stage import InputRecord, Output
from streams.stages.notify import NotifyStage
from tests.alerts.outbox_world import START_MS, make_alert

CONFIG = Config(brands="auto")
ALERT = make_alert(1, Transition.OPENED)


def _apply(stage: NotifyStage, offset: int, record: AlertRecord) -> list[Output]:
    return stage.apply(InputRecord(2, offset, START_MS, b"", encode(record)))


def _receipt(outcome: Outcome, retry_at_ms: int = 0) -> Receipt:
    return Receipt(1, ALERT.id, ALERT.incident.id, "slack", outcome, START_MS, 1, "why", retry_at_ms)


def test_the_end_of_a_delivery_is_told_to_incidents_once() -> None:
    """Under the receipt's offset, so that a replay counts nothing twice; in the partition of the brand's group."""
    stage = NotifyStage(CONFIG, {}, None)
    assert _apply(stage, 0, ALERT) == []
    assert _apply(stage, 1, Attempt(1, ALERT.id, ALERT.incident.id, "slack", 1, START_MS)) == []
    assert _apply(stage, 2, _receipt(Outcome.FAILED, START_MS + 5_000)) == []
    (output,) = _apply(stage, 3, _receipt(Outcome.SENT))
    assert (output.topic, output.partition) == ("signals", partition_of("food", CONFIG.kafka.partitions))
    delivery = decode_signal(output.value)
    assert isinstance(delivery, Delivery)
    assert (delivery.source, delivery.outcome, delivery.detail) == (Source(2, 3, 0), Outcome.SENT, "why")
    assert _apply(stage, 4, _receipt(Outcome.SENT)) == []


@pytest.mark.parametrize(
    ("transition", "outcome", "detail", "is_trouble"),
    [
        (Transition.OPENED, Outcome.FAILED, "http_404", True),
        (Transition.RESOLVED, Outcome.FAILED, "http_404", True),
        (Transition.OPENED, Outcome.EXPIRED, "too old after 9 attempts", True),
        (Transition.OPENED, Outcome.IN_DOUBT, "too old after 9 attempts", True),  # never an answer
        (Transition.RESOLVED, Outcome.EXPIRED, "its first alert never arrived", False),  # told when that one failed
        (Transition.OPENED, Outcome.FAILED, "not_configured", False),  # the config has dropped it: that is wanted
        (Transition.OPENED, Outcome.SENT, "", False),
    ],
)
@pytest.mark.parametrize(("time", "at_ms"), [("live", START_MS), ("replay", 0)])
def test_a_destination_that_takes_no_alerts_is_a_trouble_of_ours(
    transition: Transition, outcome: Outcome, detail: str, is_trouble: bool, time: str, at_ms: int
) -> None:
    """Told to the desk in the partition of our own group, once for each receipt; a replay has no wall clock."""
    stage = NotifyStage(Config.model_validate({"brands": "auto", "time": time}), {}, None)
    alert = make_alert(1, transition)
    _apply(stage, 0, alert)
    receipt = Receipt(1, alert.id, alert.incident.id, "slack", outcome, START_MS, 1, detail)
    _, *troubles = _apply(stage, 1, receipt)
    assert len(troubles) == is_trouble
    for output in troubles:
        signal = decode_signal(output.value)
        assert output.partition == partition_of("rebato", CONFIG.kafka.partitions)
        assert isinstance(signal, Signal)
        assert (signal.trouble, signal.at_ms) == (Trouble(Fault.DESTINATION, "slack", detail), at_ms)
        assert signal.source == Source(-102, 1, 0)


def test_a_stage_made_of_a_checkpoint_goes_on_where_it_stood() -> None:
    """States by incident, and how far the log was read."""
    stage = NotifyStage(CONFIG, {}, None)
    _apply(stage, 0, ALERT)
    changed = {key: state for key, state in stage.changed() if state is not None}
    position = stage.position()
    assert list(stage.changed()) == []
    again = NotifyStage(CONFIG, changed, position)
    assert again.outbox.applied == 0
    assert again.outbox.due(START_MS, {}) == stage.outbox.due(START_MS, {})


def test_bytes_that_are_no_record_are_refused_before_anything_changes() -> None:
    """They go to the dead-letter topic."""
    stage = NotifyStage(CONFIG, {}, None)
    with pytest.raises(RecordError):
        stage.apply(InputRecord(2, 0, START_MS, b"", b"nonsense"))
    assert list(stage.changed()) == []


@pytest.mark.parametrize("states", [{b"i:a": b"nonsense"}, {b"i:a": b"\x82\xa1v\x63\xa5lanes\x80"}, {b"\xff": b""}])
def test_a_state_that_cannot_be_read_stops_the_process(states: dict[bytes, bytes]) -> None:
    """Going on without it would send again what was sent."""
    with pytest.raises(StateError, match="kept state of notify"):
        NotifyStage(CONFIG, states, None)

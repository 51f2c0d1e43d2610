"""What crosses our topics: whole round trips, versions, and a RecordError for anything else."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alert import AlertRecord, decode_alert
from schemas.digest import DigestBatch, decode_batch, empty_batch
from schemas.enums import Refusal
from schemas.errors import RecordError, UndecodableError, UnknownVersionError
from schemas.incident import Incident, decode_incident
from schemas.series import SeriesBatch, decode_series
from schemas.signal import SignalRecord, decode_signal
from schemas.wire import VERSION, RecordDecoder, encode
from tests.schemas.records import any_of

Decode = Callable[[bytes], Any]
DECODERS: dict[str, Decode] = {
    "digests": decode_batch,
    "signals": decode_signal,
    "alerts": decode_alert,
    "incidents": decode_incident,
    "series": decode_series,
}
each_topic = pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)
RECORDS = {"signals": SignalRecord, "alerts": AlertRecord, "incidents": Incident, "series": SeriesBatch}
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=5) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(("topic", "kind"), RECORDS.items(), ids=RECORDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_decoded_is_what_was_encoded(topic: str, kind: object, data: st.DataObject) -> None:
    """Every field of every record."""
    record = data.draw(any_of(kind))
    assert DECODERS[topic](encode(record)) == record


@each_topic
@given(raw=st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_record_or_a_record_error(decode: Decode, raw: bytes) -> None:
    """Nothing else is raised: one bad record never ends a stage."""
    with suppress(RecordError):
        decode(raw)


@each_topic
@given(body=st.dictionaries(st.sampled_from(["type", "v", "rows", "columns", "brands", "at_ms", "points", "id"]), plain))
@settings(max_examples=200, deadline=None)
def test_a_record_of_our_version_with_any_content_is_one_or_a_record_error(decode: Decode, body: dict[str, object]) -> None:
    """Maps that look like ours and aren't."""
    for version in ({}, {"v": 1}):
        with suppress(RecordError):
            decode(msgspec.msgpack.encode({**body, **version}))


@pytest.mark.parametrize(("topic", "kind"), {**RECORDS, "digests": DigestBatch}.items(), ids=[*RECORDS, "digests"])
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_damaged_record_is_one_or_a_record_error(topic: str, kind: object, data: st.DataObject) -> None:
    """Cut short, longer, or with other bytes in it."""
    raw = encode(data.draw(any_of(kind)))
    cut = data.draw(st.integers(0, len(raw)))
    damaged = raw[:cut] + data.draw(st.binary(max_size=4)) + raw[cut + data.draw(st.integers(0, 4)) :]
    with suppress(RecordError):
        DECODERS[topic](damaged)


@each_topic
@pytest.mark.parametrize("depth", [100, 10_000, 1_000_000])
def test_a_record_nested_without_end_is_a_record_error(decode: Decode, depth: int) -> None:
    """Whoever wrote it."""
    nested = b"\x91" * depth + b"\xc0"
    for raw in (nested, b"\x82\xa1v\x01\xa1x" + nested, b"\x82\xa4type\xa6signal\xa1v" + nested):
        with pytest.raises(RecordError):
            decode(raw)


@each_topic
@pytest.mark.parametrize("version", [-1, 0, VERSION + 1, 2**64 - 1])
def test_another_version_is_refused_and_says_what_to_do(decode: Decode, version: int) -> None:
    """It waits in the dead-letter topic until a newer reader replays it."""
    raw = msgspec.msgpack.encode({"type": "tick", "v": version, "anything": ["else"]})
    with pytest.raises(
        UnknownVersionError, match=rf"record version {version}; this rebato reads 1 to 1: upgrade it"
    ) as error:
        decode(raw)
    assert error.value.reason is Refusal.UNKNOWN_VERSION


def test_unknown_fields_of_a_known_version_are_ignored() -> None:
    """So that a field can be added without another version."""
    raw = msgspec.to_builtins(empty_batch(1, 4, []))
    batch, _ = decode_batch(msgspec.msgpack.encode({**raw, "new": {"field": 1}}))
    assert batch == empty_batch(1, 4, [])


def test_a_text_that_is_no_utf_8_is_a_record_error() -> None:
    """In the part that is read first and in the rest."""
    for raw in (b"\x81\xa1\xff\x01", b"\x83\xa1v\x01\xa6points\x90\xa5at_ms\xa1\xff", b"\x82\xa1v\x01\xa2id\xa1\xff"):
        with pytest.raises(RecordError):
            RecordDecoder(Incident)(raw)
        with pytest.raises(UndecodableError):
            decode_series(raw)

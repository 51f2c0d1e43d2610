"""Where an alert's time went: from the mention that made the evidence cross to the alert's record, by the broker's stamps.

Every record says which record it follows from: an alert its place in `signals`, a signal its place in `digests`, a digest
its place in `mentions`. All topics carry the broker's append time.
"""

from collections import defaultdict
from dataclasses import dataclass

from confluent_kafka import Consumer, TopicPartition

from benchmarks.harness import Bench
from schemas.alert import Alert, decode_alert
from schemas.digest import decode_batch
from schemas.enums import Transition
from schemas.signal import Signal, decode_signal

_POLL_S = 5.0
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the broker has it."""

    append_ms: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Trace:
    """The way to one first alert; ms since 1970 by the broker's clock."""

    alert: str
    brand: str
    mention_ms: int
    digest_ms: int
    signal_ms: int
    alert_ms: int
    by_clock: bool
    """Whether it was time, not a mention, that made the evidence cross: then `mention_ms` is the digest record's."""


def stored(bench: Bench, topic: str) -> dict[tuple[int, int], Stored]:
    """All records of a topic by partition and offset."""
    ends = bench.ends(topic)
    consumer = Consumer({"bootstrap.servers": bench.address, "group.id": "trace", "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, partition, 0) for partition, end in enumerate(ends) if end])
    found: dict[tuple[int, int], Stored] = {}
    reached = dict.fromkeys(range(len(ends)), 0)
    while any(reached[partition] < end for partition, end in enumerate(ends)):
        for message in consumer.consume(_BATCH, timeout=_POLL_S):
            if message.error():  # of the connection; librdkafka goes on by itself
                continue
            found[message.partition(), message.offset()] = Stored(message.timestamp()[1], message.value() or b"")
            reached[message.partition()] = message.offset() + 1
    consumer.close()
    return found


def traces(bench: Bench) -> list[Trace]:
    """The ways of all first alerts about brands, in the order in which they were written."""
    mentions, digests, signals = (
        stored(bench, topic) for topic in (bench.topics.mentions, bench.topics.digests, bench.topics.signals)
    )
    out = []
    for place in stored(bench, bench.topics.alerts).values():
        alert = decode_alert(place.value)
        if isinstance(alert, Alert) and alert.transition is Transition.OPENED:
            out.append(_trace(alert, place.append_ms, mentions, digests, signals))
    return sorted(out, key=lambda trace: trace.alert_ms)


Log = dict[tuple[int, int], Stored]


def _trace(alert: Alert, alert_ms: int, mentions: Log, digests: Log, signals: Log) -> Trace:
    brand = alert.incident.brand
    cause = _cause(alert, signals)
    record = digests[cause[1].source.partition, cause[1].source.offset]
    appended = [mentions[place].append_ms for place in _rows_of(brand, record.value)]
    mention_ms = max(appended, default=record.append_ms)
    return Trace(alert.id, brand, mention_ms, record.append_ms, cause[0], alert_ms, not appended)


def _cause(alert: Alert, signals: Log) -> tuple[int, Signal]:
    """The signal that the alert follows from: the record itself, or the last one of the brand before a tick."""
    partition, offset = alert.source.partition, alert.source.offset
    for earlier in range(offset, -1, -1):
        record = signals[partition, earlier]
        signal = decode_signal(record.value)
        if isinstance(signal, Signal) and signal.brand == alert.incident.brand:
            return record.append_ms, signal
    raise ValueError(f"no signal of {alert.incident.brand} before its alert")


def _rows_of(brand: str, raw: bytes) -> list[tuple[int, int]]:
    """Source partition and offset of the brand's digests in a record."""
    batch, columns = decode_batch(raw)
    places = defaultdict(list)
    for index, partition, offset in zip(
        columns.brand.tolist(), columns.partition.tolist(), columns.offset.tolist(), strict=True
    ):
        places[batch.brands[index]].append((partition, offset))
    return places[brand]

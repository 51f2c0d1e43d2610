"""Reads topics whole, past every cache of ours: what watch has counted, and what became of each alert."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import msgspec
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, TopicPartition

from schemas.alert import Alert, Attempt, Receipt, decode_alert
from schemas.enums import Outcome
from schemas.incident import Incident, decode_incident
from streams.engine.changelog import OWNER_HEADER, Replay
from streams.receivers import Received

_POLL_S = 10.0


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one brand: mentions counted, negative ones among them, and those that came too late for either."""

    mentions: int
    negative: int
    late: int


@dataclass(slots=True)
class Outbox:
    """The topic `alerts`: each alert once, how often it was attempted, and what came of it."""

    alerts: dict[str, Alert] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    receipts: dict[str, list[Receipt]] = field(default_factory=lambda: defaultdict(list))

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """How the deliveries ended that have ended."""
        ends = {alert: [each for each in found if not each.retry_at_ms] for alert, found in self.receipts.items()}
        return {alert: found[-1].outcome for alert, found in ends.items() if found}

    @property
    def settled(self) -> bool:
        """Whether the delivery of each alert has ended."""
        return self.alerts.keys() <= self.outcomes.keys()

    def sent(self, destination: str) -> set[str]:
        """Ids of those that a destination has taken; one that was written while everything ended may have no outcome."""
        taken = {alert for alert, outcome in self.outcomes.items() if outcome is Outcome.SENT}
        return {alert.id for alert in self.alerts.values() if alert.destination == destination and alert.id in taken}

    def doubts(self, alert: str) -> int:
        """Sends of which it isn't known whether they arrived: in doubt, or cut off between the request and its record."""
        in_doubt = sum(each.outcome is Outcome.IN_DOUBT for each in self.receipts[alert])
        return in_doubt + max(0, self.attempts[alert] - len(self.receipts[alert]))


def read_topic(brokers: str, topic: str) -> Iterator[Message]:
    """Every committed record up to the end of each partition."""
    settings = {"group.id": "e2e", "enable.auto.commit": False, "isolation.level": "read_committed"}
    consumer = Consumer({"bootstrap.servers": brokers, **settings, "enable.partition.eof": True, "fetch.wait.max.ms": 20})
    with closing(consumer):
        unread = set(consumer.list_topics(topic, _POLL_S).topics[topic].partitions)
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in unread])
        while unread:
            message = consumer.poll(_POLL_S)
            assert message is not None, f"{topic}: no answer within {_POLL_S:g} s"
            if message.error() is None:
                yield message
            else:
                assert message.error().code() == KafkaError._PARTITION_EOF, message.error().str()
                unread.discard(message.partition())


def read_states(brokers: str, prefix: str) -> dict[str, bytes]:
    """The states in the last checkpoints of watch, by brand."""
    replays: defaultdict[int, Replay] = defaultdict(Replay)
    for message in read_topic(brokers, f"{prefix}watch.state"):
        owner = dict(message.headers() or [])[OWNER_HEADER]
        replays[message.partition()].feed(message.offset(), message.key(), message.value(), owner)
    found: dict[str, bytes] = {}
    for replay in replays.values():
        for brand, written in replay.written.items():
            assert brand.decode() not in found, f"{brand!r} is kept in two partitions"
            found[brand.decode()] = written.value
    return found


def read_counts(brokers: str, prefix: str) -> dict[str, Counted]:
    """What the last checkpoints of watch have counted, by brand."""
    states = read_states(brokers, prefix).items()
    marks = {brand: msgspec.msgpack.decode(state, strict=False)["marks"] for brand, state in states}
    return {brand: Counted(each["mentions"], each["negative"], each["late"]) for brand, each in marks.items()}


def read_outbox(brokers: str, prefix: str) -> Outbox:
    """All of it."""
    outbox = Outbox()
    for message in read_topic(brokers, f"{prefix}alerts"):
        record = decode_alert(message.value())
        if isinstance(record, Alert):
            outbox.alerts[record.id] = record
        elif isinstance(record, Attempt):
            outbox.attempts[record.alert] += 1
        elif isinstance(record, Receipt):
            outbox.receipts[record.alert].append(record)
    return outbox


def read_incidents(brokers: str, prefix: str) -> dict[str, Incident]:
    """The newest record of each incident, by id."""
    records = [decode_incident(message.value()) for message in read_topic(brokers, f"{prefix}incidents")]
    return {incident.id: incident for incident in sorted(records, key=lambda each: each.revision)}


def dead_by_reason(brokers: str, prefix: str) -> Counter[str]:
    """How many records lie in `mentions.dead` for each reason of their headers."""
    records = read_topic(brokers, f"{prefix}mentions.dead")
    return Counter(dict(record.headers() or [])["reason"].decode() for record in records)


def mail_alert(received: Received) -> str:
    """The alert's id in a mail's Message-ID."""
    return received.headers["Message-ID"].strip("<>").partition("@")[0]

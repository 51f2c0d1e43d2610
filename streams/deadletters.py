"""Reads the dead-letter topic and sends what lies there back to where it came from.

Every record there has headers: `topic`, `partition`, `offset` of the original, `reason`, and what more its writer knows
(`detail`, or `error` and `place`; `at`). Key and value are the original bytes.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, Producer, TopicPartition

from schemas.config.model import Kafka
from schemas.errors import UsageError
from schemas.topics import Topics
from streams.librdkafka import client_settings, metadata, unreachable

_TIMEOUT_S = 15.0
_BATCH = 500
_POLL_S = 0.5
_REPLAYED_HEADER = "rebato-replayed"
_PRODUCER_BYTES = 2_000_000  # a refused record may be larger than Kafka's default lets through; its topic decides


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One record that was put aside. `partition` and `offset` are its own place, `origin_…` that of the original."""

    partition: int
    offset: int
    at_ms: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, str]

    @property
    def place(self) -> str:
        """How `rebato dead show` names it."""
        return f"{self.partition}:{self.offset}"

    @property
    def reason(self) -> str:
        """Why, in one word."""
        return self.headers.get("reason", "unknown")

    @property
    def detail(self) -> str:
        """Why, in more words: what the writer said, or the class and place of our own error."""
        own = (self.headers.get(name, "") for name in ("error", "place"))
        return self.headers.get("detail") or " ".join(filter(None, own))

    @property
    def origin(self) -> str:
        """Where the original lay: `topic/partition/offset`."""
        return "/".join(self.headers.get(name, "?") for name in ("topic", "partition", "offset"))

    @property
    def replayable(self) -> bool:
        """Whether it says where it came from."""
        return "topic" in self.headers and self.headers.get("partition", "").isdecimal()


class DeadLetters:
    """The dead-letter topic of one cluster."""

    def __init__(self, kafka: Kafka) -> None:
        """Connects at the first use."""
        self._kafka = kafka
        self._topic = Topics(kafka.topic_prefix).dead

    def read(self) -> Iterator[DeadLetter]:
        """All that lie there now, each partition's oldest first. Raises `UsageError` when they can't be read."""
        consumer = self._consumer()
        try:
            yield from self._read(consumer, dict.fromkeys(self._partitions(consumer), OFFSET_BEGINNING))
        finally:
            consumer.close()

    def one(self, place: str) -> DeadLetter:
        """The record at `PARTITION:OFFSET`. Raises `UsageError` when there is none."""
        partition, _, offset = place.partition(":")
        if not (partition.isdecimal() and offset.isdecimal()):
            raise UsageError(f"{place} is no place. Write PARTITION:OFFSET, as `rebato dead list` prints it.")
        consumer = self._consumer()
        try:
            known = int(partition) in self._partitions(consumer)
            letter = next(self._read(consumer, {int(partition): int(offset)}), None) if known else None
        finally:
            consumer.close()
        if letter is None or letter.offset != int(offset):
            raise UsageError(f"nothing lies at {place} of {self._topic}. `rebato dead list` says what does.")
        return letter

    def replay(self, letters: Iterable[DeadLetter]) -> int:
        """Sends each back to its topic and partition, as it came, with a header that says so; returns how many.

        Raises `UsageError` when Kafka doesn't take one.
        """
        failures: list[str] = []
        settings = {"enable.idempotence": "true", "message.max.bytes": _PRODUCER_BYTES}
        producer = Producer({**client_settings(self._kafka), **settings})

        def delivered(error: KafkaError | None, message: Message) -> None:
            if error is not None:
                failures.append(f"{message.topic()}: {error.str()}")

        sent = 0
        for letter in letters:
            topic, partition = letter.headers["topic"], int(letter.headers["partition"])
            headers = [(_REPLAYED_HEADER, letter.place.encode())]
            producer.produce(topic, letter.value, letter.key, partition, delivered, headers=headers)
            sent += 1
            if sent % _BATCH == 0:
                producer.flush(_TIMEOUT_S)
        if (left := producer.flush(_TIMEOUT_S)) or failures:
            why = failures[0] if failures else f"{left} were not acknowledged in time"
            raise UsageError(f"not all of {sent} could be sent back: {why}")
        return sent

    def _consumer(self) -> Consumer:
        settings = {
            "group.id": "rebato-dead",  # the library wants one; nothing is committed
            "enable.auto.commit": "false",
            "enable.partition.eof": "true",
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 20,  # the end of a partition is said only when a fetch returns
        }
        return Consumer({**client_settings(self._kafka), **settings})

    def _partitions(self, consumer: Consumer) -> Sequence[int]:
        found = metadata(consumer, self._kafka).topics.get(self._topic)
        if found is None:
            raise UsageError(f"there is no topic {self._topic}. Run `rebato topics create`.")
        return sorted(found.partitions)

    def _read(self, consumer: Consumer, first: Mapping[int, int]) -> Iterator[DeadLetter]:
        """The records of each partition from its first offset to its end."""
        consumer.assign([TopicPartition(self._topic, partition, offset) for partition, offset in first.items()])
        unread = set(first)
        deadline_s = time.monotonic() + _TIMEOUT_S
        while unread and time.monotonic() < deadline_s:
            message = consumer.poll(_POLL_S)
            if message is None:
                continue
            if message.error() is None:
                yield _letter(message)
            elif message.error().code() == KafkaError._PARTITION_EOF:
                unread.discard(message.partition())
            else:
                raise UsageError(f"{self._topic} can't be read: {message.error().str()}")
            deadline_s = time.monotonic() + _TIMEOUT_S
        if unread:
            raise unreachable(self._kafka.brokers)


def _letter(message: Message) -> DeadLetter:
    headers = {name: (value or b"").decode(errors="replace") for name, value in message.headers() or []}
    return DeadLetter(
        partition=message.partition(),
        offset=message.offset(),
        at_ms=message.timestamp()[1],
        key=message.key(),
        value=message.value(),
        headers=headers,
    )

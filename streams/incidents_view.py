"""Reads the compacted topic `incidents`: the newest record of an id is the incident. Sends commands about them.

For the command line: it connects, reads to the end, maybe sends a command and waits for what becomes of it.
"""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, Producer, TopicPartition

from schemas.config.model import Kafka
from schemas.errors import RecordError, UsageError
from schemas.incident import Incident, decode_incident
from schemas.signal import Command
from schemas.topics import Topics, partition_of
from schemas.wire import encode
from streams.librdkafka import client_settings, metadata, unreachable

_TIMEOUT_S = 15.0
_POLL_S = 0.2


class IncidentsView:
    """The incidents of one cluster; a context manager that closes its connection."""

    def __init__(self, kafka: Kafka) -> None:
        """Connects. Raises `UnreachableError`, or `UsageError` when the topic is missing."""
        self._kafka = kafka
        self._topics = Topics(kafka.topic_prefix)
        self.incidents: dict[str, Incident] = {}
        """The newest record of each id that has been read."""
        self.unreadable = 0
        """Records that this version of rebato can't read."""
        self._consumer = Consumer(
            {
                **client_settings(kafka),
                "group.id": "rebato-incidents-view",  # the library wants one; nothing is committed
                "enable.auto.commit": "false",
                "enable.partition.eof": "true",
                "fetch.wait.max.ms": 20,  # the end of a partition is said only when a fetch returns
            }
        )
        self._unread = set(self._partitions())
        self._consumer.assign([TopicPartition(self._topics.incidents, p, OFFSET_BEGINNING) for p in self._unread])

    def read(self) -> dict[str, Incident]:
        """All incidents as they are now. Raises `UnreachableError` when Kafka stops answering."""
        deadline_s = time.monotonic() + _TIMEOUT_S
        while self._unread:
            if self._take():
                deadline_s = time.monotonic() + _TIMEOUT_S
            elif time.monotonic() >= deadline_s:
                raise unreachable(self._kafka.brokers)
        return self.incidents

    def wait_for(self, incident: str, done: Callable[[Incident], bool], within_s: float) -> Incident | None:
        """The incident's first record from now on for which `done` is true, or None when none comes in time."""
        deadline_s = time.monotonic() + within_s
        while time.monotonic() < deadline_s:
            if self._take() == incident and done(self.incidents[incident]):
                return self.incidents[incident]
        return None

    def send(self, command: Command, group: str) -> None:
        """Writes a command where the group's incidents are decided. Raises `UsageError` unless Kafka acknowledges it."""
        failures: list[KafkaError] = []
        producer = Producer({**client_settings(self._kafka), "acks": "all", "enable.idempotence": "true"})

        def delivered(error: KafkaError | None, _: Message) -> None:
            if error is not None:
                failures.append(error)

        partition = partition_of(group, self._kafka.partitions)
        producer.produce(self._topics.signals, encode(command), group.encode(), partition, delivered)
        if producer.flush(_TIMEOUT_S) or failures:
            why = failures[0].str() if failures else f"not acknowledged within {_TIMEOUT_S:.0f} s"
            raise UsageError(f"Kafka has not taken the command: {why}")

    def close(self) -> None:
        """Ends the connection."""
        self._consumer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _partitions(self) -> list[int]:
        found = metadata(self._consumer, self._kafka).topics.get(self._topics.incidents)
        if found is None:
            raise UsageError(f"there is no topic {self._topics.incidents}. Run `rebato topics create`.")
        return sorted(found.partitions)

    def _take(self) -> str | None:
        """The id of the incident that was read, "" for anything else that came, None for nothing."""
        message = self._consumer.poll(_POLL_S)
        if message is None:
            return None
        error = message.error()
        if error is None:
            return self._keep(message.value() or b"")
        if error.code() != KafkaError._PARTITION_EOF:
            raise UsageError(f"{self._topics.incidents} can't be read: {error.str()}")
        self._unread.discard(message.partition())
        return ""

    def _keep(self, raw: bytes) -> str:
        try:
            incident = decode_incident(raw)
        except RecordError:
            self.unreadable += 1
            return ""
        self.incidents[incident.id] = incident
        return incident.id

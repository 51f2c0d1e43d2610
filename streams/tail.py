"""Reads the newest records of topics of ours, and goes on as more come."""

from collections.abc import Iterator

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from schemas.config.model import Kafka
from schemas.errors import UsageError
from streams.librdkafka import client_settings, metadata, why_unreachable

_TIMEOUT_S = 10.0
_BATCH = 1_000


class TopicTail:
    """A reader of several topics without a group; a context manager in `contextlib.closing`."""

    def __init__(self, kafka: Kafka, newest: dict[str, int | None]) -> None:
        """`newest`: for each topic how many of the newest records of each partition to begin with; None = all.

        Raises `UsageError` for a topic that isn't there.
        """
        settings = {"group.id": "rebato-tail", "enable.auto.commit": "false", "enable.partition.eof": "true"}
        self._consumer = Consumer({**client_settings(kafka), **settings, "fetch.wait.max.ms": 50})
        self._kafka = kafka
        try:
            assigned = [place for topic, count in newest.items() for place in self._places(topic, count)]
        except KafkaException as error:
            raise why_unreachable(kafka) from error
        self._consumer.assign(assigned)
        self._behind = {(place.topic, place.partition) for place in assigned}

    @property
    def caught_up(self) -> bool:
        """Whether every partition has been read to where it ended."""
        return not self._behind

    def read(self, within_s: float) -> Iterator[tuple[str, bytes]]:
        """Topic and value of what there is, waiting at most `within_s` for the first."""
        wait_s = within_s
        for _ in range(_BATCH):
            message = self._consumer.poll(wait_s)
            if message is None:
                return
            error = message.error()
            if error is None:
                wait_s = 0.0
                if message.value() is not None:
                    yield message.topic(), message.value()
            elif error.code() == KafkaError._PARTITION_EOF:
                self._behind.discard((message.topic(), message.partition()))
            elif error.fatal() or not error.retriable():
                raise UsageError(f"can't read {message.topic() or self._kafka.brokers}: {error.str()}")

    def close(self) -> None:
        """Ends the reading."""
        self._consumer.close()

    def _places(self, topic: str, count: int | None) -> list[TopicPartition]:
        found = metadata(self._consumer, self._kafka).topics.get(topic)
        if found is None:
            raise UsageError(f"there is no topic {topic}. Run `rebato topics create`.")
        return [TopicPartition(topic, number, self._start(topic, number, count)) for number in found.partitions]

    def _start(self, topic: str, partition: int, count: int | None) -> int:
        first, end = self._consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=_TIMEOUT_S)
        return int(first if count is None else max(first, end - count))

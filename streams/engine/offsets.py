"""Asks Kafka what a topic holds, by a connection of its own."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.config.model import Kafka
from streams.async_kafka import connection_settings, started, stop_consumer
from streams.engine.deadline import deadline


class OffsetProbe:
    """Reads first and end offsets of one topic."""

    def __init__(self, kafka: Kafka, topic: str, deadline_s: float = 30.0) -> None:
        """Must be made within a running event loop."""
        self._kafka = kafka
        self._topic = topic
        self._deadline_s = deadline_s
        self._consumer: AIOKafkaConsumer | None = None

    async def connect(self) -> None:
        """Connects; raises UnreachableError if no broker answers, else UsageError if none lets us in."""
        consumer = AIOKafkaConsumer(**connection_settings(self._kafka), enable_auto_commit=False)
        await started(consumer, self._kafka)
        self._consumer = consumer

    async def span(self, partition: int) -> tuple[int, int]:
        """The first offset that Kafka holds, and the one after the last."""
        where = TopicPartition(self._topic, partition)
        async with deadline(self._deadline_s, f"asking for the offsets of {self._topic}"):
            first = await self._connected().beginning_offsets([where])
            end = await self._connected().end_offsets([where])
        return int(first[where]), int(end[where])

    async def ends(self, partitions: Iterable[int]) -> dict[int, int]:
        """The offset after the last record of each of these partitions, in one question."""
        where = [TopicPartition(self._topic, partition) for partition in partitions]
        async with deadline(self._deadline_s, f"asking for the offsets of {self._topic}"):
            ends = await self._connected().end_offsets(where)
        return {each.partition: int(end) for each, end in ends.items()}

    async def close(self) -> None:
        """Closes the connection."""
        if self._consumer is not None:
            await stop_consumer(self._consumer)

    def _connected(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("not connected")
        return self._consumer

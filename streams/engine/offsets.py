"""Asks Kafka what a topic holds, by a connection of its own."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from schemas.errors import UnreachableError
from streams.engine.deadline import deadline


class OffsetProbe:
    """Reads first and end offsets of one topic."""

    def __init__(self, brokers: str, topic: str, deadline_s: float = 30.0) -> None:
        """Must be made within a running event loop."""
        self._brokers = brokers
        self._topic = topic
        self._deadline_s = deadline_s
        self._consumer: AIOKafkaConsumer | None = None

    async def connect(self) -> None:
        """Connects; raises UnreachableError if no broker answers."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._brokers, enable_auto_commit=False)
        try:
            await consumer.start()
        except KafkaConnectionError as error:
            await consumer.stop()
            raise UnreachableError(f"no Kafka broker answers at {self._brokers}") from error
        self._consumer = consumer

    async def span(self, partition: int) -> tuple[int, int]:
        """The first offset that Kafka holds, and the one after the last."""
        where = TopicPartition(self._topic, partition)
        async with deadline(self._deadline_s, f"asking for the offsets of {self._topic}"):
            first = await self._connected().beginning_offsets([where])
            end = await self._connected().end_offsets([where])
        return int(first[where]), int(end[where])

    async def close(self) -> None:
        """Closes the connection."""
        if self._consumer is not None:
            await self._consumer.stop()

    def _connected(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("not connected")
        return self._consumer

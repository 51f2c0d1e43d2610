"""Sends what stages decide: in order, without duplicates of its own, and never waiting for ever."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import UnknownTopicOrPartitionError

from schemas.config.model import Kafka
from streams.async_kafka import connect, connection_settings
from streams.engine.deadline import close_producer, deadline
from streams.engine.stage import Output

_LINGER_MS = 5  # lets the records of one digest batch travel together
_NO_TOPIC_S = 10.0  # a topic that has just been made takes a moment to be known everywhere
_BATCH_BYTES = 256 * 1024

Sent = list[asyncio.Future[Any]]
"""Sends under way."""


class Outlet(Protocol):
    """Where a runner's outputs go."""

    async def send(self, outputs: Sequence[Output]) -> Sent:
        """Takes them in order; each returned future is to be awaited with ``wait``."""

    async def wait(self, sent: Sent) -> None:
        """Returns when they are durable."""

    async def deliver(self, outputs: Sequence[Output]) -> None:
        """Sends and waits."""


class Silence:
    """An outlet for what was sent before: nothing goes out again."""

    async def send(self, outputs: Sequence[Output]) -> Sent:
        """Sends nothing."""
        return []

    async def wait(self, sent: Sent) -> None:
        """Waits for nothing."""

    async def deliver(self, outputs: Sequence[Output]) -> None:
        """Delivers nothing."""


class Outbox:
    """One idempotent producer. After any error a new one is needed, or the end of the process."""

    def __init__(self, kafka: Kafka, deadline_s: float = 30.0) -> None:
        """``deadline_s`` bounds each wait for Kafka. Must be made within a running event loop."""
        self._deadline_s = deadline_s
        self._producer = AIOKafkaProducer(
            **connection_settings(kafka),
            enable_idempotence=True,
            linger_ms=_LINGER_MS,
            max_batch_size=_BATCH_BYTES,
            compression_type="lz4",
        )

    async def start(self) -> None:
        """Connects; raises StateError if Kafka doesn't answer."""
        async with deadline(self._deadline_s, "connecting the producer"):
            await connect(self._producer)

    async def partitions(self, topic: str) -> int:
        """How many partitions a topic has; 0 if there is no such topic (which takes 10 s to say)."""
        try:
            async with asyncio.timeout(_NO_TOPIC_S):
                return len(await self._producer.partitions_for(topic))
        except (TimeoutError, UnknownTopicOrPartitionError):
            return 0

    async def send(self, outputs: Sequence[Output]) -> Sent:
        """Hands records to the producer; each returned future is to be awaited with ``wait``."""
        if not outputs:
            return []
        async with deadline(self._deadline_s, "sending"):
            return [
                await self._producer.send(each.topic, each.value, each.key, each.partition, headers=list(each.headers))
                for each in outputs
            ]

    async def wait(self, sent: Sent) -> None:
        """Returns when Kafka has all of them; raises StateError if it doesn't take them in time."""
        async with deadline(self._deadline_s, f"sending {len(sent)} records"):
            await asyncio.gather(*sent)

    async def deliver(self, outputs: Sequence[Output]) -> None:
        """Sends and waits."""
        await self.wait(await self.send(outputs))

    async def close(self) -> None:
        """Closes the connection; what Kafka hasn't taken within 3 s is lost."""
        await close_producer(self._producer)

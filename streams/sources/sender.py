"""Writes mentions to Kafka and returns when Kafka has them. Their order doesn't matter; a repeat is found by intake."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.config.model import Kafka
from schemas.topics import Topics
from streams.async_kafka import PRODUCED_BYTES, connection_settings, partition_count, started
from streams.librdkafka import unreachable
from streams.sources.place import MAX_SENT_BYTES, place_of

TIMEOUT_S = 10.0
"""How long Kafka may take to acknowledge."""


class MentionSender:
    """One producer for all sources of a process."""

    def __init__(self, producer: AIOKafkaProducer, kafka: Kafka) -> None:
        self._producer = producer
        self._kafka = kafka
        self._topic = Topics(kafka.topic_prefix).mentions

    async def send(self, values: Sequence[bytes]) -> None:
        """Returns when all are acknowledged. Raises `UnreachableError` when not all are in time: send them again."""
        try:
            async with asyncio.timeout(TIMEOUT_S):
                partitions = len(await self._producer.partitions_for(self._topic))
                await asyncio.gather(*[await self._sent(value, partitions) for value in values])
        except (TimeoutError, KafkaError) as error:
            raise unreachable(self._kafka.brokers) from error

    async def _sent(self, value: bytes, partitions: int) -> "asyncio.Future[object]":
        key, partition = place_of(value, partitions)
        sent: asyncio.Future[object] = await self._producer.send(
            self._topic, value[:MAX_SENT_BYTES], key=key, partition=partition
        )
        return sent


@asynccontextmanager
async def mention_sender(kafka: Kafka) -> AsyncIterator[MentionSender]:
    """A sender, closed at the end. Raises `UsageError` when there is no broker or no topic.

    Its producer isn't idempotent: such a send never gives up, and whoever waits for an answer must get one.
    """
    producer = AIOKafkaProducer(
        **connection_settings(kafka),
        acks="all",
        linger_ms=5,
        max_batch_size=1_000_000,
        max_request_size=PRODUCED_BYTES,
        request_timeout_ms=int(TIMEOUT_S * 1000),
    )
    await started(producer, kafka)
    try:
        await partition_count(producer, Topics(kafka.topic_prefix).mentions)
        yield MentionSender(producer, kafka)
    finally:
        await producer.stop()

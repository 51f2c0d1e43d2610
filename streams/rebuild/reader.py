"""Reads a topic again, without a group and without committing anything."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from schemas.config.model import Kafka
from streams.async_kafka import connection_settings, started, stop_consumer
from streams.engine.deadline import deadline

_POLL_MS = 500
_DEADLINE_S = 30.0
_FETCH_BYTES = 8 * 2**20
_RECORDS = 2_000  # to be handled before the next are asked for


class TopicReader:
    """Reads pieces of the partitions of one topic. `topic_reader` makes it."""

    def __init__(self, consumer: AIOKafkaConsumer, topic: str) -> None:
        """`consumer` is started."""
        self._consumer = consumer
        self._topic = topic

    def begin(self, firsts: Mapping[int, int]) -> None:
        """From now on `some` reads these partitions, from these offsets on."""
        self._consumer.assign([TopicPartition(self._topic, partition) for partition in firsts])
        for partition, first in firsts.items():
            self._consumer.seek(TopicPartition(self._topic, partition), first)

    async def some(self, partition: int, end: int) -> list[ConsumerRecord]:
        """The next records of a partition before `end`, at least one. Raises StateError when there is none in time."""
        where = TopicPartition(self._topic, partition)
        async with deadline(_DEADLINE_S, f"reading {self._topic}, partition {partition}"):
            while True:
                polled = await self._consumer.getmany(where, timeout_ms=_POLL_MS, max_records=_RECORDS)
                if found := [each for each in polled.get(where, []) if each.offset < end]:
                    return found

    async def read(self, partition: int, first: int, end: int) -> AsyncGenerator[list[ConsumerRecord], None]:
        """The records of one partition from `first` to before `end`, in batches. The last of them must be there."""
        self.begin({partition: first})
        while first < end:
            batch = await self.some(partition, end)
            first = batch[-1].offset + 1
            yield batch

    async def time_of(self, partition: int, first: int, end: int) -> int | None:
        """When the broker took the first of those records; `None` if there is none."""
        async with aclosing(self.read(partition, first, end)) as batches:
            async for batch in batches:
                return int(batch[0].timestamp)
        return None


@asynccontextmanager
async def topic_reader(kafka: Kafka, topic: str) -> AsyncIterator[TopicReader]:
    """A reader, connected while the block runs. Raises `UnreachableError`."""
    consumer = AIOKafkaConsumer(
        **connection_settings(kafka),
        enable_auto_commit=False,
        auto_offset_reset="none",
        max_partition_fetch_bytes=_FETCH_BYTES,
    )
    await started(consumer, kafka)
    try:
        yield TopicReader(consumer, topic)
    finally:
        await stop_consumer(consumer)

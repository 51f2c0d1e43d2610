"""Reads the texts behind an alert back from `mentions`, where they lie by partition and offset and nowhere else.

So a text that retention has dropped is gone from alerts too; a mention that its source has deleted since (`action: delete`)
still lies there. Whatever can't be read in time is left out: an alert without samples is better than one that comes late.
A mention counts only if it was observed when the sample says: after the topic was recreated, another one may lie at its
offset.
"""

import asyncio

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from alerts.render.distinct import distinct
from alerts.render.quote import Quote
from schemas.config.model import Kafka
from schemas.errors import UsageError
from schemas.signal import Sample
from streams.async_kafka import connection_settings, started, stop_consumer
from streams.quotes import quote_of

log = structlog.get_logger()

MOST = 5
_MOST_READ = 12
_ALL_S = 4.0
_ONE_S = 1.0
_FETCH_BYTES = 128 * 1024  # two of the largest mentions
READINGS = 8
"""At the same time: each has a connection and buffers of its own, and a storm of alerts would have hundreds."""


class SampleReader:
    """Opens a connection for each reading: alerts are rare, and nothing has to be kept alive between them."""

    def __init__(self, kafka: Kafka, mentions_topic: str) -> None:
        """Connects to nothing."""
        self._kafka = kafka
        self._topic = mentions_topic
        self._places = asyncio.Semaphore(READINGS)

    async def read(self, samples: list[Sample]) -> list[Quote]:
        """At most five different texts, in the order of `samples`, within 4 s. Never raises what Kafka causes."""
        quotes: list[Quote] = []
        try:
            async with asyncio.timeout(_ALL_S), self._places:
                await self._read(samples[:_MOST_READ], quotes)
        except UsageError as error:
            log.warning("samples.unreadable", wanted=len(samples), reason=str(error))
        except (TimeoutError, KafkaError) as error:
            log.warning("samples.incomplete", wanted=len(samples), read=len(quotes), error=type(error).__name__)
        return distinct(quotes, MOST)

    async def _read(self, samples: list[Sample], quotes: list[Quote]) -> None:
        if not samples:
            return
        consumer = AIOKafkaConsumer(
            **connection_settings(self._kafka),
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=_FETCH_BYTES,
        )
        try:
            await started(consumer, self._kafka)
            for sample in samples:
                if quote := await self._fetch(consumer, sample):
                    quotes.append(quote)
        finally:
            await stop_consumer(consumer)

    async def _fetch(self, consumer: AIOKafkaConsumer, sample: Sample) -> Quote | None:
        where = TopicPartition(self._topic, sample.partition)
        consumer.assign([where])
        consumer.seek(where, sample.offset)
        try:
            record = await asyncio.wait_for(consumer.getone(where), _ONE_S)
        except (TimeoutError, KafkaError):
            return None
        return quote_of(record.value, sample) if record.offset == sample.offset else None

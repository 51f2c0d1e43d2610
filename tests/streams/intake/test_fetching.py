"""A consumer whose fetching has ended must not look as if there were nothing to read."""

import asyncio

import pytest

from schemas.config.model import Kafka
from schemas.errors import StateError
from streams.async_kafka import fetching_problem, group_consumer
from streams.embedded import EmbeddedBroker
from streams.intake.reader import Reader

pytestmark = pytest.mark.embedded


async def _nothing() -> None:
    pass


async def test_reading_ends_when_fetching_has_ended(embedded: EmbeddedBroker) -> None:
    """The process ends and is started again; before, it went on for ever with a lag of 0."""
    embedded.create("mentions")
    async with group_consumer(Kafka(brokers=embedded.address), "fetching") as consumer:
        reader = Reader(consumer, "mentions", 1, 0, _nothing, _nothing)
        consumer.subscribe(["mentions"], listener=reader)
        await reader.read(1)
        assert fetching_problem(consumer) is None
        task = consumer._fetcher._fetch_task
        task.cancel()
        await asyncio.wait([task])
        with pytest.raises(StateError, match="fetches from Kafka has ended"):
            await reader.read(1)

"""The embedded broker: what it does, and the limits that its docstring names."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.embedded import PARTITIONS, EmbeddedBroker

pytestmark = pytest.mark.embedded


async def test_aiokafka_reads_back_what_it_wrote(embedded: EmbeddedBroker) -> None:
    """Any Kafka client can use the address."""
    embedded.create("letters")
    async with AIOKafkaProducer(bootstrap_servers=embedded.address, enable_idempotence=True) as producer:
        await producer.send_and_wait("letters", b"a", partition=PARTITIONS - 1)
    consumer = AIOKafkaConsumer(bootstrap_servers=embedded.address, auto_offset_reset="earliest")
    async with consumer:
        consumer.assign([TopicPartition("letters", PARTITIONS - 1)])
        record = await asyncio.wait_for(consumer.getone(), 10)
    assert record.value == b"a"


async def test_a_created_topic_has_four_partitions(embedded: EmbeddedBroker) -> None:
    """Creating twice is harmless."""
    embedded.create("letters", "numbers")
    embedded.create("letters")
    async with AIOKafkaProducer(bootstrap_servers=embedded.address) as producer:
        assert len(await producer.partitions_for("letters")) == PARTITIONS


async def test_it_drops_the_oldest_records_beyond_five_megabytes(embedded: EmbeddedBroker) -> None:
    """The limit that state must live with: it is named, so it is checked."""
    embedded.create("letters")
    partition = TopicPartition("letters", 0)
    async with AIOKafkaProducer(bootstrap_servers=embedded.address) as producer:
        for _ in range(12):
            await producer.send_and_wait("letters", bytes(900_000), partition=0)
    async with AIOKafkaConsumer(bootstrap_servers=embedded.address) as consumer:
        first = (await consumer.beginning_offsets([partition]))[partition]
    assert 6 <= first <= 8


def test_a_closed_broker_refuses_to_create_topics() -> None:
    """Use after close is a mistake of the program."""
    broker = EmbeddedBroker()
    broker.close()
    with pytest.raises(RuntimeError, match="closed"):
        broker.create("letters")

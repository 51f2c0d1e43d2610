"""The real broker of the tests: it starts, dies and comes back with its data."""

from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.conftest import skip_or_fail
from tests.kafka import RealKafka, missing_tools

pytestmark = pytest.mark.kafka


async def test_a_killed_broker_comes_back_on_the_same_address_with_its_records(tmp_path: Path) -> None:
    """What the tests of broker failures rely on."""
    if missing := missing_tools():
        skip_or_fail(f"a real Kafka needs {' and '.join(missing)}")
    broker = RealKafka(tmp_path)
    broker.start()
    try:
        broker.create_topic("letters", partitions=2)
        async with AIOKafkaProducer(bootstrap_servers=broker.address, acks="all") as producer:
            await producer.send_and_wait("letters", b"a", partition=1)
        broker.kill()
        broker.start()
        partition = TopicPartition("letters", 1)
        async with AIOKafkaConsumer(bootstrap_servers=broker.address) as consumer:
            assert await consumer.end_offsets([partition]) == {partition: 1}
    finally:
        broker.kill()

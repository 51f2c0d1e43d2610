"""Intake on a real Kafka: kills, retention that was faster, and a topic that was made anew."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka import TopicPartition as Offset
from confluent_kafka.admin import AdminClient

from schemas.config.model import Config
from schemas.enums import IntakeOutcome
from schemas.errors import UsageError
from streams.intake.process import run_intake
from tests.kafka import RealKafka
from tests.streams.intake.making import config, mention, scorer
from tests.streams.intake.test_process import Seen, read_all, running, wait_until

pytestmark = pytest.mark.kafka
PARTITIONS = 4


def made(kafka: RealKafka, prefix: str) -> Config:
    """A config with topics of its own."""
    for topic in ("mentions", "mentions.dead", "digests"):
        kafka.create_topic(prefix + topic, PARTITIONS, {"message.timestamp.type": "LogAppendTime"})
    return config(kafka={"brokers": kafka.address, "topic_prefix": prefix, "session_timeout": "6 s"})


async def send(kafka: RealKafka, prefix: str, values: list[bytes]) -> None:
    """Mentions in turn to each partition."""
    async with AIOKafkaProducer(bootstrap_servers=kafka.address) as producer:
        for index, value in enumerate(values):
            await producer.send(f"{prefix}mentions", value, partition=index % PARTITIONS)


@asynccontextmanager
async def killed_worker(kafka: RealKafka, prefix: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that ends by `kill -9` with the block."""
    command = [sys.executable, "-m", "tests.streams.intake.worker", kafka.address, prefix]
    process = await asyncio.create_subprocess_exec(*command)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def wait_for_rows(kafka: RealKafka, prefix: str, count: int) -> None:
    """Returns when so many different mentions are in `digests`."""
    async with asyncio.timeout(90):
        while len((await read_all(kafka, prefix)).counted) < count:  # noqa: ASYNC110 (what is waited for sets no event)
            await asyncio.sleep(0.05)


async def test_killed_and_started_again_every_mention_is_counted(kafka: RealKafka) -> None:
    """What comes twice comes in order, under the same offset: whoever keeps the highest offset counts each once."""
    prefix = "kill."
    settings = made(kafka, prefix)
    values = [mention(id=str(n % 9_000)) if n % 10 else b"[%d]" % n for n in range(10_000)]
    await send(kafka, prefix, values[:6_000])
    for enough in (500, 2_500):
        async with killed_worker(kafka, prefix):
            await wait_for_rows(kafka, prefix, enough)
    await send(kafka, prefix, values[6_000:])
    expected = {(n % 4, n // 4, "ikea") for n in range(9_000) if n % 10}
    seen = Seen()
    async with running(settings, seen):
        await wait_for_rows(kafka, prefix, len(expected))
        await send(kafka, prefix, [mention(id=f"last{n}") for n in range(4)])
        await wait_for_rows(kafka, prefix, len(expected) + 4)
    found = await read_all(kafka, prefix)
    assert set(found.counted) == expected | {(n, 2_500, "ikea") for n in range(4)}
    assert set(found.dead) == {(n % 4, n // 4, "not_an_object") for n in range(0, 10_000, 10)}


async def test_what_retention_deleted_unread_is_counted_as_lost(kafka: RealKafka) -> None:
    """Reading goes on with the oldest record that is left."""
    prefix = "retention."
    settings = made(kafka, prefix)
    await send(kafka, prefix, [mention(id=str(n)) for n in range(40)])
    async with running(settings, seen := Seen()):
        await wait_until(lambda: seen.outcomes[IntakeOutcome.COUNTED] == 40)
    await send(kafka, prefix, [mention(id=str(n)) for n in range(40, 80)])
    admin = AdminClient({"bootstrap.servers": kafka.address})
    for future in admin.delete_records([Offset(f"{prefix}mentions", 2, 17)]).values():
        await asyncio.to_thread(future.result, 30)
    async with running(settings, seen := Seen()):
        await wait_until(lambda: seen.outcomes[IntakeOutcome.COUNTED] == 33)
    assert seen.lost_records == 7


async def test_a_commit_beyond_the_end_stops_intake(kafka: RealKafka) -> None:
    """The cluster was restored from a backup, or the topic made anew: from where to read is for a person to say."""
    prefix = "anew."
    settings = made(kafka, prefix)
    place = TopicPartition(f"{prefix}mentions", 1)
    group = f"{prefix}rebato-intake"
    async with AIOKafkaConsumer(bootstrap_servers=kafka.address, group_id=group, enable_auto_commit=False) as consumer:
        consumer.assign([place])
        await consumer.commit({place: 500})
        assert await consumer.committed(place) == 500
    with pytest.raises(UsageError, match=r"anew.mentions/1 ends at offset 0, but 500 were read"):
        await asyncio.wait_for(run_intake(settings, scorer(), Seen(), asyncio.Event()), 20)


async def test_two_processes_share_the_partitions(kafka: RealKafka) -> None:
    """When one leaves, the other goes on where it was; nothing is counted twice by the reader's rule."""
    prefix = "two."
    settings = made(kafka, prefix)
    async with running(settings, first := Seen()):
        async with running(settings, second := Seen()):
            await send(kafka, prefix, [mention(id=str(n)) for n in range(400)])
            await wait_until(lambda: first.outcomes.total() + second.outcomes.total() >= 400)
        await send(kafka, prefix, [mention(id=str(n)) for n in range(200, 600)])
        await wait_for_rows(kafka, prefix, 600)
    expected = {(n % 4, n // 4) for n in range(400)} | {(n % 4, 100 + (n - 200) // 4) for n in range(400, 600)}
    assert Counter({(p, o): 1 for p, o, _ in (await read_all(kafka, prefix)).counted}) == Counter(expected)

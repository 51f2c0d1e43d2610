"""The bound: aiokafka 0.14 by hand, with rebato's functions and nothing else.

Settings: `getmany` of up to 4,000 records, uvloop, counts in a dict by source partition, changed counts to a compacted
topic with acks=all and idempotence, commit after the acknowledgement. One round after the other: it does not even
read while it waits.
"""

from collections import Counter, defaultdict

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.peers.batches import InBatches
from benchmarks.peers.task import Task
from streams.intake.records import RawRecord

BATCH = 4_000


def clients(task: Task) -> tuple[AIOKafkaConsumer, AIOKafkaProducer]:
    """Not yet started."""
    consumer = AIOKafkaConsumer(
        task.topic,
        bootstrap_servers=task.broker,
        group_id=task.name,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 << 20,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=task.broker, acks="all", enable_idempotence=True, max_batch_size=1_000_000, linger_ms=0
    )
    return consumer, producer


async def count(task: Task) -> None:
    """Until all mentions are counted and the counts are in the changelog."""
    work = InBatches(task)
    counts: dict[int, defaultdict[str, int]] = {}
    consumer, producer = clients(task)
    async with consumer, producer:
        seen = 0
        while seen < task.mentions:
            batches = await consumer.getmany(timeout_ms=1_000, max_records=BATCH)
            if batches and not seen:
                task.begin()
            for place, records in batches.items():
                seen += len(records)
                changed = work.counted([_raw(record) for record in records])
                total = counts.setdefault(place.partition, defaultdict(int))
                await _write(producer, f"{task.name}-counts", place.partition, total, changed)
            await consumer.commit({place: records[-1].offset + 1 for place, records in batches.items()})
        task.end(lambda: sum(map(Counter, counts.values()), Counter()))


def _raw(record: object) -> RawRecord:
    return RawRecord(record.partition, record.offset, record.timestamp, record.value)  # type: ignore[attr-defined]


async def _write(
    producer: AIOKafkaProducer, topic: str, partition: int, total: defaultdict[str, int], changed: dict[str, int]
) -> None:
    """Adds what has changed and waits until it is in the changelog."""
    batch = producer.create_batch()
    for key, number in changed.items():
        total[key] += number
        if batch.append(key=key.encode(), value=b"%d" % total[key], timestamp=None) is None:
            await sent(producer, batch, topic, partition)
            batch = producer.create_batch()
            batch.append(key=key.encode(), value=b"%d" % total[key], timestamp=None)
    await sent(producer, batch, topic, partition)


async def sent(producer: AIOKafkaProducer, batch: object, topic: str, partition: int) -> None:
    """The batch is acknowledged."""
    await (await producer.send_batch(batch, topic, partition=partition))


if __name__ == "__main__":
    uvloop.run(count(Task.told()))

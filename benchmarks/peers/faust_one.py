"""Plain Faust (faust-streaming 0.15.3): one event at a time, a table in memory with its changelog.

Settings: Cython on with its fast paths, uvloop, orjson, raw values decoded by msgspec, acks=all, 20 ms linger and batches
of 1 MiB for the changelog, a session timeout of 10 s, no standby, no leader, no web server; else defaults. A key begins
with its source partition: so its changelog lies where its events are, and no second topic is needed to sort mentions by
brand.
"""

import asyncio
import logging
from collections import Counter

import faust
import mode.loop

from benchmarks.peers.task import OneByOne, Task


def app_of(task: Task) -> faust.App:
    """The app, with the settings that both variants have."""
    logging.disable(logging.INFO)  # the worker leaves debug messages on, which cost a tenth
    return faust.App(
        task.name,
        broker=f"kafka://{task.broker}",
        store="memory://",
        topic_partitions=task.partitions,
        topic_disable_leader=True,
        table_standby_replicas=0,
        cython_optimizations=True,
        producer_acks=-1,
        producer_linger=0.02,
        producer_max_batch_size=1 << 20,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=10,
        web_enabled=False,
        datadir=task.folder,
    )


def counts_of(table: faust.Table) -> Counter[str]:
    """The counts of all source partitions together."""
    whole: Counter[str] = Counter()
    for key, count in table.items():
        whole[key.partition("|")[2]] += count
    return whole


async def durable(app: faust.App) -> None:
    """Sends what waits, awaits its acknowledgement and commits."""
    await app.producer.buffer.flush()
    await app.producer.flush()
    await app.consumer.commit()


def build(task: Task) -> faust.App:
    """The app with its agent."""
    app, work = app_of(task), OneByOne(task)
    table = app.Table("counts", default=int, key_type=str, value_type=int, partitions=task.partitions)
    topic = app.topic(task.topic, key_type=bytes, value_type=bytes, value_serializer="raw")
    ends: list[asyncio.Task[None]] = []

    async def finish() -> None:
        await durable(app)
        task.end(lambda: counts_of(table))

    @app.agent(topic)
    async def count(stream: faust.Stream) -> None:
        seen = 0
        async for event in stream.events():
            if not seen:
                task.begin()
            seen += 1
            for key in work.keys(event.value):
                table[f"{event.message.partition}|{key}"] += 1
            if seen == task.mentions:
                ends.append(asyncio.create_task(finish()))

    return app


if __name__ == "__main__":
    mode.loop.use("uvloop")
    faust.Worker(build(Task.told()), loglevel="WARN").execute_from_commandline()

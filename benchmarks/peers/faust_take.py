"""Faust in batches (faust-streaming 0.15.3): `stream.take_events(1000, within=0.1)`, rebato's batch functions, one table
write a changed count.

Settings as in `faust_one`. The changelog's partition is the key's (`use_partitioner`), as a batch has no event of its
own: right for one worker only; and `take` acknowledges what it has buffered, so a crash loses mentions: it is here for
its speed.
"""

import asyncio

import faust
import mode.loop

from benchmarks.peers.batches import InBatches
from benchmarks.peers.faust_one import app_of, counts_of, durable
from benchmarks.peers.task import Task
from streams.intake.records import RawRecord

BATCH = 1_000
WITHIN_S = 0.1


def build(task: Task) -> faust.App:
    """The app with its agent."""
    app, work = app_of(task), InBatches(task)
    table = app.Table("counts", default=int, key_type=str, value_type=int, partitions=task.partitions, use_partitioner=True)
    topic = app.topic(task.topic, key_type=bytes, value_type=bytes, value_serializer="raw")
    ends: list[asyncio.Task[None]] = []

    async def finish() -> None:
        await durable(app)
        task.end(lambda: counts_of(table))

    @app.agent(topic)
    async def count(stream: faust.Stream) -> None:
        seen = 0
        async for events in stream.take_events(BATCH, within=WITHIN_S):
            if not seen:
                task.begin()
            seen += len(events)
            messages = [event.message for event in events]
            records = [RawRecord(m.partition, m.offset, int(m.timestamp * 1_000), m.value) for m in messages]
            for key, number in work.counted(records).items():
                table[f"all|{key}"] += number
            if seen == task.mentions:
                ends.append(asyncio.create_task(finish()))

    return app


if __name__ == "__main__":
    mode.loop.use("uvloop")
    faust.Worker(build(Task.told()), loglevel="WARN").execute_from_commandline()

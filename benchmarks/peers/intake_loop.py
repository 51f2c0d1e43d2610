"""The bound of rebato's first role: its own stage from mentions to digests, with nothing around it but aiokafka by hand.

Settings as in `aiokafka_loop`. No epochs, no watermarks, no metrics, no memory after a restart, no dead letters.
"""

from collections import Counter

import numpy as np
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.peers.aiokafka_loop import clients, sent
from benchmarks.peers.one_text import WINDOW_S
from benchmarks.peers.task import Task
from detectors.text.scorer import TextScorer
from schemas.config.model import Config, Intake
from schemas.digest import encode_batch
from streams.intake.records import RawRecord
from streams.intake.split import split
from streams.intake.stage import IntakeBatch, IntakeStage

BATCH = 4_000


async def digest(task: Task) -> None:
    """Until the digests of all mentions are acknowledged."""
    stage = IntakeStage(Config(brands=task.brands, intake=Intake(score=task.score)), TextScorer.packaged())
    done: list[IntakeBatch] = []
    consumer, producer = clients(task)
    async with consumer, producer:
        seen = 0
        while seen < task.mentions:
            seen += await _round(task, stage, consumer, producer, done)
        task.end(lambda: _counts(done))


async def _round(
    task: Task, stage: IntakeStage, consumer: AIOKafkaConsumer, producer: AIOKafkaProducer, done: list[IntakeBatch]
) -> int:
    """Reads, digests, sends, waits and commits; returns how many records there were."""
    batches = await consumer.getmany(timeout_ms=1_000, max_records=BATCH)
    if batches and not done:
        task.begin()
    for records in batches.values():
        raw = [RawRecord(record.partition, record.offset, record.timestamp, record.value) for record in records]
        done.append(stage.process(raw))
        for partition, pieces in split(done[-1], task.partitions, 1, task.partitions, []).items():
            for piece in pieces:
                batch = producer.create_batch()
                batch.append(key=None, value=encode_batch(piece), timestamp=None)
                await sent(producer, batch, f"{task.name}-digests", partition)
    await consumer.commit({place: records[-1].offset + 1 for place, records in batches.items()})
    return sum(map(len, batches.values()))


def _counts(done: list[IntakeBatch]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for batch in done:
        windows = batch.columns.observed_ms // (WINDOW_S * 1_000)
        cells, times = np.unique(np.stack([batch.columns.brand, windows]), axis=1, return_counts=True)
        for brand, window, count in zip(*cells.astype(int).tolist(), times.tolist(), strict=True):
            counts[f"{batch.brands[brand]}|{window}"] += count
    return counts


if __name__ == "__main__":
    uvloop.run(digest(Task.told()))

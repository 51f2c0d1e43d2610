"""Reads a changelog partition up to the reader's own claim, or as it is now."""

import time
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from schemas.config.model import Kafka
from schemas.errors import StateError
from streams.async_kafka import connect, connection_settings, stop_consumer
from streams.engine.changelog import CLAIM, OWNER_HEADER, Replay
from streams.engine.deadline import deadline

_FIRST_LOOK_RECORDS = 64  # enough for the last closing record in nearly every case
_LOOK_GROWTH = 16
_POLL_MS = 500
_FETCH_BYTES = 8 * 2**20


async def load_changelog(
    kafka: Kafka,
    changelog: str,
    partition: int,
    owner: bytes | None,
    deadline_s: float,
    progress: Callable[[int, int], None] | None = None,
    *,
    whole: bool = False,
) -> Replay:
    """What the whole frames before the claim of ``owner`` add up to; those up to now, for who only looks and claims nothing.

    The last closing record says from where on every live key has a record. It is looked for from the end backwards; on a
    broker that fences nobody it may be a frozen process's, so there the log is read ``whole``: it is short.
    Raises StateError if Kafka doesn't answer for ``deadline_s`` or no longer has all of it.
    """
    consumer = AIOKafkaConsumer(
        **connection_settings(kafka),
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",
        max_partition_fetch_bytes=_FETCH_BYTES,
    )
    where = TopicPartition(changelog, partition)
    try:
        async with deadline(deadline_s, f"loading {changelog}, partition {partition}"):
            await connect(consumer)
            consumer.assign([where])
            first = (await consumer.beginning_offsets([where]))[where]
            end = (await consumer.end_offsets([where]))[where]
        return await _Reader(consumer, where, owner, deadline_s, progress, whole).load(first, end)
    finally:
        await stop_consumer(consumer)


class _Reader:
    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        where: TopicPartition,
        owner: bytes | None,
        deadline_s: float,
        progress: Callable[[int, int], None] | None,
        whole: bool,
    ) -> None:
        self._consumer = consumer
        self._where = where
        self._owner = owner
        self._deadline_s = deadline_s
        self._progress = progress
        self._whole = whole

    async def load(self, first: int, end: int) -> Replay:
        look = end - first if self._whole else _FIRST_LOOK_RECORDS
        start = max(first, end - look)
        replay = await self._read(start, end)
        while replay.position is None and start > first:
            look *= _LOOK_GROWTH
            start = max(first, end - look)
            replay = await self._read(start, end)
        if replay.position is None or replay.position.load_from >= start:
            return replay
        if replay.position.load_from < first:
            raise StateError(
                f"{self._where.topic}, partition {self._where.partition}: Kafka has dropped state that was still "
                f"needed (offsets {replay.position.load_from} to {first}): is the topic compacted? "
                "`rebato state rebuild` recomputes the state"
            )
        return await self._read(replay.position.load_from, end)

    async def _read(self, start: int, end: int) -> Replay:
        """Reads from ``start`` to the own claim, however far beyond ``end`` that lies; without an owner, to ``end``."""
        replay = Replay(fenced=not self._whole)
        self._consumer.seek(self._where, start)
        heard_s = time.monotonic()
        while True:
            async with deadline(self._deadline_s, f"loading {self._where.topic}"):
                polled = await self._consumer.getmany(timeout_ms=_POLL_MS)
            records = [record for batch in polled.values() for record in batch]
            if records:
                heard_s = time.monotonic()
            elif time.monotonic() - heard_s > self._deadline_s:
                raise StateError(f"loading {self._where.topic}, partition {self._where.partition}: no answer from Kafka")
            if self._feed(replay, records) or (self._owner is None and await self._consumer.position(self._where) >= end):
                return replay
            if self._progress is not None and records:
                self._progress(records[-1].offset - start, max(end, records[-1].offset) - start)

    def _feed(self, replay: Replay, records: list[ConsumerRecord]) -> bool:
        """Whether the own claim was among the records."""
        for record in records:
            owner = next((value for name, value in record.headers if name == OWNER_HEADER), None)
            if owner is None:
                raise StateError(f"{self._where.topic} offset {record.offset}: not written by rebato: is it the changelog?")
            replay.feed(record.offset, record.key, record.value, owner)
            if record.key == CLAIM and owner == self._owner:
                return True
        return False

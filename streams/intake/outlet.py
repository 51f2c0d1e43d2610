"""What intake writes: digests to every partition of brands, refused mentions to the dead-letter topic."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from aiokafka import AIOKafkaProducer

from schemas.beat import Beat
from schemas.digest import DigestBatch, Watermark, encode_batch
from schemas.topics import Topics
from streams.engine.deadline import deadline
from streams.intake.beat import beat_value
from streams.intake.records import BEAT, Refused, control_headers
from streams.intake.split import clock_record, split
from streams.intake.stage import IntakeBatch

log = structlog.get_logger()

MAX_DEAD_BYTES = 2_000_000
"""More of a refused record isn't kept; Kafka's default lets none through that is larger than half of this."""

_DEADLINE_S = 30.0


@dataclass(slots=True)
class Outlet:
    """Sends in order and hands out futures; each is done when the broker has the record."""

    producer: AIOKafkaProducer
    topics: Topics
    partitions: int  # of digests
    dead_partitions: int
    source_partitions: int
    epoch: int
    sends: list["asyncio.Future[Any]"] = field(default_factory=list)

    async def batch(self, batch: IntakeBatch, watermarks: list[Watermark], learn_until_ms: int) -> None:
        """The digests of a batch, with the watermarks and heartbeats, and what was refused in it."""
        for refused in batch.refused:
            await self._dead(refused)
        records = split(batch, self.partitions, self.epoch, self.source_partitions, watermarks, learn_until_ms)
        for partition, pieces in records.items():
            *before, last = pieces
            await self._digests(partition, [*before, _with_beats(last, batch.beats)])

    async def beat(self, partition: int, ms: int) -> None:
        """A heartbeat's mention into a source partition. Where Kafka doesn't take it nothing fails: its missing tells."""
        async with deadline(_DEADLINE_S, "sending a heartbeat"):
            send = await self.producer.send(
                self.topics.mentions, beat_value(ms), partition=partition, headers=control_headers(BEAT)
            )
        send.add_done_callback(_told_if_failed)

    async def clock(self, watermarks: list[Watermark], learn_until_ms: int) -> None:
        """The watermarks alone, to every partition."""
        record = clock_record(self.epoch, self.source_partitions, watermarks, learn_until_ms)
        for partition in range(self.partitions):
            await self._digests(partition, [record])

    def taken(self) -> list["asyncio.Future[Any]"]:
        """The futures since the last call."""
        sends, self.sends = self.sends, []
        return sends

    async def _digests(self, partition: int, records: Iterable[DigestBatch]) -> None:
        for record in records:
            async with deadline(_DEADLINE_S, "sending digests"):
                self.sends.append(await self.producer.send(self.topics.digests, encode_batch(record), partition=partition))

    async def _dead(self, refused: Refused) -> None:
        record = refused.record
        headers = {
            "topic": self.topics.mentions,
            "partition": str(record.partition),
            "offset": str(record.offset),
            "reason": refused.reason.value,
            "detail": refused.detail,
            "at": str(int(time.time() * 1000)),
        }
        value = record.value
        if value is not None and len(value) > MAX_DEAD_BYTES:
            value, headers["cut_from_bytes"] = value[:MAX_DEAD_BYTES], str(len(value))
        encoded = [(name, text.encode(errors="replace")) for name, text in headers.items()]
        partition = record.partition % self.dead_partitions
        async with deadline(_DEADLINE_S, "sending refused mentions"):
            self.sends.append(await self.producer.send(self.topics.dead, value, partition=partition, headers=encoded))


def _with_beats(record: DigestBatch, beats: list[Beat]) -> DigestBatch:
    return msgspec.structs.replace(record, beats=beats) if beats else record


def _told_if_failed(send: "asyncio.Future[Any]") -> None:
    if not send.cancelled() and (error := send.exception()):
        log.warning("heartbeat.not_written", reason=repr(error))

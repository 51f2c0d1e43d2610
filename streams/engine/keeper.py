"""Keeps the state of a stage in a changelog topic: loads it whole, writes it in atomic checkpoints.

- One transactional producer per partition. Starting it fences the former owner and aborts what that left open, so a
  frozen process that wakes up can't write any more, and readers see whole checkpoints only. The embedded broker knows
  no transactions: there the claims and frames of ``changelog`` alone give the reader the same.
- Every live key is written again before it lies further back than ``rewrite_span_bytes`` (``livekeys``), so that a
  load reads no more than that, and a broker that drops old records drops none that counts.
- A partition that goes and comes back keeps its memory, if one more transaction under the same epoch of its producer
  commits: then nobody has started that producer since, so nobody else can have written, and what was written last is what
  a load would read. The embedded broker can't say so: there it is always read again.
- After any error of a partition its memory can't be trusted: load it again, or end the process.

The keeper knows nothing of what is in a state: bytes in, bytes out. It holds the last value of every key in memory.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from schemas.config.model import Kafka
from schemas.errors import StateError
from streams.async_kafka import connect, connection_settings
from streams.engine.changelog import CLAIM, OWNER_HEADER, Position, Replay, position_key
from streams.engine.deadline import close_producer, deadline
from streams.engine.livekeys import LiveKeys
from streams.engine.loader import load_changelog

log = structlog.get_logger()

Progress = Callable[[int, int], None]
"""Called with the number of records read and, about, the number of all."""

_SPAN_BYTES = 64 * 2**20  # one segment of the changelog: loads in about a second
_EMBEDDED_SPAN_BYTES = 2_500_000  # half of what the embedded broker keeps of a partition
_TRANSACTION_TIMEOUT_MS = 60_000  # Kafka's default; longer than any deadline here
_BATCH_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a partition's changelog holds."""

    states: dict[bytes, bytes]
    position: bytes | None
    """What the stage called its position at the last checkpoint; ``None`` if there was none."""


@dataclass(slots=True)
class _Owned:
    producer: AIOKafkaProducer
    owner: bytes
    claim: int
    """Offset of its claim."""
    live: LiveKeys
    position: bytes | None
    """The stage's position at the last checkpoint."""
    end_offset: int
    """Every record yet to be written lies at or after it."""


class StateKeeper:
    """The changelogs of the partitions that this process owns. One per process and stage."""

    def __init__(
        self,
        kafka: Kafka,
        changelog: str,
        stage: str,
        *,
        embedded: bool = False,
        rewrite_span_bytes: int | None = None,
        deadline_s: float = 30.0,
        compress: bool = True,
    ) -> None:
        """Connects to nothing yet.

        ``stage`` names the stage in errors and logs. ``embedded``: the broker is the embedded one, which keeps little,
        so state beyond 80 % of ``rewrite_span_bytes`` is an error there; the span is 2.5 MB there, else 64 MiB.
        ``deadline_s`` bounds each exchange with Kafka: longer than a broker's restart, shorter than people's patience.
        ``compress``: whether records are; aiokafka knows LZ4 at its slowest level only, 17 ns a byte.
        """
        self._kafka = kafka
        self._changelog = changelog
        self._stage = stage
        self._embedded = embedded
        self._span_bytes = rewrite_span_bytes or (_EMBEDDED_SPAN_BYTES if embedded else _SPAN_BYTES)
        self._deadline_s = deadline_s
        self._compression = "lz4" if compress else None
        self._owned: dict[int, _Owned] = {}

    async def load(self, partition: int, progress: Progress | None = None) -> Loaded:
        """The state at the last whole checkpoint; from now on nobody but this keeper can write a later one.

        Raises StateError if Kafka doesn't answer in time, or if it no longer has all of the state.
        """
        started_s = time.monotonic()
        if kept := await self._kept(partition):
            log.info("state.kept", stage=self._stage, partition=partition, keys=len(kept.states))
            return kept
        await self.release(partition)
        owner = secrets.token_bytes(8)
        producer, claim_offset = await self._claim(partition, owner)
        try:
            replay = await load_changelog(
                self._kafka, self._changelog, partition, owner, self._deadline_s, progress, whole=self._embedded
            )
            live = LiveKeys(replay, self._span_bytes, bounded=self._embedded)
        except BaseException:
            await close_producer(producer)
            raise
        position = replay.position.stage if replay.position else None
        self._owned[partition] = _Owned(producer, owner, claim_offset, live, position, claim_offset + 1)
        states = live.values()
        log.info(
            "state.loaded",
            stage=self._stage,
            partition=partition,
            keys=len(states),
            bytes=live.live_bytes,
            read_bytes=replay.log_bytes,
            seconds=round(time.monotonic() - started_s, 2),
        )
        return Loaded(states, position)

    async def begin_anew(self, partition: int) -> None:
        """Takes the partition over without its state: from the next checkpoint on, whatever was written before is gone.

        Reads nothing, so it works on a changelog that can't be loaded. Raises StateError if Kafka doesn't answer in time.
        """
        await self.release(partition)
        owner = secrets.token_bytes(8)
        producer, claim_offset = await self._claim(partition, owner)
        live = LiveKeys(Replay(), self._span_bytes, bounded=self._embedded)
        self._owned[partition] = _Owned(producer, owner, claim_offset, live, None, claim_offset + 1)

    async def checkpoint(self, partition: int, changed: Mapping[bytes, bytes | None], position: bytes) -> None:
        """Makes ``changed`` (``None`` removes a key) and ``position`` durable together or not at all.

        Raises FencedError if another process has loaded the partition, else StateError; in both cases it is not known
        whether the checkpoint was taken, and the partition must be loaded anew.
        """
        if reserved := [key for key in changed if key.startswith(b"__")]:
            raise ValueError(f"keys may not start with two underscores: {reserved[0]!r}")
        owned = self._get(partition)
        frame = owned.live.frame(changed)
        closing = Position(position, owned.live.load_from(frame, owned.end_offset), owned.claim)
        try:
            records = [*frame.items(), (position_key(owned.owner), msgspec.msgpack.encode(closing))]
            last_offset = await self._write(owned.producer, partition, owned.owner, records)
            if last_offset < owned.end_offset:
                raise StateError(f"{self._what(partition)} was made anew while in use: `rebato state rebuild` recomputes it")
        except BaseException:
            if self._owned.get(partition) is owned:  # else it was released, and may have been loaded anew
                await self.release(partition)
            raise
        owned.live.record(frame, owned.end_offset)
        owned.position = position
        owned.end_offset = last_offset + 1

    def states(self, partition: int) -> dict[bytes, bytes]:
        """The states at the last checkpoint; raises StateError if the partition isn't loaded."""
        return self._get(partition).live.values()

    async def release_others(self, partitions: Collection[int]) -> None:
        """Forgets all partitions but these."""
        gone = [self._owned.pop(partition) for partition in self._owned.keys() - set(partitions)]
        await asyncio.gather(*(close_producer(owned.producer) for owned in gone))

    async def release(self, partition: int) -> None:
        """Forgets a partition; does nothing if it isn't loaded."""
        if owned := self._owned.pop(partition, None):
            await close_producer(owned.producer)

    async def close(self) -> None:
        """Forgets all partitions."""
        for partition in list(self._owned):
            await self.release(partition)

    async def _kept(self, partition: int) -> Loaded | None:
        """What is held of the partition, if nobody else can have written since; else nothing is held any more."""
        owned = self._owned.get(partition)
        if owned is None or owned.position is None or self._embedded:
            return None
        try:
            await self.checkpoint(partition, {}, owned.position)
        except StateError as error:
            log.info("state.not_kept", stage=self._stage, partition=partition, reason=str(error))
            return None
        return Loaded(owned.live.values(), owned.position)

    def _get(self, partition: int) -> _Owned:
        owned = self._owned.get(partition)
        if owned is None:
            raise StateError(f"{self._what(partition)} isn't loaded")
        return owned

    async def _claim(self, partition: int, owner: bytes) -> tuple[AIOKafkaProducer, int]:
        producer = AIOKafkaProducer(
            **connection_settings(self._kafka),
            transactional_id=None if self._embedded else f"{self._changelog}-{partition}",
            enable_idempotence=True,
            transaction_timeout_ms=_TRANSACTION_TIMEOUT_MS,
            max_batch_size=_BATCH_BYTES,
            compression_type=self._compression,
        )
        try:
            async with deadline(self._deadline_s, f"taking over {self._what(partition)}"):
                await connect(producer)
            offset = await self._write(producer, partition, owner, [(CLAIM, b"")])
        except BaseException:
            await close_producer(producer)
            raise
        return producer, offset

    async def _write(
        self,
        producer: AIOKafkaProducer,
        partition: int,
        owner: bytes,
        records: list[tuple[bytes, bytes | None]],
    ) -> int:
        """Writes one transaction; returns the offset of its last record."""
        async with deadline(self._deadline_s, f"writing {self._what(partition)}"):
            if not self._embedded:
                await producer.begin_transaction()
            batches = list(_batches(producer, owner, records))
            sends = [await producer.send_batch(batch, self._changelog, partition=partition) for batch in batches]
            # A failed send doesn't fail the commit: each has to be looked at.
            written = await asyncio.gather(*sends)
            if not self._embedded:
                await producer.commit_transaction()
        return int(written[-1].offset + batches[-1].record_count()) - 1

    def _what(self, partition: int) -> str:
        return f"the state of {self._stage}, partition {partition} of {self._changelog}"


def _batches(
    producer: AIOKafkaProducer, owner: bytes, records: Iterable[tuple[bytes, bytes | None]]
) -> Iterator[BatchBuilder]:
    """The records in batches of the producer: a send of its own costs each of them ten times as much."""
    headers = [(OWNER_HEADER, owner)]
    batch = producer.create_batch()
    for key, value in records:
        if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:  # it is full
            yield batch
            batch = producer.create_batch()
            batch.append(timestamp=None, key=key, value=value, headers=headers)
    yield batch

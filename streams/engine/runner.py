"""Runs a stage over one partition so that nothing is lost and nothing counts twice.

The order of durability: outputs acknowledged by Kafka → keys and position in one checkpoint → acks of the input
records. The position says up to which input offset the state is applied, so a record that comes again is known, and
one that is missing is noticed. A checkpoint is taken by a timer, or earlier when too much is held; while it is written
records go on being applied.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from schemas.enums import Refusal
from schemas.errors import RecordError, StateError
from streams.engine.deadletter import dead_letter
from streams.engine.hooks import Hooks
from streams.engine.keeper import Progress, StateKeeper
from streams.engine.outbox import Outlet, Sent
from streams.engine.position import read_position, written_position
from streams.engine.snapshot import snapshot
from streams.engine.stage import InputRecord, Output, Stage, StageFactory

log = structlog.get_logger()

Ack = Callable[[], object]
_ATTEMPTS = 3
_REST = 19  # after a checkpoint as many times as long as its states took to write must pass …
_MOST_REST_S = 10.0  # … but no longer than this


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be applied and not durable; a crash replays that much."""

    held_records: int = 2_000
    held_bytes: int = 64 * 2**20


class PartitionRunner:
    """One partition from its load until it is closed."""

    def __init__(
        self,
        partition: int,
        factory: StageFactory,
        keeper: StateKeeper,
        outbox: Outlet,
        dead_topic: str,
        input_topic: str,
        hooks: Hooks | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Does nothing yet: ``load`` comes first."""
        self.partition = partition
        self.applied = -1
        """The last input offset in the stage's memory; −1 before the first."""
        self.durable = -1
        """The last input offset in a checkpoint."""
        self.closed = False
        """Whether the partition has been given up."""
        self._factory = factory
        self._keeper = keeper
        self._outbox = outbox
        self._dead_topic = dead_topic
        self._input_topic = input_topic
        self._hooks = hooks or Hooks()
        self._limits = limits or Limits()
        self._broken = False
        self._lock = asyncio.Lock()  # of what is in memory …
        self._saving = asyncio.Lock()  # … and of the one checkpoint that is written; whoever takes both takes this one first
        self._stage: Stage | None = None
        self._durable_position: bytes | None = None
        self._sent: Sent = []
        self._acks: list[tuple[int, Ack]] = []  # with their offsets; and of what isn't durable …
        self._held: list[InputRecord] = []  # … the records
        self._held_bytes = 0
        self.waiting: list[asyncio.Task[None]] = []  # records, in order, while the state is taken
        self._wrote_s = 0.0  # when the states were last encoded …
        self._writing_s = 0.0  # … and how long that took

    @property
    def loaded(self) -> bool:
        """Whether its state is in memory."""
        return self._stage is not None

    @property
    def alive(self) -> bool:
        """Whether it goes on: it hasn't been given up, and nothing has failed."""
        return not (self.closed or self._broken)

    @property
    def busy(self) -> bool:
        """Whether the next record would have to wait."""
        return self._lock.locked()

    async def load(self, first_offset: int, end_offset: int, progress: Progress | None = None) -> None:
        """Takes over the partition, whose broker holds records from ``first_offset`` to before ``end_offset``.

        Raises StateError if its state can't be loaded or belongs to another input topic.
        """
        async with self._lock:
            loaded = await self._keeper.load(self.partition, progress)
            self._take_position(loaded.position, first_offset)
            self._stage = self._factory(self.partition, loaded.states, self._durable_position)
            self.check_end(end_offset)
            self._skip_lost(first_offset)
            self._hooks.ready(self.partition, self._stage, self._outbox.deliver)

    async def begin_anew(self, first_offset: int, stage: Stage) -> None:
        """Takes over the partition without its state: the records from ``first_offset`` on are applied to ``stage``.

        What was kept before is gone when this returns. Raises StateError.
        """
        async with self._saving:
            await self._keeper.begin_anew(self.partition)
            self.applied = first_offset - 1
            self._stage = stage
            await self._save()

    def check_end(self, end_offset: int) -> None:
        """Raises StateError if the input ends before what has been read: recreated, or restored from a backup."""
        if end_offset < self.applied + 1:
            raise StateError(
                f"{self._input_topic}, partition {self.partition}, ends at offset {end_offset}, but its state says "
                f"that {self.applied + 1} have been read: was the topic recreated? `rebato state rebuild` recomputes it"
            )

    async def handle(self, record: InputRecord, ack: Ack) -> None:
        """Applies the next record; ``ack`` is called when a checkpoint includes it.

        Raises StateError on a hole in the offsets or when Kafka fails: the process must end. Does nothing once closed.
        """
        async with self._lock, self._breaking():
            if not self.alive:
                return
            if record.offset <= self.applied:
                self._repeat(record, ack)
                return
            if record.offset != self.applied + 1:
                raise StateError(
                    f"{self._input_topic}, partition {self.partition}: offset {record.offset} came after {self.applied}; "
                    "starting again from the last checkpoint. If this repeats, the group has committed more than the "
                    "state holds: `rebato state rebuild` recomputes it"
                )
            await self._take(record)
            self._acks.append((record.offset, ack))
        if self._is_full():
            await self._save_if(self._is_full)

    async def checkpoint(self, *, due_among: int = 0) -> None:
        """Makes durable what has been applied, then acknowledges it; does nothing if there is nothing new.

        One that is only due by the clock, with so many partitions in the process, is left out while the last one is still
        to be earned back: all of them together take a twentieth of the time at most.
        """
        await self._save_if(lambda: not due_among or self._is_rested(due_among))

    def _is_rested(self, due_among: int) -> bool:
        return time.monotonic() >= self._wrote_s + min(_REST * due_among * self._writing_s, _MOST_REST_S)

    def _is_full(self) -> bool:
        return self.applied - self.durable >= self._limits.held_records or self._held_bytes >= self._limits.held_bytes

    async def _save_if(self, needed: Callable[[], bool]) -> None:
        """Once no other checkpoint is under way, if it is still needed then."""
        async with self._saving, self._breaking():
            if self.loaded and self.alive and self.applied != self.durable and needed():
                await self._save()

    async def close(self) -> None:
        """Gives the partition up: what isn't durable is forgotten and will be replayed. Waits for nobody.

        The keeper goes on holding what is durable, should the partition come back; not if something is still written.
        """
        if not self.closed:
            self.closed = True
            if self._lock.locked() or self._saving.locked():
                await self._keeper.release(self.partition)
            self._hooks.dropped(self.partition)

    @asynccontextmanager
    async def _breaking(self) -> AsyncIterator[None]:
        """After an exception the stage may hold half of a record's effects: it must never reach a checkpoint."""
        try:
            yield
        except BaseException:
            self._broken = True
            raise

    def _take_position(self, position: bytes | None, first_offset: int) -> None:
        if position is None:
            self.applied = first_offset - 1
        else:
            self.applied, self._durable_position = read_position(position)
        self.durable = self.applied

    def _skip_lost(self, first_offset: int) -> None:
        """Counts what retention deleted before it was read. At a load only: later, it may have been fetched in time."""
        missing = first_offset - (self.applied + 1)
        if missing > 0:
            log.error("input.lost_to_retention", partition=self.partition, records=missing)
            self.applied = first_offset - 1
            self._hooks.lost(self.partition, missing)

    def _repeat(self, record: InputRecord, ack: Ack) -> None:
        if record.offset <= self.durable:
            ack()
        else:
            self._acks.append((record.offset, ack))

    async def _take(self, record: InputRecord) -> None:
        outputs = await self._apply(record)
        self._sent += await self._outbox.send(outputs)
        self._held_bytes += len(record.value)
        self.applied = record.offset
        if not self.closed:
            self._hooks.applied(self.partition, self._loaded())

    async def _apply(self, record: InputRecord) -> list[Output]:
        """The stage's outputs, or none if the record had to be put aside."""
        failure: Exception | None = None
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                outputs = self._loaded().apply(record)
            except RecordError as error:
                await self._bury(record, error, error.reason)
                return []
            except StateError:  # what is kept can't be read: no fault of this record, and no other would fare better
                raise
            except Exception as error:  # whatever our own code does wrong on a record must not stop all others
                failure = error
                log.exception("record.failed", partition=self.partition, offset=record.offset, attempt=attempt)
                self._rebuild()
            else:
                self._held.append(record)
                return outputs
        if failure is not None:
            await self._bury(record, failure, Refusal.POISON)
        return []

    async def _bury(self, record: InputRecord, error: Exception, reason: Refusal) -> None:
        letter = dead_letter(record, self._input_topic, self._dead_topic, error, reason)
        await self._outbox.deliver([letter])
        log.warning("record.put_aside", partition=self.partition, offset=record.offset, reason=reason.value)
        self._hooks.dead(record, reason)

    def _rebuild(self) -> None:
        """Makes the stage anew from its last checkpoint and the records since, whose outputs were sent before."""
        states = self._keeper.states(self.partition)
        stage = self._factory(self.partition, states, self._durable_position)
        for held in self._held:
            try:
                stage.apply(held)
            except StateError:
                raise
            except Exception as error:  # it passed before: the stage isn't a function of its input
                raise StateError(f"offset {held.offset} can't be applied a second time: {error!r}") from error
        self._stage = stage
        self._hooks.ready(self.partition, stage, self._outbox.deliver)

    async def _save(self) -> None:
        """Writes the state as it is now; ``_saving`` is held."""
        started_s = time.monotonic()
        async with self._lock:
            if not self.alive:
                return
            now = await snapshot(self._loaded())
            self._wrote_s, self._writing_s = now.taken_s, now.took_s
            applied, sent, self._sent = self.applied, self._sent, []
        await self._outbox.wait(sent)
        if self.closed:  # meanwhile; the keeper may have the partition anew by now
            return
        try:
            await self._keeper.checkpoint(self.partition, now.changed, written_position(applied, now.position))
        except StateError:
            if not self.closed:
                raise
        if not self.closed:
            self._settle(applied, now.position)
            self._hooks.saved(self.partition, self._loaded(), time.monotonic() - started_s)

    def _settle(self, applied: int, position: bytes) -> None:
        """What was applied up to there is durable."""
        self.durable, self._durable_position = applied, position
        for offset, ack in self._acks:
            if offset <= applied:
                ack()
        self._acks = [(offset, ack) for offset, ack in self._acks if offset > applied]
        self._held = [record for record in self._held if record.offset > applied]
        self._held_bytes = sum(len(record.value) for record in self._held)

    def _loaded(self) -> Stage:
        if self._stage is None:
            raise StateError(f"partition {self.partition} isn't loaded")
        return self._stage

"""The process of the role `intake`: reads `mentions`, writes `digests` and `mentions.dead`, commits.

Order of durability: digests and refused mentions acknowledged by the broker, then the commit. Whatever fails ends the
process; its supervisor starts it again, and it goes on from the commit. What was sent but not committed is then sent
again: the reader of digests skips offsets that it has applied, as every intake sends in order.

Time goes to every partition of digests once a second, in a replay with every batch, in a batch's record where there is one;
rarely while nothing is said.
"""

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from schemas.config.model import Config
from schemas.errors import StateError, UsageError
from schemas.topics import Topics
from streams.async_kafka import group_consumer, ordered_producer, partition_count
from streams.engine.garbage import collect_each_minute
from streams.engine.vitals import PartitionVitals, Vitals
from streams.epoch import FIRST
from streams.intake.acks import Acks
from streams.intake.beat import Rounds
from streams.intake.guard import FindEpoch, watched
from streams.intake.observe import IntakeObserver
from streams.intake.outlet import Outlet
from streams.intake.reader import Reader
from streams.intake.records import RawRecord
from streams.intake.scores import Scorer
from streams.intake.stage import IntakeBatch, IntakeStage
from streams.intake.watermarks import Watermarks

log = structlog.get_logger()

TICK_S = 1.0
"""How often time is told."""
GATHER_S = 0.1
"""Batches begin at least so far apart when all has been read."""
SILENT_TICK_S = 15.0
"""How often while nothing is said, by a process that reads every source partition: others would wait for its time."""
SILENT_AFTER_S = 150.0
"""So long after the last mention: by then its minute is closed, and what it led to has been stated once more."""


async def run_intake(
    config: Config,
    scorer: Scorer,
    observer: IntakeObserver,
    stop: asyncio.Event,
    vitals: Vitals | None = None,
    on_ready: Callable[[IntakeStage], None] = lambda stage: None,
    find_epoch: FindEpoch = lambda: FIRST,
) -> None:
    """Works until `stop` is set, then finishes what is in flight and commits. Run it under uvloop.

    `on_ready` gets the stage, whose `with_config` takes over changed brands. `find_epoch`: the topic's epoch as it is now,
    the first one for ever where it can't be told. Raises `UsageError` for what only a person
    can mend (no broker, no topic, another number of partitions) and `StateError` for what a restart mends.
    """
    topics = Topics(config.kafka.topic_prefix)
    guard = await watched(topics.mentions, find_epoch)
    stage = IntakeStage(config, scorer, guard.epoch)
    async with (
        ordered_producer(config.kafka) as producer,
        group_consumer(config.kafka, f"{config.kafka.topic_prefix}rebato-intake") as consumer,
    ):
        outlet = Outlet(
            producer,
            topics,
            partitions=await partition_count(producer, topics.digests),
            dead_partitions=await partition_count(producer, topics.dead),
            source_partitions=await partition_count(producer, topics.mentions),
            epoch=guard.epoch,
        )
        _check_partitions(config, topics, outlet)
        acks = Acks(consumer, guard.epoch)
        duties = [asyncio.create_task(guard.run()), asyncio.create_task(collect_each_minute())]
        reader = Reader(consumer, topics.mentions, guard.epoch, config.intake.repeats, lambda: _handed_over(acks), guard.ask)
        consumer.subscribe([topics.mentions], listener=reader)
        on_ready(stage)
        try:
            await _Loop(config, stage, reader, outlet, acks, observer, vitals or Vitals()).run(stop, guard.check)
            await _handed_over(acks)
        except KafkaError as error:
            raise StateError(f"intake can't go on: {error!r}") from error
        finally:
            for duty in duties:
                duty.cancel()
            await acks.close()


def _check_partitions(config: Config, topics: Topics, outlet: Outlet) -> None:
    if outlet.partitions != config.kafka.partitions:
        raise UsageError(
            f"{topics.digests} has {outlet.partitions} partitions, the config says {config.kafka.partitions}. "
            f"Set `kafka.partitions: {outlet.partitions}`: brands would move to other partitions, away from their state."
        )


async def _handed_over(acks: Acks) -> None:
    """Commits what has been sent, within 5 s: what isn't committed is read again."""
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            await acks.drain()


class _Loop:
    """Read, process, send, commit; and tell the time."""

    def __init__(
        self,
        config: Config,
        stage: IntakeStage,
        reader: Reader,
        outlet: Outlet,
        acks: Acks,
        observer: IntakeObserver,
        vitals: Vitals,
    ) -> None:
        self._batch = config.intake.batch
        self._replay = config.time == "replay"
        self._stage = stage
        self._reader = reader
        self._outlet = outlet
        self._acks = acks
        self._observer = observer
        self._vitals = vitals
        self._marks = Watermarks(config.time)
        beats = config.heartbeat is not None and not self._replay
        self._rounds = Rounds(int(config.heartbeat.every.total_seconds() * 1000)) if config.heartbeat and beats else None
        self._ticked_s = self._heard_s = -math.inf

    async def run(self, stop: asyncio.Event, check: Callable[[], None]) -> None:
        """One turn after the other until `stop` is set, or `check` raises."""
        while not stop.is_set():
            check()
            began_s = time.monotonic()
            batches = await self._reader.read(self._batch)
            turn = self._reader.turn
            self._take_changes()
            await self._beat()
            batch = self._processed(batches) if self._reader.turn == turn else None  # else it isn't ours any more
            if batch and not batch.is_silent:
                self._heard_s = time.monotonic()
            if await self._sent(batch, turn) and batch:
                self._account(batch)
            self._show()
            if batches:
                await self._gather(began_s)

    async def _gather(self, began_s: float) -> None:
        """Lets mentions come together: each batch costs watch a record a partition, however few are in it.

        The first mention after a silence isn't kept waiting, nor is anything when the broker has more.
        """
        if not any(self._reader.end(partition) > place.position for partition, place in self._reader.places.items()):
            await asyncio.sleep(max(0.0, GATHER_S - (time.monotonic() - began_s)))

    async def _beat(self) -> None:
        """Writes the heartbeats that are due, into the partitions that are ours to read."""
        if self._rounds is None:
            return
        ms, lacking = self._rounds.due(_now_ms(), set(self._reader.places))
        for partition in lacking:
            await self._outlet.beat(partition, ms)

    def _take_changes(self) -> None:
        for partition in self._reader.fresh:
            self._stage.forget(partition)
        self._reader.fresh.clear()
        for partition, records in self._reader.lost.items():
            self._observer.lost(partition, records)
        self._reader.lost.clear()
        self._marks.only(set(self._reader.places))
        if self._reader.places and not self._reader.loading:
            self._stage.keep_only(set(self._reader.places))

    def _processed(self, batches: dict[int, list[RawRecord]]) -> IntakeBatch | None:
        """All that was read as one batch; what was counted before a restart is only remembered."""
        records: list[RawRecord] = []
        for partition, read in batches.items():
            known = max(0, min(self._reader.places[partition].count_from - read[0].offset, len(read)))
            if known:
                self._marks.controlled(partition, self._stage.remember(read[:known]))
            records += read[known:]
        if not records:
            return None
        batch = self._stage.process(records)
        now_ms = _now_ms()
        for control in batch.controls:
            self._marks.controlled(control.partition, [control])
        for partition, reached in batch.reached.items():
            self._marks.appended(partition, reached.append_ms, now_ms)
        return batch

    async def _sent(self, batch: IntakeBatch | None, turn: int) -> bool:
        """Sends and hands over for the commit; False if the partitions were given up meanwhile."""
        brings = batch is not None and bool(batch.beats or (self._replay and batch.controls))
        tick = self._is_tick() or brings
        marks = self._marks.current() if tick else []
        if batch:
            await self._outlet.batch(batch, marks, self._marks.learn_until_ms)
        elif marks:
            await self._outlet.clock(marks, self._marks.learn_until_ms)
        sends = self._outlet.taken()
        if self._reader.turn != turn:
            return False
        if sends or batch:
            topic = self._outlet.topics.mentions
            reached = batch.reached if batch else {}
            positions = {TopicPartition(topic, partition): place.position for partition, place in reached.items()}
            await self._acks.add(positions, sends)
        return True

    def _is_tick(self) -> bool:
        """Whether it is time to tell the time; then silence is made known too."""
        now_s = time.monotonic()
        silent = now_s > self._heard_s + SILENT_AFTER_S and len(self._reader.places) == self._outlet.source_partitions
        if now_s < self._ticked_s + (SILENT_TICK_S if silent else TICK_S):
            return False
        self._ticked_s = now_s
        for partition in self._reader.places:
            if (at_ms := self._reader.read_all_ms(partition)) is not None:
                self._marks.caught_up(partition, at_ms)
        return True

    def _account(self, batch: IntakeBatch) -> None:
        for (source, outcome), count in batch.counts.items():
            self._observer.mentions(source, outcome, count)
        for refused in batch.refused:
            self._observer.refused(refused.reason, 1)
        if len(batch.columns):
            self._observer.digests(len(batch.columns))

    def _show(self) -> None:
        self._vitals.turn()
        if self._reader.joined:
            self._vitals.join()
        shown = {partition: PartitionVitals(loaded=False) for partition in self._reader.loading}
        for partition, place in self._reader.places.items():
            end = self._reader.end(partition)
            loaded = place.position >= place.count_from
            shown[partition] = PartitionVitals(loaded, place.position - 1, place.position - 1, end)
            self._observer.lag(partition, end - place.position)
        for mark in self._marks.current():
            self._observer.watermark(mark.partition, mark.ms)
        self._vitals.show(shown)


def _now_ms() -> int:
    return int(time.time() * 1000)

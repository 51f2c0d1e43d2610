"""Which source partitions this process reads, and where in each: loaded after every assignment, given up before the next.

A partition is *loaded* when it is decided where to count from; until then its records are left alone and read again.
The records just before are read first, without counting, for the memory of repeats.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, NoOffsetForPartitionError, OffsetOutOfRangeError

from schemas.errors import StateError
from streams.async_kafka import Membership
from streams.engine.deadline import deadline
from streams.intake.fetched import make_raw, raw_records
from streams.intake.records import RawRecord
from streams.intake.start import start_of

log = structlog.get_logger()

_DEADLINE_S = 30.0
_POLL_MS = 500  # records end it at once; to stop and to load wait for it
_NOWHERE = -1


@dataclass(slots=True)
class Place:
    """Where a loaded partition is: the next offset to read, and the one from which mentions count."""

    position: int
    count_from: int


class Reader(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Reads batches of the partitions that the group gives to this process."""

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        topic: str,
        epoch: int,
        repeats: int,
        before_giving_up: Callable[[], Awaitable[None]],
        before_reading: Callable[[], Awaitable[None]],
    ) -> None:
        """`before_giving_up` runs while the partitions are still ours: the last chance to commit. `before_reading` runs
        when new ones are to be read, and may raise StateError. `epoch`: commits of another one don't count.
        """
        make_raw(consumer)
        self._consumer = consumer
        self._membership = Membership()
        self._topic = topic
        self._epoch = str(epoch)
        self._repeats = repeats
        self._before_giving_up = before_giving_up
        self._before_reading = before_reading
        self._assigned: set[int] = set()
        self._left: dict[int, int] = {}  # position of each partition when it was given up
        self.places: dict[int, Place] = {}
        self.turn = 0
        """Raised whenever partitions are given up: what was read before isn't ours to send any more."""
        self.joined = False
        self.fresh: set[int] = set()
        """Partitions whose memory must be built anew, since this was last emptied."""
        self.lost: dict[int, int] = {}
        """Records that retention deleted before they were read, since this was last emptied."""

    @property
    def loading(self) -> set[int]:
        """Partitions that are ours and not loaded."""
        return self._assigned - set(self.places)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Called by aiokafka before the group is divided anew; all partitions are given up, ours or not afterwards."""
        self.turn += 1
        self._left = {partition: place.position for partition, place in self.places.items()}
        self.places.clear()
        given_up, self._assigned = self._assigned, set()  # first: who reads meanwhile must not load them again
        if given_up:
            await self._before_giving_up()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Called by aiokafka; `read` loads them."""
        self._assigned = {each.partition for each in assigned}
        self.joined = True
        log.info("intake.assigned", partitions=sorted(self._assigned))

    async def read(self, max_records: int) -> dict[int, list[RawRecord]]:
        """The next records of each loaded partition; empty after a while without any. Raises StateError if none can come."""
        if problem := self._membership.problem(self._consumer):
            raise StateError(problem)
        if self.loading:
            await self._before_reading()
        for partition in sorted(self.loading):
            if partition in self.loading:  # it may have been given up while another one was loaded
                await self._load(partition)
        try:
            fetched = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=max_records)
        except NoOffsetForPartitionError:  # the fetcher asked before `_load` had said where to begin
            return {}
        except OffsetOutOfRangeError as error:
            await self._before_giving_up()
            for where in error.args[0]:
                self.places.pop(where.partition, None)
            return {}
        batches = {}
        for where, records in fetched.items():
            place = self.places.get(where.partition)
            if place is None or records[0].offset < place.position:
                continue  # assigned during the poll: it is loaded next, and read again
            place.position = records[-1].offset + 1
            batches[where.partition] = raw_records(records)
        return batches

    def read_all_ms(self, partition: int) -> int | None:
        """When, by our clock, the broker last said that there is nothing more to read; None if there is."""
        place, where = self.places[partition], TopicPartition(self._topic, partition)
        end = self._consumer.highwater(where)
        if end is None or place.position < max(end, place.count_from):
            return None
        polled_ms: int | None = self._consumer.last_poll_timestamp(where)
        return polled_ms

    def end(self, partition: int) -> int:
        """Offset after the last record that the broker holds, as far as is known."""
        position = self.places[partition].position
        return max(position, self._consumer.highwater(TopicPartition(self._topic, partition)) or 0)

    async def _load(self, partition: int) -> None:
        where, turn = TopicPartition(self._topic, partition), self.turn
        async with deadline(_DEADLINE_S, f"asking for the offsets of {self._topic}"):
            committed = await self._committed(where)
            first = (await self._consumer.beginning_offsets([where]))[where]
            end = (await self._consumer.end_offsets([where]))[where]
        if self.turn != turn:
            return
        kept = self._left.pop(partition, _NOWHERE) == committed
        start = start_of(committed, first, end, 0 if kept else self._repeats, f"{self._topic}/{partition}")
        try:
            self._consumer.seek(where, start.remember_from)
        except IllegalStateError:  # given away meanwhile
            return
        self.places[partition] = Place(start.remember_from, start.count_from)
        if not kept:
            self.fresh.add(partition)
        if start.lost:
            self.lost[partition] = self.lost.get(partition, 0) + start.lost
            log.error("intake.records_lost", partition=partition, records=start.lost, first=start.count_from)

    async def _committed(self, where: TopicPartition) -> int | None:
        """The group's offset, None if it has committed none, or one of another topic of this name.

        aiokafka's own `committed` leaves out what was written beside the offset.
        """
        found = (await self._consumer._coordinator.fetch_committed_offsets([where])).get(where)
        if found is None or found.offset < 0:
            return None
        if found.metadata and found.metadata != self._epoch:
            log.error("intake.topic_made_anew", partition=where.partition, read_before=found.offset)
            return None
        return int(found.offset)

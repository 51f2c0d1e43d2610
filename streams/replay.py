"""Sends files of mentions into Kafka, merged by time: as fast as it goes, or at a multiple of their own pace.

In `time: replay` the time is told with control records in every partition, so that no clock is used anywhere. In
`time: live` only what is observed now counts: there the story is shifted to now, and the clock does the rest.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

from schemas.config.model import Config
from schemas.errors import UsageError
from schemas.topics import Topics
from streams.async_kafka import ordered_producer, partition_count
from streams.engine.deadline import deadline
from streams.files import STANDARD, line_ms, read_records
from streams.intake.records import RawRecord, control_headers
from streams.story import Line, Shift, Told, shifted, story, told

_MOST_IN_FLIGHT = 2_000
_DEADLINE_S = 30.0
_TOLD_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Extent:
    """What the files hold, found before anything is sent."""

    lines: int
    first_ms: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class Order:
    """How to replay. `speed` None = as fast as it goes."""

    speed: float | None = None
    shift_to_now: bool = False
    learn_only: bool = False


@dataclass(slots=True)
class Sent:
    """What was sent."""

    lines: int = 0
    controls: int = 0
    seconds: float = 0.0


def extent_of(paths: Sequence[Path]) -> Extent:
    """Reads the files once. Raises `UsageError` for one that is missing, damaged, a pipe, or has no time in it."""
    first = last = lines = 0
    for path in paths:
        if path == STANDARD or path.is_fifo():
            raise UsageError(f"{path} can be read only once, and a replay reads twice. Write it into a file first.")
    for record in read_records(paths):
        lines += 1
        first = first or record.append_ms
        last = record.append_ms
    if not first:
        raise UsageError(
            "no line has an `observed_at` that can be used: are these files of mentions, one JSON object a line?"
        )
    return Extent(lines, first, last)


def check_order(config: Config, order: Order) -> None:
    """Raises `UsageError` when the order doesn't fit `time` of the config."""
    if order.speed is not None and order.speed <= 0:
        raise UsageError(f"--speed is {order.speed:g}; it must be above 0, such as 60 for an hour a minute.")
    if config.time == "live" and order.learn_only:
        raise UsageError("--learn-only needs `time: replay` in the config. Set it back to `live` when it is done.")
    if config.time == "live" and not order.shift_to_now:
        raise UsageError(
            "the config says `time: live`, where only what is observed now counts. "
            "Add --shift-to-now to rehearse with these files, or set `time: replay`."
        )


async def replay(
    config: Config,
    paths: Sequence[Path],
    order: Order,
    extent: Extent,
    progress: Callable[[int], None] = lambda lines: None,
) -> Sent:
    """Sends everything; returns when Kafka has acknowledged all. `progress` gets lines as they are sent."""
    check_order(config, order)
    topic = Topics(config.kafka.topic_prefix).mentions
    records: Iterable[RawRecord] = read_records(paths)
    tell = config.time == "replay"
    if order.shift_to_now:
        start_ms = int(time.time() * 1000)
        shift = Shift(extent.first_ms, start_ms, order.speed or 1.0, f"~{start_ms}")
        records = _shifted(records, shift)
        extent = Extent(extent.lines, start_ms, shift.moment_ms(extent.last_ms))
    async with ordered_producer(config.kafka, linger_ms=5) as producer:
        partitions = await partition_count(producer, topic)
        learn_until_ms = extent.last_ms + 1 if order.learn_only else 0
        pace = _Pace(extent.first_ms, 1.0 if order.shift_to_now else order.speed)
        sending = _Sending(producer, topic, partitions, progress)
        for item in story(records, partitions, learn_until_ms, tell):
            async for moment_ms in pace.until(item.at_ms):
                if tell and sending.is_silent:
                    await sending.send(told(moment_ms, learn_until_ms))
            if tell and sending.is_silent:
                await sending.send(told(item.at_ms, learn_until_ms))
            await sending.send(item)
        await sending.finish()
    return sending.sent


def _shifted(records: Iterable[RawRecord], shift: Shift) -> Iterator[RawRecord]:
    for record in records:
        value = record.value or b""
        observed_ms = line_ms(value)
        if observed_ms is not None:
            value = shifted(value, shift, observed_ms)
        moment_ms = shift.moment_ms(record.append_ms or shift.first_ms)
        yield RawRecord(record.partition, record.offset, moment_ms, value)


class _Pace:
    """Waits until it is time for a moment of the story."""

    def __init__(self, first_ms: int, speed: float | None) -> None:
        self._first_ms = first_ms
        self._speed = speed
        self._start_s = time.monotonic()

    async def until(self, at_ms: int) -> AsyncIterator[int]:
        """Ends at that moment; gives the moments of the story on the way there, one a second."""
        if self._speed is None:
            return
        due_s = self._start_s + (at_ms - self._first_ms) / 1000 / self._speed
        while (left_s := due_s - time.monotonic()) > 0:
            await asyncio.sleep(min(left_s, _TOLD_EVERY_S))
            moment_ms = self._first_ms + int((time.monotonic() - self._start_s) * 1000 * self._speed)
            if moment_ms < at_ms:
                yield moment_ms


@dataclass(slots=True)
class _Sending:
    """Sends lines and control records in order, with a limit on what is in flight."""

    producer: AIOKafkaProducer
    topic: str
    partitions: int
    progress: Callable[[int], None]
    sent: Sent = field(default_factory=Sent)
    _in_flight: list["asyncio.Future[Any]"] = field(default_factory=list)
    _started_s: float = field(default_factory=time.monotonic)
    _told_s: float = 0.0

    @property
    def is_silent(self) -> bool:
        """Whether the time wasn't told for a second of sending."""
        return time.monotonic() - self._told_s >= _TOLD_EVERY_S

    async def send(self, item: Line | Told) -> None:
        """Sends one; waits now and then until Kafka has what was sent before."""
        async with deadline(_DEADLINE_S, "sending the replay"):
            if isinstance(item, Line):
                self._in_flight.append(
                    await self.producer.send(self.topic, item.value, key=item.key, partition=item.partition)
                )
                self.sent.lines += 1
            else:
                await self._tell(item)
        if len(self._in_flight) >= _MOST_IN_FLIGHT:
            await self._acknowledged()

    async def finish(self) -> None:
        """Returns when Kafka has everything."""
        await self._acknowledged()
        self.sent.seconds = time.monotonic() - self._started_s

    async def _tell(self, item: Told) -> None:
        headers = control_headers(item.word)
        for partition in range(self.partitions):
            send = self.producer.send(self.topic, item.value, partition=partition, headers=headers)
            self._in_flight.append(await send)
            self.sent.controls += 1
        self._told_s = time.monotonic()

    async def _acknowledged(self) -> None:
        async with deadline(_DEADLINE_S, "sending the replay"):
            await asyncio.gather(*self._in_flight)
        self._in_flight.clear()
        self.progress(self.sent.lines)

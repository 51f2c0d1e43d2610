"""Runners over one partition of an embedded broker, and what holds them up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.config.model import Kafka
from streams.engine import runner
from streams.engine.hooks import Hooks
from streams.engine.keeper import StateKeeper
from streams.engine.outbox import Outbox
from streams.engine.runner import Limits, PartitionRunner
from streams.engine.snapshot import Snapshot, snapshot
from streams.engine.stage import InputRecord, Stage
from tests.streams.engine.counting import CountingStage


class Held(StateKeeper):
    """Lets a checkpoint wait before it is written."""

    def __init__(self, address: str) -> None:
        super().__init__(Kafka(brokers=address), "state", "count", embedded=True)
        self.may_write = asyncio.Event()
        self.may_write.set()
        self.waiting = asyncio.Event()

    async def checkpoint(self, partition: int, changed: Mapping[bytes, bytes | None], position: bytes) -> None:
        self.waiting.set()
        await self.may_write.wait()
        await super().checkpoint(partition, changed, position)


class SlowSnapshot:
    """States that are taken when they are let."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()
        monkeypatch.setattr(runner, "snapshot", self._take)

    async def _take(self, stage: Stage) -> Snapshot:
        self.begun.set()
        await self.may_end.wait()
        return await snapshot(stage)


@dataclass
class Bench:
    """Runners over one partition of an embedded broker, and what they told their owner."""

    address: str
    outbox: Outbox
    failing: dict[bytes, list[Exception]] = field(default_factory=dict)
    acked: list[int] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    stages: list[CountingStage] = field(default_factory=list)
    keepers: list[Held] = field(default_factory=list)

    async def runner(
        self,
        first: int = 0,
        end: int = 1_000,
        limits: Limits | None = None,
        hooks: Hooks | None = None,
        keeper: Held | None = None,
    ) -> PartitionRunner:
        """A loaded runner, as a new process would make it, or the same to which the partition comes back (`keeper`)."""
        if keeper is None:
            keeper = Held(self.address)
            self.keepers.append(keeper)
        hooks = hooks or Hooks(
            lost=lambda partition, count: self.told.append(("lost", partition, count)),
            dead=lambda record, reason: self.told.append(("dead", record.offset, reason)),
        )
        runner = PartitionRunner(0, self._stage, keeper, self.outbox, "dead", "in", hooks, limits)
        await runner.load(first, end)
        return runner

    def _stage(self, partition: int, states: dict[bytes, bytes], position: bytes | None) -> CountingStage:
        self.stages.append(CountingStage(states, position, "out", self.failing))
        return self.stages[-1]

    def ack(self, offset: int) -> Callable[[], None]:
        return lambda: self.acked.append(offset)

    async def feed(self, runner: PartitionRunner, *offsets: int, value: bytes = b"good") -> None:
        for offset in offsets:
            await runner.handle(InputRecord(0, offset, 0, b"k%d" % (offset % 2), value), self.ack(offset))

    @asynccontextmanager
    async def writing(self, runner: PartitionRunner) -> AsyncIterator[None]:
        """While a checkpoint of what has been applied so far is being written; afterwards it is durable."""
        keeper = self.keepers[-1]
        keeper.may_write.clear()
        keeper.waiting.clear()
        checkpoint = asyncio.create_task(runner.checkpoint())
        await keeper.waiting.wait()
        yield
        keeper.may_write.set()
        await checkpoint

    async def read(self, topic: str, count: int) -> list[Any]:
        """The first ``count`` records of partition 0."""
        async with AIOKafkaConsumer(bootstrap_servers=self.address, auto_offset_reset="earliest") as consumer:
            consumer.assign([TopicPartition(topic, 0)])
            return [await consumer.getone() for _ in range(count)]

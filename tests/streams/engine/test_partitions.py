"""The partitions of a process: all are loaded before any of them works."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from schemas.config.model import Kafka
from streams.embedded import EmbeddedBroker
from streams.engine.hooks import Hooks
from streams.engine.keeper import StateKeeper
from streams.engine.offsets import OffsetProbe
from streams.engine.outbox import Outbox
from streams.engine.partitions import Partitions
from streams.engine.settings import EngineSettings
from streams.engine.stage import InputRecord, Stage
from streams.engine.vitals import Vitals
from tests.streams.engine.counting import CountingStage
from tests.streams.engine.running import SlowSnapshot

pytestmark = pytest.mark.embedded


class SlowProbe(OffsetProbe):
    """Asks about partition 1 when it is let."""

    def __init__(self, kafka: Kafka, topic: str) -> None:
        super().__init__(kafka, topic)
        self.go_on = asyncio.Event()

    async def span(self, partition: int) -> tuple[int, int]:
        if partition == 1:
            await self.go_on.wait()
        return await super().span(partition)


class Bench:
    """Partitions on an embedded broker, whose partition 1 loads slowly."""

    def __init__(self, kafka: Kafka) -> None:
        self.vitals, self.probe, self.failed = Vitals(), SlowProbe(kafka, "in"), list[Exception]()
        self.stages: dict[int, CountingStage] = {}
        self.outbox = Outbox(kafka, deadline_s=5.0)
        self.keeper = StateKeeper(kafka, "state", "count", embedded=True)
        self.loaded = asyncio.Event()
        hooks = Hooks(ready=lambda *_: self.loaded.set())
        settings = EngineSettings(kafka, "group", "count", "in", "state", "dead", 2, embedded=True)
        self.partitions = Partitions(
            settings, self._stage, hooks, self.vitals, self.keeper, self.outbox, self.probe, self.failed.append
        )

    def _stage(self, partition: int, states: dict[bytes, bytes], position: bytes | None) -> Stage:
        self.stages[partition] = CountingStage(states, position, "out")
        return self.stages[partition]


@pytest.fixture
async def bench(embedded: EmbeddedBroker) -> AsyncIterator[Bench]:
    embedded.create("in", "out", "state", "dead")
    bench = Bench(Kafka(brokers=embedded.address))
    async with AsyncExitStack() as stack:
        for start, close in ((bench.outbox.start, bench.outbox.close), (bench.probe.connect, bench.probe.close)):
            await start()
            stack.push_async_callback(close)
        stack.push_async_callback(bench.keeper.close)
        yield bench


async def test_all_partitions_are_loaded_before_records_of_any_are_applied(bench: Bench) -> None:
    """Work on one that is there already would only hold up the others; so the process is ready sooner."""
    bench.partitions.assign({0, 1})
    taken = asyncio.create_task(bench.partitions.take(InputRecord(0, 0, 0, b"k", b"good"), lambda: None))
    await bench.loaded.wait()
    await bench.probe.ends([0])  # time enough to apply it
    assert bench.stages[0].counts == {}
    bench.probe.go_on.set()
    await taken
    assert ({number: stage.counts for number, stage in bench.stages.items()}, bench.failed) == ({0: {b"k": 1}, 1: {}}, [])
    await bench.partitions.revoke()


async def test_a_record_of_a_partition_that_goes_before_all_are_loaded_is_left_to_its_next_owner(bench: Bench) -> None:
    """Nobody waits for a load that was called off."""
    bench.partitions.assign({0, 1})
    taken = asyncio.create_task(bench.partitions.take(InputRecord(0, 0, 0, b"k", b"good"), lambda: None))
    await bench.loaded.wait()
    await bench.partitions.revoke()
    await taken
    assert (bench.stages[0].counts, list(bench.stages), bench.failed) == ({}, [0], [])


async def test_records_of_others_go_on_while_the_state_of_one_is_taken(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of that one wait in their order, a few of them; then so do the others."""
    bench.probe.go_on.set()
    bench.partitions.assign({0, 1})
    acked: list[tuple[int, int]] = []

    async def take(partition: int, offset: int) -> None:
        record = InputRecord(partition, offset, 0, b"k", b"good")
        await bench.partitions.take(record, lambda: acked.append((partition, offset)))

    await take(0, 0)
    slow = SlowSnapshot(monkeypatch)
    checkpoint = asyncio.create_task(bench.partitions.checkpoint())
    await slow.begun.wait()
    for offset in range(1, 5):
        await take(0, offset)
    await take(1, 0)
    assert ({number: stage.counts for number, stage in bench.stages.items()}, acked) == ({0: {b"k": 1}, 1: {b"k": 1}}, [])
    too_many = asyncio.create_task(take(0, 5))
    await asyncio.sleep(0.05)
    assert not too_many.done()
    slow.may_end.set()
    await asyncio.gather(checkpoint, too_many)
    await take(0, 6)
    assert (bench.stages[0].counts, acked[:1], bench.failed) == ({b"k": 7}, [(0, 0)], [])
    await bench.partitions.revoke()
    assert sorted(acked) == [*((0, offset) for offset in range(7)), (1, 0)]


async def test_records_that_wait_when_their_partition_goes_are_in_its_last_checkpoint(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for the one that is under way, and for them."""
    bench.probe.go_on.set()
    bench.partitions.assign({0, 1})
    acked: list[int] = []

    async def take(offset: int) -> None:
        await bench.partitions.take(InputRecord(0, offset, 0, b"k", b"good"), lambda: acked.append(offset))

    await take(0)
    slow = SlowSnapshot(monkeypatch)
    checkpoint = asyncio.create_task(bench.partitions.checkpoint())
    await slow.begun.wait()
    for offset in (1, 2, 3):
        await take(offset)
    going = asyncio.create_task(bench.partitions.revoke())
    await asyncio.sleep(0.05)
    assert (bench.stages[0].counts, going.done()) == ({b"k": 1}, False)
    slow.may_end.set()
    await going
    await checkpoint
    assert (acked, bench.failed) == ([0, 1, 2, 3], [])
    assert (await bench.keeper.load(0)).states == {b"k": b"4"}

"""The runner: records go on while a checkpoint is written."""

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest

from schemas.errors import StateError
from streams.engine.outbox import Sent
from streams.engine.runner import Limits
from tests.streams.engine.counting import CountingStage
from tests.streams.engine.running import Bench

pytestmark = pytest.mark.embedded


def laborious(monkeypatch: pytest.MonkeyPatch, begin: Callable[[], object], each: Callable[[], object]) -> None:
    """Encoding a key takes so long that others may go on after it."""
    quick = CountingStage.changed

    def changed(stage: CountingStage) -> Iterator[tuple[bytes, bytes | None]]:
        begin()
        for item in quick(stage):
            each()
            end_s = time.monotonic() + 0.02
            while time.monotonic() < end_s:
                pass
            yield item

    monkeypatch.setattr(CountingStage, "changed", changed)


async def test_records_are_applied_while_a_checkpoint_is_written_and_belong_to_the_next(bench: Bench) -> None:
    """An alert must not wait for a disk; what comes meanwhile is neither in that checkpoint nor acknowledged by it."""
    runner = await bench.runner()
    await bench.feed(runner, 0, 1)
    async with bench.writing(runner):
        await bench.feed(runner, 2, 3, 1)
        assert (runner.applied, runner.durable, bench.acked) == (3, -1, [])
    assert (runner.applied, runner.durable, bench.acked) == (3, 1, [0, 1, 1])
    again = await bench.runner()
    assert (again.applied, bench.stages[-1].counts) == (1, {b"k0": 1, b"k1": 1})
    await bench.feed(again, 2, 3)
    await again.checkpoint()
    assert bench.stages[-1].counts == {b"k0": 2, b"k1": 2}


async def test_a_state_with_many_keys_is_taken_bit_by_bit(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others go on meanwhile; a record of the same partition waits, for it would be half in that state."""
    order: list[str] = []
    coming: list[asyncio.Task[None]] = []

    def begin() -> None:
        coming.append(asyncio.create_task(bench.feed(runner, 2)))

    async def others() -> None:
        while True:
            order.append("others")
            await asyncio.sleep(0)

    laborious(monkeypatch, begin, lambda: order.append("key"))
    runner = await bench.runner()
    await bench.feed(runner, 0, 1)
    going_on = asyncio.create_task(others())
    async with bench.writing(runner):
        going_on.cancel()
    await asyncio.gather(*coming)
    first, second = (place for place, what in enumerate(order) if what == "key")
    assert "others" in order[first:second]
    assert (runner.applied, runner.durable) == (2, 1)
    await bench.runner()
    assert bench.stages[-1].counts == {b"k0": 1, b"k1": 1}


async def test_a_partition_that_goes_and_comes_back_meanwhile_is_not_written_over(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state that the former runner holds is older than what the next one has written."""
    taken, sent = asyncio.Event(), asyncio.Event()
    wait = bench.outbox.wait

    async def slow(sends: Sent) -> None:
        taken.set()
        await sent.wait()
        await wait(sends)

    runner = await bench.runner()
    await bench.feed(runner, 0, 1)
    monkeypatch.setattr(bench.outbox, "wait", slow)
    late = asyncio.create_task(runner.checkpoint())
    await taken.wait()
    await runner.close()
    monkeypatch.undo()
    (keeper,) = bench.keepers
    again = await bench.runner(keeper=keeper)
    await bench.feed(again, 0, 1, 2)
    await again.checkpoint()
    sent.set()
    await late
    await bench.runner()
    assert (bench.stages[-1].counts, bench.stages[-1].last_offset) == ({b"k0": 2, b"k1": 1}, 2)


async def test_the_position_is_that_of_the_state_and_not_of_what_came_while_its_outputs_were_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a crash would leave out what came meanwhile."""
    wait = bench.outbox.wait
    runner = await bench.runner()

    async def slow(sends: Sent) -> None:
        monkeypatch.undo()
        await bench.feed(runner, 2)
        await wait(sends)

    await bench.feed(runner, 0, 1)
    monkeypatch.setattr(bench.outbox, "wait", slow)
    await runner.checkpoint()
    assert (runner.applied, runner.durable, bench.acked) == (2, 1, [0, 1])
    again = await bench.runner()
    assert (again.applied, bench.stages[-1].counts) == (1, {b"k0": 1, b"k1": 1})


async def test_the_next_checkpoint_has_what_came_while_the_last_was_written(bench: Bench) -> None:
    """Also of a key that both have."""
    runner = await bench.runner()
    await bench.feed(runner, 0)
    async with bench.writing(runner):
        await bench.feed(runner, 1, 2)
    await runner.checkpoint()
    assert (runner.durable, bench.acked) == (2, [0, 1, 2])
    await bench.runner()
    assert bench.stages[-1].counts == {b"k0": 2, b"k1": 1}


async def test_a_stage_that_is_rebuilt_while_a_checkpoint_is_written_loses_nothing(bench: Bench) -> None:
    """It is made of the checkpoint before it and of all records since."""
    bench.failing[b"flaky"] = [ValueError()]
    runner = await bench.runner()
    await bench.feed(runner, 0)
    await runner.checkpoint()
    await bench.feed(runner, 1)
    async with bench.writing(runner):
        await bench.feed(runner, 2)
        await bench.feed(runner, 3, value=b"flaky")
    assert (bench.stages[-1].counts, bench.stages[-1].last_offset, runner.durable) == ({b"k0": 2, b"k1": 2}, 3, 1)
    bench.failing[b"flaky"] = [ValueError()]
    await bench.feed(runner, 4, value=b"flaky")  # rebuilt once more, now from the checkpoint that was written meanwhile
    await runner.checkpoint()
    await bench.runner()
    assert bench.stages[-1].counts == {b"k0": 3, b"k1": 2}


async def test_who_holds_too_much_waits_for_the_checkpoint_that_is_written(bench: Bench) -> None:
    """Else a broker that writes slowly would let memory grow without end."""
    runner = await bench.runner(limits=Limits(held_records=3))
    await bench.feed(runner, 0)
    async with bench.writing(runner):
        await bench.feed(runner, 1)
        feeding = asyncio.create_task(bench.feed(runner, 2, 3, 4))
        await asyncio.sleep(0.1)
        assert (runner.applied, runner.durable) == (2, -1)
    await feeding
    assert (runner.applied, runner.durable) == (4, 3)


async def test_a_checkpoint_that_fails_is_the_end_also_for_what_came_meanwhile(bench: Bench) -> None:
    """Nobody knows whether it was taken: neither a later one nor an ack may follow."""
    runner = await bench.runner()
    await bench.feed(runner, 0)

    async def lose_it() -> None:
        async with bench.writing(runner):
            await bench.feed(runner, 1)
            await bench.keepers[-1].release(0)

    with pytest.raises(StateError):
        await lose_it()
    await bench.feed(runner, 2)
    await runner.checkpoint()
    assert (runner.applied, runner.durable, bench.acked) == (1, -1, [])


async def test_a_partition_that_goes_while_a_checkpoint_is_written_is_forgotten(bench: Bench) -> None:
    """What the keeper holds of it may not be what a load would find."""
    runner = await bench.runner()
    await bench.feed(runner, 0)
    async with bench.writing(runner):
        await runner.close()
        with pytest.raises(StateError, match="isn't loaded"):
            bench.keepers[-1].states(0)
    assert bench.acked == []

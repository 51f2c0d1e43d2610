"""The runner: applied whole, in order, once, and acknowledged only when durable."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.enums import Refusal
from schemas.errors import StateError, UndecodableError
from streams.engine.hooks import Hooks, Send
from streams.engine.runner import Limits
from streams.engine.stage import Output, Stage
from tests.streams.engine.counting import CountingStage
from tests.streams.engine.running import Bench

pytestmark = pytest.mark.embedded


async def test_records_are_acknowledged_only_after_a_checkpoint(bench: Bench) -> None:
    """An ack lets Kafka forget the record, so its effect must be durable."""
    runner = await bench.runner()
    await bench.feed(runner, 0, 1, 2)
    assert bench.acked == []
    await runner.checkpoint()
    assert bench.acked == [0, 1, 2]
    assert (runner.applied, runner.durable) == (2, 2)


async def test_a_crash_repeats_the_records_since_the_checkpoint_and_counts_each_once(bench: Bench) -> None:
    """What was applied in memory only is gone with it; Kafka delivers it again."""
    runner = await bench.runner()
    await bench.feed(runner, 0, 1, 2)
    await runner.checkpoint()
    await bench.feed(runner, 3, 4)
    bench.acked.clear()
    again = await bench.runner()
    assert (again.applied, bench.stages[-1].counts) == (2, {b"k0": 2, b"k1": 1})
    await bench.feed(again, 1, 2, 3, 4)
    assert bench.acked == [1, 2]  # durable already: Kafka may forget them at once
    await again.checkpoint()
    assert bench.acked == [1, 2, 3, 4]
    assert bench.stages[-1].counts == {b"k0": 3, b"k1": 2}


async def test_a_repeat_of_what_is_not_durable_waits_for_the_checkpoint(bench: Bench) -> None:
    """After a rebalance the same record may come a second time while the first is only in memory."""
    runner = await bench.runner()
    await bench.feed(runner, 0, 0)
    assert bench.acked == []
    await runner.checkpoint()
    assert bench.acked == [0, 0]
    assert bench.stages[-1].counts == {b"k0": 1}


async def test_a_checkpoint_that_took_long_is_earned_back_before_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fleet of busy brands would do little else; when too much is held, or at the end, one is taken all the same."""
    quick = CountingStage.changed

    def laborious(stage: CountingStage) -> Iterator[tuple[bytes, bytes | None]]:
        end_s = time.monotonic() + 0.2
        while time.monotonic() < end_s:
            pass
        yield from quick(stage)

    monkeypatch.setattr(CountingStage, "changed", laborious)
    runner = await bench.runner()
    await bench.feed(runner, 0)
    await runner.checkpoint(due_among=1)
    await bench.feed(runner, 1)
    await runner.checkpoint(due_among=1)
    assert (runner.applied, runner.durable) == (1, 0)
    await runner.checkpoint()
    assert runner.durable == 1


async def test_a_hole_in_the_offsets_ends_the_process(bench: Bench) -> None:
    """Input offsets are dense, so a hole means that a record was lost on the way to us."""
    runner = await bench.runner()
    await bench.feed(runner, 0)
    with pytest.raises(StateError, match="offset 2 came after 0"):
        await bench.feed(runner, 2)


async def test_what_retention_deleted_is_counted_and_skipped(bench: Bench) -> None:
    """A restart can't bring it back: say how much it was and go on."""
    runner = await bench.runner()
    await bench.feed(runner, 0)
    await runner.checkpoint()
    later = await bench.runner(first=5)
    assert bench.told == [("lost", 0, 4)]
    await bench.feed(later, 5)
    assert later.applied == 5


async def test_an_input_that_ends_before_the_position_is_refused(bench: Bench) -> None:
    """The topic was recreated: Kafka would silently deliver nothing until the old offset is reached."""
    runner = await bench.runner()
    await bench.feed(runner, 0, 1, 2)
    await runner.checkpoint()
    with pytest.raises(StateError, match="ends at offset 2, but its state says that 3 have been read"):
        await bench.runner(end=2)


async def test_a_new_stage_begins_at_the_first_record_that_there_is(bench: Bench) -> None:
    """Nothing is lost then: nothing was promised."""
    runner = await bench.runner(first=7)
    await bench.feed(runner, 7)
    assert bench.told == []


async def test_an_exception_rebuilds_the_stage_and_tries_again(bench: Bench) -> None:
    """The broken attempt has counted the key already; the rebuilt stage has not."""
    bench.failing[b"flaky"] = [ValueError(), ValueError()]
    runner = await bench.runner()
    await bench.feed(runner, 0, 1)
    await runner.checkpoint()
    await bench.feed(runner, 2, 3)
    await bench.feed(runner, 4, value=b"flaky")
    await runner.checkpoint()
    assert bench.stages[-1].counts == {b"k0": 3, b"k1": 2}
    assert [record.value for record in await bench.read("out", 5)] == [b"1", b"1", b"2", b"2", b"3"]


async def test_a_record_that_fails_three_times_is_put_aside(bench: Bench) -> None:
    """One record must not stop all others; its bytes wait in the dead-letter topic."""
    bench.failing[b"poison"] = [ValueError("a secret")] * 3
    runner = await bench.runner()
    await bench.feed(runner, 0)
    await bench.feed(runner, 1, value=b"poison")
    await bench.feed(runner, 2)
    await runner.checkpoint()
    (letter,) = await bench.read("dead", 1)
    headers = {name: value.decode() for name, value in letter.headers}
    assert headers.pop("place").startswith("counting.py:")
    assert headers == {"topic": "in", "partition": "0", "offset": "1", "reason": "poison", "error": "ValueError"}
    assert (letter.key, letter.value) == (b"k1", b"poison")
    assert bench.told == [("dead", 1, Refusal.POISON)]
    assert bench.acked == [0, 1, 2]
    assert bench.stages[-1].counts == {b"k0": 2}


async def test_a_record_that_cannot_be_decoded_is_put_aside_at_once(bench: Bench) -> None:
    """Trying again can't help, and its reason is known."""
    bench.failing[b"bad"] = [UndecodableError("no record of ours")]
    runner = await bench.runner()
    await bench.feed(runner, 0, value=b"bad")
    assert bench.told == [("dead", 0, Refusal.UNDECODABLE)]
    assert len(bench.stages) == 1


async def test_a_state_that_turns_out_unreadable_ends_the_process(bench: Bench) -> None:
    """A stage may read its keys one by one: that one of them is broken is no fault of the record that needs it."""
    bench.failing[b"needs it"] = [StateError("the kept state of k0 can't be read")]
    runner = await bench.runner()
    with pytest.raises(StateError, match=r"^the kept state of k0 can't be read$"):
        await bench.feed(runner, 0, value=b"needs it")
    await runner.checkpoint()
    assert (bench.told, bench.acked, runner.durable, len(bench.stages)) == ([], [], -1, 1)


async def test_a_state_that_turns_out_unreadable_while_a_stage_is_made_anew_ends_the_process(bench: Bench) -> None:
    """With the words of who found it."""
    runner = await bench.runner()
    await bench.feed(runner, 0, value=b"needs it")
    bench.failing |= {b"needs it": [StateError("the kept state of k0 can't be read")], b"flaky": [ValueError()]}
    with pytest.raises(StateError, match=r"^the kept state of k0 can't be read$"):
        await bench.feed(runner, 1, value=b"flaky")


async def test_a_stage_that_is_no_function_of_its_input_ends_the_process(bench: Bench) -> None:
    """Then neither its state nor what it sent can be trusted."""
    runner = await bench.runner()
    await bench.feed(runner, 0, value=b"strange")
    bench.failing |= {b"strange": [ValueError()], b"flaky": [ValueError()]}
    with pytest.raises(StateError, match="offset 0 can't be applied a second time"):
        await bench.feed(runner, 1, value=b"flaky")


async def test_too_many_held_records_bring_the_checkpoint_forward(bench: Bench) -> None:
    """It bounds memory and the replay after a crash."""
    runner = await bench.runner(limits=Limits(held_records=3))
    await bench.feed(runner, 0, 1, 2, 3)
    assert (bench.acked, runner.durable) == ([0, 1, 2], 2)


async def test_too_many_held_bytes_bring_the_checkpoint_forward(bench: Bench) -> None:
    """Few large records are as much to hold as many small ones."""
    runner = await bench.runner(limits=Limits(held_bytes=8))
    await bench.feed(runner, 0, 1, 2)
    assert runner.durable == 1


async def test_a_closed_runner_takes_and_acknowledges_nothing(bench: Bench) -> None:
    """The partition belongs to somebody else: records that were under way are theirs."""
    runner = await bench.runner()
    await bench.feed(runner, 0)
    await runner.close()
    await bench.feed(runner, 1)
    await runner.checkpoint()
    assert (bench.acked, runner.applied) == ([], 0)


async def test_outputs_that_kafka_does_not_take_end_the_process(bench: Bench) -> None:
    """A later send could overtake them, so neither a checkpoint nor an ack may follow."""
    runner = await bench.runner()
    await bench.feed(runner, 0)
    await bench.outbox.close()
    with pytest.raises(StateError, match="ProducerClosed"):
        await bench.feed(runner, 1)
    assert bench.acked == []


async def test_an_owner_with_effects_gets_the_stage_and_a_way_to_send(bench: Bench) -> None:
    """What its tasks did comes back to the stage as a record of its input, in one order with all others."""
    heard: list[Any] = []

    def ready(partition: int, stage: Stage, send: Send) -> None:
        heard.extend([partition, stage, send])

    hooks = Hooks(
        ready=ready,
        applied=lambda partition, stage: heard.append("applied"),
        saved=lambda partition, stage, seconds: heard.append(seconds > 0),
        dropped=lambda partition: heard.append("dropped"),
    )
    runner = await bench.runner(hooks=hooks)
    partition, stage, send = heard
    assert (partition, stage) == (0, bench.stages[-1])
    await send([Output("in", 0, b"k", b"delivered")])
    assert [record.value for record in await bench.read("in", 1)] == [b"delivered"]
    await bench.feed(runner, 0)
    await runner.checkpoint()
    await runner.close()
    assert heard[3:] == ["applied", True, "dropped"]

"""The keeper: a checkpoint is durable whole or not at all, and only the last owner's counts."""

import asyncio
import random

import pytest
from aiokafka import AIOKafkaProducer

from schemas.config.model import Kafka
from schemas.errors import FencedError, StateError
from streams.embedded import EmbeddedBroker
from streams.engine.keeper import StateKeeper
from tests.streams.engine.conftest import Broker, on_embedded


class _CrashError(Exception):
    """Stands for a ``kill -9``."""


class _Crasher:
    """Lets the n-th record from now on, and all that follow, fail after the earlier ones have reached the broker."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._left: int | None = None
        self._send = AIOKafkaProducer.send_batch
        crasher = self

        async def send(producer, *arguments, **named):
            return await crasher._count(producer, *arguments, **named)

        monkeypatch.setattr(AIOKafkaProducer, "send_batch", send)
        monkeypatch.setattr("streams.engine.keeper._BATCH_BYTES", 1)  # each record travels alone

    def after(self, sends: int | None) -> None:
        self._left = sends

    async def _count(self, producer, *arguments, **named):
        if self._left is None:
            return await self._send(producer, *arguments, **named)
        if self._left == 0:
            raise _CrashError
        self._left -= 1
        written = await self._send(producer, *arguments, **named)
        await producer.flush()
        return written


async def test_a_load_gives_back_the_last_checkpoint(broker: Broker) -> None:
    """States, removals and the position: what was written last counts."""
    changelog = broker.topic("state")
    keeper = broker.keeper(changelog)
    empty = await keeper.load(2)
    await keeper.checkpoint(2, {b"a": b"1", b"b": b"1", b"c": b"1"}, b"first")
    await keeper.checkpoint(2, {b"b": b"2", b"c": None}, b"second")
    await keeper.checkpoint(2, {}, b"third")
    await keeper.close()
    loaded = await (again := broker.keeper(changelog)).load(2)
    await again.close()
    assert (empty.states, empty.position) == ({}, None)
    assert (loaded.states, loaded.position) == ({b"a": b"1", b"b": b"2"}, b"third")


async def test_partitions_are_apart(broker: Broker) -> None:
    """Each has its own states, position and owner."""
    changelog = broker.topic("state")
    one, other = broker.keeper(changelog), broker.keeper(changelog)
    await one.load(0)
    await other.load(1)
    await one.checkpoint(0, {b"a": b"0"}, b"zero")
    await other.checkpoint(1, {b"a": b"1"}, b"one")
    await one.checkpoint(0, {b"b": b"0"}, b"zero again")
    await one.close()
    await other.close()
    loaded = await (again := broker.keeper(changelog)).load(0)
    await again.close()
    assert (loaded.states, loaded.position) == ({b"a": b"0", b"b": b"0"}, b"zero again")


async def test_a_crash_after_any_record_leaves_the_checkpoint_before_it(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint of n keys is n + 1 records: dying after each of the first n must show nothing of it."""
    changelog = broker.topic("state")
    crasher = _Crasher(monkeypatch)
    keeper = broker.keeper(changelog)
    await keeper.load(0)
    before = {b"a": b"0", b"b": b"0", b"c": b"0"}
    await keeper.checkpoint(0, before, b"0")
    for records in range(4):
        crasher.after(records)
        with pytest.raises(_CrashError):
            await keeper.checkpoint(0, {b"a": b"X", b"b": None, b"c": b"X"}, b"X")
        crasher.after(None)
        keeper = broker.keeper(changelog)
        loaded = await keeper.load(0)
        assert (loaded.states, loaded.position) == (before, b"%d" % records)
        await keeper.checkpoint(0, {}, b"%d" % (records + 1))
    await keeper.close()


async def test_a_checkpoint_of_a_former_owner_never_counts(broker: Broker) -> None:
    """A frozen process that wakes up writes after its successor has loaded; Kafka itself also tells it so."""
    changelog = broker.topic("state")
    frozen, successor = broker.keeper(changelog), broker.keeper(changelog)
    await frozen.load(0)
    await frozen.checkpoint(0, {b"a": b"old", b"b": b"old"}, b"old")
    await successor.load(0)
    if broker.is_real:
        with pytest.raises(FencedError, match="another process owns"):
            await frozen.checkpoint(0, {b"a": b"late", b"z": b"late"}, b"late")
    else:
        await frozen.checkpoint(0, {b"a": b"late", b"z": b"late"}, b"late")
    await successor.checkpoint(0, {b"b": b"new"}, b"new")
    await frozen.close()
    await successor.close()
    loaded = await (again := broker.keeper(changelog)).load(0)
    await again.close()
    assert (loaded.states, loaded.position) == ({b"a": b"old", b"b": b"new"}, b"new")


@pytest.mark.embedded
@pytest.mark.parametrize("checkpoints", [5, 80])
async def test_a_former_owner_is_ignored_however_long_ago_it_lost_the_partition(
    embedded: EmbeddedBroker, checkpoints: int
) -> None:
    """Nothing fences it on this broker, and it may write more than once."""
    embedded.create("state")
    frozen, successor, reader = (
        StateKeeper(Kafka(brokers=embedded.address), "state", "count", embedded=True) for _ in range(3)
    )
    await frozen.load(0)
    await successor.load(0)
    for number in range(checkpoints):
        await successor.checkpoint(0, {b"k": b"%d" % number}, b"%d" % number)
    for _ in range(2):
        await frozen.checkpoint(0, {b"k": b"late"}, b"late")
    loaded = await reader.load(0)
    for keeper in (frozen, successor, reader):
        await keeper.close()
    assert (loaded.states, loaded.position) == ({b"k": b"%d" % (checkpoints - 1)}, b"%d" % (checkpoints - 1))


@pytest.mark.embedded
async def test_a_load_that_is_cancelled_leaves_no_producer_running(embedded: EmbeddedBroker) -> None:
    """Here while it lets the former one go."""
    embedded.create("state")
    keeper = StateKeeper(Kafka(brokers=embedded.address), "state", "count", embedded=True)
    await keeper.load(0)
    sender = keeper._owned[0].producer._sender.sender_task
    assert sender is not None
    loading = asyncio.create_task(keeper.load(0))
    await asyncio.sleep(0)
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    await keeper.close()
    await asyncio.wait([sender], timeout=10)
    assert sender.done()


async def test_after_an_error_a_partition_must_be_loaded_anew(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the failed checkpoint was taken is unknown, so the memory is worth nothing."""
    keeper = broker.keeper(broker.topic("state"))
    with pytest.raises(StateError, match="isn't loaded"):
        await keeper.checkpoint(0, {}, b"")
    await keeper.load(0)
    if broker.is_real:
        with pytest.raises(StateError, match="MessageSizeTooLarge"):
            await keeper.checkpoint(0, {b"a": random.Random(1).randbytes(2_500_000)}, b"large")
    else:
        _Crasher(monkeypatch).after(0)
        with pytest.raises(_CrashError):
            await keeper.checkpoint(0, {}, b"small")
        monkeypatch.undo()
    with pytest.raises(StateError, match="isn't loaded"):
        await keeper.checkpoint(0, {}, b"")
    loaded = await keeper.load(0)
    assert loaded.position is None
    await keeper.close()


async def test_a_state_that_is_begun_anew_leaves_nothing_of_the_old_one(broker: Broker) -> None:
    """Until the first checkpoint the old one counts; a key that the new one lacks doesn't come back."""
    changelog = broker.topic("state")
    keeper = broker.keeper(changelog)
    await keeper.load(0)
    await keeper.checkpoint(0, {b"a": b"1", b"b": b"1"}, b"old")
    await keeper.begin_anew(0)
    loaded = await (other := broker.keeper(changelog)).load(0)
    assert (loaded.states, loaded.position) == ({b"a": b"1", b"b": b"1"}, b"old")
    await other.close()
    await keeper.begin_anew(0)
    await keeper.checkpoint(0, {b"b": b"2"}, b"new")
    await keeper.close()
    loaded = await (again := broker.keeper(changelog)).load(0)
    await again.close()
    assert (loaded.states, loaded.position) == ({b"b": b"2"}, b"new")


async def test_ten_thousand_keys_are_loaded_whole(broker: Broker) -> None:
    """Loading is what a restart waits for."""
    changelog = broker.topic("state")
    size = 4_000 if broker.is_real else 100
    rng = random.Random(1)
    states = {b"brand-%05d" % number: rng.randbytes(size) for number in range(10_000)}
    keeper = broker.keeper(changelog)
    await keeper.load(0)
    await keeper.checkpoint(0, states, b"all")
    await keeper.close()
    loaded = await (again := broker.keeper(changelog)).load(0)
    await again.close()
    assert loaded.states == states


async def test_reserved_keys_are_refused(broker: Broker) -> None:
    """They would be taken for claims and positions."""
    keeper = broker.keeper(broker.topic("state"))
    await keeper.load(0)
    with pytest.raises(ValueError, match="two underscores"):
        await keeper.checkpoint(0, {b"__position__": b""}, b"")
    await keeper.close()


@pytest.mark.embedded
async def test_idle_keys_outlive_thirty_megabytes_of_checkpoints(embedded: EmbeddedBroker) -> None:
    """The embedded broker keeps 5 MB a partition: idle keys must be written again in time."""
    broker = on_embedded(embedded)
    changelog = broker.topic("state")
    keeper = broker.keeper(changelog)
    await keeper.load(0)
    rng = random.Random(2)
    states = {b"idle-%d" % number: rng.randbytes(2_000) for number in range(400)}
    await keeper.checkpoint(0, states, b"0")
    written_bytes = 0
    while written_bytes < 30_000_000:
        busy = {b"busy-%d" % number: rng.randbytes(20_000) for number in range(10)}
        states |= busy
        await keeper.checkpoint(0, busy, b"%d" % written_bytes)
        written_bytes += 200_000
    await keeper.close()
    loaded = await (again := broker.keeper(changelog)).load(0)
    await again.close()
    assert loaded.states == states


@pytest.mark.embedded
async def test_state_that_the_broker_cannot_keep_is_an_error_with_its_remedy(embedded: EmbeddedBroker) -> None:
    """Better refused than lost."""
    broker = on_embedded(embedded)
    keeper = broker.keeper(broker.topic("state"))
    await keeper.load(0)
    with pytest.raises(StateError, match=r"can keep 2,000,000: use Kafka itself"):
        await keeper.checkpoint(0, {b"%d" % number: bytes(500_000) for number in range(5)}, b"")
    await keeper.close()


@pytest.mark.embedded
async def test_a_load_says_so_when_the_broker_has_dropped_state(embedded: EmbeddedBroker) -> None:
    """A keeper with too wide a span loses keys here; it must not go on with the rest."""
    changelog = on_embedded(embedded).topic("state")
    keeper = StateKeeper(Kafka(brokers=embedded.address), changelog, "test", embedded=True, rewrite_span_bytes=50_000_000)
    await keeper.load(0)
    await keeper.checkpoint(0, {b"idle": b"1"}, b"0")
    for number in range(12):
        await keeper.checkpoint(0, {b"busy": random.Random(number).randbytes(900_000)}, b"1")
    with pytest.raises(StateError, match=r"dropped state .* `rebato state rebuild`"):
        await keeper.load(0)

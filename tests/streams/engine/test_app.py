"""Stages as processes: whatever is killed, frozen or restarted, every record counts exactly once."""

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from schemas.config.model import Kafka
from schemas.errors import UsageError
from streams.embedded import EmbeddedBroker
from streams.engine.app import StageProcess
from streams.engine.hooks import Hooks, Send
from streams.engine.keeper import StateKeeper
from streams.engine.settings import EngineSettings
from streams.engine.stage import Output, Stage
from streams.engine.vitals import Vitals
from tests.conftest import skip_or_fail
from tests.kafka import RealKafka, missing_tools
from tests.streams.engine.conftest import Broker, on_kafka
from tests.streams.engine.counting import CountingStage
from tests.streams.engine.fleet import Fleet, wait_until
from tests.streams.engine.running import SlowSnapshot


async def _until_committed(fleet: Fleet, workers: int, within_s: float) -> None:
    deadline_s = time.monotonic() + within_s
    while (committed := await fleet.committed()) < fleet.sent_records:
        assert time.monotonic() < deadline_s, f"{committed} of {fleet.sent_records} after {within_s:g} s"
        fleet.supervise(workers)
        await asyncio.sleep(0.2)


@pytest.fixture
async def fleet(broker: Broker, tmp_path: Path) -> AsyncIterator[Fleet]:
    fleet = Fleet(broker, tmp_path, {"checkpoint_s": 0.5, "session_timeout_s": 3.0, "heartbeat_s": 1.0})
    yield fleet
    fleet.kill()


async def test_a_worker_counts_everything_and_ends_within_seconds(fleet: Fleet) -> None:
    """SIGTERM: a last checkpoint, offsets committed, exit code 0."""
    fleet.send(3_000, random.Random(1))
    worker = fleet.start()
    await _until_committed(fleet, 1, 90)
    fleet.send(500, random.Random(2))
    started_s = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    took_s = time.monotonic() - started_s
    committed = await fleet.committed()
    counts = await fleet.counts()
    assert took_s < 5
    assert sum(counts.values()) == committed >= 3_000


async def test_workers_share_the_partitions_and_hand_them_over(fleet: Fleet) -> None:
    """A second worker joins, the first one leaves: nothing is lost, nothing counts twice.

    Workers that end are started again: the embedded broker now and then refuses one that joins.
    """
    rng = random.Random(3)
    fleet.send(1_000, rng)
    first = fleet.start()
    await _until_committed(fleet, 1, 90)
    for _ in range(10):
        fleet.supervise(2)
        fleet.send(300, rng)
        await asyncio.sleep(0.3)
    first.send_signal(signal.SIGTERM)
    assert first.wait(20) == 0
    fleet.send(1_000, rng)
    await _until_committed(fleet, 1, 90)
    assert set(fleet.stop()) == {0}
    assert await fleet.counts() == fleet.sent


@pytest.mark.kafka
@pytest.mark.slow
async def test_kills_and_a_freeze_lose_nothing_and_count_nothing_twice(kafka: RealKafka, tmp_path: Path) -> None:
    """Two workers under load; five times one of them is killed, and once one is frozen beyond its session."""
    rng = random.Random(20130208)
    fleet = Fleet(
        on_kafka(kafka), tmp_path, {"checkpoint_s": 0.5, "session_timeout_s": 3.0, "heartbeat_s": 1.0, "deadline_s": 20.0}
    )
    fleet.supervise(2)
    blows = ["kill"] * 5
    blows.insert(rng.randrange(1, 5), "freeze")
    try:
        for blow in blows:
            for _ in range(rng.randrange(6, 14)):
                fleet.send(rng.randrange(100, 1_500), rng)
                await asyncio.sleep(0.3)
            victim = rng.choice(fleet.supervise(2))
            if blow == "kill":
                victim.kill()
                victim.wait()
            else:
                victim.send_signal(signal.SIGSTOP)
                for _ in range(15):
                    fleet.send(300, rng)
                    await asyncio.sleep(0.3)
                victim.send_signal(signal.SIGCONT)
            fleet.supervise(2)
        await _until_committed(fleet, 2, 40)
    finally:
        fleet.kill()
    counts, outputs = await fleet.counts(), await fleet.outputs()
    assert counts == fleet.sent
    assert outputs == {key: set(range(1, count + 1)) for key, count in fleet.sent.items()}


@pytest.mark.kafka
@pytest.mark.slow
async def test_a_broker_that_is_killed_and_comes_back_costs_nothing(tmp_path: Path) -> None:
    """The workers hold out or are started again; either way the counts are right."""
    if missing := missing_tools():
        skip_or_fail(f"a real Kafka needs {' and '.join(missing)}")
    kafka = RealKafka(tmp_path / "kafka")
    kafka.start()
    fleet = Fleet(on_kafka(kafka), tmp_path, {"checkpoint_s": 0.5, "session_timeout_s": 3.0, "heartbeat_s": 1.0})
    rng = random.Random(4)
    try:
        for _ in range(2):
            fleet.send(2_000, rng)
            await _until_committed(fleet, 2, 180)
            fleet.send(2_000, rng)
            kafka.kill()
            kafka.start()
        await _until_committed(fleet, 2, 180)
    finally:
        fleet.kill()
    counts = await fleet.counts()
    kafka.kill()
    assert counts == fleet.sent


def _settings(broker: EmbeddedBroker, **changes: object) -> EngineSettings:
    broker.create("in", "state")
    fields = {
        "kafka": Kafka(brokers=broker.address),
        "group": "count",
        "stage": "count",
        "input_topic": "in",
        "changelog": "state",
        "dead_topic": "dead",
        "partitions": 4,
        "embedded": True,
    }
    return EngineSettings(**{**fields, **changes})


def _factory(partition: int, states: dict[bytes, bytes], position: bytes | None) -> CountingStage:
    return CountingStage(states, position, "out")


@pytest.mark.embedded
async def test_topics_with_other_partitions_than_the_config_are_refused(embedded: EmbeddedBroker) -> None:
    """Keys would lie elsewhere than their state: the person must choose."""
    process = StageProcess(_settings(embedded, partitions=8), _factory)
    with pytest.raises(UsageError, match=r"topic in has 4 partitions and the config says 8: set `kafka\.partitions` to 4"):
        await process.run()


@pytest.mark.embedded
async def test_vitals_tell_how_far_a_process_is(embedded: EmbeddedBroker) -> None:
    """What a health server shows."""
    vitals = Vitals()
    process = StageProcess(_settings(embedded), _factory, vitals=vitals)
    assert vitals.ready() == "waiting for Kafka to assign partitions"
    running = asyncio.create_task(process.run())
    async with asyncio.timeout(60):
        while vitals.ready() is not None or not vitals.partitions:  # noqa: ASYNC110 - a health server polls, too
            await asyncio.sleep(0.05)
    assert sorted(vitals.partitions) == [0, 1, 2, 3]
    assert {each.lag for each in vitals.partitions.values()} == {0}
    process.stop()
    await asyncio.wait_for(running, 20)
    assert vitals.partitions == {}


@pytest.mark.embedded
async def test_a_stop_waits_for_a_checkpoint_that_is_under_way(
    embedded: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever restarts it needn't have the records of the last seconds again."""
    vitals, sends = Vitals(), list[Send]()
    hooks = Hooks(ready=lambda partition, stage, send: sends.append(send))
    slow = SlowSnapshot(monkeypatch)
    process = StageProcess(_settings(embedded), _factory, hooks, vitals)
    running = asyncio.create_task(process.run())
    async with asyncio.timeout(60):
        while vitals.ready() is not None or len(sends) < 4:  # noqa: ASYNC110 - a health server polls, too
            await asyncio.sleep(0.05)
        await sends[-1]([Output("in", 1, b"k", b"good")])
        await slow.begun.wait()
        process.stop()
        await asyncio.sleep(0.1)
        assert not running.done()
        slow.may_end.set()
        await running
    keeper = StateKeeper(Kafka(brokers=embedded.address), "state", "count", embedded=True)
    assert (await keeper.load(1)).states == {b"k": b"1"}
    await keeper.close()


@pytest.mark.embedded
async def test_what_runs_beside_the_stage_lives_from_before_the_group_until_after_the_last_checkpoint(
    embedded: EmbeddedBroker,
) -> None:
    """And can still write then: it may have something under way."""
    told, vitals, sends = list[str](), Vitals(), list[Send]()

    @asynccontextmanager
    async def beside() -> AsyncIterator[None]:
        told.append("begun")
        yield
        await sends[-1]([Output("out", 0, b"", b"the last word")])
        told.append("ended")

    def ready(partition: int, stage: Stage, send: Send) -> None:
        told.append("ready")
        sends.append(send)

    hooks = Hooks(ready=ready, dropped=lambda _: told.append("dropped"))
    process = StageProcess(_settings(embedded), _factory, hooks, vitals, beside())
    running = asyncio.create_task(process.run())
    async with asyncio.timeout(60):
        while vitals.ready() is not None or len(sends) < 4:  # noqa: ASYNC110 - a health server polls, too
            await asyncio.sleep(0.05)
    process.stop()
    await asyncio.wait_for(running, 20)
    assert told == ["begun", *["ready"] * 4, *["dropped"] * 4, "ended"]


def test_a_worker_waits_for_a_broker_that_is_away(tmp_path: Path) -> None:
    """One clear line instead of a crash; SIGTERM still ends it at once."""
    away = Broker("127.0.0.1:1", False, lambda name, config: None)
    fleet = Fleet(away, tmp_path)
    worker = fleet.start()
    wait_until(lambda: fleet.log.exists() and b"kafka.away" in fleet.log.read_bytes(), 20, "the line")
    assert fleet.log.read_text().count("Kafka at 127.0.0.1:1 does not answer") == 1
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0

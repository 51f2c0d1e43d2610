"""What a process tells of its own troubles: at once, restated while they last, and no longer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.config.model import Config
from schemas.enums import Fault
from schemas.errors import ConfigError, Problem, UsageError
from schemas.signal import Signal, Trouble, decode_signal
from schemas.topics import partition_of
from streams.embedded import PARTITIONS, EmbeddedBroker
from streams.metrics import Metrics
from streams.notices import LOST_TIMES, Notices, in_a_line
from streams.roles.intake import IntakeMetrics
from streams.roles.role import Role
from streams.system_signal import speaker

NOW_S = 1_700_000_000.0
PROBLEMS = [Problem(3, "brands[0].nmaes", "did you mean `names`?"), Problem(None, "slack", "no such setting")]
REFUSED = ConfigError("rebato.yaml", PROBLEMS)


@asynccontextmanager
async def telling(broker: EmbeddedBroker, time: str = "live") -> AsyncIterator[tuple[Notices, Callable[[], list[Signal]]]]:
    """Notices that run, restating ten times a second, and what the desk's partition of `signals` holds by now."""
    await asyncio.to_thread(broker.create, "signals")
    config = Config.model_validate({"brands": "auto", "time": time, "kafka": {"brokers": broker.address}})
    notices, found = Notices(config, Role.INTAKE, lambda: NOW_S), list[Signal]()
    tasks = [asyncio.create_task(notices.run(restate_s=0.1)), asyncio.create_task(_collect(broker, found))]
    try:
        yield notices, lambda: found
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _collect(broker: EmbeddedBroker, found: list[Signal]) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address, auto_offset_reset="earliest", enable_auto_commit=False)
    async with consumer:
        consumer.assign([TopicPartition("signals", partition_of("rebato", PARTITIONS))])
        async for record in consumer:
            signal = decode_signal(record.value)
            assert isinstance(signal, Signal)
            found.append(signal)


async def _until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not done():  # noqa: ASYNC110 - what a broker holds sets no event
            await asyncio.sleep(0.02)


@pytest.mark.embedded
async def test_a_refused_config_is_restated_until_the_file_is_valid_again(embedded: EmbeddedBroker) -> None:
    """Each statement is a new one, though the clock stands still."""
    async with telling(embedded) as (notices, found):
        notices.refused("rebato.yaml", REFUSED)
        await _until(lambda: len(found()) >= 3)
        notices.accepted()
        notices.lost("mentions", 5)
        await _until(lambda: any(s.brand == "rebato-lost-mentions" for s in found()))
        refused = [s for s in found() if s.brand == "rebato-config"]
        await _until(lambda: len(found()) - len(refused) == LOST_TIMES)
        assert len([s for s in found() if s.brand == "rebato-config"]) <= len(refused)
    assert refused[0].trouble == Trouble(
        Fault.CONFIG, "rebato.yaml", "line 3 brands[0].nmaes: did you mean `names`? (and 1 more)"
    )
    assert [s.source.offset - refused[0].source.offset for s in refused] == list(range(len(refused)))
    assert {s.source.partition for s in refused} == {speaker(Role.INTAKE)}
    assert {s.at_ms for s in refused} == {int(NOW_S * 1000)}


@pytest.mark.embedded
async def test_what_is_lost_is_told_a_few_times_and_added_up(embedded: EmbeddedBroker) -> None:
    """It closes by itself then. In a replay it has no time of its own."""
    async with telling(embedded, "replay") as (notices, found):
        notices.lost("mentions", 200)
        notices.lost("mentions", 50)
        await _until(lambda: len(found()) == LOST_TIMES)
    assert {s.trouble for s in found()} == {Trouble(Fault.LOST, "mentions", "250")}
    assert {s.at_ms for s in found()} == {0}


@pytest.mark.embedded
async def test_what_is_held_stands_with_its_newest_words_until_it_isnt_found_any_more(embedded: EmbeddedBroker) -> None:
    """Nothing else that stands is touched."""
    faults = {Fault.LAG, Fault.STALLED}
    async with telling(embedded) as (notices, found):
        notices.refused("rebato.yaml", REFUSED)
        notices.hold(faults, [Trouble(Fault.LAG, "intake", "2 min, 9"), Trouble(Fault.STALLED, "mentions/1", "1 min")])
        await _until(lambda: {s.brand for s in found()} >= {"rebato-lag-intake", "rebato-stalled-mentions-1"})
        notices.hold(faults, [Trouble(Fault.LAG, "intake", "3 min, 9")])
        await _until(lambda: any(s.trouble == Trouble(Fault.LAG, "intake", "3 min, 9") for s in found()))
        notices.hold(faults, [])
        await _until(lambda: found()[-1].brand == "rebato-config" == found()[-2].brand)
    assert {s.brand for s in found()} == {"rebato-config", "rebato-lag-intake", "rebato-stalled-mentions-1"}


def test_intake_counts_what_is_lost_and_tells_it() -> None:
    """A number that only a chart shows is found too late."""
    told: list[int] = []
    metrics = Metrics(Role.INTAKE, Config(brands="auto"))
    IntakeMetrics(metrics, told.append).lost(0, 7)
    assert told == [7]
    assert metrics.registry.get_sample_value("rebato_lost_records_total") == 7


def test_an_error_of_another_kind_is_its_first_line() -> None:
    """A file that has vanished has no problems in it."""
    assert in_a_line(UsageError("there is no file x.\nCreate it.")) == "there is no file x."

"""The alarm on the alarm, on a real Kafka: the heartbeat stops with any process, and rebato rings about itself."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from schemas.enums import Channel
from streams.receivers import Receivers
from tests.dead_man import DeadMan
from tests.e2e.processes import Group, Process, arebato
from tests.e2e.scene import PARTITIONS, write_scene
from tests.kafka import RealKafka

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
ROLES = ("intake", "watch", "incidents", "notify")
EVERY_S = 1
QUIET_S = 5.0
"""So long nothing must come of what stands: five rounds."""
_MENTIONS = 120_000


@pytest.fixture
async def dead_man() -> AsyncIterator[DeadMan]:
    """The service outside."""
    async with DeadMan() as service:
        yield service


@pytest.fixture
async def receivers() -> AsyncIterator[Receivers]:
    """The channels."""
    async with Receivers() as running:
        yield running


async def _scene(folder: Path, kafka: RealKafka, receivers: Receivers, prefix: str, service: DeadMan, **more: Any) -> Path:
    """A live installation that beats each second."""
    heartbeat = {"url": f"{service.address}/ping", "every": f"{EVERY_S} s", "within": "30 s"}
    config = write_scene(folder, kafka.address, receivers, prefix, time="live", heartbeat=heartbeat, **more)
    await arebato("topics", "create", "--config", config)
    return config


@contextmanager
def _frozen(process: Process) -> Iterator[None]:
    """SIGSTOP, and SIGCONT at the end."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


async def _stops(service: DeadMan) -> None:
    """Waits until no beat has come for a while."""
    async with asyncio.timeout(60):
        while time.time() - service.calls[-1].at_s < QUIET_S:  # noqa: ASYNC110 - that nothing comes sets no event
            await asyncio.sleep(0.2)


async def test_the_heartbeat_stops_with_any_process_and_comes_back_with_it(
    kafka: RealKafka, tmp_path: Path, receivers: Receivers, dead_man: DeadMan
) -> None:
    """One after the other is frozen; a channel that hangs doesn't matter; nobody is rung by it."""
    config = await _scene(tmp_path, kafka, receivers, "beat.", dead_man)
    with Group(tmp_path, config) as group:
        for role in ROLES:
            group.run(role, role)
        await dead_man.wait_for(5, 90)
        for role in ROLES:
            with _frozen(group.members[role]):
                await _stops(dead_man)
            await dead_man.wait_for(len(dead_man.calls) + 3, 90)
        group.kill_and_restart("notify")
        await dead_man.wait_for(len(dead_man.calls) + 3, 90)
        assert set((await group.end()).values()) == {0}
    assert {(call.method, call.path) for call in dead_man.calls} == {("GET", "/ping")}
    troubles = [each.body["data"]["incident"].get("trouble") for each in receivers.of(Channel.WEBHOOK)]
    assert all(troubles), "it rang for a brand"


async def _troubles(receivers: Receivers, enough: Callable[[dict[str, dict[str, Any]]], bool]) -> dict[str, Any]:
    """The newest incident of each fault that the webhook was told of, once that is enough."""
    async with asyncio.timeout(120):
        count = 0
        while True:
            taken = receivers.of(Channel.WEBHOOK)
            incidents = [each.body["data"]["incident"] for each in taken]
            found = {each["trouble"]["fault"]: each for each in incidents if each.get("trouble")}
            if enough(found):
                return found
            count = max(count, len(taken)) + 1
            await receivers.wait_for(count, Channel.WEBHOOK, within_s=120)


def _write_mentions(kafka: RealKafka, topic: str) -> None:
    """Many, straight into the topic."""
    producer = Producer({"bootstrap.servers": kafka.address, "linger.ms": 50, "queue.buffering.max.messages": _MENTIONS})
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    for number in range(_MENTIONS):
        mention = {"id": str(number), "source": "x", "observed_at": at, "text": f"nobody in particular, {number}"}
        producer.produce(topic, json.dumps(mention).encode(), partition=number % PARTITIONS)
    producer.flush()


async def test_a_role_that_is_behind_rings_and_so_does_time_that_stands(
    kafka: RealKafka, tmp_path: Path, receivers: Receivers, dead_man: DeadMan
) -> None:
    """Intake reads one mention at a time, with a backlog before it; then it is gone altogether."""
    config = await _scene(
        tmp_path, kafka, receivers, "own.", dead_man,
        intake={"batch": 1}, monitoring={"port": 0, "lag": {"time": "30 s", "records": 1_000}},
    )  # fmt: skip
    await asyncio.to_thread(_write_mentions, kafka, "own.mentions")
    with Group(tmp_path, config) as group:
        for role in ROLES:
            group.run(role, role)
        lag = (await _troubles(receivers, lambda found: "lag" in found))["lag"]
        assert (lag["trouble"]["about"], lag["state"]) == ("intake", "open")
        group.members["intake"].kill()
        del group.members["intake"]
        clock = (await _troubles(receivers, lambda found: "clock" in found))["clock"]
        assert clock["trouble"]["about"] == "watch"
        assert set((await group.end()).values()) == {0}
    texts = [each.body["blocks"][0]["text"]["text"] for each in receivers.of(Channel.SLACK)]
    assert any("las alarmas llegan tarde" in text for text in texts)

"""Topics for the engine's tests, on both brokers."""

import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from schemas.config.model import Kafka
from streams.embedded import PARTITIONS, EmbeddedBroker
from streams.engine.keeper import StateKeeper
from streams.engine.outbox import Outbox
from tests.kafka import RealKafka
from tests.streams.engine.running import Bench

COMPACTED = {
    "cleanup.policy": "compact",
    "segment.ms": "1000",
    "segment.bytes": str(2**20),
    "min.cleanable.dirty.ratio": "0.01",
}
"""Compacts what lies a second back, to meet in a test what happens within hours."""

_numbers = itertools.count()


@dataclass(frozen=True)
class Broker:
    """One of the two brokers."""

    address: str
    is_real: bool
    _create: Callable[[str, dict[str, str]], None]

    def topic(self, name: str, config: dict[str, str] | None = None) -> str:
        """The name of a new topic with four partitions."""
        unique = f"{name}.{next(_numbers)}"
        self._create(unique, config or {})
        return unique

    def keeper(self, changelog: str, deadline_s: float = 10.0) -> StateKeeper:
        """A keeper as a stage would make it on this broker."""
        embedded = not self.is_real
        return StateKeeper(Kafka(brokers=self.address), changelog, "test", embedded=embedded, deadline_s=deadline_s)


def on_embedded(broker: EmbeddedBroker) -> Broker:
    """The embedded broker; it knows no topic configuration."""
    return Broker(broker.address, False, lambda name, _: broker.create(name))


def on_kafka(broker: RealKafka) -> Broker:
    """Apache Kafka."""
    return Broker(broker.address, True, lambda name, config: broker.create_topic(name, PARTITIONS, config))


@pytest.fixture(
    params=[pytest.param("embedded", marks=pytest.mark.embedded), pytest.param("kafka", marks=pytest.mark.kafka)]
)
def broker(request: pytest.FixtureRequest) -> Broker:
    """Runs the test on each of the two brokers."""
    running = request.getfixturevalue(request.param)
    return on_kafka(running) if isinstance(running, RealKafka) else on_embedded(running)


@pytest.fixture
async def bench(embedded: EmbeddedBroker) -> AsyncIterator[Bench]:
    embedded.create("in", "out", "state", "dead")
    outbox = Outbox(Kafka(brokers=embedded.address), deadline_s=5.0)
    await outbox.start()
    bench = Bench(embedded.address, outbox)
    yield bench
    for keeper in bench.keepers:
        await keeper.close()
    await outbox.close()

"""The keeper on a real Kafka: who owns a partition, what compaction and a topic made anew do to it."""

import random

import pytest
from confluent_kafka.admin import AdminClient
from structlog.testing import capture_logs

from schemas.config.model import Kafka
from schemas.errors import FencedError, StateError
from streams.engine.keeper import StateKeeper
from tests.kafka import RealKafka
from tests.streams.engine.conftest import COMPACTED, on_kafka

pytestmark = pytest.mark.kafka


async def test_a_changelog_that_is_made_anew_under_its_owner_is_noticed(kafka: RealKafka) -> None:
    """What was written before is gone, so what is written now can't be the whole state."""
    broker = on_kafka(kafka)
    changelog = broker.topic("state")
    keeper = broker.keeper(changelog)
    await keeper.load(0)
    for number in range(9):
        await keeper.checkpoint(0, {b"%d" % number: b"1"}, b"p")
    admin = AdminClient({"bootstrap.servers": kafka.address})
    admin.delete_topics([changelog])[changelog].result(30)
    kafka.create_topic(changelog)
    with pytest.raises(StateError, match=r"made anew while in use: `rebato state rebuild`"):
        await keeper.checkpoint(0, {b"1": b"2"}, b"q")
    await keeper.close()


async def test_what_nobody_else_has_claimed_is_not_read_again(kafka: RealKafka) -> None:
    """A rebalance that gives a partition back to its process costs one small transaction."""
    keeper = on_kafka(kafka).keeper(on_kafka(kafka).topic("state"))
    await keeper.load(0)
    await keeper.checkpoint(0, {b"a": b"1"}, b"first")
    with capture_logs() as told:
        loaded = await keeper.load(0)
    assert [each["event"] for each in told] == ["state.kept"]
    assert (loaded.states, loaded.position) == ({b"a": b"1"}, b"first")
    await keeper.checkpoint(0, {b"b": b"2"}, b"second")
    await keeper.close()


async def test_what_somebody_else_has_claimed_is_read_again(kafka: RealKafka) -> None:
    """Whether the other one has written or not, is alive or not: its claim alone makes what is held worthless."""
    broker = on_kafka(kafka)
    changelog = broker.topic("state")
    keeper, other = broker.keeper(changelog), broker.keeper(changelog)
    await keeper.load(0)
    await keeper.checkpoint(0, {b"a": b"1"}, b"first")
    await other.load(0)
    with capture_logs() as told:
        await keeper.load(0)
    assert [each["event"] for each in told] == ["state.not_kept", "state.loaded"]
    await keeper.checkpoint(0, {b"a": b"2"}, b"second")
    await other.load(0)
    await other.checkpoint(0, {b"a": b"3"}, b"third")
    loaded = await keeper.load(0)
    assert (loaded.states, loaded.position) == ({b"a": b"3"}, b"third")
    with pytest.raises(FencedError):
        await other.checkpoint(0, {b"a": b"4"}, b"fourth")
    await keeper.release_others({1})
    with pytest.raises(StateError, match="isn't loaded"):
        await keeper.checkpoint(0, {}, b"")
    await keeper.close()


async def test_nothing_is_lost_to_compaction(kafka: RealKafka) -> None:
    """Aborted records of a key must not push its last good one out, nor may removed keys come back."""
    broker = on_kafka(kafka)
    changelog = broker.topic("state", COMPACTED)
    rng = random.Random(3)
    states: dict[bytes, bytes] = {}
    for round_ in range(6):
        keeper = broker.keeper(changelog)
        loaded = await keeper.load(0)
        assert loaded.states == states
        for _ in range(10):
            changed = {b"%d" % rng.randrange(50): rng.choice([None, rng.randbytes(30_000)]) for _ in range(20)}
            states = {k: v for k, v in {**states, **changed}.items() if v is not None}
            await keeper.checkpoint(0, changed, b"%d" % round_)
        await keeper.close()


async def test_a_broker_that_is_away_is_an_error_after_the_deadline() -> None:
    """No call waits for ever."""
    keeper = StateKeeper(Kafka(brokers="127.0.0.1:1"), "state", "test", deadline_s=1.0)
    with pytest.raises(StateError, match="taking over the state of test, partition 0 of state"):
        await keeper.load(0)

"""A consumer that is of no use any more must not look as if there were nothing to read."""

import asyncio

import pytest

from schemas.config.model import Kafka
from schemas.errors import StateError
from streams.async_kafka import Membership, group_consumer
from streams.embedded import EmbeddedBroker
from streams.intake.reader import Reader

pytestmark = pytest.mark.embedded


async def _nothing() -> None:
    pass


async def test_reading_ends_when_fetching_has_ended(embedded: EmbeddedBroker) -> None:
    """The process ends and is started again; before, it went on for ever with a lag of 0."""
    embedded.create("mentions")
    async with group_consumer(Kafka(brokers=embedded.address), "fetching") as consumer:
        reader = Reader(consumer, "mentions", 1, 0, _nothing, _nothing)
        consumer.subscribe(["mentions"], listener=reader)
        await reader.read(1)
        assert Membership().problem(consumer) is None
        task = consumer._fetcher._fetch_task
        task.cancel()
        await asyncio.wait([task])
        with pytest.raises(StateError, match="fetches from Kafka has ended"):
            await reader.read(1)


@pytest.mark.parametrize("turns", [0, 1, 5, 20, 100])
async def test_what_is_given_up_while_it_is_loaded_is_not_kept(embedded: EmbeddedBroker, turns: int) -> None:
    """In whatever moment the group is divided anew: a place of another process's partition would end this one."""
    topic = f"given-up-{turns}"
    embedded.create(topic)
    async with group_consumer(Kafka(brokers=embedded.address), topic) as consumer:
        reader = Reader(consumer, topic, 1, 0, lambda: asyncio.sleep(0.2), _nothing)
        consumer.subscribe([topic], listener=reader)
        while not reader.joined:  # noqa: ASYNC110 - aiokafka has no event for it
            await asyncio.sleep(0.05)
        loading = asyncio.create_task(reader.read(1))
        for _ in range(turns):
            await asyncio.sleep(0.001)
        assert reader.loading or reader.places
        await reader.on_partitions_revoked(consumer.assignment())
        await loading
        assert not await reader.read(1)
        assert not reader.places


async def test_a_group_that_is_not_found_again_is_given_up(embedded: EmbeddedBroker) -> None:
    """Half a minute is as long as a role waits for a broker; a coordinator that comes back in time starts it anew."""
    embedded.create("mentions")
    now_s = 0.0
    membership = Membership(lambda: now_s)
    async with group_consumer(Kafka(brokers=embedded.address), "lost") as consumer:
        consumer.subscribe(["mentions"])
        async with asyncio.timeout(20):
            while not consumer.assignment():  # noqa: ASYNC110 - aiokafka has no event for it
                await asyncio.sleep(0.05)
        coordinator = consumer._coordinator
        found = coordinator.coordinator_id
        assert found is not None
        assert membership.problem(consumer) is None
        for lost, now_s, told in (  # noqa: B007 - the clock reads `now_s`
            (True, 20.0, None),
            (False, 25.0, None),
            (True, 50.0, None),
            (True, 56.0, "it hasn't found the coordinator of its consumer group for 31 s"),
        ):
            coordinator.coordinator_id = None if lost else found
            assert membership.problem(consumer) == told
        coordinator.coordinator_id = found

"""The insides of Faust and aiokafka that we touch: these fail when a new version changes them."""

import asyncio
import inspect

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.producer.sender import Sender
from faust.transport.consumer import Consumer, ThreadDelegateConsumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.types import EventT

from schemas.config.model import Kafka
from streams.async_kafka import Membership
from streams.embedded import EmbeddedBroker
from streams.engine.faustapp import consumer_of, make_app
from streams.engine.settings import EngineSettings


class _Idle:
    """An engine that takes nothing."""

    def __init__(self) -> None:
        self.assigned = asyncio.Event()

    async def take(self, record, ack) -> None: ...

    def assign(self, partitions) -> None:
        self.assigned.set()

    async def revoke(self) -> None: ...


@pytest.mark.embedded
async def test_the_end_of_coordination_is_seen(embedded: EmbeddedBroker, tmp_path) -> None:
    """`consumer._thread._consumer._coordinator` with `_coordination_task` and `_pending_exception`."""
    embedded.create("in")
    settings = EngineSettings(Kafka(brokers=embedded.address), "group", "count", "in", "state", "dead", 4, embedded=True)
    engine = _Idle()
    app = make_app(settings, engine, tmp_path)
    assert consumer_of(app) is None
    await app.start()
    await asyncio.wait_for(engine.assigned.wait(), 20)
    consumer, membership = consumer_of(app), Membership()
    assert membership.problem(consumer) is None
    coordinator = consumer._coordinator
    coordinator._pending_exception = ValueError("expelled")
    assert membership.problem(consumer) == "its consumer group refuses it: ValueError('expelled')"
    coordinator._pending_exception = None
    app.consumer._thread.thread_loop.call_soon_threadsafe(coordinator._coordination_task.cancel)
    async with asyncio.timeout(10):
        while not coordinator._coordination_task.done():  # noqa: ASYNC110 - it belongs to another thread's loop
            await asyncio.sleep(0.01)
    assert membership.problem(consumer) == "the task that keeps it in the consumer group has ended"
    await asyncio.wait_for(app.stop(), 20)


def test_coordination_errors_wait_for_a_reader() -> None:
    """aiokafka stops coordinating until somebody calls `check_errors`, and Faust doesn't."""
    assert "_pending_exception" in inspect.getsource(GroupCoordinator.check_errors)
    assert "check_errors" not in inspect.getsource(AIOKafkaConsumerThread)


def test_acks_are_committed_on_stop_without_waiting_for_those_held() -> None:
    """`stream_wait_empty=False`: a stop commits what is acknowledged."""
    assert "commit_and_end_transactions" in inspect.getsource(Consumer.on_stop)
    assert inspect.iscoroutinefunction(Consumer.wait_empty)


def test_an_event_is_acknowledged_by_a_plain_call() -> None:
    """The runner calls acks from within its lock and awaits nothing."""
    assert not inspect.iscoroutinefunction(EventT.ack)
    assert issubclass(ThreadDelegateConsumer, Consumer)


def test_a_producer_that_cannot_stop_can_be_cut_off() -> None:
    """`_sender.sender_task` and `client.close`."""
    assert isinstance(Sender.sender_task, property)
    source = inspect.getsource(AIOKafkaProducer)
    assert "self._sender = Sender(" in source
    assert "self.client = AIOKafkaClient(" in source


def test_starting_a_transactional_producer_fences_its_predecessor() -> None:
    """The keeper relies on `start` to take a producer id, before it writes its claim."""
    assert "_maybe_wait_for_pid" in inspect.getsource(Sender.start)

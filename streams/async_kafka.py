"""How processes of ours that speak to Kafka by aiokafka connect: consumer and producer with the settings that must hold."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError

from schemas.config.model import Kafka
from schemas.config.secret import resolve_secret
from schemas.errors import MissingTopicError
from streams.engine.deadline import close_producer
from streams.librdkafka import trusted, why_unreachable

PRODUCED_BYTES = 2_090_000  # the topic of refused records takes 2 MiB
_STOP_WITHIN_S = 10.0
_CONNECT_WITHIN_S = 3.0
_LOST_S = 30.0  # as long as a role waits for a broker that is away


def connection_settings(kafka: Kafka) -> dict[str, Any]:
    """aiokafka's settings for the cluster of the config; the password's file is read now.

    Raises `UsageError` when the password's or the certificates' file can't be read.

    >>> connection_settings(Kafka(brokers="kafka:9092"))
    {'bootstrap_servers': 'kafka:9092', 'security_protocol': 'PLAINTEXT'}
    """
    settings: dict[str, Any] = {"bootstrap_servers": kafka.brokers, "security_protocol": kafka.security_protocol}
    if kafka.security_protocol.endswith("SSL"):
        settings["ssl_context"] = trusted(kafka)
    if kafka.security_protocol.startswith("SASL"):
        settings["sasl_mechanism"] = kafka.sasl_mechanism
        settings["sasl_plain_username"] = kafka.username
        settings["sasl_plain_password"] = resolve_secret(kafka.password, kafka.password_file)
    return settings


@asynccontextmanager
async def ordered_producer(kafka: Kafka, linger_ms: int = 0) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that keeps each partition's order and repeats nothing; stopped at the end. Raises `UnreachableError`."""
    producer = AIOKafkaProducer(
        **connection_settings(kafka),
        enable_idempotence=True,
        acks="all",
        linger_ms=linger_ms,
        max_batch_size=1_000_000,
        max_request_size=PRODUCED_BYTES,
        request_timeout_ms=30_000,
    )
    await started(producer, kafka)
    try:
        yield producer
    finally:
        await close_producer(producer)


@asynccontextmanager
async def group_consumer(kafka: Kafka, group: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that commits nothing and jumps nowhere by itself; stopped at the end. Raises `UnreachableError`."""
    session_ms = int(kafka.session_timeout.total_seconds() * 1000)
    consumer = AIOKafkaConsumer(
        **connection_settings(kafka),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="none",
        session_timeout_ms=session_ms,
        heartbeat_interval_ms=min(3_000, session_ms // 3),
        max_partition_fetch_bytes=4 << 20,
        request_timeout_ms=30_000,
        consumer_timeout_ms=2_000,  # only how often it looks up while it waits for the broker, who answers at once
    )
    await started(consumer, kafka)
    try:
        yield consumer
    finally:
        await stop_consumer(consumer)


class Membership:
    """Notices what aiokafka tells nobody: that a consumer reads no more, or is in its group no more."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._known_s: float | None = None

    def problem(self, consumer: AIOKafkaConsumer) -> str | None:
        """Why this consumer, which has a group, is of no use any more, or None. To be asked every few seconds.

        - The fetcher ends at an error that it doesn't foresee (uvloop raises RuntimeError at a write to a connection that
          was just closed): the consumer goes on, all read as far as it can see.
        - When the coordination ends, fetching goes on without heartbeats, until somebody asks for its error.
        - After a broker's restart its search for the coordinator has been seen to wait for ever for metadata that had come.
        """
        coordinator = consumer._coordinator
        fetching = consumer._fetcher._fetch_task if consumer._fetcher is not None else None
        if fetching is not None and fetching.done():
            return f"the task that fetches from Kafka has ended: {None if fetching.cancelled() else fetching.exception()!r}"
        if coordinator is None:
            return None
        if coordinator._coordination_task.done():
            return "the task that keeps it in the consumer group has ended"
        if coordinator._pending_exception is not None:
            return f"its consumer group refuses it: {coordinator._pending_exception!r}"
        now_s = self._clock_s()
        if self._known_s is None or coordinator.coordinator_id is not None:
            self._known_s = now_s
        lost_s = now_s - self._known_s
        return f"it hasn't found the coordinator of its consumer group for {lost_s:.0f} s" if lost_s > _LOST_S else None


async def stop_consumer(consumer: AIOKafkaConsumer) -> None:
    """Leaves the group and closes, within 10 s whatever the broker does.

    aiokafka cancels its own fetches when it closes, and passes their CancelledError on to whoever closes it.
    """
    stopping = asyncio.create_task(consumer.stop())
    await asyncio.wait([stopping], timeout=_STOP_WITHIN_S)
    stopping.cancel()
    if stopping.done() and not stopping.cancelled():
        stopping.exception()  # looked at: there is nothing to be done about it


async def started(client: AIOKafkaProducer | AIOKafkaConsumer, kafka: Kafka) -> None:
    """Connects; raises `UnreachableError` when no broker answers, else `UsageError` when none lets us in."""
    try:
        await connect(client)
    except KafkaConnectionError as error:
        raise await asyncio.to_thread(why_unreachable, kafka) from error


async def connect(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Starts a client; one that fails, or is cancelled meanwhile, is closed.

    Cancelled within its first question to a broker, aiokafka leaves that connection open: the question is let end first,
    for 3 s at most.
    """
    starting = asyncio.create_task(client.start())
    try:
        await asyncio.shield(starting)
    except BaseException:
        try:
            await asyncio.wait([starting], timeout=_CONNECT_WITHIN_S)
        finally:  # also when cancelled again
            starting.cancel()
            await asyncio.wait([starting], timeout=_CONNECT_WITHIN_S)
            await (close_producer(client) if isinstance(client, AIOKafkaProducer) else stop_consumer(client))
        raise


async def partition_count(producer: AIOKafkaProducer, topic: str) -> int:
    """How many partitions a topic has. Raises `MissingTopicError` when there is no such topic."""
    try:
        found: set[int] = await producer.partitions_for(topic)
    except KafkaError as error:
        raise MissingTopicError(f"there is no topic {topic} that this user may use. Run `rebato topics create`.") from error
    return len(found)

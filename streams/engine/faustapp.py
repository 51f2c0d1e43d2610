"""The Faust application of a stage: one topic, one agent, no tables. All that we touch of Faust's insides is here.

- No tables: after a rebalance with tables Faust delivers offsets with holes.
- One agent at concurrency 1: Faust's commit loses records when acks come out of order.
- ``noack()``: the runner acknowledges, when a checkpoint includes the record.
- ``stream_wait_empty=False``: otherwise acks that are held for the next checkpoint block every rebalance and exit.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

import faust
from faust.types import TP

from schemas.config.model import Kafka
from streams.async_kafka import connection_settings
from streams.engine.faustquiet import NoMonitor, QuietConsumer
from streams.engine.settings import EngineSettings
from streams.engine.stage import InputRecord

_FETCH_BYTES = 4 * 2**20
_BUFFERED_RECORDS = 16  # of Faust's queue in front of the agent; a record may be a whole batch of digests
_REQUEST_TIMEOUT_S = 30.0  # must be longer than the session timeout
_REBALANCE_TIMEOUT_S = 60.0  # must be longer than a hand-over
# A broker that has just started may not know the topic yet. Then the group's leader gives nobody anything, until its
# metadata are renewed.
_METADATA_AGE_MS = 5_000
_PRIVATE_PATH = "consumer._thread._consumer"


class Engine(Protocol):
    """What the application calls."""

    async def take(self, record: InputRecord, ack: Callable[[], object]) -> None:
        """The next record of an assigned partition."""

    def assign(self, partitions: set[int]) -> None:
        """These partitions are ours now."""

    async def revoke(self) -> None:
        """All partitions are given up; those that stay ours are assigned again."""


def make_app(settings: EngineSettings, engine: Engine, folder: Path) -> faust.App:
    """An application that hasn't been started. ``folder`` is for Faust's own use; nothing of value gets there."""
    app = faust.App(
        settings.group,
        broker=";".join(f"kafka://{broker.strip()}" for broker in settings.kafka.brokers.split(",")),
        broker_credentials=faust_credentials(settings.kafka),
        datadir=folder,
        store="memory://",
        autodiscover=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        stream_wait_empty=False,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=_FETCH_BYTES,
        consumer_metadata_max_age_ms=_METADATA_AGE_MS,
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=settings.heartbeat_s,
        broker_commit_interval=settings.commit_interval_s,
        broker_rebalance_timeout=_REBALANCE_TIMEOUT_S,
        broker_request_timeout=_REQUEST_TIMEOUT_S,
        producer_request_timeout=_REQUEST_TIMEOUT_S,
        worker_redirect_stdouts=False,
        Monitor=NoMonitor,
    )
    app.transport.Consumer = QuietConsumer
    _add_agent(app, settings.input_topic, engine.take)
    _connect(app, settings.input_topic, engine)
    return app


def faust_credentials(kafka: Kafka) -> faust.SASLCredentials | faust.SSLCredentials | None:
    """The same login as that of our own clients, in Faust's words."""
    settings = connection_settings(kafka)
    context = settings.get("ssl_context")
    if "sasl_mechanism" in settings:
        return faust.SASLCredentials(
            username=settings["sasl_plain_username"],
            password=settings["sasl_plain_password"],
            mechanism=settings["sasl_mechanism"],
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context else None


def consumer_of(app: faust.App) -> Any:
    """aiokafka's consumer of a started application; None before. Faust itself never asks it whether it is well."""
    found: Any = app
    for name in _PRIVATE_PATH.split("."):
        found = getattr(found, name)
        if found is None:
            return None
    return found


def _add_agent(app: faust.App, topic: str, take: Callable[[InputRecord, Callable[[], object]], Awaitable[None]]) -> None:
    async def handle(stream: Any) -> None:
        async for event in stream.noack().events():
            message = event.message
            append_ms = round(message.timestamp * 1000)
            record = InputRecord(message.partition, message.offset, append_ms, message.key, message.value or b"")
            await take(record, event.ack)

    channel = app.topic(topic, key_serializer="raw", value_serializer="raw", maxsize=_BUFFERED_RECORDS)
    app.agent(channel, name=topic, concurrency=1)(handle)


def _connect(app: faust.App, topic: str, engine: Engine) -> None:
    async def assigned(_: faust.App, partitions: set[TP], **__: object) -> None:
        engine.assign({each.partition for each in partitions if each.topic == topic})

    async def revoked(_: faust.App, partitions: set[TP], **__: object) -> None:
        await engine.revoke()

    app.on_partitions_assigned.connect(assigned)
    app.on_partitions_revoked.connect(revoked)

"""The role `notify` as a process: what it sends, and what its metrics say of it."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from schemas.alert import Alert, Attempt, Receipt, alert_id, decode_alert
from schemas.config.model import Config
from schemas.enums import Channel, IncidentState, Kind, Severity, Transition
from schemas.incident import Incident
from schemas.signal import Figures, Source
from schemas.topics import partition_of
from schemas.wire import encode
from streams.embedded import PARTITIONS, EmbeddedBroker
from streams.receivers import Fault, Receivers
from streams.roles.role import Role
from streams.topics_admin import topic_specs
from tests.ports import free_row
from tests.streams.test_run import until
from tests.streams.test_run_kafka import read_metric

pytestmark = pytest.mark.embedded


def _alert(destination: str, at_ms: int) -> Alert:
    incident = Incident(
        v=1, id="ikea-surge-1", brand="ikea", group="ikea", kind=Kind.SURGE, state=IncidentState.OPEN,
        severity=Severity.CRITICAL, peak_severity=Severity.CRITICAL, opened_ms=at_ms, since_ms=at_ms, revision=1,
        figures=Figures(mentions=90, mentions_expected=20, negative=60, negative_expected=5), evidence=9.0,
        false_alarms_per_month=0.01, budget_per_month=1.0, updated_ms=at_ms,
    )  # fmt: skip
    source = Source(0, 0, 0)
    return Alert(1, alert_id(incident.id, 1, destination), source, destination, Transition.OPENED, at_ms, incident)


def _config(folder: Path, broker: EmbeddedBroker, receivers: Receivers, port: int) -> Path:
    file = folder / "rebato.yaml"
    file.write_text(
        f"""\
brands: [{{id: ikea, names: [IKEA]}}]
kafka: {{brokers: '{broker.address}'}}
monitoring: {{port: {port}, undelivered: 1 s}}
alerts:
  private_networks: true
  webhook: {{url: '{receivers.url(Channel.WEBHOOK)}'}}
  slack: {{webhook_url: '{receivers.url(Channel.SLACK)}'}}
"""
    )
    return file


def _start(config: Path, *roles: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "streams.cli", "run", *roles, "--config", str(config)]
    with config.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def _put(broker: EmbeddedBroker, alert: Alert) -> None:
    key = alert.incident.id
    producer = Producer({"bootstrap.servers": broker.address})
    producer.produce("alerts", encode(alert), key.encode(), partition_of(key, PARTITIONS))
    producer.flush()


@asynccontextmanager
async def running(
    folder: Path, broker: EmbeddedBroker, receivers: Receivers, *roles: str
) -> AsyncIterator[tuple[Path, int]]:
    """The roles under one supervisor, ended in order; gives the config's file and the first port of monitoring."""
    port = free_row(len(Role))
    config = _config(folder, broker, receivers, port)
    await asyncio.to_thread(lambda: broker.create(*(spec.name for spec in topic_specs(Config(brands="auto")))))
    process = _start(config, *roles)
    try:
        yield config, port
    finally:
        process.terminate()
        assert await asyncio.to_thread(process.wait, 30) == 0


async def test_alerts_arrive_once_each_and_are_counted(embedded: EmbeddedBroker, tmp_path: Path) -> None:
    """By channel and outcome, with the time from decision to arrival."""
    sent = 'rebato_alerts_total{channel="%s",outcome="sent"}'
    async with Receivers() as receivers, running(tmp_path, embedded, receivers, "notify") as (_, port):
        for channel in (Channel.WEBHOOK, Channel.SLACK):
            _put(embedded, _alert(channel, int(time.time() * 1000)))
        await receivers.wait_for(2, within_s=120)
        notify = Role.NOTIFY.port(port)
        for channel in (Channel.WEBHOOK, Channel.SLACK):
            await asyncio.to_thread(
                until, lambda sample=sent % channel: read_metric(notify, sample) == 1, f"{channel} is counted"
            )
        assert await asyncio.to_thread(read_metric, notify, "rebato_alert_delivery_seconds_count") == 2
        assert len(receivers.taken) == 2


async def test_a_send_under_way_at_the_end_leaves_its_receipt(embedded: EmbeddedBroker, tmp_path: Path) -> None:
    """Otherwise it would be in doubt, and sent again by the next process."""
    async with Receivers() as receivers:
        receivers.fail(Channel.WEBHOOK, Fault.SLOW, seconds=2.0)
        async with running(tmp_path, embedded, receivers, "notify"):
            alert = _alert("webhook", int(time.time() * 1000))
            _put(embedded, alert)
            await asyncio.to_thread(until, lambda: _kept(embedded, alert, Attempt), "the attempt")
        assert await asyncio.to_thread(_kept, embedded, alert, Receipt)
        assert len(receivers.taken) == 1


def _kept(broker: EmbeddedBroker, alert: Alert, kind: type[Attempt | Receipt]) -> bool:
    """Whether the log holds such a record about the alert."""
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "reader", "enable.partition.eof": True})
    consumer.assign([TopicPartition("alerts", partition_of(alert.incident.id, PARTITIONS), 0)])
    found = []
    while (message := consumer.poll(10)) is not None and message.error() is None:
        found.append(decode_alert(message.value() or b""))
    consumer.close()
    return any(isinstance(record, kind) and record.alert == alert.id for record in found)


async def test_a_refused_config_and_a_channel_that_refuses_are_told_by_the_others(
    embedded: EmbeddedBroker, tmp_path: Path
) -> None:
    """Nobody reads the logs of what runs well. Two processes refuse the file; it is one incident."""
    async with Receivers() as receivers, running(tmp_path, embedded, receivers, "incidents", "notify") as (config, port):
        for role in (Role.INCIDENTS, Role.NOTIFY):
            await asyncio.to_thread(until, partial(_has_all_partitions, role.port(port)), f"{role} works")
        receivers.fail(Channel.SLACK, Fault.REFUSE)
        config.write_text(config.read_text() + "alertz: {}\n")
        notes = await _troubles(receivers, 2)
        assert notes["config"]["about"] == "rebato.yaml"
        assert "alertz" in notes["config"]["note"]
        assert notes["destination"] == {"fault": "destination", "about": "slack", "note": "http_404"}
        assert len(receivers.of(Channel.WEBHOOK)) == 2


async def test_a_channel_that_stumbles_for_too_long_is_told_by_the_others(embedded: EmbeddedBroker, tmp_path: Path) -> None:
    """Long before anything expires: its alerts only wait."""
    async with Receivers() as receivers, running(tmp_path, embedded, receivers, "incidents", "notify") as (_, port):
        for role in (Role.INCIDENTS, Role.NOTIFY):
            await asyncio.to_thread(until, partial(_has_all_partitions, role.port(port)), f"{role} works")
        receivers.fail(Channel.SLACK, Fault.ERROR, times=1_000)
        _put(embedded, _alert(Channel.SLACK, int(time.time() * 1000)))
        trouble = (await _troubles(receivers, 1))["destination"]
        assert trouble["about"] == "slack"
        assert trouble["note"].startswith("http_500, ")


def _has_all_partitions(port: int) -> bool:
    return read_metric(port, "rebato_assigned_partitions") == PARTITIONS


async def _troubles(receivers: Receivers, count: int) -> dict[str, dict[str, str]]:
    """What the webhook was told, by fault."""
    taken = await receivers.wait_for(count, Channel.WEBHOOK, within_s=120)
    troubles = [each.body["data"]["incident"]["trouble"] for each in taken]
    return {trouble["fault"]: trouble for trouble in troubles}

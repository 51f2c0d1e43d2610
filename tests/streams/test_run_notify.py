"""The role `notify` as a process: what it sends, and what its metrics say of it."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest
from confluent_kafka import Producer

from schemas.alert import Alert, alert_id
from schemas.config.model import Config
from schemas.enums import Channel, IncidentState, Kind, Severity, Transition
from schemas.incident import Incident
from schemas.signal import Figures, Source
from schemas.topics import partition_of
from schemas.wire import encode
from streams.embedded import PARTITIONS, EmbeddedBroker
from streams.receivers import Receivers
from streams.roles.role import Role
from streams.topics_admin import topic_specs
from tests.streams.test_run import free_row, until
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
monitoring: {{port: {port}}}
alerts:
  private_networks: true
  webhook: {{url: '{receivers.url(Channel.WEBHOOK)}'}}
  slack: {{webhook_url: '{receivers.url(Channel.SLACK)}'}}
"""
    )
    return file


def _start(config: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "streams.cli", "run", "notify", "--config", str(config)]
    with config.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def _put(broker: EmbeddedBroker, alert: Alert) -> None:
    key = alert.incident.id
    producer = Producer({"bootstrap.servers": broker.address})
    producer.produce("alerts", encode(alert), key.encode(), partition_of(key, PARTITIONS))
    producer.flush()


async def test_alerts_arrive_once_each_and_are_counted(embedded: EmbeddedBroker, tmp_path: Path) -> None:
    """By channel and outcome, with the time from decision to arrival."""
    port = free_row(len(Role))
    sent = 'rebato_alerts_total{channel="%s",outcome="sent"}'
    async with Receivers() as receivers:
        config = _config(tmp_path, embedded, receivers, port)
        await asyncio.to_thread(lambda: embedded.create(*(spec.name for spec in topic_specs(Config(brands="auto")))))
        process = _start(config)
        try:
            for channel in (Channel.WEBHOOK, Channel.SLACK):
                _put(embedded, _alert(channel, int(time.time() * 1000)))
            await receivers.wait_for(2, within_s=60)
            notify = Role.NOTIFY.port(port)
            for channel in (Channel.WEBHOOK, Channel.SLACK):
                await asyncio.to_thread(
                    until, lambda sample=sent % channel: read_metric(notify, sample) == 1, f"{channel} is counted"
                )
            assert await asyncio.to_thread(read_metric, notify, "rebato_alert_delivery_seconds_count") == 2
            assert len(receivers.taken) == 2
        finally:
            process.terminate()
            assert await asyncio.to_thread(process.wait, 30) == 0

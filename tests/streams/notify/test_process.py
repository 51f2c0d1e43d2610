"""Notify as a process on Kafka: killed and frozen, it loses no alert, and repeats only what it says may be a repeat."""

import asyncio
import itertools
import json
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from schemas.alert import Alert, AlertRecord, Attempt, Receipt, decode_alert
from schemas.enums import Channel, Outcome, Transition
from schemas.signal import Delivery, decode_signal
from schemas.topics import partition_of
from schemas.wire import encode
from streams.embedded import PARTITIONS, EmbeddedBroker
from streams.receivers import Fault, Received, Receivers
from tests.alerts.outbox_world import make_alert
from tests.kafka import RealKafka
from tests.streams.notify.bench import make_config

_LIFE = (Transition.OPENED, Transition.ESCALATED, Transition.RESOLVED)
_KEYED = (Channel.EMAIL, Channel.WEBHOOK)
_numbers = itertools.count()
_NAMES = ("alerts", "signals", "mentions", "mentions.dead", "notify.state")


@dataclass
class Installation:
    """Topics, receivers, and the processes between them."""

    broker: EmbeddedBroker | RealKafka
    receivers: Receivers
    config: dict[str, Any]
    sent: list[Alert] = field(default_factory=list)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        """One more process."""
        embedded = "1" if isinstance(self.broker, EmbeddedBroker) else "0"
        command = [sys.executable, "-m", "tests.streams.notify.worker", json.dumps(self.config), embedded]
        self.workers.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        return self.workers[-1]

    def supervise(self, count: int) -> None:
        """Starts processes until so many run."""
        while sum(worker.poll() is None for worker in self.workers) < count:
            self.start()

    async def write(self, *alerts: Alert) -> None:
        """Appends to the topic, as incidents would."""
        async with AIOKafkaProducer(bootstrap_servers=self.broker.address, enable_idempotence=True) as producer:
            for alert in alerts:
                partition = partition_of(alert.incident.id, PARTITIONS)
                await producer.send_and_wait(self.topic("alerts"), encode(alert), alert.incident.id.encode(), partition)
        self.sent += alerts

    async def read(self, name: str) -> list[bytes]:
        """All records of a topic."""
        where = [TopicPartition(self.topic(name), number) for number in range(PARTITIONS)]
        async with AIOKafkaConsumer(bootstrap_servers=self.broker.address, auto_offset_reset="earliest") as consumer:
            consumer.assign(where)
            ends = await consumer.end_offsets(where)
            values: list[bytes] = []
            while any([await consumer.position(each) < ends[each] for each in where]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    values += [record.value for record in records]
        return values

    async def records(self) -> list[AlertRecord]:
        """The log of alerts, partition by partition."""
        return [decode_alert(raw) for raw in await self.read("alerts")]

    async def settled(self) -> dict[str, Receipt]:
        """The last receipt of each alert whose delivery has ended."""
        records = await self.records()
        return {record.alert: record for record in records if isinstance(record, Receipt) and not record.retry_at_ms}

    async def until_settled(self, workers: int, within_s: float = 60) -> dict[str, Receipt]:
        """Waits until every alert's delivery has ended, while a supervisor keeps so many processes running."""
        async with asyncio.timeout(within_s):
            while len(settled := await self.settled()) < len(self.sent):
                self.supervise(workers)
                await asyncio.sleep(0.2)
        return settled

    async def until_told(self, alerts: set[str], within_s: float = 30) -> None:
        """Waits until incidents has been told of all these, and of no other."""
        async with asyncio.timeout(within_s):
            told: set[str] = set()
            while told != alerts:
                records = [decode_signal(raw) for raw in await self.read("signals")]
                told = {record.alert for record in records if isinstance(record, Delivery)}

    def topic(self, name: str) -> str:
        """The topic's name."""
        return f"{self.config['kafka']['topic_prefix']}{name}"

    def stop(self) -> None:
        """Kills what still runs."""
        for worker in self.workers:
            worker.kill()
            worker.wait()


@pytest.fixture(
    params=[pytest.param("embedded", marks=pytest.mark.embedded), pytest.param("kafka", marks=pytest.mark.kafka)]
)
async def installation(request: pytest.FixtureRequest) -> AsyncIterator[Installation]:
    """Topics of the test's own on each of the two brokers."""
    broker: EmbeddedBroker | RealKafka = request.getfixturevalue(request.param)
    async with Receivers() as receivers:
        prefix = f"notify{next(_numbers)}."
        for name in _NAMES:
            (broker.create if isinstance(broker, EmbeddedBroker) else broker.create_topic)(prefix + name)
        config = make_config(receivers).model_dump(mode="json", exclude_defaults=True)
        config["alerts"]["slack"]["webhook_url"] = receivers.url(Channel.SLACK)
        config["alerts"]["pagerduty"]["routing_key"] = "0123456789abcdef0123456789abcdef"
        config["kafka"] = {"brokers": broker.address, "topic_prefix": prefix, "session_timeout": "6 s"}
        made = Installation(broker, receivers, config)
        yield made
        made.stop()


def _lives(incidents: int, first: int = 0) -> list[Alert]:
    """Whole lives of incidents, to all four channels."""
    return [
        make_alert(revision, transition, channel, f"incident-{number}")
        for number in range(first, first + incidents)
        for revision, transition in enumerate(_LIFE, 1)
        for channel in Channel
    ]


def _key(received: Received) -> str:
    """What a receiver recognises a repeat by."""
    match received.channel:
        case Channel.EMAIL:
            return str(received.headers["X-Rebato-Alert"])
        case Channel.WEBHOOK:
            return str(received.headers["webhook-id"])
        case Channel.PAGERDUTY:
            return f"{received.body['event_action']} {received.body['dedup_key']}"
        case Channel.SLACK:
            return ""


async def test_lives_of_incidents_arrive_once_and_in_order(installation: Installation) -> None:
    """Through Kafka to all four channels, and their outcomes to incidents."""
    receivers = installation.receivers
    installation.start()
    await installation.write(*_lives(3))
    settled = await installation.until_settled(1)
    assert {receipt.outcome for receipt in settled.values()} == {Outcome.SENT}
    assert len(receivers.of(Channel.SLACK)) == len(receivers.of(Channel.EMAIL)) == len(receivers.of(Channel.WEBHOOK)) == 9
    events = [_key(each) for each in receivers.of(Channel.PAGERDUTY) if "incident-1:" in _key(each)]
    assert [event.split()[0] for event in events] == ["trigger", "trigger", "resolve", "resolve", "resolve"]
    await installation.until_told({alert.id for alert in installation.sent})


async def test_a_restart_sends_nothing_again(installation: Installation) -> None:
    """TERM, and a new process on the same log."""
    worker = installation.start()
    await installation.write(*_lives(1))
    await installation.until_settled(1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    installation.start()
    await installation.write(*_lives(1, first=9))
    await installation.until_settled(1)
    assert len(installation.receivers.of(Channel.SLACK)) == 6


@pytest.mark.slow
@pytest.mark.kafka
@pytest.mark.parametrize(
    "installation", ["kafka"], indirect=True
)  # the embedded broker now and then refuses a joining member
async def test_kills_and_a_freeze_lose_no_alert(installation: Installation) -> None:
    """Five kills and one freeze beyond the session, two processes, receivers that fail now and then."""
    rng, receivers = random.Random(20130208), installation.receivers
    installation.supervise(2)
    for number in range(10):
        for channel in Channel:
            receivers.fail(channel, rng.choice([Fault.ERROR, Fault.SLOW, Fault.DROP]), seconds=0.3)
        await installation.write(*_lives(2, first=10 * number))
        await asyncio.sleep(rng.uniform(0.2, 1.5))
        victim = rng.choice([worker for worker in installation.workers if worker.poll() is None])
        if number == 6:
            victim.send_signal(signal.SIGSTOP)
            await asyncio.sleep(8)
            victim.send_signal(signal.SIGCONT)
        elif number % 2:
            victim.kill()
            victim.wait()
        installation.supervise(2)
    settled = await installation.until_settled(2, within_s=150)
    assert {receipt.outcome for receipt in settled.values()} == {Outcome.SENT}
    arrivals = Counter(_key(each) for each in receivers.taken if each.channel in _KEYED)
    attempts = Counter(record.alert for record in await installation.records() if isinstance(record, Attempt))
    assert set(arrivals) == {alert.id for alert in installation.sent if alert.destination in _KEYED}
    repeated = {alert for alert, count in arrivals.items() if count > attempts[alert]}
    assert repeated == set()  # one attempt: exactly one arrival
    _check_pages(receivers)
    await installation.until_told({alert.id for alert in installation.sent})


def _check_pages(receivers: Receivers) -> None:
    """Each incident's page: after the first trigger, and nothing open at the end."""
    pages = [_key(each).split(" ", 1) for each in receivers.of(Channel.PAGERDUTY)]
    for key in {key for action, key in pages if action == "trigger"}:
        actions = [action for action, other in pages if other == key]
        assert actions[0] == "trigger"
        assert actions[-1] == "resolve"

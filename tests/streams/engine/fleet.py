"""Worker processes around the counting stage, and what was sent to them."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import Producer

from streams.embedded import PARTITIONS
from tests.kafka import end_with_parent
from tests.streams.engine.conftest import Broker

_ROOT = Path(__file__).parents[3]


def wait_until(condition: Callable[[], bool], within_s: float, what: str) -> None:
    """Returns when ``condition`` holds; fails after ``within_s``."""
    deadline_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline_s, f"not within {within_s:g} s: {what}"
        time.sleep(0.05)


@dataclass
class Fleet:
    """Topics, workers that count their records, and a producer that knows how much it sent."""

    broker: Broker
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    sent: Counter[bytes] = field(default_factory=Counter)
    sent_records: int = 0

    def __post_init__(self) -> None:
        topics = {name: self.broker.topic(name) for name in ("input_topic", "changelog", "dead_topic", "output_topic")}
        common = {"kafka": {"brokers": self.broker.address}, "group": topics["input_topic"], "stage": "count"}
        self.settings = {**common, **topics, "partitions": PARTITIONS, "embedded": not self.broker.is_real, **self.settings}
        self._producer = Producer({"bootstrap.servers": self.broker.address, "enable.idempotence": True, "log_level": 0})

    def send(self, records: int, rng: random.Random) -> None:
        """Sends so many records of 40 keys; each key keeps to one partition."""
        for _ in range(records):
            number = rng.randrange(40)
            key = b"k%d" % number
            self._producer.produce(self.settings["input_topic"], b"x", key, number % PARTITIONS)
            self.sent[key] += 1
        self.sent_records += records
        assert self._producer.flush(30) == 0

    def start(self) -> subprocess.Popen[bytes]:
        """A new worker."""
        command = [sys.executable, "-m", "tests.streams.engine.counting_worker", json.dumps(self.settings)]
        with self.log.open("ab") as log:
            worker = subprocess.Popen(command, cwd=_ROOT, stdout=log, stderr=log, preexec_fn=end_with_parent)
        self.workers.append(worker)
        return worker

    def supervise(self, count: int) -> list[subprocess.Popen[bytes]]:
        """Starts workers until ``count`` live, as a supervisor would; returns those that live."""
        living = [worker for worker in self.workers if worker.poll() is None]
        return [*living, *(self.start() for _ in range(count - len(living)))]

    @property
    def log(self) -> Path:
        """What all workers wrote."""
        return self.folder / "workers.log"

    def stop(self) -> list[int]:
        """Ends the workers that live in order; returns their exit codes."""
        living = [worker for worker in self.workers if worker.poll() is None]
        for worker in living:
            worker.send_signal(signal.SIGTERM)
        return [worker.wait(20) for worker in living]

    def kill(self) -> None:
        """Ends all workers by force."""
        for worker in self.workers:
            worker.kill()
            worker.wait()

    async def committed(self) -> int:
        """The sum of the offsets that the group has committed."""
        async with AIOKafkaConsumer(
            bootstrap_servers=self.broker.address, group_id=self.settings["group"], enable_auto_commit=False
        ) as consumer:
            where = [TopicPartition(self.settings["input_topic"], number) for number in range(PARTITIONS)]
            return sum([await consumer.committed(each) or 0 for each in where])

    async def counts(self) -> Counter[bytes]:
        """What the changelog holds; fences the workers."""
        counted: Counter[bytes] = Counter()
        keeper = self.broker.keeper(self.settings["changelog"])
        for number in range(PARTITIONS):
            loaded = await keeper.load(number)
            counted.update({key: int(state) for key, state in loaded.states.items()})
        await keeper.close()
        return counted

    async def outputs(self) -> dict[bytes, set[int]]:
        """Every count that was sent on, by key."""
        topic = self.settings["output_topic"]
        found: dict[bytes, set[int]] = {}
        async with AIOKafkaConsumer(bootstrap_servers=self.broker.address, auto_offset_reset="earliest") as consumer:
            where = [TopicPartition(topic, number) for number in range(PARTITIONS)]
            consumer.assign(where)
            ends = await consumer.end_offsets(where)
            for each in where:
                while await consumer.position(each) < ends[each]:
                    for record in (await consumer.getmany(each, timeout_ms=500)).get(each, []):
                        found.setdefault(record.key, set()).add(int(record.value))
        return found

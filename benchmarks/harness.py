"""A real Kafka, rebato's topics, and processes whose CPU and memory are read: what the benchmarks on Kafka stand on.

    with Bench({"brands": "auto"}) as bench:                  # broker, config file, topics
        bench.fill(bench.topics.mentions, values)             # bytes, round robin over the partitions
        intake = bench.role("intake")                         # `rebato run intake` as a process; `bench.start` for others
        bench.until_committed("intake", bench.topics.mentions)
        used = intake.usage()                                 # CPU seconds since its start, RSS now
        print(used.cpu_s, used.rss_bytes, intake.metric("rebato_lag_records"))

Each `Bench` brings a broker of its own, and ends all that it started. `bench.prefixed("b.")` is a second installation on
the same broker, with topics of its own, for the next round.
"""

import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from benchmarks.usage import Usage
from schemas.config.load import load_config
from schemas.config.model import Config
from schemas.config.write import write_settings
from schemas.topics import Topics
from streams.topics_admin import TopicsAdmin
from tests.kafka import RealKafka, end_with_parent

WITHIN_S = 120.0
_LOOK_EVERY_S = 0.05
_END_WITHIN_S = 30.0
_ASK_S = 10.0
_SHOWN_LINES = 15


class Broker(Protocol):
    """A Kafka of one node or several."""

    @property
    def address(self) -> str:
        """`host:port` on loopback, several with commas."""

    def start(self) -> None:
        """Blocks until it answers."""

    def stop(self) -> None:
        """Ends it in an orderly way."""


class Running:
    """A process of a benchmark, its output in a file."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        """Starts it."""
        self.name = name
        self.log = log
        with log.open("ab") as file:
            self._process = subprocess.Popen(command, stdout=file, stderr=file, preexec_fn=end_with_parent)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it hasn't ended."""
        return self._process.poll() is None

    def usage(self) -> Usage:
        """What it has used since its start; take `Usage.since` of two for an interval."""
        return Usage.of(self.pid)

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels, read from `/metrics`; only for roles of rebato."""
        found = re.search(r"metrics_port=(\d+)", self.log.read_text())
        if found is None:
            raise RuntimeError(f"{self.name} has not said where its metrics are:\n{self.last_lines()}")
        with urllib.request.urlopen(f"http://127.0.0.1:{found[1]}/metrics", timeout=_ASK_S) as answer:
            text = answer.read().decode()
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE))

    def freeze(self) -> None:
        """SIGSTOP, so that it uses nothing until `thaw`."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL."""
        self._process.send_signal(signal.SIGKILL)

    def ask_to_end(self) -> None:
        """SIGTERM, without waiting."""
        self._process.send_signal(signal.SIGTERM)

    def end(self) -> int:
        """SIGTERM, and SIGKILL when that takes too long; returns the exit code."""
        if self.running:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(_END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def last_lines(self) -> str:
        """The end of what it said."""
        return "\n".join([f"--- {self.name}", *self.log.read_text(errors="replace").splitlines()[-_SHOWN_LINES:]])


class Bench(AbstractContextManager["Bench"]):
    """One installation on a real Kafka; a context manager."""

    def __init__(self, settings: Mapping[str, Any], broker: Broker | None = None) -> None:
        """`settings` as in a config file; brokers and monitoring are set here. `broker`: a running one to share."""
        self._settings = dict(settings)
        self._own_broker = broker is None
        self._folder = tempfile.TemporaryDirectory(prefix="rebato-bench-")
        self.folder = Path(self._folder.name)
        """For files of the benchmark; gone at the end."""
        self.broker: Broker = broker or RealKafka(self.folder / "kafka", quick=False)
        self.config_path = self.folder / "rebato.yaml"
        self.config: Config
        self.topics = Topics(self._settings.get("kafka", {}).get("topic_prefix", ""))
        self.members: list[Running] = []
        self._started = 0

    @property
    def address(self) -> str:
        """`host:port` of the broker."""
        return self.broker.address

    def __enter__(self) -> Self:
        if self._own_broker:
            self.broker.start()
        kafka = {**self._settings.get("kafka", {}), "brokers": self.address}
        settings = {"monitoring": {"port": 0}, "reload": "signal", **self._settings, "kafka": kafka}
        write_settings(self.config_path, settings)
        self.config = load_config(self.config_path, {}).config
        TopicsAdmin(self.config).create()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for member in reversed(self.members):
            member.end()
        if self._own_broker:
            self.broker.stop()
        self._folder.cleanup()

    def prefixed(self, prefix: str, **changes: Any) -> "Bench":
        """Another installation on the same broker: topics under `prefix`, top-level settings changed. Enter it too."""
        settings = {**self._settings, **changes}
        settings["kafka"] = {**settings.get("kafka", {}), "topic_prefix": prefix}
        return Bench(settings, self.broker)

    def fill(self, topic: str, values: Iterable[bytes], partitions: int | None = None) -> int:
        """Writes the values round robin over the topic's partitions and returns how many they were."""
        partitions = partitions or len(self.ends(topic))
        producer = Producer({**self._client(), "linger.ms": 20, "batch.size": 1_000_000, "acks": "1"})
        count = 0
        for value in values:
            while True:
                try:
                    producer.produce(topic, value, partition=count % partitions)
                    break
                except BufferError:  # its queue is full
                    producer.poll(0.1)
            count += 1
        if producer.flush(WITHIN_S):
            raise RuntimeError(f"the broker has not taken all records of {topic}")
        return count

    def role(self, role: str, *options: str) -> Running:
        """Starts `rebato run ROLE`."""
        command = [sys.executable, "-m", "streams.cli", "run", role, "--config", str(self.config_path), *options]
        return self.start(role, command)

    def start(self, name: str, command: Sequence[str]) -> Running:
        """Starts any process; it ends with the bench."""
        self._started += 1
        member = Running(name, command, self.folder / f"{name}-{self._started}.log")
        self.members.append(member)
        return member

    def end(self, *members: Running) -> None:
        """Ends processes before the bench does."""
        for member in members:
            member.end()
            self.members.remove(member)

    def until(self, ask: Callable[[], bool], what: str, within_s: float = WITHIN_S) -> float:
        """Seconds until `ask` says yes. Raises when it doesn't in time, or when a process has ended."""
        started_s = time.monotonic()
        while not ask():
            if any(not member.running for member in self.members) or time.monotonic() > started_s + within_s:
                lines = "\n".join(member.last_lines() for member in self.members)
                raise RuntimeError(f"not within {within_s:g} s, or a process has ended: {what}\n{lines}")
            time.sleep(_LOOK_EVERY_S)
        return time.monotonic() - started_s

    def until_committed(self, role: str, topic: str, records: int | None = None, within_s: float = WITHIN_S) -> float:
        """Seconds until the role's group has committed all of the topic (or `records` in all its partitions).

        A role commits what is durable: digests acknowledged, state in its changelog.
        """
        group = f"{self.topics.prefix}rebato-{role}"
        wanted = records if records is not None else sum(self.ends(topic))
        return self.until(lambda: self.committed(group, topic) >= wanted, f"{role} commits {wanted} of {topic}", within_s)

    def until_ready(self, *members: Running, within_s: float = WITHIN_S) -> float:
        """Seconds until these roles own their partitions, or what there is to own, and have loaded them."""

        def ready() -> bool:
            return all("metrics_port" in member.log.read_text() and member.metric(_ASSIGNED) > 0 for member in members)

        return self.until(ready, "roles are ready", within_s)

    def ends(self, topic: str) -> list[int]:
        """The offset after the last record of each partition."""
        admin = AdminClient(self._client())
        partitions = sorted(admin.list_topics(topic, timeout=_ASK_S).topics[topic].partitions)
        deadline_s = time.monotonic() + _ASK_S
        while True:  # a topic that has just been made has no leader for a moment
            asked = admin.list_offsets({TopicPartition(topic, each): OffsetSpec.latest() for each in partitions})
            try:
                return [asked[TopicPartition(topic, each)].result(_ASK_S).offset for each in partitions]
            except KafkaException:
                if time.monotonic() > deadline_s:
                    raise
                time.sleep(_LOOK_EVERY_S)

    def committed(self, group: str, topic: str) -> int:
        """The sum of a group's committed offsets of the topic, 0 where it has none."""
        consumer = Consumer({**self._client(), "group.id": group})
        deadline_s = time.monotonic() + _ASK_S
        try:
            partitions = consumer.list_topics(topic, timeout=_ASK_S).topics[topic].partitions
            while True:  # a group that has just been made has no coordinator for a moment
                try:
                    found = consumer.committed([TopicPartition(topic, p) for p in partitions], timeout=_ASK_S)
                    return sum(max(0, each.offset) for each in found)
                except KafkaException:
                    if time.monotonic() > deadline_s:
                        raise
                    time.sleep(_LOOK_EVERY_S)
        finally:
            consumer.close()

    def _client(self) -> dict[str, Any]:
        return {"bootstrap.servers": self.address, "log_level": 0}


_ASSIGNED = "rebato_assigned_partitions"

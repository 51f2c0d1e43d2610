"""`rebato run` on a real Kafka."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from confluent_kafka import Producer

from streams.roles.role import Role
from tests.kafka import RealKafka
from tests.ports import free_row
from tests.streams.test_run import until

pytestmark = pytest.mark.kafka
_REBATO = [sys.executable, "-m", "streams.cli"]
_MENTIONS = 200


def _rebato(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*_REBATO, *arguments], capture_output=True, text=True, timeout=90)


def read_metric(port: int, sample: str) -> float:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
    except (HTTPError, URLError, OSError):
        return -1.0
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(sample))


def _mention(number: int) -> bytes:
    observed = datetime.fromtimestamp(time.time(), UTC).isoformat()
    return json.dumps({"id": str(number), "source": "bluesky", "observed_at": observed, "text": f"IKEA {number}"}).encode()


@pytest.fixture
def config(kafka: RealKafka, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A config with topics of its own."""
    file = tmp_path / "rebato.yaml"
    prefix = f"{request.node.name[:40]}."
    file.write_text(
        "brands: [{id: ikea, names: [IKEA]}]\n"
        f"kafka: {{brokers: '{kafka.address}', topic_prefix: {prefix}, partitions: 2, source_partitions: 2}}\n"
        f"monitoring: {{port: {free_row(len(Role))}}}\n"
    )
    return file


@pytest.fixture
def running(config: Path) -> Iterator[int]:
    """All roles on fresh topics; the first port of their metrics."""
    assert _rebato("topics", "create", "--config", str(config)).returncode == 0
    log = config.with_suffix(".log").open("wb")
    process = subprocess.Popen([*_REBATO, "run", "--config", str(config)], stdout=log, stderr=log)
    try:
        yield int(config.read_text().rpartition("port: ")[2].rstrip("}\n"))
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def test_mentions_go_all_the_way(running: int, config: Path, kafka: RealKafka) -> None:
    """Counted in intake, read by every later role, nothing left over; and the doctor finds all roles at work."""
    prefix = config.read_text().partition("topic_prefix: ")[2].partition(",")[0]
    producer = Producer({"bootstrap.servers": kafka.address})
    for number in range(_MENTIONS):
        producer.produce(f"{prefix}mentions", _mention(number), str(number).encode())
    producer.produce(f"{prefix}mentions", b"no mention")
    producer.flush()
    counted = 'rebato_mentions_total{outcome="counted",source="bluesky"}'
    until(lambda: read_metric(Role.INTAKE.port(running), counted) == _MENTIONS, "intake has counted all")
    until(lambda: read_metric(Role.WATCH.port(running), "rebato_checkpoint_seconds_count") > 0, "watch has saved its state")
    until(
        lambda: read_metric(Role.INCIDENTS.port(running), "rebato_assigned_partitions") == 2, "incidents has its partitions"
    )
    assert read_metric(Role.INTAKE.port(running), 'rebato_dead_records_total{reason="not_json"}') == 1
    listed = json.loads(_rebato("dead", "list", "--json", "--config", str(config)).stdout)
    assert listed["counts"] == {"not_json": 1}

    def all_at_work() -> bool:
        doctor = json.loads(_rebato("doctor", "--json", "--config", str(config)).stdout)["findings"]
        verdicts = {each["check"]: each["verdict"] for each in doctor}
        return all(verdicts[role] == "good" for role in ("intake", "watch", "incidents", "notify"))

    until(all_at_work, "the doctor finds every role at work")


def _assigned(ports: list[int]) -> list[float]:
    return [read_metric(port, "rebato_assigned_partitions") for port in ports]


def test_roles_with_several_processes_share_their_partitions(config: Path) -> None:
    """As many of each as the config says; the second ones' ports follow behind those of the roles."""
    first = free_row(len(Role) + 2)
    text = config.read_text().rpartition("monitoring:")[0]
    config.write_text(f"{text}monitoring: {{port: {first}}}\nprocesses: {{intake: 2, watch: 2}}\n")
    assert _rebato("topics", "create", "--config", str(config)).returncode == 0
    with config.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen([*_REBATO, "run", "--config", str(config)], stdout=log, stderr=log)
    try:
        members = {Role.INTAKE: [Role.INTAKE.port(first), first + 5], Role.WATCH: [Role.WATCH.port(first), first + 6]}
        for role, ports in members.items():
            until(lambda ports=ports: _assigned(ports) == [1, 1], f"each {role} has one of the two partitions")
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
    lines = config.with_suffix(".log").read_text()
    assert "intake 2" in lines
    assert "watch 2" in lines


def test_missing_topics_are_said_once_with_the_command_that_makes_them(config: Path) -> None:
    """Exit code 2 before any role is started."""
    run = _rebato("run", "--config", str(config))
    assert run.returncode == 2
    assert "Run `rebato topics create`" in run.stderr
    assert "Traceback" not in run.stderr

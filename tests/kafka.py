"""Apache Kafka itself for the tests: one KRaft node from its Maven artifacts, without Docker.

The jars are named in ``fixtures/kafka/pom.xml`` and downloaded once into ``$XDG_CACHE_HOME/rebato``.
"""

import base64
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from tests.kafka_tls import TlsListener
from tests.ports import free_ports

POM = Path(__file__).parent / "fixtures" / "kafka" / "pom.xml"
_PR_SET_PDEATHSIG = 1  # prctl(2)
_JAVA = ("java", "-Xmx512m", "-XX:+UseSerialGC")
_QUICK = "-XX:TieredStopAtLevel=1"  # a third less CPU until it answers; slower under minutes of load
_DOWNLOAD_DEADLINE_S = 600.0
_START_DEADLINE_S = 180.0
CLUSTER_ID = base64.urlsafe_b64encode(b"rebato for tests").decode().rstrip("=")
_STOP_DEADLINE_S = 30.0
_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{login_port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{login_port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
{login}log.dirs={data}
offsets.topic.num.partitions=5
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
broker.heartbeat.interval.ms=300
broker.session.timeout.ms=1500
log.cleaner.backoff.ms=200
log.retention.check.interval.ms=500
"""
_USER, _PASSWORD = "rebato", "correct-horse"
_LOGIN = f"""\
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  user_{_USER}="{_PASSWORD}";
"""


class KafkaNode:
    """A broker's process, from its settings on; data and log are kept over restarts."""

    def __init__(self, folder: Path, address: str, *, quick: bool = False) -> None:
        """``folder`` holds ``server.properties``, formatted data, and takes the log. ``address``: where it will listen.

        ``quick``: starts sooner and works slower.
        """
        self.folder = folder
        self._quick = [_QUICK] if quick else []
        self.address = address
        """``host:port`` on loopback."""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether it was started and hasn't ended."""
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        """Starts it; it answers some seconds later."""
        with (self.folder / "kafka.log").open("ab") as log:
            command = [*_JAVA, *self._quick, "-cp", class_path(), "kafka.Kafka"]
            self._process = subprocess.Popen(
                [*command, str(self.folder / "server.properties")], stdout=log, stderr=log, preexec_fn=end_with_parent
            )

    def wait(self) -> None:
        """Blocks until it answers. Raises RuntimeError when it has ended, or doesn't in time."""
        deadline_s = time.monotonic() + _START_DEADLINE_S
        while not self._answers():
            if not self.running or time.monotonic() > deadline_s:
                self.end(signal.SIGKILL)
                raise RuntimeError(f"Kafka did not start: see {self.folder / 'kafka.log'}")

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal, if it runs."""
        if self._process is not None:
            self._process.send_signal(number)

    def end(self, how: signal.Signals) -> None:
        """SIGTERM: in an orderly way, at the latest after 30 s by force. SIGKILL: as a power cut would."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(_STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            AdminClient({"bootstrap.servers": self.address, "log_level": 0}).list_topics(timeout=0.5)
        except KafkaException:
            return False
        return True


class RealKafka:
    """A broker with an ``address`` that can be stopped, killed and started again on the same port and data."""

    def __init__(self, folder: Path, tls: TlsListener | None = None, *, quick: bool = True) -> None:
        """``folder`` takes the data and the broker's log; it should be empty. ``tls``: one more listener, `with_tls`.

        ``quick``: starts sooner and works slower, as suits a test.
        """
        port, login_port, controller_port = free_ports(3)
        self.address = f"127.0.0.1:{port}"
        """``host:port`` on loopback."""
        self._node = KafkaNode(folder, self.address, quick=quick)
        self.with_login = {
            "brokers": f"127.0.0.1:{login_port}",
            "security_protocol": "SASL_PLAINTEXT",
            "username": _USER,
            "password": _PASSWORD,
        }
        """A config's ``kafka`` for the listener that lets nobody in without a password."""
        self.with_tls: dict[str, str] = {}
        """The same for the listener with TLS, if there is one."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "server.properties"
        ports = {"port": port, "login_port": login_port, "controller_port": controller_port}
        properties = _PROPERTIES.format(**ports, login=_LOGIN, data=folder / "data")
        if tls is not None:
            (tls_port,) = free_ports(1)
            self.with_tls = tls.client(tls_port)
            properties = _extended(properties, tls.properties(tls_port))
        path.write_text(properties)
        users = tls.format_options if tls is not None else []
        run_java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(path), *users)

    def start(self) -> None:
        """Starts the broker; it answers when this returns."""
        self._node.launch()
        self._node.wait()

    def stop(self) -> None:
        """Ends the broker in an orderly way, at the latest after 30 s by force."""
        self._node.end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the broker as a power cut would: ``kill -9``."""
        self._node.end(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: its connections stand, and nothing is answered."""
        self._node.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._node.send(signal.SIGCONT)

    def create_topic(self, name: str, partitions: int = 4, config: Mapping[str, str] | None = None) -> None:
        """Creates a topic with one replica and waits until the broker knows it."""
        admin = AdminClient({"bootstrap.servers": self.address})
        topic = NewTopic(name, num_partitions=partitions, replication_factor=1, config=dict(config or {}))
        admin.create_topics([topic])[name].result(timeout=_STOP_DEADLINE_S)


def end_with_parent() -> None:
    """For ``preexec_fn``: the kernel kills this child when the test run is killed (Linux; elsewhere it outlives it)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _extended(properties: str, additions: Mapping[str, str]) -> str:
    """The settings with more: lists are made longer, what isn't there is added."""
    lines = properties.splitlines()
    for name, value in additions.items():
        at = next((number for number, line in enumerate(lines) if line.startswith(f"{name}=")), None)
        if at is None:
            lines.append(f"{name}={value}")
        else:
            lines[at] += f",{value}"
    return "\n".join(lines) + "\n"


def missing_tools() -> list[str]:
    """The programs that a real Kafka needs and that this machine lacks."""
    return [tool for tool in ("java", "mvn") if shutil.which(tool) is None]


def class_path() -> str:
    """The class path of Kafka's jars; downloads them at the first use."""
    (version,) = (
        node.text
        for node in ElementTree.parse(POM).iter("{http://maven.apache.org/POM/4.0.0}version")
        if node.text and node.text.startswith("4.")
    )
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rebato"
    jars = cache / f"kafka-{version}"
    if not (jars / ".complete").exists():
        command = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"]
        subprocess.run([*command, f"-DoutputDirectory={jars}"], check=True, timeout=_DOWNLOAD_DEADLINE_S)
        (jars / ".complete").touch()
    return f"{jars}/*"


def run_java(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs one of Kafka's programs to its end."""
    command = [*_JAVA, _QUICK, "-cp", class_path(), *arguments]
    return subprocess.run(command, check=True, timeout=_START_DEADLINE_S, capture_output=True, text=True)

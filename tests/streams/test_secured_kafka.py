"""A cluster that asks for a password: every kind of client logs in, and a wrong password is said in one clear line."""

import asyncio
import shutil
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import faust
import pytest
from structlog.testing import capture_logs

from schemas.config.model import Config, Kafka
from schemas.errors import StateError, UnreachableError, UsageError
from schemas.signal import Sample
from schemas.topics import Topics
from streams.async_kafka import connection_settings, group_consumer, ordered_producer
from streams.deadletters import DeadLetters
from streams.doctor.cluster import check_cluster
from streams.doctor.finding import Verdict
from streams.engine.app import StageProcess
from streams.engine.faustapp import faust_credentials
from streams.engine.keeper import StateKeeper
from streams.engine.settings import EngineSettings
from streams.engine.vitals import Vitals
from streams.incidents_view import IncidentsView
from streams.kafka_wait import wait_for_kafka
from streams.librdkafka import client_settings, why_unreachable
from streams.notify.samples import SampleReader
from streams.sources.sender import mention_sender
from streams.tail import TopicTail
from streams.topics_admin import TopicsAdmin
from tests.conftest import skip_or_fail
from tests.kafka import RealKafka
from tests.streams.engine.counting import CountingStage

REFUSED = (
    r"^Kafka at 127\.0\.0\.1:\d+ refuses the login of rebato: .*[Ii]nvalid username or password\. Look at `kafka\.username`"
)
PREFIX = "secured."
NAMES = Topics(PREFIX)
MENTION = b'{"id": "1", "source": "x", "observed_at": "2023-11-14T22:13:20Z", "text": "hola"}'
SAMPLE = Sample(0, 1, 0, int(datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC).timestamp() * 1000), 0.9)


def _config(kafka: RealKafka, **changes: str) -> Config:
    settings = {**kafka.with_login, "topic_prefix": PREFIX, "session_timeout": "6 s", **changes}
    return Config(brands="auto", kafka=Kafka.model_validate(settings))


@pytest.fixture(scope="module")
def secured(kafka: RealKafka) -> Config:
    """The config of a cluster with a password, and its topics: made by the admin client, with the password."""
    config = _config(kafka)
    TopicsAdmin(config).create()
    assert TopicsAdmin(config).check() == []
    return config


@pytest.fixture
def locked_out(kafka: RealKafka) -> Config:
    """The same with another password."""
    return _config(kafka, password="wrong-horse")


def _engine(config: Config, vitals: Vitals) -> StageProcess:
    settings = EngineSettings(
        kafka=config.kafka,
        group=f"{PREFIX}count",
        stage="count",
        input_topic=NAMES.digests,
        changelog=NAMES.state("watch"),
        dead_topic=NAMES.dead,
        partitions=config.kafka.partitions,
        checkpoint_s=0.2,
    )
    return StageProcess(settings, lambda _, states, position: CountingStage(states, position, NAMES.series), vitals=vitals)


async def _produce(config: Config, topic: str, value: bytes, partition: int) -> None:
    async with ordered_producer(config.kafka) as producer:
        await producer.send_and_wait(topic, value, partition=partition)


@asynccontextmanager
async def _running(process: StageProcess) -> AsyncIterator[None]:
    task = asyncio.create_task(process.run())
    try:
        yield
    finally:
        process.stop()
        await asyncio.wait_for(task, 30)


@pytest.mark.kafka
async def test_a_stage_reads_sends_and_keeps_its_state_behind_a_password(secured: Config) -> None:
    """Faust's consumer, the outbox, the changelog and the probe of offsets all log in."""
    await _produce(secured, NAMES.digests, b"x", 2)
    vitals = Vitals()
    async with _running(_engine(secured, vitals)), asyncio.timeout(60):
        while vitals.partitions.get(2) is None or vitals.partitions[2].durable < 0:  # noqa: ASYNC110 - as a health server
            await asyncio.sleep(0.05)
    keeper = StateKeeper(secured.kafka, NAMES.state("watch"), "count")
    loaded = await keeper.load(2)
    await keeper.checkpoint(2, {b"k": b"2"}, b"0")
    await keeper.close()
    assert loaded.states == {b"": b"1"}


@pytest.mark.kafka
async def test_sources_intake_and_samples_work_behind_a_password(secured: Config) -> None:
    """A mention is sent, read by a group, and read back for an alert."""
    async with mention_sender(secured.kafka) as sender:
        await sender.send([MENTION])
    await _produce(secured, NAMES.mentions, MENTION, 1)
    async with group_consumer(secured.kafka, f"{PREFIX}group") as consumer:
        assert NAMES.mentions in await consumer.topics()
    sent_alone = (await SampleReader(secured.kafka, NAMES.mentions).read([SAMPLE]))[0]
    assert sent_alone.text == "hola"


@pytest.mark.kafka
def test_the_command_line_works_behind_a_password(secured: Config) -> None:
    """Waiting, doctor, incidents, dead letters and the live table."""
    assert not wait_for_kafka(secured.kafka, 10, pytest.fail)
    assert {finding.verdict for finding in check_cluster(secured) if finding.check in ("kafka", "topics")} == {Verdict.GOOD}
    with IncidentsView(secured.kafka) as view:
        assert view.read() == {}
    assert list(DeadLetters(secured.kafka).read()) == []
    TopicTail(secured.kafka, {NAMES.series: 1}).close()


async def _start_engine(config: Config) -> None:
    await _engine(config, Vitals()).run()


async def _open(context: object) -> None:
    async with context:  # type: ignore[attr-defined]  # an async context manager that fails to open
        pytest.fail("opened")


@pytest.mark.kafka
@pytest.mark.parametrize(
    "use",
    [
        pytest.param(lambda config: asyncio.to_thread(TopicsAdmin(config).create), id="topics"),
        pytest.param(lambda config: asyncio.to_thread(wait_for_kafka, config.kafka, 600, pytest.fail), id="waiting"),
        pytest.param(lambda config: asyncio.to_thread(IncidentsView, config.kafka), id="incidents"),
        pytest.param(lambda config: _open(ordered_producer(config.kafka)), id="producer"),
        pytest.param(lambda config: _open(group_consumer(config.kafka, "group")), id="group"),
        pytest.param(lambda config: _open(mention_sender(config.kafka)), id="sources"),
        pytest.param(_start_engine, id="engine"),
    ],
)
async def test_a_wrong_password_is_said_in_one_line(locked_out: Config, use: Callable[[Config], Awaitable[object]]) -> None:
    """Whoever connects, it ends with the login that is refused and where to look, not with "does not answer"."""
    with pytest.raises(UsageError, match=REFUSED) as refused:
        await asyncio.wait_for(use(locked_out), 40)
    assert "\n" not in str(refused.value)
    assert "wrong-horse" not in str(refused.value)


@pytest.mark.kafka
async def test_a_wrong_password_costs_an_alert_only_its_samples(locked_out: Config) -> None:
    """The log says why."""
    with capture_logs() as logs:
        assert await SampleReader(locked_out.kafka, NAMES.mentions).read([SAMPLE]) == []
    assert [line["event"] for line in logs] == ["samples.unreadable"]
    assert "refuses the login of rebato" in logs[0]["reason"]


@pytest.mark.kafka
async def test_a_login_that_is_lost_later_ends_the_process(locked_out: Config) -> None:
    """Its supervisor starts another, which says why."""
    with pytest.raises(StateError, match="taking over the state of count"):
        await StateKeeper(locked_out.kafka, NAMES.state("watch"), "count").load(0)


@pytest.fixture
def unknown_issuer(tmp_path: Path) -> Iterator[str]:
    """The address of a server whose certificate nobody has reason to trust."""
    if shutil.which("openssl") is None:
        skip_or_fail("a certificate needs openssl")
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handshake) as server:
        server.tls = context  # type: ignore[attr-defined]  # for the handler
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _Handshake(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with suppress(OSError), self.server.tls.wrap_socket(self.request, server_side=True) as connection:  # type: ignore[attr-defined]
            connection.recv(1)


async def test_a_certificate_that_is_not_trusted_is_told_from_a_broker_that_is_away(unknown_issuer: str) -> None:
    """By our own clients, who only know that they can't connect."""
    kafka = Kafka(brokers=unknown_issuer, security_protocol="SSL")
    with pytest.raises(UsageError, match=rf"^no TLS with Kafka at {unknown_issuer}: .*certificate verify failed") as refused:
        await _open(ordered_producer(kafka))
    assert str(refused.value).endswith("Look at `kafka.ssl_ca_file`.")


def test_a_secured_cluster_that_is_away_is_away() -> None:
    """Nobody refused anything; and it is known at once."""
    started_s = time.monotonic()
    settings = Kafka.model_validate(
        {"brokers": "127.0.0.1:1", "security_protocol": "SASL_PLAINTEXT", "username": "u", "password": "p"}
    )
    assert isinstance(why_unreachable(settings), UnreachableError)
    assert time.monotonic() - started_s < 5


def test_certificates_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """By both kinds of clients."""
    empty = tmp_path / "empty.pem"
    empty.touch()
    for file in (tmp_path / "nowhere.pem", empty):
        kafka = Kafka(security_protocol="SSL", ssl_ca_file=file)
        for settings in (client_settings, connection_settings):
            with pytest.raises(UsageError, match=rf"can't read certificates from kafka\.ssl_ca_file {file}: "):
                settings(kafka)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"security_protocol": "PLAINTEXT"}, type(None)),
        ({"security_protocol": "SSL"}, faust.SSLCredentials),
        ({"security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512"}, faust.SASLCredentials),
        ({"security_protocol": "SASL_PLAINTEXT"}, faust.SASLCredentials),
    ],
)
def test_faust_logs_in_as_our_own_clients_do(tmp_path: Path, changes: dict[str, str], kind: type) -> None:
    """Protocol, mechanism, password out of its file, and TLS."""
    secret = tmp_path / "password"
    secret.write_text("s3cret\n")
    login = {"username": "u", "password_file": secret} if changes["security_protocol"].startswith("SASL") else {}
    kafka = Kafka.model_validate({**changes, **login})
    credentials = faust_credentials(kafka)
    own = connection_settings(kafka)
    assert isinstance(credentials, kind)
    if isinstance(credentials, faust.SASLCredentials):
        assert (credentials.username, credentials.password) == ("u", "s3cret")
        assert credentials.mechanism.value == own["sasl_mechanism"]
        assert isinstance(credentials.ssl_context, ssl.SSLContext) == ("ssl_context" in own)
    if credentials is not None:
        assert credentials.protocol.value == own["security_protocol"]

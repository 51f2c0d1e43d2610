"""A cluster with TLS, SCRAM and an authority of its own: every role and command works on it, or says what is wrong."""

import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from confluent_kafka import Producer

from schemas.config.model import Kafka
from streams.receivers import Receivers
from tests.e2e.processes import Group, Not, arebato, rebato
from tests.e2e.readback import read_counts
from tests.e2e.scene import said, write_scene
from tests.kafka import RealKafka
from tests.kafka_tls import PASSWORD, Authority, make_authority

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
_PREFIX = "tls."
_MENTIONS = 20


def _kafka(broker: RealKafka, folder: Path) -> dict[str, str]:
    """The settings as an installation has them: the password in a file of its own."""
    file = folder / "password"
    file.write_text(f"{PASSWORD}\n")
    settings = {name: value for name, value in broker.with_tls.items() if name != "password"}
    return {**settings, "password_file": str(file)}


async def test_the_whole_path_works_with_tls_scram_and_an_authority_of_its_own(tls_kafka: RealKafka, tmp_path: Path) -> None:
    """Topics, all roles, a replay through to counts, one broken record, doctor, dead letters and the table."""
    file = tmp_path / "mentions.jsonl"
    start = datetime(2024, 3, 4, 9, tzinfo=UTC)
    mentions = [said(f"m{number}", start + timedelta(minutes=number), "Telar abre") for number in range(_MENTIONS)]
    file.write_text("".join(f"{json.dumps(mention)}\n" for mention in mentions))
    async with Receivers() as receivers:
        config = write_scene(tmp_path, "unused:1", receivers, _PREFIX, kafka=_kafka(tls_kafka, tmp_path))
        await arebato("topics", "create", "--config", config)
        await arebato("topics", "check", "--config", config)
        with Group(tmp_path, config) as group:
            group.run("rebato")
            await arebato("replay", file, "--config", config)
            producer = Producer({"bootstrap.servers": tls_kafka.address})
            producer.produce(f"{_PREFIX}mentions", b"{broken", partition=0)
            producer.flush()

            def counted() -> bool | Not:
                found = {brand: each.mentions for brand, each in read_counts(tls_kafka.address, _PREFIX).items()}
                return found == {"telar": _MENTIONS} or Not(found)

            await group.until(counted, "the mentions are counted")
            doctor = await arebato("doctor", "--config", config)
            assert "answers" in doctor
            assert "1 running" in doctor
            assert "not_json" in await arebato("dead", "list", "--config", config)

            def shown() -> bool | Not:
                table = rebato("top", "--once", "--config", config)
                return "Telar" in table.stdout or Not(table.stdout + table.stderr)

            await group.until(shown, "the table shows the brand")
            await arebato("incidents", "list", "--config", config)
            assert await group.end() == {"rebato": 0}, group.last_lines()


@pytest.mark.parametrize("command", ["topics create", "dead list", "top --once", "run watch --wait 0", "run --wait 0"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param("ca", "`kafka.ssl_ca_file`", id="wrong CA"),
        pytest.param("password", "`kafka.password_file`", id="wrong password"),
        pytest.param("mechanism", "`kafka.sasl_mechanism`", id="wrong mechanism"),
        pytest.param("plaintext", "speaks TLS, and the config says `kafka.security_protocol: PLAINTEXT`", id="no TLS"),
        pytest.param("no login", "Does its listener want a login (`SASL_SSL`)", id="TLS and no login"),
        pytest.param("tls to plaintext", "Is its listener one without TLS (`SASL_PLAINTEXT`)", id="TLS to plaintext"),
    ],
)
def test_whatever_is_wrong_is_said_in_one_line_with_its_setting(
    tls_kafka: RealKafka, tmp_path: Path, command: str, change: str, told: str
) -> None:
    """By every command, with exit code 2."""
    kafka = _kafka(tls_kafka, tmp_path)
    match change:
        case "ca":
            kafka["ssl_ca_file"] = str(make_authority(tmp_path / "other").ca)
        case "password":
            Path(kafka["password_file"]).write_text("another")
        case "mechanism":
            kafka["sasl_mechanism"] = "PLAIN"
        case "plaintext":
            kafka = {"brokers": kafka["brokers"]}
        case "no login":
            kafka = {name: kafka[name] for name in ("brokers", "ssl_ca_file")} | {"security_protocol": "SSL"}
        case _:
            kafka["brokers"] = tls_kafka.address
    config = tmp_path / "rebato.yaml"
    config.write_text(yaml.safe_dump({"brands": "auto", "kafka": kafka, "monitoring": {"port": 0}}))
    done = rebato(*command.split(), "--config", config)
    lines = [line for line in done.stderr.splitlines() if "Trying again" not in line]
    assert (done.returncode, len(lines)) == (2, 1), done.stderr
    assert told in lines[0]
    assert PASSWORD not in done.stdout + done.stderr


class _Broker(socketserver.BaseRequestHandler):
    """Goes as far as the certificate."""

    def handle(self) -> None:
        with suppress(OSError), self.server.tls.wrap_socket(self.request, server_side=True) as connection:  # type: ignore[attr-defined]
            connection.recv(1)


@pytest.fixture
def misnamed(tmp_path: Path) -> Iterator[tuple[str, Authority]]:
    """The address of a broker whose certificate is trusted and belongs to another host."""
    authority = make_authority(tmp_path / "authority", names="DNS:kafka.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate, authority.key)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Broker) as server:
        server.tls = context  # type: ignore[attr-defined]  # for the handler
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", authority
        server.shutdown()


@pytest.mark.parametrize("command", ["topics create", "run sources --wait 0", "run intake --wait 0"])
def test_a_certificate_of_another_host_is_refused(misnamed: tuple[str, Authority], tmp_path: Path, command: str) -> None:
    """Its authority is trusted; without a look at the name any of its certificates would do."""
    brokers, authority = misnamed
    kafka = {"brokers": brokers, "security_protocol": "SSL", "ssl_ca_file": str(authority.ca)}
    Kafka.model_validate(kafka)
    config = tmp_path / "rebato.yaml"
    config.write_text(yaml.safe_dump({"brands": "auto", "kafka": kafka, "monitoring": {"port": 0}}))
    done = rebato(*command.split(), "--config", config)
    lines = [line for line in done.stderr.splitlines() if "Trying again" not in line]
    assert (done.returncode, len(lines)) == (2, 1), done.stderr
    assert "certificate verify failed" in lines[0]
    assert "`kafka.ssl_ca_file`" in lines[0]

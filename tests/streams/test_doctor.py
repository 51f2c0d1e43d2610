"""The doctor: what is well, what isn't, and how to mend it."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from schemas.config.model import Config
from streams.cli.main import run
from streams.doctor.brands import check_brands
from streams.doctor.channels import check_channels
from streams.doctor.finding import Verdict
from streams.embedded import EmbeddedBroker
from tests.kafka import RealKafka


def _config(folder: Path, text: str) -> str:
    file = folder / "rebato.yaml"
    file.write_text(text)
    return str(file)


def _findings(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    return {finding["check"]: finding for finding in json.loads(capsys.readouterr().out)["findings"]}


@pytest.fixture
def smtp_port() -> Iterator[int]:
    """A mail server without TLS."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
def listener() -> Iterator[str]:
    """Where something takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"


@pytest.mark.kafka
def test_a_sound_installation_passes(
    kafka: RealKafka, tmp_path: Path, smtp_port: int, listener: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Roles that don't run yet are worth a look, and no failure: the doctor comes before them."""
    secret = tmp_path / "slack"
    secret.write_text(listener)
    config = _config(
        tmp_path,
        f"""\
brands: auto
kafka: {{brokers: '{kafka.address}', topic_prefix: sound.}}
alerts:
  private_networks: true
  slack: {{webhook_url_file: {secret}}}
  webhook: {{url: '{listener}'}}
  email: {{to: [a@example.com], smtp: {{host: 127.0.0.1, port: {smtp_port}, starttls: 'off'}}}}
""",
    )
    assert run(["topics", "create", "--config", config]) == 0
    capsys.readouterr()
    assert run(["doctor", "--config", config, "--json"]) == 0
    found = _findings(capsys)
    assert {name: each["verdict"] for name, each in found.items()} == {
        **dict.fromkeys(("versions", "disk", "kafka", "topics", "clock", "slack", "email", "webhook"), "good"),
        **dict.fromkeys(("intake", "watch", "incidents", "notify"), "worth_a_look"),
    }
    assert "rebato run watch" in found["watch"]["remedy"]


@pytest.mark.kafka
def test_missing_topics_fail_with_the_command_that_makes_them(
    kafka: RealKafka, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1: it ran, and the answer is no."""
    config = _config(tmp_path, f"brands: auto\nkafka: {{brokers: '{kafka.address}', topic_prefix: bare.}}\n")
    assert run(["doctor", "--config", config]) == 1
    out = capsys.readouterr().out
    assert "✘ topics          bare.mentions: topic is missing" in out
    assert "→ Run `rebato topics create`." in out


def test_whatever_can_not_be_reached_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One broken thing hides no other."""
    monkeypatch.setattr("streams.topics_admin._TIMEOUT_S", 0.3)
    config = _config(
        tmp_path,
        """\
brands: auto
kafka: {brokers: '127.0.0.1:1'}
sources: {folder: {path: /nowhere/at/all}}
alerts:
  private_networks: true
  slack: {webhook_url_file: /nowhere/slack}
  webhook: {url: 'http://127.0.0.1:1/secret-path'}
  email: {to: [a@example.com], smtp: {host: 127.0.0.1, port: 1}}
""",
    )
    assert run(["doctor", "--config", config, "--json"]) == 1
    found = _findings(capsys)
    assert {name for name, each in found.items() if each["verdict"] == "bad"} == {
        "kafka",
        "sources.folder",
        "slack",
        "webhook",
        "email",
    }
    assert "secret-path" not in found["webhook"]["detail"]
    assert all(each["remedy"] for each in found.values() if each["verdict"] == "bad")


def test_a_mail_server_without_tls_is_told_from_one_that_is_away(
    tmp_path: Path, smtp_port: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`starttls: required` is the default; the remedy names the setting."""
    monkeypatch.setattr("streams.topics_admin._TIMEOUT_S", 0.3)
    smtp = f"{{host: 127.0.0.1, port: {smtp_port}}}"
    config = _config(
        tmp_path,
        f"brands: auto\nkafka: {{brokers: '127.0.0.1:1'}}\nalerts: {{email: {{to: [a@example.com], smtp: {smtp}}}}}\n",
    )
    assert run(["doctor", "--config", config, "--json"]) == 1
    assert "starttls: off" in _findings(capsys)["email"]["remedy"]


@pytest.mark.embedded
def test_the_embedded_broker_is_no_patient(
    embedded: EmbeddedBroker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It can't say how its topics are set: the doctor says that and goes on."""
    config = _config(tmp_path, f"brands: auto\nkafka: {{brokers: '{embedded.address}'}}\n")
    assert run(["doctor", "--config", config, "--json"]) in (0, 1)
    assert _findings(capsys)["kafka"]["verdict"] == "good"


@pytest.mark.parametrize(
    "url", ["https://hooks.example:s3cret/x", "http://[::1/s3cret", "s3cret", "ftp://s3cret/", "https://:1/s3cret"]
)
def test_an_address_that_is_none_is_not_repeated(url: str, tmp_path: Path) -> None:
    """It is a secret, and Python's own errors quote it."""
    (tmp_path / "slack").write_text(url)
    config = Config.model_validate({"brands": "auto", "alerts": {"slack": {"webhook_url_file": str(tmp_path / "slack")}}})
    (finding,) = check_channels(config)
    assert finding.verdict is Verdict.BAD
    assert "s3cret" not in finding.detail + finding.remedy


def test_a_heartbeat_that_would_not_arrive_is_named_without_its_address() -> None:
    """The address is a secret."""
    config = Config.model_validate({"brands": "auto", "heartbeat": {"url": "http://127.0.0.1:1/a-secret"}})
    (finding,) = [each for each in check_channels(config) if each.check == "heartbeat"]
    assert finding.verdict is Verdict.BAD
    assert "127.0.0.1:1 can't be reached" in finding.detail
    assert "a-secret" not in str(finding)


@pytest.mark.parametrize(
    ("brands", "verdict", "detail"),
    [
        ([{"id": "a", "names": ["A"], "handles": {"x": "a"}}], Verdict.GOOD, "each brand has an account of its own"),
        (
            [{"id": f"b{number}", "names": [f"B{number}"]} for number in range(7)],
            Verdict.WORTH_A_LOOK,
            "b0, b1, b2, b3, b4 and 2 more: no account of their own",
        ),
    ],
)
def test_brands_whose_answers_nobody_can_tell_are_named(
    brands: list[dict[str, object]], verdict: Verdict, detail: str
) -> None:
    """Their unanswered questions can't ring."""
    (finding,) = check_brands(Config.model_validate({"brands": brands}))
    assert (finding.verdict, finding.detail) == (verdict, detail)


def test_brands_that_are_found_by_themselves_are_not_asked_for_accounts() -> None:
    """Nobody could name them."""
    assert list(check_brands(Config(brands="auto"))) == []

"""No secret gets out: not into logs at any level, metrics, commands, command lines, topics or tracebacks, whatever fails."""

import asyncio
import json
import re
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from schemas.config.load import load_config
from schemas.enums import Channel
from streams.receivers import Fault, Receivers
from streams.roles.role import Role
from streams.topics_admin import topic_specs
from tests.dead_man import DeadMan
from tests.e2e.processes import Group, Not, arebato, rebato
from tests.e2e.readback import read_outbox, read_topic
from tests.e2e.scene import said, write_scene, write_story
from tests.kafka import RealKafka
from tests.kafka_tls import PASSWORD, make_authority
from tests.ports import free_row

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
_PREFIX = "secrets."
_CANARY = "c4n4ry"
_WEBHOOK_KEY = "whsec_YzRuNHJ5YzRuNHJ5YzRuNHJ5YzRuNHJ5"
_TRACES = (_CANARY, _WEBHOOK_KEY.removeprefix("whsec_"), PASSWORD)


def _secrets(folder: Path) -> dict[str, str]:
    """Files with one secret each, every one with the canary in it (but Kafka's, which is the broker's)."""
    values = {
        "kafka": PASSWORD,
        "smtp": f"smtp-{_CANARY}",
        "pagerduty": f"pager-{_CANARY}".ljust(32, "0"),
        "webhook": _WEBHOOK_KEY,
        "token": f"token-{_CANARY}",
    }
    for name, value in values.items():
        (folder / name).write_text(f"{value}\n")
    return {name: str(folder / name) for name in values}


@asynccontextmanager
async def _mail_that_knows_nobody() -> AsyncIterator[tuple[int, set[str]]]:
    """Port of a mail server that refuses every login, and the passwords that were tried there."""
    tried: set[str] = set()

    def refuse(server: SMTP, session: object, envelope: object, mechanism: str, data: LoginPassword) -> AuthResult:
        tried.add(data.password.decode())
        return AuthResult(success=False, handled=False)

    def session() -> SMTP:
        return SMTP(None, hostname="localhost", authenticator=refuse, auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], tried


def _alerts(receivers: Receivers, smtp_port: int, files: dict[str, str], folder: Path) -> dict[str, object]:
    slack = folder / "slack"
    slack.write_text(f"{receivers.url(Channel.SLACK)}?token={_CANARY}\n")
    smtp = {"host": "127.0.0.1", "port": smtp_port, "starttls": "off"}
    return {
        "slack": {"webhook_url_file": str(slack)},
        "email": {"to": ["a@example.com"], "smtp": {**smtp, "username": "rebato", "password_file": files["smtp"]}},
        "pagerduty": {"routing_key_file": files["pagerduty"], "url": receivers.url(Channel.PAGERDUTY)},
        "webhook": {"url": f"{receivers.url(Channel.WEBHOOK)}?key={_CANARY}", "secret_file": files["webhook"]},
        "private_networks": True,
    }


def _command_lines(group: Group) -> Iterator[str]:
    """Of every process of the supervisor, itself included."""
    parent = group.members["rebato"].pid
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, ancestor = stat.parent.name, stat.read_text().rpartition(")")[2].split()[1]
            if parent in (int(pid), int(ancestor)):
                yield (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, IndexError):
            continue  # it has just ended


def _metrics(first_port: int) -> str:
    texts = []
    for role in Role:
        with urllib.request.urlopen(f"http://127.0.0.1:{role.port(first_port)}/metrics", timeout=10) as answer:
            texts.append(answer.read().decode())
    return "".join(texts)


def _clean(what: str, text: str) -> None:
    found = [trace for trace in _TRACES if trace in text]
    lines = [line for line in text.splitlines() if any(trace in line for trace in found)][:3]
    assert not found, f"{what} has a secret: {lines}"


def _clean_topics(kafka: RealKafka, config: Path) -> None:
    for spec in topic_specs(load_config(config, {}).config):
        for record in read_topic(kafka.address, spec.name):
            _clean(spec.name, f"{record.key()!r}{record.value()!r}{record.headers()!r}")


async def test_no_secret_gets_out_of_a_running_installation(
    tls_kafka: RealKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All roles at debug level, a story that rings on every channel, receivers that refuse, a mail login that fails."""
    monkeypatch.setenv("REBATO_DEBUG", "1")
    learn, outbreak, *_ = await asyncio.to_thread(write_story, tmp_path, datetime(2013, 2, 26, 12, 30, tzinfo=UTC))
    files = _secrets(tmp_path)
    port = free_row(len(Role) + 1)
    kafka = {name: value for name, value in tls_kafka.with_tls.items() if name != "password"}
    async with Receivers() as receivers, _mail_that_knows_nobody() as (smtp_port, tried):
        for channel in (Channel.SLACK, Channel.WEBHOOK, Channel.PAGERDUTY):
            receivers.fail(channel, Fault.ERROR)
            receivers.fail(channel, Fault.REFUSE, times=2)
            receivers.fail(channel, Fault.HALF)
        config = write_scene(
            tmp_path, "unused:1", receivers, _PREFIX,
            kafka={**kafka, "password_file": files["kafka"]},
            sources={"http": {"port": port + len(Role), "token_file": files["token"]}},
            monitoring={"port": port}, alerts={},
        )  # fmt: skip
        settings = yaml.safe_load(config.read_text())
        settings["alerts"] = _alerts(receivers, smtp_port, files, tmp_path)
        config.write_text(yaml.safe_dump(settings, allow_unicode=True))
        await arebato("topics", "create", "--config", config)
        with Group(tmp_path, config) as group:
            group.run("rebato")
            await arebato("replay", learn, "--config", config, "--learn-only")
            await arebato("replay", outbreak, "--config", config, "--speed", "900")
            dead = json.dumps({**said("m", datetime.now(UTC), "x"), "id": ""}).encode()
            request = urllib.request.Request(f"http://127.0.0.1:{port + len(Role)}/v1/mentions", dead)
            request.add_header("Authorization", f"Bearer {_CANARY}")

            def told() -> bool | Not:
                outcomes = read_outbox(tls_kafka.address, _PREFIX)
                ended = {outcomes.alerts[alert].destination for alert in outcomes.outcomes}
                return ended >= {"slack", "webhook", "pagerduty", "email"} or Not(ended)

            await group.until(told, "alerts have ended on every channel", 120)
            assert tried == {f"smtp-{_CANARY}"}
            with pytest.raises(urllib.error.HTTPError, match="401"):
                await asyncio.to_thread(urllib.request.urlopen, request, timeout=10)
            _clean("/metrics", await asyncio.to_thread(_metrics, port))
            _clean("a command line", "\n".join(_command_lines(group)))
            for command in (
                ["config", "check", config],
                ["config", "explain", config, "telar"],
                ["doctor", "--config", config],
            ):
                done = await asyncio.to_thread(rebato, *command)
                _clean(" ".join(map(str, command)), done.stdout + done.stderr)
            await group.end()
        _clean("a log", (tmp_path / "rebato.log").read_text())
        assert "debug" in (tmp_path / "rebato.log").read_text()
        _clean_topics(tls_kafka, config)


async def test_no_secret_gets_out_of_a_heartbeat(
    tls_kafka: RealKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its address is the secret: taken, refused, answered with errors, and with nobody there."""
    monkeypatch.setenv("REBATO_DEBUG", "1")
    kafka = {name: value for name, value in tls_kafka.with_tls.items() if name != "password"}
    port = free_row(len(Role))
    log = tmp_path / "rebato.log"
    async with Receivers() as receivers, DeadMan() as service:
        service.failures.extend([500, 404, 302, 429])
        heartbeat = {"url": f"{service.address}/ping/{_CANARY}?key={_CANARY}", "every": "1 s", "within": "30 s"}
        config = write_scene(
            tmp_path, "unused:1", receivers, "beat-secrets.",
            kafka={**kafka, "password_file": _secrets(tmp_path)["kafka"]},
            time="live", heartbeat=heartbeat, monitoring={"port": port},
        )  # fmt: skip
        await arebato("topics", "create", "--config", config)
        with Group(tmp_path, config) as group:
            group.run("rebato")
            calls = await service.wait_for(6, 120)
            assert {call.path for call in calls} == {f"/ping/{_CANARY}"}
            await service.close()
            await group.until(lambda: "unreachable" in log.read_text(), "nobody takes the heartbeat")
            _clean("/metrics", await asyncio.to_thread(_metrics, port))
            _clean("a command line", "\n".join(_command_lines(group)))
            for command in (["config", "check", config], ["doctor", "--config", config]):
                done = await asyncio.to_thread(rebato, *command)
                _clean(" ".join(map(str, command)), done.stdout + done.stderr)
            await group.end()
    _clean("a log", log.read_text())
    assert len(re.findall("heartbeat.not_taken", log.read_text())) >= 5
    _clean_topics(tls_kafka, config)


@pytest.mark.parametrize("role", list(Role))
def test_no_secret_gets_out_of_a_login_that_fails(
    tls_kafka: RealKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    """Each role at debug level, by a password from the environment and one from a file; nor does a traceback show it."""
    monkeypatch.setenv("REBATO_DEBUG", "1")
    kafka = {name: value for name, value in tls_kafka.with_tls.items() if name != "password"}
    file = tmp_path / "password"
    file.write_text(_CANARY)
    config = tmp_path / "rebato.yaml"
    for change in ({"password_file": str(file)}, {"ssl_ca_file": str(make_authority(tmp_path / "other").ca)}):
        settings = {"brands": "auto", "kafka": {**kafka, "password_file": str(file), **change}, "monitoring": {"port": 0}}
        config.write_text(yaml.safe_dump(settings))
        done = rebato("run", role, "--config", config, "--wait", "0")
        assert done.returncode == 2
        _clean("a failed login", done.stdout + done.stderr)
    del settings["kafka"]["password_file"]
    config.write_text(yaml.safe_dump(settings))
    monkeypatch.setenv("REBATO__KAFKA__PASSWORD", _CANARY)
    done = rebato("run", role, "--config", config, "--wait", "0")
    assert done.returncode == 2
    _clean("a failed login", done.stdout + done.stderr)

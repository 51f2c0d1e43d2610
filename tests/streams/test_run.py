"""`rebato run`: all roles as processes, watched by a real Prometheus."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from streams.roles.role import Role
from tests.conftest import skip_or_fail
from tests.ports import free_row

pytestmark = pytest.mark.embedded
T = TypeVar("T")
_DEADLINE_S = 90.0
_REBATO = [sys.executable, "-m", "streams.cli", "run"]


def until(ask: Callable[[], T | None], what: str, log: Path | None = None) -> T:
    deadline_s = time.monotonic() + _DEADLINE_S
    while time.monotonic() < deadline_s:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"not within {_DEADLINE_S:g} s: {what}\n{log.read_text() if log else ''}")


def _get(url: str) -> str | None:
    try:
        with urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
    except (HTTPError, URLError, OSError):
        return None


class Running:
    """`rebato run --embedded` and its output so far."""

    def __init__(self, folder: Path) -> None:
        self.port = free_row(len(Role))
        self.config = folder / "rebato.yaml"
        self.log = folder / "rebato.log"
        self.config.write_text(f"brands: [{{id: ikea, names: [IKEA]}}]\nmonitoring: {{port: {self.port}}}\nlogs: json\n")
        with self.log.open("wb") as log:
            command = [*_REBATO, "--embedded", "--config", str(self.config)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def url(self, role: Role, path: str) -> str:
        """An address of a role."""
        return f"http://127.0.0.1:{role.port(self.port)}{path}"

    def started(self, role: Role) -> list[dict[str, Any]]:
        """Each start of a role that has been logged."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == "role.started" and line["role"] == role]

    def pid(self, role: Role) -> int:
        """The process of a role."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        (pid,) = (pid for pid in children if role.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))
        return int(pid)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """All roles, ready."""
    run = Running(tmp_path_factory.mktemp("run"))
    try:
        for role in Role:
            until(lambda role=role: _get(run.url(role, "/-/ready")), f"{role} is ready", run.log)
        yield run
    finally:
        run.process.kill()
        run.process.wait()


@pytest.mark.parametrize("role", Role)
def test_promtool_accepts_what_a_running_role_exports(running: Running, role: Role) -> None:
    """With its live values, histograms and all."""
    if shutil.which("promtool") is None:
        skip_or_fail("promtool (Debian: prometheus) isn't installed")
    text = _get(running.url(role, "/metrics"))
    assert text is not None
    check = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True, timeout=30)
    assert (check.returncode, check.stdout + check.stderr) == (0, b"")


def test_prometheus_scrapes_every_role(running: Running, tmp_path: Path) -> None:
    """A real server, asked for the samples of all roles until it has them."""
    if shutil.which("prometheus") is None:
        skip_or_fail("prometheus isn't installed")
    port = free_row(1)
    targets = [f"127.0.0.1:{role.port(running.port)}" for role in Role]
    config = tmp_path / "prometheus.yml"
    config.write_text(
        f"scrape_configs: [{{job_name: rebato, scrape_interval: 1s, static_configs: [{{targets: {targets}}}]}}]\n"
    )
    options = [f"--config.file={config}", f"--storage.tsdb.path={tmp_path}/data", f"--web.listen-address=127.0.0.1:{port}"]
    server = subprocess.Popen(["prometheus", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        query = f"http://127.0.0.1:{port}/api/v1/query?query={quote('count(up == 1 and on(instance) rebato_build_info)')}"

        def seen() -> bool:
            result = json.loads(_get(query) or '{"data": {"result": []}}')["data"]["result"]
            return bool(result) and result[0]["value"][1] == str(len(Role))

        until(seen, "Prometheus has a sample of every role")
    finally:
        server.terminate()
        server.wait(30)


def test_a_changed_config_reaches_every_role(running: Running) -> None:
    """A brand added to the file is watched without a restart."""
    text = running.config.read_text()
    running.config.write_text(text.replace("brands: [", "brands: [{id: telar, names: [Telar]}, "))
    for role in Role:
        url, applied = running.url(role, "/metrics"), 'rebato_config_reloads_total{outcome="applied"} 1.0'
        until(lambda url=url, applied=applied: applied in (_get(url) or ""), f"{role} has taken the config over")


def test_a_killed_role_comes_back(running: Running) -> None:
    """kill -9 of a role is a restart of that role."""
    before = len(running.started(Role.NOTIFY))
    os.kill(running.pid(Role.NOTIFY), signal.SIGKILL)
    until(lambda: len(running.started(Role.NOTIFY)) > before, "notify has started again")
    until(lambda: _get(running.url(Role.NOTIFY, "/-/healthy")), "notify answers again")
    assert len(running.started(Role.WATCH)) == 1


def test_term_ends_everything_in_order(running: Running) -> None:
    """The last test of this run: exit code 0, and every role said goodbye."""
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    events = [json.loads(line) for line in running.log.read_text().splitlines() if '"role.stopped"' in line]
    assert {event["role"] for event in events} == set(Role)


def test_a_broken_config_is_said_once_with_exit_code_2(tmp_path: Path) -> None:
    """Before any process is started."""
    config = tmp_path / "rebato.yaml"
    config.write_text("brands: [{id: ikea, nmaes: [IKEA]}]\n")
    run = subprocess.run([*_REBATO, "--embedded", "--config", str(config)], capture_output=True, text=True, timeout=60)
    assert run.returncode == 2
    assert run.stderr.count("has 2 problems") == 1


def test_a_kafka_that_is_away_is_waited_for_and_then_named(tmp_path: Path) -> None:
    """One line while waiting, one at the end."""
    config = tmp_path / "rebato.yaml"
    config.write_text("brands: auto\nkafka: {brokers: '127.0.0.1:1'}\n")
    run = subprocess.run([*_REBATO, "--wait", "3", "--config", str(config)], capture_output=True, text=True, timeout=60)
    assert run.returncode == 2
    waiting, ended = run.stderr.splitlines()
    assert "does not answer yet; waiting" in waiting
    assert ended.startswith("Kafka at 127.0.0.1:1 does not answer. Start it")

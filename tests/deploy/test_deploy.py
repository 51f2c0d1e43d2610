"""What is shipped to run rebato fits together, and fits rebato."""

import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from schemas.config.load import load_config
from streams.metrics import Metrics
from streams.roles.role import Role
from tests.conftest import skip_or_fail

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def _promtool(*arguments: str) -> None:
    if shutil.which("promtool") is None:
        skip_or_fail("promtool (Debian: prometheus) isn't installed")
    subprocess.run(["promtool", *arguments], check=True, timeout=60, cwd=DEPLOY / "prometheus")


def test_prometheus_accepts_its_config_and_rules() -> None:
    """As `promtool check config` sees it, rule files included."""
    _promtool("check", "config", "prometheus.yml")


def test_the_alert_rules_fire_when_they_should() -> None:
    """Rules have tests of their own."""
    _promtool("test", "rules", "rules_test.yml")


def test_the_rules_speak_of_metrics_that_exist() -> None:
    """A renamed metric must not silence a rule. A gauge of judged brands has no samples before one is judged."""
    config = load_config(DEPLOY / "rebato.yaml", {}).config
    families = [family for role in Role for family in Metrics(role, config).registry.collect()]
    known = {sample.name for family in families for sample in family.samples} | {
        f.name for f in families if f.type == "gauge"
    }
    told = set(re.findall(r"rebato_\w+", (DEPLOY / "prometheus/rules.yml").read_text()))
    assert told
    assert told <= known


def test_every_role_is_a_service_and_is_scraped_where_it_listens() -> None:
    """Ports follow from the order of the roles."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    (job,) = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())["scrape_configs"]
    (targets,) = job["static_configs"]
    assert targets["targets"] == [f"{role}:{role.port(9464)}" for role in Role]
    for role in Role:
        assert services[role]["command"].startswith(f"run {role} ")


def test_docker_compose_accepts_the_file() -> None:
    """By the plugin of docker, or by the older command of its own; neither needs a daemon for it."""
    candidates = (["docker", "compose"], ["docker-compose"])
    compose = next((words for words in candidates if _runs([*words, "version"])), None)
    if compose is None:
        skip_or_fail("docker compose (Debian: docker-compose) isn't installed")
    environment = {**os.environ, "REBATO_INGEST_TOKEN": "chosen"}
    subprocess.run([*compose, "config", "--quiet"], check=True, cwd=ROOT, timeout=60, env=environment)


def _runs(command: list[str]) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0


class _Role(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"the event loop hasn't moved for 31 s\n")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def role_port(request: pytest.FixtureRequest) -> Iterator[int]:
    """The port of something that answers probes with the given status."""
    handler = type("Handler", (_Role,), {"status": request.param})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _healthcheck(first_port: int) -> subprocess.CompletedProcess[str]:
    environment = {"REBATO__MONITORING__PORT": str(first_port)}
    command = [sys.executable, str(DEPLOY / "healthcheck.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("role_port", [200], indirect=True)
def test_a_container_is_healthy_when_its_role_is(role_port: int) -> None:
    """One role a container, whichever it is: the others' ports are silent."""
    assert _healthcheck(role_port - 2).returncode == 0


@pytest.mark.parametrize("role_port", [503], indirect=True)
def test_a_container_is_unhealthy_for_the_reason_that_its_role_gives(role_port: int) -> None:
    """The reason is in `docker inspect`."""
    check = _healthcheck(role_port)
    assert check.returncode == 1
    assert "hasn't moved for 31 s" in check.stderr


def test_a_container_in_which_nothing_listens_is_unhealthy() -> None:
    """A process that hangs before it starts its server is no healthy one."""
    check = _healthcheck(1)
    assert (check.returncode, check.stderr) == (1, "no role listens\n")

"""The container's user owns nothing and writes nowhere but in /tmp: told to Docker, and tried without it."""

import errno
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

from schemas.config.model import Config
from streams.embedded import EmbeddedBroker
from streams.roles.role import Role
from streams.topics_admin import topic_specs
from tests.conftest import skip_or_fail

ROOT = Path(__file__).resolve().parents[2]
_OURS = (*Role, "topics")
_NOBODY = 65534
_WITHIN_S = 60.0
_PROBED = """
import sys
try:
    open("/var/tmp/rebato-was-here", "w")
except OSError as error:
    print("outside /tmp:", error.errno, flush=True)
from streams.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


def test_every_service_of_ours_is_locked_up() -> None:
    """A read-only root, a small /tmp, no capability, no way to one."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for name in (*_OURS, "prometheus"):
        service = services[name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert [mount.partition(":")[0] for mount in service["tmpfs"]] == ["/tmp"], name
        assert not {"privileged", "cap_add", "user"} & service.keys(), name
        bound = [volume for volume in service.get("volumes", []) if volume.startswith((".", "/"))]
        assert all(volume.endswith(":ro") for volume in bound), name


def test_the_image_ends_as_a_user_without_rights() -> None:
    """By number, so that Kubernetes can see that it isn't root; nothing is given to it."""
    lines = (ROOT / "deploy/Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["10001:10001"]
    assert not [line for line in lines if "chown" in line or "chmod" in line or "sudo" in line]


def _fresh_tmp() -> str:
    """Mounts an empty /tmp; a checkout that lies in the old one is seen in the new one too, read-only."""
    fresh = "mount -t tmpfs -o size=64m,mode=1777 tmpfs /tmp"
    if not ROOT.is_relative_to("/tmp"):
        return fresh
    tree = shlex.quote(str(ROOT))
    kept = f"mkdir -p {tree} && mount -n --move /mnt {tree} && mount -n -o remount,bind,ro {tree}"
    return f"mount -n --bind {tree} /mnt && {fresh} && {kept}"


@contextmanager
def _read_only(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command as nobody, in a mount namespace where nothing but a fresh /tmp can be written."""
    script = (
        "mount --make-rprivate / && mount -o remount,bind,ro / "
        '&& for m in $(awk \'$2 != "/" && $2 !~ "^/(proc|sys|dev)" {print $2}\' /proc/mounts); do '
        'mount -o remount,bind,ro "$m" 2>/dev/null || true; done; '
        f"{_fresh_tmp()} && cd / && "
        f'exec setpriv --reuid {_NOBODY} --regid {_NOBODY} --clear-groups --bounding-set=-all --no-new-privs "$@"'
    )
    with log.open("wb") as file:
        process = subprocess.Popen(["unshare", "--mount", "sh", "-ec", script, "sh", *command], stdout=file, stderr=file,
                                   env=_environment())  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    """As the image sets it."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "HOME": "/tmp",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def shown() -> Iterator[Path]:
    """A folder that nobody may read, outside /tmp."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="rebato-locked-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.embedded
@pytest.mark.parametrize("role", [Role.SOURCES, Role.INTAKE, Role.WATCH, Role.INCIDENTS, Role.NOTIFY])
def test_a_role_runs_where_it_can_write_nothing_but_tmp(shown: Path, role: Role) -> None:
    """It becomes ready and ends in order; a file outside /tmp couldn't have been made."""
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("setpriv"):
        skip_or_fail("a read-only root needs root, unshare and setpriv")
    with EmbeddedBroker() as broker:
        broker.create(*(spec.name for spec in topic_specs(Config(brands="auto"))))
        config = shown / "rebato.yaml"
        kafka = {"brokers": broker.address, "partitions": 4, "source_partitions": 4}
        sources = {"http": {"port": 0}}
        config.write_text(yaml.safe_dump({"brands": "auto", "kafka": kafka, "sources": sources, "monitoring": {"port": 0}}))
        config.chmod(0o644)
        command = [sys.executable, "-c", _PROBED, "run", str(role), "--config", str(config)]
        log = shown / "log"
        with _read_only(command, log) as process:
            _until(lambda: _ready(log.read_text()) or process.poll() is not None)
            assert process.poll() is None, log.read_text()
            process.send_signal(signal.SIGTERM)
            assert process.wait(_WITHIN_S) == 0, log.read_text()
        assert f"outside /tmp: {errno.EROFS}" in log.read_text()
        assert "role.stopped" in log.read_text()


def _ready(log: str) -> bool:
    """Whether the role says so itself."""
    found = re.search(r"metrics_port=(\d+)", log)
    try:
        return found is not None and urlopen(f"http://127.0.0.1:{found[1]}/-/ready", timeout=5).status == 200
    except OSError:
        return False


def _until(is_so: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + _WITHIN_S
    while not is_so():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)

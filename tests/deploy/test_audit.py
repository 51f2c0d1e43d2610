"""`make audit`: a known vulnerability fails it, and a list that can't be asked is no clean bill of health."""

import http.server
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import skip_or_fail

ROOT = Path(__file__).resolve().parents[2]
_ID = "GHSA-test-test-test"


class _Osv(http.server.BaseHTTPRequestHandler):
    """Speaks as api.osv.dev does, and knows one vulnerability."""

    vulnerable = ""

    def do_POST(self) -> None:
        asked: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = asked["package"]["name"]
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999.0"}]}]
        affected = [{"package": {"name": name, "ecosystem": "PyPI"}, "ranges": ranges}]
        known = {"id": _ID, "summary": "made up", "details": "made up", "affected": affected}
        body = json.dumps({"vulns": [known]} if name == self.vulnerable else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def osv(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a list of vulnerabilities on loopback; the parameter is the package that it warns of."""
    handler = type("Osv", (_Osv,), {"vulnerable": request.param})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
        server.shutdown()


def _audit(*options: str | Path) -> tuple[int, str]:
    uv = shutil.which("uv") or str(ROOT / ".rebato/uv/bin/uv")
    if not Path(uv).exists():
        skip_or_fail("uv reads the lock file, and isn't there")
    command = [sys.executable, str(ROOT / ".ci/audit.py"), "--uv", uv, *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    return done.returncode, done.stdout + done.stderr


def _allowing(folder: Path, days: int) -> Path:
    file = folder / "allowed.toml"
    until = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    file.write_text(f'[[allowed]]\nid = "{_ID}"\nreason = "a test"\nuntil = {until}\n')
    return file


@pytest.mark.parametrize("osv", [""], indirect=True)
def test_nothing_known_is_well(osv: str) -> None:
    """Every package of the lock file was asked for."""
    code, told = _audit("--osv-url", osv)
    assert code == 0, told
    assert "no known vulnerability" in told


@pytest.mark.slow
@pytest.mark.parametrize("osv", ["aiohttp"], indirect=True)
def test_a_known_vulnerability_fails_until_it_is_allowed_and_again_after_its_day(osv: str, tmp_path: Path) -> None:
    """An entry has a reason and a day; then somebody has to look again."""
    code, told = _audit("--osv-url", osv)
    assert (code, "aiohttp" in told, _ID in told, "999.0" in told) == (1, True, True, True), told
    assert _audit("--osv-url", osv, "--allowed", _allowing(tmp_path, 1))[0] == 0
    code, told = _audit("--osv-url", osv, "--allowed", _allowing(tmp_path, -1))
    assert code == 1
    assert "a day that has passed" in told


def test_a_list_that_does_not_answer_is_said_and_fails_only_when_it_must() -> None:
    """CI goes on without a network; `--strict` doesn't."""
    code, told = _audit("--osv-url", "http://127.0.0.1:1/v1/query")
    assert code == 0
    assert "NOT CHECKED" in told
    assert _audit("--osv-url", "http://127.0.0.1:1/v1/query", "--strict")[0] == 1


def test_an_entry_without_a_reason_is_refused(tmp_path: Path) -> None:
    """A list of bare ids would say nothing to whoever comes after."""
    file = tmp_path / "allowed.toml"
    file.write_text(f'[[allowed]]\nid = "{_ID}"\n')
    code, told = _audit("--allowed", file)
    assert code == 1
    assert "needs a `reason`" in told

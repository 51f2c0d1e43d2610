"""The heartbeat's last step, against a server as the services outside are one."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from alerts.notify.heartbeat import send_heartbeat
from alerts.notify.http import make_client
from alerts.notify.result import Dead, Retry, Sent
from schemas.config.heartbeat import Heartbeat
from tests.dead_man import DeadMan

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
async def service() -> AsyncIterator[DeadMan]:
    """The service outside."""
    async with DeadMan() as running:
        yield running


@pytest.mark.parametrize("method", ["get", "post"])
async def test_a_ping_is_a_request_without_anything_in_it(client: httpx.AsyncClient, service: DeadMan, method: str) -> None:
    """The address says which check it is."""
    settings = Heartbeat.model_validate({"url": f"{service.address}/ping/abc", "method": method})
    assert await send_heartbeat(client, settings, NOW) == Sent("")
    assert [(call.method, call.path, call.body) for call in service.calls] == [(method.upper(), "/ping/abc", b"")]


async def test_alertmanager_gets_an_alert_that_ends_by_itself(
    client: httpx.AsyncClient, service: DeadMan, tmp_path: Path
) -> None:
    """What it routes as "Watchdog" stops when beats stop. The address comes out of a file, read at each beat."""
    (tmp_path / "url").write_text(f"{service.address}/\n")
    settings = Heartbeat(kind="alertmanager", url_file=tmp_path / "url", every=timedelta(minutes=2))
    assert await send_heartbeat(client, settings, NOW) == Sent("")
    (call,) = service.calls
    (alert,) = json.loads(call.body)
    assert (call.method, call.path) == ("POST", "/api/v2/alerts")
    assert alert["labels"]["alertname"] == "Watchdog"
    assert (alert["startsAt"], alert["endsAt"]) == ("2026-11-28T12:00:00Z", "2026-11-28T12:08:00Z")


async def test_what_goes_wrong_is_said_without_the_address(
    client: httpx.AsyncClient, service: DeadMan, tmp_path: Path
) -> None:
    """The address is the secret."""
    service.failures.append(404)
    assert await send_heartbeat(client, Heartbeat.model_validate({"url": service.address}), NOW) == Dead("http_404")
    missing = await send_heartbeat(client, Heartbeat(url_file=tmp_path / "nothing"), NOW)
    assert missing == Retry("secret_unreadable")


async def test_private_addresses_are_refused_as_for_webhooks(service: DeadMan) -> None:
    """Unless `alerts.private_networks` allows them, as an Alertmanager of one's own needs."""
    async with make_client(private_networks=False) as guarded:
        result = await send_heartbeat(guarded, Heartbeat.model_validate({"url": service.address}), NOW)
    assert isinstance(result, Dead)
    assert result.reason.startswith("private_address")
    assert service.calls == []

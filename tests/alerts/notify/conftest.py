"""Real receivers on loopback, and what is needed to send to them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from aiohttp import web

from alerts.notify.http import make_client
from streams.receivers import Receivers


@pytest.fixture
async def receivers() -> AsyncIterator[Receivers]:
    """Slack, PagerDuty, webhook and mail server of the test's own."""
    async with Receivers() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """The client of the HTTP channels, allowed onto loopback."""
    async with make_client(private_networks=True) as client:
        yield client


async def serve(handler: Any) -> tuple[int, web.AppRunner]:
    """A server of one handler: its port, and what to clean up."""
    app = web.Application()
    app.router.add_post("/", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner.addresses[0][1], runner

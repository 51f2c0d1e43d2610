"""Real receivers on loopback, and what is needed to send to them."""

from collections.abc import AsyncIterator

import httpx
import pytest

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

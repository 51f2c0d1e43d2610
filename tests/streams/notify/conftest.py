"""Receivers and a bench that sends to them; waits between attempts are short."""

from collections.abc import AsyncIterator

import pytest

from streams.receivers import Receivers
from tests.streams.notify.bench import Bench, make_config


@pytest.fixture
async def receivers() -> AsyncIterator[Receivers]:
    """Slack, PagerDuty, webhook and mail server of the test's own."""
    async with Receivers() as running:
        yield running


@pytest.fixture
async def bench(receivers: Receivers, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    """An empty log and a process on it that isn't loaded yet."""
    monkeypatch.setattr("alerts.outbox_backoff.BASE_MS", 40)
    bench = Bench(make_config(receivers))
    yield bench
    await bench.close()
    assert bench.failures == []

"""How clients connect, and what is left of one that was cancelled meanwhile."""

import asyncio
import gc
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

import pytest

from schemas.config.model import Config, Kafka
from streams.async_kafka import group_consumer, ordered_producer
from streams.embedded import EmbeddedBroker

STEP_S = 0.0003
LONGEST = 60  # steps; a client is connected by then


def consumer(kafka: Kafka) -> AbstractAsyncContextManager[Any]:
    """In a group of its own."""
    return group_consumer(kafka, "group")


@pytest.mark.embedded
@pytest.mark.parametrize("client", [ordered_producer, consumer])
async def test_cancelled_at_any_moment_nothing_is_left_open(
    client: Callable[[Kafka], AbstractAsyncContextManager[Any]], embedded: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the client nor the connection on which it asks its first question."""
    kafka = Config.model_validate({"brands": "auto", "kafka": {"brokers": embedded.address}}).kafka
    left: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: left.append(repr(found.exc_value)))
    for steps in range(LONGEST):
        task = asyncio.create_task(_hold(client(kafka)))
        for _ in range(steps):
            await asyncio.sleep(STEP_S)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        del task
        gc.collect()
    assert left == []


async def _hold(client: AbstractAsyncContextManager[Any]) -> None:
    async with client:
        await asyncio.sleep(3600)

"""Deadlines around calls to Kafka: no await on it may last for ever, and its errors become ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced

from schemas.errors import FencedError, StateError

_CLOSE_DEADLINE_S = 3.0


@asynccontextmanager
async def deadline(seconds: float, what: str) -> AsyncIterator[None]:
    """Bounds its body to ``seconds``; raises FencedError or StateError whose text says ``what`` could not be done."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise StateError(f"{what}: no answer from Kafka within {seconds:g} s") from error
    except ProducerFenced as error:
        raise FencedError(f"{what}: another process owns this partition now") from error
    except KafkaError as error:
        raise StateError(f"{what}: {error!r}") from error


async def close_producer(producer: AIOKafkaProducer) -> None:
    """Closes ``producer`` whatever state it is in, also when cancelled; what it still holds is lost after 3 s."""
    try:
        async with asyncio.timeout(_CLOSE_DEADLINE_S):
            await producer.stop()
    except (TimeoutError, KafkaError, asyncio.CancelledError) as error:
        if producer._sender.sender_task is not None:
            producer._sender.sender_task.cancel()
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(_CLOSE_DEADLINE_S):
                await producer.client.close()
        if isinstance(error, asyncio.CancelledError):
            raise

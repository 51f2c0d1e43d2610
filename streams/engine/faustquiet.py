"""Lets Faust sleep when there is nothing to do: timers of its own that wake an idle process many times a second.

Each wake-up costs about 0.2 ms. Faust counts for a monitor that nobody asks, keeps its consumer's thread awake, and
leaves aiokafka's fetcher looking five times a second whether its answer has come (the answer wakes it anyway).
"""

import asyncio
from typing import Any

import faust
from faust.transport.consumer import ConsumerThread
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer
from faust.types import TP
from mode import Service

from streams.async_kafka import stop_consumer

_KEEPALIVE_S = 10.0
_FETCHER_TIMEOUT_MS = 2_000


class NoMonitor(faust.Monitor):  # type: ignore[misc]  # faust ships no types
    """Counts nothing: our metrics are our own, and Faust's cost some µs a record and a wake-up a second."""

    @Service.task  # type: ignore[untyped-decorator]  # mode ships no types
    async def _sampler(self) -> None:
        await self.wait_until_stopped()

    def on_message_in(self, tp: TP, offset: int, message: object) -> None:
        """Does nothing."""

    def on_message_out(self, tp: TP, offset: int, message: object) -> None:
        """Does nothing."""

    def on_stream_event_in(self, tp: TP, offset: int, stream: object, event: object) -> None:
        """Does nothing."""

    def on_stream_event_out(self, tp: TP, offset: int, stream: object, event: object, state: object = None) -> None:
        """Does nothing."""


class _QuietThread(AIOKafkaConsumerThread):  # type: ignore[misc]
    """Its loop is woken by whoever puts something into its queue; a keepalive each second isn't needed for that."""

    def _create_consumer(self, loop: asyncio.AbstractEventLoop) -> Any:
        consumer = super()._create_consumer(loop=loop)
        consumer._consumer_timeout = _FETCHER_TIMEOUT_MS / 1000
        return consumer

    async def _keepalive2(self) -> None:
        """Faust's writes an error when the loop of our own thread stands still: the watchdog does that."""

    async def on_thread_stop(self) -> None:
        """Faust's lets an error of the closing consumer end the thread with a traceback."""
        await ConsumerThread.on_thread_stop(self)
        if self._consumer is not None:
            await stop_consumer(self._consumer)

    @Service.task  # type: ignore[untyped-decorator]
    async def _thread_keepalive(self) -> None:
        async for _ in self.itertimer(_KEEPALIVE_S, name="keepalive"):
            pass


class QuietConsumer(Consumer):  # type: ignore[misc]
    """Faust's consumer in a thread that sleeps; to be set as the transport's."""

    def _new_consumer_thread(self) -> _QuietThread:
        return _QuietThread(self, loop=self.loop, beacon=self.beacon)

"""Runs an asyncio process as a role: uvloop, signals, a watchdog, and what is done beside it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress

import uvloop

from streams.engine.vitals import FROZEN_S, Vitals
from streams.engine.watchdog import Watchdog
from streams.rhythm import to_next
from streams.stopping import stop_on_signals

_TICK_S = 2.0

Work = Callable[[asyncio.Event], Awaitable[None]]


def run_until_signal(work: Work, beside: Callable[[], AbstractAsyncContextManager[None]], vitals: Vitals) -> None:
    """Runs `work`, which ends in order when its event is set, until it ends: by SIGTERM, SIGINT, or an error of its own.

    `beside` is entered for as long. The event loop's moves show in `vitals`; one that hangs is ended with code 70.
    """
    watchdog = Watchdog(vitals, FROZEN_S)
    watchdog.start()
    try:
        uvloop.run(_run(work, beside, vitals))
    finally:
        watchdog.stop()


async def _run(work: Work, beside: Callable[[], AbstractAsyncContextManager[None]], vitals: Vitals) -> None:
    stop = asyncio.Event()

    def end() -> None:
        vitals.stop()
        stop.set()

    stop_on_signals(end)
    ticking = asyncio.create_task(_tick(vitals))
    try:
        async with beside():
            await work(stop)
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking


async def _tick(vitals: Vitals) -> None:
    while True:
        vitals.tick()
        await asyncio.sleep(to_next(_TICK_S))

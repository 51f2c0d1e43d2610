"""Runs an asyncio process as a role: uvloop, signals, and a watch on the config's file."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

import uvloop

from streams.reload import Reloader


def run_until_signal(work: Callable[[asyncio.Event], Awaitable[None]], reloader: Reloader) -> None:
    """Runs `work`, which ends in order when its event is set, until it ends: by SIGTERM, SIGINT, or an error of its own."""
    uvloop.run(_run(work, reloader))


async def _run(work: Callable[[asyncio.Event], Awaitable[None]], reloader: Reloader) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    reloading = asyncio.create_task(reloader.run())
    try:
        await work(stop)
    finally:
        reloading.cancel()
        with suppress(asyncio.CancelledError):
            await reloading

"""Runs an asyncio process as a role: uvloop, signals, and what is done beside it."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import uvloop

Work = Callable[[asyncio.Event], Awaitable[None]]


def run_until_signal(work: Work, beside: Callable[[], AbstractAsyncContextManager[None]]) -> None:
    """Runs `work`, which ends in order when its event is set, until it ends: by SIGTERM, SIGINT, or an error of its own.

    `beside` is entered for as long.
    """
    uvloop.run(_run(work, beside))


async def _run(work: Work, beside: Callable[[], AbstractAsyncContextManager[None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with beside():
        await work(stop)

"""A dead man's service on loopback: takes heartbeats of every form, remembers them, and fails as told."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Self

from aiohttp import web


@dataclass(frozen=True)
class Call:
    """One request."""

    method: str
    path: str
    body: bytes
    at_s: float  # wall clock


@dataclass
class DeadMan:
    """An async context manager; `address` says where it listens. `failures`: statuses of the next answers."""

    address: str = ""
    calls: list[Call] = field(default_factory=list)
    failures: deque[int] = field(default_factory=deque)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait_for(self, count: int, within_s: float = 20.0) -> list[Call]:
        """What it was told, once that is so much; raises TimeoutError."""
        async with asyncio.timeout(within_s), self._news:
            await self._news.wait_for(lambda: len(self.calls) >= count)
        return list(self.calls)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Nobody is there any more; a second call does nothing."""
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        call = Call(request.method, request.path, await request.read(), time.time())
        async with self._news:
            self.calls.append(call)
            self._news.notify_all()
        return web.Response(status=self.failures.popleft() if self.failures else 200)

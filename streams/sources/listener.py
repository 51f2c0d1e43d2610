"""The server behind the HTTP source: what a stranger can take of it is bounded before anything is read.

| whoever | gets |
|---|---|
| sends no whole head for `HEAD_TIMEOUT_S` | the connection closed (slowloris); so does who is idle for as long |
| sends no whole body for `http.READ_TIMEOUT_S` | 408, and the connection closed |
| comes when `MOST_CONNECTIONS` are open | 503 at once, and the connection closed |
| sends a line or a field of the head beyond 8 kB | 400 |
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import cast

import structlog
from aiohttp import web

from schemas.config.model import HttpSource
from schemas.errors import UsageError
from streams.sources.body import MAX_BODY_BYTES

log = structlog.get_logger()

PATH = "/v1/mentions"
MOST_CONNECTIONS = 256
HEAD_TIMEOUT_S = 15.0  # aiohttp's own is 3,630 s, and counts for the first request too
_LINGER_S = 2.0  # how long the rest of a refused body is read, so that its sender gets to read why
_NO_ROOM = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n"
    b"Content-Type: application/json; charset=utf-8\r\nContent-Length: 33\r\n\r\n"
    b'{"error": "too many connections"}'
)


class _NoRoom(asyncio.Protocol):
    """Says so and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        sending = cast(asyncio.Transport, transport)
        sending.write(_NO_ROOM)
        sending.close()


@asynccontextmanager
async def listening(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    settings: HttpSource,
    on_answer: Callable[[int], None],
) -> AsyncIterator[int]:
    """Hands requests to `handler` while the block runs; gives the port. Raises `UsageError` when the address can't be had.

    `on_answer` is told the status of each answer, those to what is no request included.
    """
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_telling(on_answer)])
    app.router.add_post(PATH, handler)
    runner = web.AppRunner(app, handle_signals=False)
    await runner.setup()
    try:
        server = await _bound(runner, settings, on_answer)
        try:
            port = server.sockets[0].getsockname()[1]
            log.info("sources.listening", host=settings.host, port=port, path=PATH)
            yield port
        finally:
            server.close()
    finally:
        await runner.cleanup()


def _telling(on_answer: Callable[[int], None]) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def tell(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        setattr(request.protocol, "answered", True)  # noqa: B010 - it is a `Connection`, which aiohttp's types don't know
        try:
            answer = await handler(request)
        except web.HTTPException as refusal:
            on_answer(refusal.status)
            raise
        on_answer(answer.status)
        return answer

    return tell


async def _bound(runner: web.AppRunner, settings: HttpSource, on_answer: Callable[[int], None]) -> asyncio.Server:
    requests = runner.server
    if requests is None:
        raise RuntimeError("the runner isn't set up")
    loop = asyncio.get_running_loop()

    class Connection(web.RequestHandler):
        """Counts what isn't even HTTP, and as 408 what never became a request."""

        heard = answered = False

        def data_received(self, data: bytes) -> None:
            self.heard = True
            super().data_received(data)

        def connection_lost(self, exc: BaseException | None) -> None:
            if self.heard and not self.answered:
                on_answer(408)
            super().connection_lost(exc)

        def handle_error(
            self,
            request: web.BaseRequest,
            status: int = 500,
            exc: BaseException | None = None,
            message: str | None = None,
        ) -> web.StreamResponse:
            self.answered = True
            on_answer(status)
            return super().handle_error(request, status, exc, message)

    def protocol() -> asyncio.BaseProtocol:
        if len(requests.connections) >= MOST_CONNECTIONS:
            on_answer(503)
            return _NoRoom()
        return Connection(
            requests,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]  # aiohttp's own way to say none
            auto_decompress=False,
            keepalive_timeout=HEAD_TIMEOUT_S,
            lingering_time=_LINGER_S,
        )

    try:
        return await loop.create_server(protocol, settings.host, settings.port, backlog=128)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise UsageError(f"can't listen on {where}: {error.strerror}. Set `sources.http.port` to a free one.") from error

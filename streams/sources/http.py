"""`POST /v1/mentions`: mentions over HTTP.

Answers: 202 when Kafka has acknowledged all that is valid, with a line for each refused mention; 400 when none is
valid or the body can't be read; 401 without the token; 408, 413, 415; 429 with `Retry-After` when too much is being taken
in at once; 503 with `Retry-After` when Kafka is away: send it all again, repeats are found.
"""

import asyncio
import hmac
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from schemas.config.model import HttpSource
from schemas.config.secret import resolve_secret
from schemas.enums import Refusal
from schemas.errors import UnreachableError, UsageError
from schemas.mention import FUTURE_LIMIT_MS
from streams.intake.validate import read_mention
from streams.sources.body import MAX_BODY_BYTES, BadBody, BodyError, mentions_of, unpack
from streams.sources.observe import Door, SourcesObserver
from streams.sources.sender import MentionSender

log = structlog.get_logger()

PATH = "/v1/mentions"
MOST_REQUESTS = 32  # at once; each may hold two bodies in memory
READ_TIMEOUT_S = 30.0
_RETRY_SOON_S, _RETRY_LATER_S = 1, 5
_TYPES = {
    "application/json",
    "application/x-ndjson",
    "application/jsonl",
    "application/octet-stream",
    "text/plain",
    "application/x-www-form-urlencoded",  # what `curl -d` says of whatever it sends
}
_STATUS = {BadBody.TOO_LARGE: 413}


class HttpDoor:
    """The handler. `live` refuses what is observed in the future."""

    def __init__(
        self,
        settings: HttpSource,
        sender: MentionSender,
        observer: SourcesObserver,
        live: bool,
        clock_s: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._sender = sender
        self._observer = observer
        self._live = live
        self._clock_s = clock_s
        self._busy = 0

    async def post(self, request: web.Request) -> web.Response:
        """The answer to one request."""
        if not self._is_allowed(request):
            return _refusal(401, "show the token: `Authorization: Bearer …`", {"WWW-Authenticate": "Bearer"})
        if self._busy >= MOST_REQUESTS:
            return _refusal(429, "too many requests at once", {"Retry-After": str(_RETRY_SOON_S)})
        self._busy += 1
        try:
            return await self._taken(await _body(request))
        except web.HTTPException as refusal:
            return _refusal(refusal.status, refusal.reason)
        except BodyError as error:
            return _refusal(_STATUS.get(error.reason, 400), str(error))
        except UnreachableError:
            log.warning("sources.kafka_away", door=Door.HTTP)
            return _refusal(503, "Kafka is away: send it again", {"Retry-After": str(_RETRY_LATER_S)})
        finally:
            self._busy -= 1

    def _is_allowed(self, request: web.Request) -> bool:
        token = resolve_secret(self._settings.token, self._settings.token_file)
        if token is None:
            return True
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return hmac.compare_digest(shown.encode(errors="replace"), token.encode())

    async def _taken(self, body: bytes) -> web.Response:
        values = mentions_of(body)
        valid, refused = [], []
        for number, value in enumerate(values):
            why = self._why_refused(value)
            if why is None:
                valid.append(value)
            else:
                refused.append((number, *why))
        if valid:
            await self._sender.send(valid)
        self._account(len(valid), refused)
        lines = [{"mention": number, "reason": reason.value, "detail": detail} for number, reason, detail in refused]
        return web.json_response({"accepted": len(valid), "refused": lines}, status=202 if valid else 400)

    def _why_refused(self, value: bytes) -> tuple[Refusal, str] | None:
        found = read_mention(value)
        if isinstance(found, tuple):
            return found
        ahead_s = found.observed_at.timestamp() - self._clock_s()
        if self._live and ahead_s * 1000 > FUTURE_LIMIT_MS:
            return Refusal.FUTURE, f"`observed_at` is {ahead_s:.0f} s in the future; allowed are {FUTURE_LIMIT_MS // 1000} s"
        return None

    def _account(self, accepted: int, refused: Sequence[tuple[int, Refusal, str]]) -> None:
        self._observer.accepted(Door.HTTP, accepted)
        for reason, count in Counter(reason for _, reason, _ in refused).items():
            self._observer.rejected(reason, count)


async def _body(request: web.Request) -> bytes:
    """The body unpacked. Raises what the answer then says."""
    if request.content_type not in _TYPES:
        kinds = "application/json or application/x-ndjson"
        raise web.HTTPUnsupportedMediaType(reason=f"{request.content_type} isn't taken: send {kinds}")
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding not in ("gzip", "identity"):
        raise web.HTTPUnsupportedMediaType(reason="Content-Encoding may be gzip")
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            raw = await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(reason="the body didn't come in time") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise BodyError(BadBody.TOO_LARGE, f"more than {MAX_BODY_BYTES} bytes: send it in parts") from error
    return unpack(raw) if coding == "gzip" else raw


def _refusal(status: int, why: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": why}, status=status, headers=headers)


@asynccontextmanager
async def http_door(door: HttpDoor, settings: HttpSource) -> AsyncIterator[int]:
    """Listens while the block runs; gives the port. Raises `UsageError` when the address can't be had."""
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_post(PATH, door.post)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise UsageError(f"can't listen on {where}: {error.strerror}. Set `sources.http.port` to a free one.") from error
        port = runner.addresses[0][1]
        log.info("sources.listening", host=settings.host, port=port, path=PATH)
        yield port
    finally:
        await runner.cleanup()

"""`POST /v1/mentions`: mentions over HTTP.

Answers: 202 when Kafka has acknowledged all that is valid, with a line for each refused mention; 400 when none is
valid or the body can't be read; 401 without the token; 408, 413, 415; 429 with `Retry-After` when too much is being taken
in at once; 503 with `Retry-After` when Kafka is away: send it all again, repeats are found. The token is looked at before
the body is.
"""

import asyncio
import hmac
import time
from collections import Counter
from collections.abc import Callable, Sequence

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
from streams.sources.room import NoRoomError, Room
from streams.sources.sender import MentionSender

log = structlog.get_logger()

MOST_REQUESTS = 32  # at once
MOST_HELD_BYTES = 8 * MAX_BODY_BYTES
"""Of all bodies that are being taken in, as they were sent and unpacked."""
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
_STATUS = {BadBody.TOO_LARGE: 413, BadBody.TOO_MANY: 413}


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
        self._room = Room(MOST_HELD_BYTES)

    async def post(self, request: web.Request) -> web.Response:
        """The answer to one request."""
        try:
            allowed = self._is_allowed(request)
        except UsageError as error:
            log.error("sources.token_unreadable", reason=str(error))
            return _refusal(503, "the token can't be checked now: send it again", {"Retry-After": str(_RETRY_LATER_S)})
        if not allowed:
            return _refusal(401, "show the token: `Authorization: Bearer …`", {"WWW-Authenticate": "Bearer"})
        if self._busy >= MOST_REQUESTS:
            return _too_much()
        self._busy += 1
        try:
            return await self._read_and_taken(request)
        except NoRoomError:
            return _too_much()
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
        return hmac.compare_digest(shown.encode(errors="replace"), token.encode(errors="replace"))

    async def _read_and_taken(self, request: web.Request) -> web.Response:
        gzipped = _is_gzipped(request)
        announced = MAX_BODY_BYTES if request.content_length is None else request.content_length
        if announced > MAX_BODY_BYTES:
            raise _too_large()
        with self._room.held(announced):
            body = await _body(request)
            if not gzipped:
                return await self._taken(body)
            plain = unpack(body)
            with self._room.held(len(plain)):
                return await self._taken(plain)

    async def _taken(self, body: bytes) -> web.Response:
        values = mentions_of(body)
        if not values:
            return _refusal(400, "there is no mention in it: send one, a list of them, or one a line")
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


def _is_gzipped(request: web.Request) -> bool:
    """Raises what the answer then says when the body is of a kind that isn't taken."""
    if request.content_type not in _TYPES:
        kinds = "application/json or application/x-ndjson"
        raise web.HTTPUnsupportedMediaType(reason=f"{request.content_type} isn't taken: send {kinds}")
    coding = request.headers.get("Content-Encoding", "identity").lower()
    if coding not in ("gzip", "identity"):
        raise web.HTTPUnsupportedMediaType(reason="Content-Encoding may be gzip")
    return coding == "gzip"


async def _body(request: web.Request) -> bytes:
    """The body as it was sent. Raises what the answer then says."""
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            return await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(reason="the body didn't come in time") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise _too_large() from error
    except (ConnectionError, web.RequestPayloadError) as error:
        raise web.HTTPBadRequest(reason="the body breaks off, or its chunks are none") from error


def _too_large() -> BodyError:
    return BodyError(BadBody.TOO_LARGE, f"more than {MAX_BODY_BYTES} bytes: send it in parts")


def _too_much() -> web.Response:
    return _refusal(429, "too much at once", {"Retry-After": str(_RETRY_SOON_S)})


def _refusal(status: int, why: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": why}, status=status, headers=headers)

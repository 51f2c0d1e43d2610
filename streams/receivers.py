"""Receivers of alerts on loopback, for the demo and the tests: Slack, PagerDuty and a webhook by HTTP, and a mail server.

They are real servers, keep what they got, refuse what the real ones refuse, and can be told to fail.
"""

import asyncio
import email
import email.policy
import json
import ssl
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from schemas.enums import Channel
from streams.receiver_rules import MOST_PAGER_BYTES, pager_problems, slack_problem

HOST = "127.0.0.1"
_MOST_BYTES = 2**20
_PATHS = {Channel.SLACK: "/slack", Channel.PAGERDUTY: "/pagerduty/v2/enqueue", Channel.WEBHOOK: "/webhook"}


class Fault(StrEnum):
    """How a receiver fails."""

    REFUSE = "refuse"  # 404, or 550
    LIMIT = "limit"  # 429 with Retry-After, or 451
    ERROR = "error"  # 500, or 421
    SLOW = "slow"  # answers late
    DROP = "drop"  # takes it, then closes the connection without an answer
    CLOSE = "close"  # closes the connection and takes nothing
    HALF = "half"  # takes it, begins an answer and closes the connection
    TRICKLE = "trickle"  # takes it, and answers byte by byte


_TAKEN = {Fault.DROP, Fault.HALF, Fault.TRICKLE}
_BYTE_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Received:
    """One request or mail that was taken."""

    channel: Channel
    at_s: float  # wall clock
    body: Any  # decoded JSON, or the mail's text
    headers: dict[str, str]
    raw: bytes
    mail: EmailMessage | None = None


@dataclass(slots=True)
class _Failing:
    fault: Fault
    times: int
    seconds: float


@dataclass(slots=True)
class _Inbox:
    taken: list[Received] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)


class Receivers:
    """All four, on ports of their own choice; an async context manager. `address` says where each one listens."""

    def __init__(self, tls: ssl.SSLContext | None = None, on_received: Callable[[Received], None] | None = None) -> None:
        """`tls`: the mail server then offers STARTTLS. `on_received` is called for whatever was taken."""
        self.http_port = 0
        self.smtp_port = 0
        self.refused_addresses: dict[str, str] = {}
        """What the mail server answers to recipients that it doesn't take."""
        self._tls = tls
        self._on_received = on_received
        self._inbox = _Inbox()
        self._faults: dict[Channel, deque[_Failing]] = defaultdict(deque)
        self._runner: web.AppRunner | None = None
        self._smtp: asyncio.Server | None = None

    @property
    def taken(self) -> list[Received]:
        """What was taken, oldest first."""
        return self._inbox.taken

    def of(self, channel: Channel) -> list[Received]:
        """What one of them has taken."""
        return [each for each in self.taken if each.channel is channel]

    def url(self, channel: Channel) -> str:
        """Where an HTTP receiver listens."""
        return f"http://{HOST}:{self.http_port}{_PATHS[channel]}"

    def fail(self, channel: Channel, fault: Fault, times: int = 1, seconds: float = 1.0) -> None:
        """The next `times` requests fail; `seconds`: of `Retry-After`, or of the delay."""
        self._faults[channel].append(_Failing(fault, times, seconds))

    def forgive(self, channel: Channel) -> None:
        """It fails no more."""
        self._faults[channel].clear()

    async def wait_for(self, count: int, channel: Channel | None = None, within_s: float = 20.0) -> list[Received]:
        """What was taken, once it is at least `count`; raises TimeoutError."""

        def enough() -> bool:
            return len(self.of(channel) if channel else self.taken) >= count

        async with asyncio.timeout(within_s), self._inbox.news:
            await self._inbox.news.wait_for(enough)
        return self.of(channel) if channel else list(self.taken)

    async def start(self) -> None:
        """Begins to listen on loopback."""
        app = web.Application(client_max_size=_MOST_BYTES)
        app.add_routes([web.post(path, self._handler(channel)) for channel, path in _PATHS.items()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.http_port = self._runner.addresses[0][1]
        loop = asyncio.get_running_loop()
        self._smtp = await loop.create_server(self._mail_session, HOST, 0)
        self.smtp_port = self._smtp.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listens no more."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._smtp is not None:
            self._smtp.close()
            await self._smtp.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def handle_RCPT(  # noqa: N802 — aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes a recipient or not; called by aiosmtpd."""
        if answer := self.refused_addresses.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 — aiosmtpd's name
        """Takes a mail, or fails as told; called by aiosmtpd."""
        failing = self._next_fault(Channel.EMAIL)
        if failing and failing.fault not in _TAKEN and (answer := await _mail_fault(failing, server.transport)):
            return answer
        raw = bytes(envelope.content or b"")
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        text = mail.get_body(("plain",))
        body = text.get_content() if text else ""
        await self._take(Received(Channel.EMAIL, time.time(), body, dict(mail.items()), raw, mail))
        if failing:
            await _answer_badly(failing.fault, server.transport, b"250 OK\r\n")
        return "250 OK"

    def _mail_session(self) -> SMTP:
        return SMTP(self, hostname="localhost", tls_context=self._tls, enable_SMTPUTF8=True, ident="rebato")

    def _handler(self, channel: Channel) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.Response:
            raw = await request.read()
            failing = self._next_fault(channel)
            if failing and failing.fault not in _TAKEN and (answer := await _http_fault(failing, request.transport)):
                return answer
            body = _json(raw)
            answer = _judged(channel, body, raw)
            if answer.status < 300:
                await self._take(Received(channel, time.time(), body, dict(request.headers), raw))
            if failing:
                line = f"HTTP/1.1 {answer.status} {answer.reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                await _answer_badly(failing.fault, request.transport, line.encode())
            return answer

        return handle

    def _next_fault(self, channel: Channel) -> _Failing | None:
        queue = self._faults[channel]
        if not queue:
            return None
        failing = queue[0]
        failing.times -= 1
        if failing.times <= 0:
            queue.popleft()
        return failing

    async def _take(self, received: Received) -> None:
        async with self._inbox.news:
            self._inbox.taken.append(received)
            self._inbox.news.notify_all()
        if self._on_received:
            self._on_received(received)


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _judged(channel: Channel, body: Any, raw: bytes) -> web.Response:
    """The answer of the real one."""
    if channel is Channel.SLACK:
        problem = slack_problem(body)
        return web.Response(status=400, text=problem) if problem else web.Response(text="ok")
    if channel is Channel.PAGERDUTY:
        problems = pager_problems(body) if len(raw) <= MOST_PAGER_BYTES else ["event too large"]
        if problems:
            return web.json_response(
                {"status": "invalid event", "message": "Event object is invalid", "errors": problems}, status=400
            )
        return web.json_response(
            {"status": "success", "message": "Event processed", "dedup_key": body.get("dedup_key", "")}, status=202
        )
    return web.Response(status=204) if isinstance(body, dict) else web.Response(status=400)


async def _answer_badly(fault: Fault, transport: asyncio.BaseTransport | None, answer: bytes) -> None:
    """What was taken isn't confirmed as it should be; does nothing for other faults."""
    if fault not in _TAKEN or not isinstance(transport, asyncio.Transport):
        return
    pieces = {
        Fault.DROP: [],
        Fault.HALF: [answer[: len(answer) // 2]],
        Fault.TRICKLE: [bytes([byte]) for byte in answer],
    }[fault]
    for piece in pieces:
        transport.write(piece)
        await asyncio.sleep(_BYTE_EVERY_S if fault is Fault.TRICKLE else 0)
    transport.close()


async def _http_fault(failing: _Failing, transport: asyncio.BaseTransport | None) -> web.Response | None:
    match failing.fault:
        case Fault.REFUSE:
            return web.Response(status=404, text="no_service")
        case Fault.LIMIT:
            return web.Response(status=429, headers={"Retry-After": f"{failing.seconds:g}"}, text="rate_limited")
        case Fault.ERROR:
            return web.Response(status=500)
        case Fault.CLOSE:
            _abort(transport)
            return web.Response(status=500)
        case _:
            await asyncio.sleep(failing.seconds)
            return None


async def _mail_fault(failing: _Failing, transport: asyncio.BaseTransport | None) -> str | None:
    match failing.fault:
        case Fault.REFUSE:
            return "550 no such user"
        case Fault.LIMIT:
            return "451 try again later"
        case Fault.ERROR:
            return "421 service not available"
        case Fault.CLOSE:
            _abort(transport)
            return "421 service not available"
        case _:
            await asyncio.sleep(failing.seconds)
            return None


def _abort(transport: asyncio.BaseTransport | None) -> None:
    if isinstance(transport, asyncio.Transport):
        transport.abort()

"""Receivers of alerts that answer what is no answer: every send ends in time, in one of our own words."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from unittest import mock

import httpx

from alerts.notify import email as email_module
from alerts.notify import http as http_module
from alerts.notify.email import _deliver
from alerts.notify.http import Reply, make_client, post
from alerts.notify.result import Dead, InDoubt, Retry, Sent
from benchmarks.bad_inputs.damage import damaged
from benchmarks.bad_inputs.tally import STALL_S, Outcome, Tally
from schemas.config.model import Email, Smtp

CANARY = "c4n4ry-s3cret"
_TIMEOUT_S = 0.4  # the real one is 20 s
_AT_ONCE = 16
_MB = bytes(1_000_000)
_WORDS = (Retry, Dead, InDoubt)


def spoil_receivers(tally: Tally, rng: random.Random, count: int) -> None:
    """Half of them by HTTP, half mail servers."""
    with mock.patch.object(http_module, "TIMEOUT_S", _TIMEOUT_S), mock.patch.object(email_module, "TIMEOUT_S", _TIMEOUT_S):
        asyncio.run(_spoil(tally, rng, count))


async def _spoil(tally: Tally, rng: random.Random, count: int) -> None:
    busy = asyncio.Semaphore(_AT_ONCE)
    async with make_client(private_networks=True) as client:

        async def one(number: int) -> None:
            async with busy:
                if number % 2:
                    await _mailed(tally, [_line(rng) for _ in range(8)])
                else:
                    await _posted(tally, client, _answer(rng), rng.random() < 0.3)

        await asyncio.gather(*map(one, range(count)))
    await asyncio.sleep(2 * _TIMEOUT_S)  # until the last receivers have seen that they are alone


async def _posted(tally: Tally, client: httpx.AsyncClient, answer: bytes, half: bool) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(1_000)
            await _write(writer, answer, half)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    send = post(client, f"http://127.0.0.1:{port}/{CANARY}", b"{}")
    await _judge(tally, "http receiver", answer, send)
    server.close()


async def _mailed(tally: Tally, lines: list[bytes]) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for line in lines:
                await _write(writer, line, False)
                if not await reader.read(2_000):
                    break
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    smtp = Smtp.model_validate({"host": "127.0.0.1", "port": port, "starttls": "off", "username": "u", "password": CANARY})
    settings = Email.model_validate({"to": ["a@example.com"], "smtp": smtp})
    await _judge(tally, "mail receiver", b"".join(lines), _deliver(settings, _message(), CANARY))
    server.close()


async def _judge(tally: Tally, area: str, shown: bytes, send: Awaitable[object]) -> None:
    try:
        result = await asyncio.wait_for(send, STALL_S)
    except TimeoutError:
        tally.add(area, Outcome.STALLED, "no end", shown)
    except Exception as error:
        tally.add(area, Outcome.CRASHED, f"{type(error).__name__}: {error}"[:200], shown)
    else:
        if CANARY in repr(result):
            tally.add(area, Outcome.LEAKED, type(result).__name__, shown)
        elif isinstance(result, Reply | Sent):
            tally.add(area, Outcome.TAKEN, "taken", shown)
        elif isinstance(result, _WORDS) and result.reason:
            tally.add(area, Outcome.REFUSED, f"{type(result).__name__} {result.reason}")
        else:
            tally.add(area, Outcome.SILENT, repr(result), shown)


async def _write(writer: asyncio.StreamWriter, data: bytes, half: bool) -> None:
    try:
        writer.write(data)
        await asyncio.wait_for(writer.drain(), _TIMEOUT_S)
        if half:
            writer.write_eof()
            await asyncio.sleep(_TIMEOUT_S)
    except (OSError, TimeoutError):
        pass


def _answer(rng: random.Random) -> bytes:
    good = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    head = b"HTTP/1.1 " + rng.choice((b"200", b"204", b"301", b"404", b"429", b"503", b"999", b"000", b"1")) + b" X\r\n"
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: damaged(rng, good),
        lambda: rng.randbytes(rng.randint(0, 2_000)),
        lambda: head + b"X: " + _MB,
        lambda: head + b"X: y\r\n" * 20_000,
        lambda: head + b"Content-Length: " + rng.choice((b"-1", b"5", b"9" * 20, b"x", b"", b"1, 2")) + b"\r\n\r\nok",
        lambda: head + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        lambda: head + b"\r\n" + _MB * 8,
        lambda: head + b"Transfer-Encoding: chunked\r\n\r\n" + damaged(rng, b"2\r\nok\r\n0\r\n\r\n"),
        lambda: head + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nok",
        lambda: head + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok",
        lambda: head + b"Retry-After: " + rng.choice((b"inf", b"nan", b"-1", b"1e999", b"\xff", b"9" * 400)) + b"\r\n\r\n",
        lambda: head + b"Location: http://169.254.169.254/\r\n\r\n",
        lambda: b"HTTP/1.1 100 Continue\r\n\r\n" * 500,
        lambda: b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n\0\0",
        lambda: b"HTTP/9.9 200 OK\r\n\r\n",
        lambda: b"",
    )  # fmt: skip
    return rng.choice(ways)()


def _line(rng: random.Random) -> bytes:
    code = rng.choice((b"220", b"250", b"235", b"334", b"354", b"421", b"500", b"535", b"999", b"000", b"abc", b""))
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: code + b" ok\r\n",
        lambda: b"250-x\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n",
        lambda: code + b"-x\r\n" * rng.randint(1, 5_000),
        lambda: b"334 " + rng.choice((b"!!!", b"", b"\xff", b"VXNlcm5hbWU6")) + b"\r\n",
        lambda: code + b" " + _MB,
        lambda: rng.randbytes(rng.randint(1, 300)),
        lambda: damaged(rng, b"250 " + CANARY.encode() + b"\r\n"),
        lambda: b"",
    )
    return rng.choice(ways + ways[:2] * 4)()


def _message() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = "r@x.org", "a@example.com", "x", "<1@x.org>"
    message.set_content("x")
    return message

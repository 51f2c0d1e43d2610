"""Requests to `POST /v1/mentions` that are none: each answered for its reason and counted, or cut; the next is served."""

import asyncio
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from unittest import mock

from benchmarks.bad_inputs.damage import damaged
from benchmarks.bad_inputs.material import Material
from benchmarks.bad_inputs.tally import STALL_S, Outcome, Tally
from schemas.config.model import HttpSource
from schemas.enums import Refusal
from streams.sources import http as door_module
from streams.sources import listener
from streams.sources.http import HttpDoor
from streams.sources.listener import listening
from streams.sources.observe import Door
from tests.streams.intake.broken import broken_lines

_AT_ONCE = 16
_HEAD_S, _BODY_S, _LINGER_S = 0.6, 0.6, 0.1  # the real limits, only sooner
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


class _Kept:
    """Takes mentions in Kafka's place."""

    async def send(self, values: Sequence[bytes]) -> None:
        """Nothing can fail here."""


class _Counts:
    """What the metrics would say."""

    def __init__(self) -> None:
        self.answers: Counter[int] = Counter()

    def accepted(self, door: Door, n: int) -> None:
        """Not asked for here."""

    def rejected(self, reason: Refusal, n: int) -> None:
        """Not asked for here."""

    def answered(self, status: int) -> None:
        """By status."""
        self.answers[status] += 1


def spoil_bodies(tally: Tally, rng: random.Random, count: int, material: Material) -> None:
    """Against the real server, over bare sockets."""
    lines = [json.dumps(mention, ensure_ascii=False).encode() for mention in material.mentions]
    lines += [line for line, _ in broken_lines(500, rng.randrange(2**32)) if len(line) < 100_000]
    requests = [_request(rng, lines) for _ in range(count)]
    with (
        mock.patch.object(listener, "HEAD_TIMEOUT_S", _HEAD_S),
        mock.patch.object(listener, "_LINGER_S", _LINGER_S),
        mock.patch.object(door_module, "READ_TIMEOUT_S", _BODY_S),
    ):
        asyncio.run(_spoil(tally, requests, lines[0]))


async def _spoil(tally: Tally, requests: list[bytes], good: bytes) -> None:
    counts, seen, busy = _Counts(), Counter[int](), asyncio.Semaphore(_AT_ONCE)
    settings = HttpSource(port=0)
    door = HttpDoor(settings, _Kept(), counts, live=False)  # type: ignore[arg-type]  # it only sends
    unhandled: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unhandled.append(context))
    async with listening(door.post, settings, counts.answered) as port:

        async def one(request: bytes) -> None:
            async with busy:
                try:
                    answer = await asyncio.wait_for(_said(port, request), STALL_S)
                except TimeoutError:
                    tally.add("http", Outcome.STALLED, "no end", request)
                    return
            seen.update(int(status) for status in _STATUS.findall(answer))
            tally.add("http", *_judged(answer), request)

        await asyncio.gather(*map(one, requests))
        alive = await _said(port, _whole(good))
    seen[202] += 1
    if b" 202 " not in alive or unhandled:
        tally.add("http", Outcome.CRASHED, f"afterwards: {alive[:60]!r} {unhandled[:1]!r}")
    uncounted = seen - counts.answers
    if uncounted:
        tally.add("http", Outcome.SILENT, f"answers that no metric has: {dict(uncounted)}")


async def _said(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        await writer.drain()
        if len(request) % 3 == 0:
            writer.write_eof()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _judged(answer: bytes) -> tuple[Outcome, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    found = _STATUS.match(head)
    if found is None:
        return (Outcome.REFUSED, "cut") if not answer else (Outcome.SILENT, f"no HTTP: {answer[:40]!r}")
    status = int(found[1])
    if status == 202:
        return Outcome.TAKEN, "202"
    if status >= 500:
        return Outcome.CRASHED, str(status)
    told = len(body) > 3 or b"Bad Request" in head  # that is all that aiohttp says of a target such as `*`
    return (Outcome.REFUSED, str(status)) if told else (Outcome.SILENT, f"{status} without a word")


def _whole(body: bytes, *headers: bytes, length: object = None) -> bytes:
    size = len(body) if length is None else length
    head = [
        b"POST /v1/mentions HTTP/1.1",
        b"Host: x",
        b"Connection: close",
        b"Content-Length: %s" % str(size).encode(),
        *headers,
    ]
    if not any(header.lower().startswith(b"content-type") for header in headers):
        head.append(b"Content-Type: application/json")
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def _request(rng: random.Random, lines: list[bytes]) -> bytes:
    body = b"\n".join(rng.choices(lines, k=rng.randint(1, 5)))
    packed = gzip.compress(body)
    chunked = [b"Transfer-Encoding: chunked"]
    size = b"%x\r\n" % len(body)
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: _whole(damaged(rng, body)),
        lambda: _whole(b"[" + b",".join(rng.choices(lines, k=3)) + rng.choice((b"]", b",]", b"", b"]]"))),
        lambda: _whole(damaged(rng, packed), b"Content-Encoding: gzip"),
        lambda: _whole(packed * rng.randint(1, 3) + rng.randbytes(rng.randint(0, 2)), b"Content-Encoding: gzip"),
        lambda: _whole(body, length=len(body) + rng.randint(1, 9)),
        lambda: _whole(body, length=rng.choice((-1, 2**63, "x", "", "1 1", len(body) - 1, "0x10", "+5"))),
        lambda: _whole(body, b"Content-Encoding: " + rng.choice((b"br", b"gzip, gzip", b"\xff", b"x" * 9_000))),
        lambda: _whole(body, b"Content-Type: " + rng.choice((b"text/html", b"", b"\xff/\xff", b"text/plain; charset=\xff"))),
        lambda: _whole(body, b"Authorization: " + rng.randbytes(12).replace(b"\n", b"").replace(b"\r", b"")),
        lambda: _whole(b"", *chunked, length=rng.choice((0, 5))) + size + body + b"\r\n0\r\n\r\n",
        lambda: _whole(b"", *chunked).replace(b"Content-Length: 0\r\n", b"") + damaged(rng, size + body + b"\r\n0\r\n\r\n"),
        lambda: damaged(rng, _whole(body)),
        lambda: damaged(rng, _whole(body)[:200]),
        lambda: rng.choice((b"GET", b"PUT", b"\x16\x03\x01", b"PRI * HTTP/2.0\r\n\r\nSM")) + _whole(body)[4:],
        lambda: _whole(body).replace(b"/v1/mentions", rng.choice((b"/", b"http://x/", b"*", b"\xff", b"/" * 9_000))),
        lambda: _whole(b"1\n" * rng.choice((10, 100_001))),
        lambda: rng.randbytes(rng.randint(0, 400)),
    )  # fmt: skip
    return rng.choice(ways)()

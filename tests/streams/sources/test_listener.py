"""What a stranger can do to the HTTP source over a bare socket, and what it costs us."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from schemas.config.model import HttpSource
from streams.sources import http as door_module
from streams.sources import listener
from streams.sources.body import MAX_BODY_BYTES
from streams.sources.http import HttpDoor
from streams.sources.listener import listening
from tests.streams.intake.making import mention
from tests.streams.sources.collecting import Seen

_HEAD = "POST /v1/mentions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer s3cret\r\n"


class _Kept:
    """Where mentions go in these tests: Kafka's part is others' to test."""

    def __init__(self) -> None:
        self.values: list[bytes] = []

    async def send(self, values: Sequence[bytes]) -> None:
        self.values += values


@asynccontextmanager
async def open_door(seen: Seen, settings: HttpSource | None = None) -> AsyncIterator[int]:
    """The real server and handler on a port of loopback."""
    settings = settings or HttpSource(port=0, token=SecretStr("s3cret"))
    door = HttpDoor(settings, _Kept(), seen, live=False)  # type: ignore[arg-type]  # it only sends
    async with listening(door.post, settings, seen.answered) as port:
        yield port


async def said(port: int, *parts: bytes) -> bytes:
    """What the server answers to these bytes before it hangs up, or to all of them on a connection that it would keep."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()


def request(body: bytes, *headers: str, length: int | None = None) -> bytes:
    more = "".join(f"{line}\r\n" for line in (*headers, f"Content-Length: {len(body) if length is None else length}"))
    return f"{_HEAD}Connection: close\r\n{more}\r\n".encode() + body


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real limits, only sooner."""
    monkeypatch.setattr(listener, "HEAD_TIMEOUT_S", 0.3)
    monkeypatch.setattr(listener, "_LINGER_S", 0.1)
    monkeypatch.setattr(door_module, "READ_TIMEOUT_S", 0.3)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    "sent",
    [b"", b"POST /v1/mentions HT", _HEAD.encode(), _HEAD.encode() + b"X-A: b\r\n" * 50],
    ids=["nothing", "half a line", "no end", "many fields and no end"],
)
async def test_who_sends_no_whole_head_is_hung_up_on(sent: bytes) -> None:
    """Slowloris holds a connection for the time of one head and no longer."""
    async with open_door(Seen()) as port:
        assert await said(port, sent) == b""


@pytest.mark.usefixtures("hurried")
async def test_a_head_that_drips_is_cut_all_the_same() -> None:
    """The clock runs from the first byte, not from the last one."""
    async with open_door(Seen()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        over = asyncio.create_task(reader.read())
        for byte in _HEAD.encode() * 5:
            if over.done():
                break
            writer.write(bytes([byte]))
            await asyncio.wait([over], timeout=0.02)
        assert await asyncio.wait_for(over, 10) == b""
        writer.close()


@pytest.mark.usefixtures("hurried")
async def test_a_body_that_does_not_come_is_answered_and_cut() -> None:
    """408; with a token, for without one nobody's body is waited for."""
    seen = Seen()
    async with open_door(seen) as port:
        assert b" 408 " in await said(port, request(b"{", length=1000))
        assert b" 401 " in await said(port, request(b"{", length=1000).replace(b"s3cret", b"guess!"))
    assert seen.answers == {408: 1, 401: 1}


@pytest.mark.usefixtures("hurried")
async def test_a_kept_connection_is_no_way_around_it() -> None:
    """The second head has the same time as the first."""
    async with open_door(Seen()) as port:
        kept = request(mention()).replace(b"Connection: close\r\n", b"")
        answer = await said(port, kept, _HEAD.encode())
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b" 202 " in answer


async def test_connections_beyond_the_limit_are_told_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are open go on; when one ends there is room again."""
    monkeypatch.setattr(listener, "MOST_CONNECTIONS", 3)
    seen = Seen()
    async with open_door(seen) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        for _, writer in held:  # each has been accepted when it has an answer
            writer.write(request(mention()).replace(b"Connection: close\r\n", b""))
        assert all([b" 202 " in await reader.readline() for reader, _ in held])
        assert b" 503 " in await said(port, request(mention()))
        held[0][1].close()
        while b" 202 " not in await said(port, request(mention())):
            pass
        for _, writer in held:
            writer.close()
    assert seen.answers[503] >= 1


async def _most_bytes(asked: Coroutine[None, None, bytes]) -> tuple[bytes, int]:
    """The answer, and the most memory that was held meanwhile."""
    tracemalloc.start()
    try:
        return await asked, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _bomb(mib: int) -> bytes:
    """So many MiB of zeros as one gzip member, packed piece by piece."""
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    return b"".join([*(packer.compress(bytes(2**20)) for _ in range(mib)), packer.flush()])


@pytest.mark.parametrize(("mib", "members"), [(1024, 1), (4, 200)])
async def test_a_gzip_bomb_is_refused_while_it_is_unpacked(mib: int, members: int) -> None:
    """A gigabyte in a megabyte costs the limit of a body, a few times over, and not a gigabyte."""
    body = _bomb(mib) * members
    async with open_door(Seen()) as port:
        answer, most = await _most_bytes(said(port, request(body, "Content-Encoding: gzip")))
    assert b" 413 " in answer
    assert b"unpacked: send it in parts" in answer
    assert most < 8 * MAX_BODY_BYTES


async def test_a_body_of_several_gzip_members_is_read_to_its_end() -> None:
    """As `cat a.gz b.gz` makes it."""
    body = gzip.compress(mention(id="1") + b"\n") + gzip.compress(mention(id="2"))
    async with open_door(Seen()) as port:
        assert b'"accepted": 2' in await said(port, request(body, "Content-Encoding: gzip"))


@pytest.mark.parametrize(
    ("body", "why"),
    [(b"1\n" * 8_000_000, b"more than 100000 mentions"), (b"[" + b"1," * 8_000_000 + b"1]", b"more than 100000 mentions")],
    ids=["lines", "array"],
)
async def test_many_tiny_values_are_refused_before_they_are_objects(body: bytes, why: bytes) -> None:
    """16 MB of `1,` would be 8 million objects, each with a line in the answer."""
    async with open_door(Seen()) as port:
        answer, most = await _most_bytes(said(port, request(body)))
    assert b" 413 " in answer
    assert why in answer
    assert most < 8 * MAX_BODY_BYTES


async def test_a_body_that_is_longer_than_allowed_is_refused_before_it_is_read() -> None:
    """By what it announces, and by what comes when it announces nothing."""
    chunk = b"100000\r\n" + bytes(0x100000) + b"\r\n"
    head = f"{_HEAD}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    async with open_door(Seen()) as port:
        assert b" 413 " in await said(port, request(b"", length=MAX_BODY_BYTES + 1))
        assert b" 413 " in await said(port, head, *[chunk] * 17)


async def test_bodies_in_memory_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with Retry-After, whoever comes when the room is held; unpacked bytes count as they are."""
    monkeypatch.setattr(door_module, "MOST_HELD_BYTES", 1000)
    async with open_door(Seen()) as port:
        packed = gzip.compress(mention(text="IKEA " * 1000))
        assert len(packed) < 1000
        for whole in (request(packed, "Content-Encoding: gzip"), request(b"", length=1001)):
            answer = await said(port, whole)
            assert b" 429 " in answer
            assert b"Retry-After: 1" in answer
        assert b" 202 " in await said(port, request(mention()))


@pytest.mark.parametrize(
    "sent",
    [
        b"\0\1\2\3\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST /v1/mentions HTTP/9.9\r\n\r\n",
        _HEAD.encode() + b"X: " + b"a" * 10_000 + b"\r\n\r\n",
        _HEAD.encode() + b"X: y\r\n" * 500 + b"\r\n",
        _HEAD.encode() + b"Content-Length: -1\r\n\r\n",
        _HEAD.encode() + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        _HEAD.encode() + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        _HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/mentions HTTP/1.1\r\nHost : x\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_answered_with_400_and_counted(sent: bytes) -> None:
    """Among them every way to make two servers disagree about where a request ends (RFC 9112, 11.2)."""
    seen = Seen()
    async with open_door(seen) as port:
        assert b" 400 " in await said(port, sent)
        assert b" 202 " in await said(port, request(mention()))
    assert seen.answers == {400: 1, 202: 1}


async def test_a_token_is_read_anew_and_its_absence_opens_nothing(tmp_path: Path) -> None:
    """A secret's file that can't be read is 503: neither an open door nor a traceback."""
    file = tmp_path / "token"
    file.write_text("s3cret\n")
    async with open_door(Seen(), HttpSource(port=0, token_file=file)) as port:
        assert b" 202 " in await said(port, request(mention()))
        file.write_text("r0tated\n")
        assert b" 401 " in await said(port, request(mention()))
        file.unlink()
        assert b" 503 " in await said(port, request(mention()))


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crett", "bearer s3cret", "Basic s3cret", "é"]
)
async def test_what_is_nearly_the_token_is_not_it(shown: str) -> None:
    """Compared in constant time (`hmac.compare_digest`)."""
    async with open_door(Seen()) as port:
        sent = request(mention()).replace(b"Bearer s3cret", shown.encode())
        assert b" 401 " in await said(port, sent)


async def test_deflate_bytes_and_noise_are_no_gzip() -> None:
    """Said so, whatever they are."""
    async with open_door(Seen()) as port:
        for body in (zlib.compress(b"{}"), b"\x1f\x8b", b"noise", gzip.compress(b"{}") + b"tail"):
            assert b" 400 " in await said(port, request(body, "Content-Encoding: gzip"))

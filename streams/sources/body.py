"""Mentions out of the body of a request: one object, an array, or JSON lines; unpacked no further than allowed. Pure."""

import zlib
from collections.abc import Iterable
from enum import StrEnum

import msgspec

MAX_BODY_BYTES = 16 * 1024 * 1024
"""Of a body as sent, and unpacked: some 40,000 mentions."""
MOST_MENTIONS = 100_000
"""In a body: each is an object in memory, however short, and has a line in the answer when it is refused."""
_MOST_COMMAS = 20 * MOST_MENTIONS  # one in 8 bytes of the largest body; prose has one in 60, `[1,1,1,…` one in 2

_GZIP = 16 + zlib.MAX_WBITS  # zlib's word for "with a gzip header"

_array = msgspec.json.Decoder(list[msgspec.Raw])
_one = msgspec.json.Decoder(msgspec.Raw)


class BadBody(StrEnum):
    """Why a body can't be read."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    BAD_GZIP = "bad_gzip"
    NOT_JSON = "not_json"
    EMPTY = "empty"


class BodyError(Exception):
    """A body that can't be read at all; what is wrong with single mentions is told one by one."""

    def __init__(self, reason: BadBody, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def unpack(body: bytes) -> bytes:
    """The body out of its gzip, which may have several members (RFC 1952, 2.2). Stops at the limit, whatever would come."""
    plain = b""
    while body:
        unpacker = zlib.decompressobj(_GZIP)
        try:
            plain += unpacker.decompress(body, MAX_BODY_BYTES + 1 - len(plain))
        except zlib.error as error:
            raise BodyError(BadBody.BAD_GZIP, f"the body isn't gzip: {error}") from error
        if len(plain) > MAX_BODY_BYTES:
            raise BodyError(BadBody.TOO_LARGE, f"more than {MAX_BODY_BYTES} bytes unpacked: send it in parts")
        if not unpacker.eof:
            raise BodyError(BadBody.BAD_GZIP, "the gzip data ends early")
        body = unpacker.unused_data
    return plain


def mentions_of(body: bytes) -> list[bytes]:
    """The bytes of each mention in the body, valid or not.

    >>> mentions_of(b'{"id": "1"}'), mentions_of(b'[{"id": "1"}, 2]'), mentions_of(b'{"id": "1"}\\n{"id"')
    ([b'{"id": "1"}'], [b'{"id": "1"}', b'2'], [b'{"id": "1"}', b'{"id"'])
    """
    body = body.strip()
    if not body:
        raise BodyError(BadBody.EMPTY, "the body is empty: send a mention, an array of them, or one a line")
    if body.startswith(b"["):
        if body.count(b",") > _MOST_COMMAS:
            raise _too_many()
        try:
            found = _array.decode(body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise BodyError(BadBody.NOT_JSON, f"the array isn't JSON: {error}") from error
        if len(found) > MOST_MENTIONS:
            raise _too_many()
        return [bytes(item) for item in found]
    if _is_one(body):
        return [body]
    if body.count(b"\n") >= MOST_MENTIONS:
        raise _too_many()
    return list(_lines(body))


def _too_many() -> BodyError:
    return BodyError(BadBody.TOO_MANY, f"more than {MOST_MENTIONS} mentions: send them in parts")


def _is_one(body: bytes) -> bool:
    try:
        _one.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _lines(body: bytes) -> Iterable[bytes]:
    return (line for line in map(bytes.strip, body.split(b"\n")) if line)

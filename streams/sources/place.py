"""Which partition of `mentions` a mention belongs in: by source and id, so that a repeat comes in the same one. Pure."""

import msgspec

from schemas.topics import partition_of

MAX_SENT_BYTES = 900_000
"""Of a longer line the rest isn't sent: it is refused as too large all the same, and Kafka's default takes no more."""


class _Named(msgspec.Struct):
    """What names a mention."""

    source: str
    id: str


_decode = msgspec.json.Decoder(_Named).decode


def key_of(value: bytes) -> bytes | None:
    """The record's key; None for what isn't a mention.

    >>> key_of(b'{"id": "7", "source": "x", "text": "hi"}')
    b'x|7'
    """
    try:
        named = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return f"{named.source}|{named.id}".encode()


def place_of(value: bytes, partitions: int) -> tuple[bytes | None, int]:
    """Key and partition. What isn't a mention lies where its bytes say, so that it too comes in one place again."""
    key = key_of(value)
    named = key if key is not None else value[:1024]
    return key, partition_of(named.decode(errors="replace"), partitions)

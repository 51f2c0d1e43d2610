"""Binary form of what crosses our own topics: msgpack, every record with a version.

Rule for versions: a reader takes records of its own version and of all older ones that `schemas` still describes; a
newer one is refused with `UnknownVersionError` and dead-lettered, so that a half-finished upgrade loses nothing: the
records wait in the dead-letter topic until the upgraded reader replays them. Unknown fields of a known version are ignored.
"""

from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Meta

from schemas.errors import UndecodableError, UnknownVersionError

T = TypeVar("T")

VERSION = 1
LAST_MS = 4_102_444_800_000
"""2100: no time in a record is later, as no mention may be."""
Ms = Annotated[int, Meta(ge=0, le=LAST_MS)]
"""Milliseconds since the epoch in a record of ours; decoding refuses any other number."""
MOST_PARTITIONS = 65_536
Partitions = Annotated[int, Meta(ge=1, le=MOST_PARTITIONS)]
"""How many partitions a topic has."""
MAX_RECORD_BYTES = 900_000  # Kafka's default limit is 1 MiB a record batch; the rest is for headers and framing

# What decoding raises for bytes that aren't ours; msgspec lets Python's own error through for endless nesting.
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_encoder = msgspec.msgpack.Encoder()


class _Head(msgspec.Struct):
    """The part of every record that is read first."""

    v: int


_head_decoder = msgspec.msgpack.Decoder(_Head)


def encode(record: msgspec.Struct) -> bytes:
    """The record as msgpack."""
    return _encoder.encode(record)


class RecordDecoder(Generic[T]):
    """Decodes records of one type (or tagged union of types), refusing newer versions and broken bytes."""

    def __init__(self, record_type: object) -> None:
        """`record_type` is T itself; that a union of types is a type can't be said in annotations."""
        self._decoder: msgspec.msgpack.Decoder[T] = msgspec.msgpack.Decoder(record_type)

    def __call__(self, raw: bytes) -> T:
        """The decoded record. Raises `UnknownVersionError` or `UndecodableError`, both with the reason."""
        try:
            head = _head_decoder.decode(raw)
        except _BROKEN as error:
            raise UndecodableError(str(error)) from error
        if not 1 <= head.v <= VERSION:
            raise UnknownVersionError(head.v, VERSION)
        try:
            return self._decoder.decode(raw)
        except _BROKEN as error:
            raise UndecodableError(str(error)) from error

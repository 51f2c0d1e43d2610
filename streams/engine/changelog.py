"""The form of a changelog: how checkpoints lie in it and how they are read back. Pure.

A changelog partition has one writer at a time. It holds *claims* and *frames*:

- a claim (key ``__claim__``) says that from here on only this owner's frames count;
- a frame is one checkpoint: any number of state records, closed by one record ``__position__`` + owner. Were that key
  the same for all owners, compaction would remove the former owner's last one, and with it the end of its frame.

Every record carries its owner, a random id that is new for each load, in the header ``owner``. Two rules make
reading safe on any broker, whether it knows transactions or not:

1. a frame without its closing position never happened (the writer died within it);
2. after a claim, what another owner wrote never happened (a frozen process that woke up too late).

On a broker with transactions both are given anyway, and no reader ever sees such records.
"""

from collections import OrderedDict
from dataclasses import dataclass

import msgspec

CLAIM = b"__claim__"
_POSITION = b"__position__"
OWNER_HEADER = "owner"
RECORD_OVERHEAD_BYTES = 40
"""What a record takes beside its key and value: lengths, deltas, the owner header."""


class Position(msgspec.Struct, frozen=True, array_like=True):
    """The value of a closing record."""

    stage: bytes
    """What the stage calls its position."""
    load_from: int
    """Offset in the changelog from which on every live key has a record: where a load may begin."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where the last value of a key lies."""

    value: bytes
    offset: int
    """An offset at or before its record."""
    log_byte: int
    """Bytes written to the partition before it, counted from any fixed point."""


def record_bytes(key: bytes, value: bytes | None) -> int:
    """Bytes that a record takes in the log, before compression."""
    return len(key) + len(value or b"") + RECORD_OVERHEAD_BYTES


def position_key(owner: bytes) -> bytes:
    """The key of the records that close the frames of ``owner``."""
    return _POSITION + owner


class Replay:
    """Reads a changelog partition in order and holds what its whole frames add up to."""

    def __init__(self) -> None:
        """Nothing read yet."""
        self.written: OrderedDict[bytes, Written] = OrderedDict()
        """Live keys, the one written longest ago first."""
        self.position: Position | None = None
        """The closing record of the last whole frame."""
        self.log_bytes = 0
        """Bytes read."""
        self._owner: bytes | None = None
        self._frame: dict[bytes, tuple[bytes | None, int, int]] = {}
        self._frame_owner: bytes | None = None

    def feed(self, offset: int, key: bytes, value: bytes | None, owner: bytes) -> None:
        """Takes the next record; ``value`` is ``None`` where the key is removed."""
        log_byte = self.log_bytes
        self.log_bytes += record_bytes(key, value)
        if key == CLAIM:
            self._owner = owner
            self._frame.clear()
        elif self._owner is None or self._owner == owner:
            self._feed_frame(offset, key, value, owner, log_byte)

    def _feed_frame(self, offset: int, key: bytes, value: bytes | None, owner: bytes, log_byte: int) -> None:
        if owner != self._frame_owner:
            self._frame.clear()
            self._frame_owner = owner
        if key != position_key(owner):
            self._frame[key] = (value, offset, log_byte)
            return
        self.position = msgspec.msgpack.decode(value or b"", type=Position)
        for changed, (state, at, byte) in self._frame.items():
            self.written.pop(changed, None)
            if state is not None:
                self.written[changed] = Written(state, at, byte)
        self._frame.clear()

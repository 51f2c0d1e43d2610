"""The form of a changelog: how checkpoints lie in it and how they are read back. Pure.

A changelog partition has one writer at a time. It holds *claims* and *frames*:

- a claim (key ``__claim__``) says that from here on only this owner's frames count;
- a frame is one checkpoint: any number of state records, closed by one record ``__position__`` + owner. Were that key
  the same for all owners, compaction would remove the former owner's last one, and with it the end of its frame.

Every record carries its owner, a random id that is new for each load, in the header ``owner``. Two rules make
reading safe on any broker, whether it knows transactions or not:

1. a frame without its closing position never happened (the writer died within it);
2. after a claim, what another owner wrote never happened (a frozen process that woke up too late). Where the broker has
   dropped the claim, each closing record still says which one it was written under, and the latest counts.

On a broker with transactions both are given anyway, and no reader ever sees such records.
"""

from collections import OrderedDict
from typing import NamedTuple

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
    """Offset in the changelog from which on every live key has a record: where a load may begin, and what lies before
    it counts no more."""
    claim: int = -1
    """Offset of the claim under which it was written; -1: by a version that didn't say."""


class Written(NamedTuple):
    """Where the last value of a key lies."""

    value: bytes
    offset: int
    """An offset at or before its record."""


def record_bytes(key: bytes, value: bytes | None) -> int:
    """Bytes that a record takes in the log, before compression."""
    return len(key) + len(value or b"") + RECORD_OVERHEAD_BYTES


def position_key(owner: bytes) -> bytes:
    """The key of the records that close the frames of ``owner``."""
    return _POSITION + owner


class Replay:
    """Reads a changelog partition in order and holds what its whole frames add up to."""

    def __init__(self, fenced: bool = True) -> None:
        """Nothing read yet. ``fenced``: the broker lets nobody write after another's claim."""
        self._fenced = fenced
        self.written: OrderedDict[bytes, Written] = OrderedDict()
        """Live keys, the one written longest ago first."""
        self.position: Position | None = None
        """The closing record of the last whole frame."""
        self.log_bytes = 0
        """Bytes read."""
        self._owner: bytes | None = None
        self._claim = -1  # the latest that is known of
        self._frames: dict[bytes, dict[bytes, Written | None]] = {}  # those under way, by owner

    def feed(self, offset: int, key: bytes, value: bytes | None, owner: bytes) -> None:
        """Takes the next record; ``value`` is ``None`` where the key is removed."""
        self.log_bytes += record_bytes(key, value)
        if key == CLAIM:
            self._owner = owner
            self._frames.clear()
        elif self._owner is None or self._owner == owner:
            self._feed_frame(offset, key, value, owner)

    def _feed_frame(self, offset: int, key: bytes, value: bytes | None, owner: bytes) -> None:
        frame = self._frames.setdefault(owner, {})
        if key != position_key(owner):
            frame[key] = None if value is None else Written(value, offset)
            return
        del self._frames[owner]
        position = msgspec.msgpack.decode(value or b"", type=Position)
        if self._owner is None and not self._fenced:
            if position.claim < self._claim:
                return
            if position.claim > self._claim:  # whatever lies after that claim was a former owner's
                self.written = OrderedDict((k, each) for k, each in self.written.items() if each.offset < position.claim)
                self._claim = position.claim
        self.position = position
        for changed, written in frame.items():
            self.written.pop(changed, None)
            if written is not None:
                self.written[changed] = written
        self._forget_before(self.position.load_from)

    def _forget_before(self, load_from: int) -> None:
        """Every live key has a record from there on; what has none was left behind when the state was begun anew."""
        while self.written and next(iter(self.written.values())).offset < load_from:
            self.written.popitem(last=False)

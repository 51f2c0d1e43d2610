"""What a stage is: pure code that owns the state of one partition of an input topic and decides from its records.

A stage does no IO, reads no clock and draws nothing at random, so that what it decides is a function of its input log:
after a crash it is loaded as it was at the last checkpoint, gets the same records again and decides the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class InputRecord:
    """One record of the input topic."""

    partition: int
    offset: int
    append_ms: int
    """When the broker (or, by the topic's setting, the producer) stamped it: milliseconds since 1970."""
    key: bytes | None
    value: bytes


@dataclass(frozen=True, slots=True)
class Output:
    """One record to send."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


class Stage(Protocol):
    """The state of one partition, and its decisions."""

    def apply(self, record: InputRecord) -> list[Output]:
        """Takes in the record whole and returns what to send, in order.

        May raise ``RecordError`` before it has changed anything: the record is dead-lettered. On any other exception
        this object is thrown away, rebuilt and tried again; a record that fails three times is dead-lettered.
        """

    def changed(self) -> Iterator[tuple[bytes, bytes | None]]:
        """The keys changed since this was last asked, one by one, with their encoded states; ``None`` for a removed key.

        No record is applied before all have been taken; if they can't be written, this object is thrown away.
        """

    def position(self) -> bytes:
        """What belongs to the whole partition rather than to a key: clock, watermarks, offsets of the source."""


class StageFactory(Protocol):
    """Makes a stage out of what its last checkpoint holds."""

    def __call__(self, partition: int, states: dict[bytes, bytes], position: bytes | None) -> Stage:
        """The stage of ``partition``; no states and ``None`` at the very beginning."""

"""How much of strangers' bodies may lie in memory at once."""

from collections.abc import Iterator
from contextlib import contextmanager


class NoRoomError(Exception):
    """Too much is being taken in; it may be sent again in a moment."""


class Room:
    """A number of bytes that requests share.

    >>> room = Room(10)
    >>> with room.held(8):
    ...     with room.held(3):
    ...         pass
    Traceback (most recent call last):
        ...
    streams.sources.room.NoRoomError
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._held_bytes = 0

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """Takes `size` bytes for as long as the block runs. Raises `NoRoomError` when there are not so many."""
        if self._held_bytes + size > self._most_bytes:
            raise NoRoomError
        self._held_bytes += size
        try:
            yield
        finally:
            self._held_bytes -= size

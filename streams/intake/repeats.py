"""Which mentions were seen before: identities of the last N offsets of one source partition.

What is remembered is a function of the last N records alone: a mention is a repeat if its identity stood at one of the
N offsets before it. So a restart that reads these N records again, without counting, remembers exactly the same.
"""

import numpy as np
from numpy.typing import NDArray

_SLACK = 1.25  # how far memory may outgrow its limit before what is too old is thrown out: rarely, so cheaply
_NEVER = -(1 << 62)


class RepeatMemory:
    """The identities of one source partition."""

    def __init__(self, limit: int) -> None:
        """`limit`: how many offsets back, at least 0. About 120 bytes each."""
        self._limit = limit
        self._last: dict[int, int] = {}
        self._position = 0
        self._before: tuple[list[int], list[int]] = [], []

    def first_seen(self, identities: NDArray[np.uint64], offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each identity is new; all of them are remembered. Offsets rise, from call to call too.

        >>> memory = RepeatMemory(limit=10)
        >>> memory.first_seen(np.array([7, 8, 7], np.uint64), np.array([0, 1, 2])).tolist()
        [True, True, False]
        >>> memory.first_seen(np.array([8, 7], np.uint64), np.array([12, 12])).tolist()
        [True, False]
        """
        keys = identities.tolist()
        previous = self._previous(keys, offsets)
        self._before = keys, previous
        if len(offsets):
            self._position = int(offsets[-1]) + 1
        if len(self._last) > self._limit * _SLACK + 1000:
            self._last = self.remembered()
        return offsets - np.array(previous, np.int64) > self._limit

    def _previous(self, keys: list[int], offsets: NDArray[np.int64]) -> list[int]:
        """Where each stood before, or `_NEVER`; remembers where it stands now."""
        last = self._last
        now = dict(zip(keys, offsets.tolist(), strict=True))
        if len(now) == len(keys):  # none twice in this batch: all of them can be asked at once
            previous = [last.get(key, _NEVER) for key in keys]
            last.update(now)
            return previous
        previous = []
        for key, offset in zip(keys, offsets.tolist(), strict=True):
            previous.append(last.get(key, _NEVER))
            last[key] = offset
        return previous

    def settle(self) -> None:
        """What was brought so far stays: `undo` no longer reaches it."""
        self._before = [], []

    def undo(self) -> None:
        """Forgets what the last call of `first_seen` since `settle` brought, as its batch was not used."""
        keys, previous = self._before
        self._last.update(zip(reversed(keys), reversed(previous), strict=True))
        self._before = [], []

    def remembered(self) -> dict[int, int]:
        """Identity → its last offset, of those that the next record is compared with."""
        oldest = self._position - self._limit
        return {identity: offset for identity, offset in self._last.items() if offset >= oldest}

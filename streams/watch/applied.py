"""Which rows of digests have been counted already. Pure."""

from collections.abc import Iterable

import numpy as np

from schemas.digest import DigestColumns


class Applied:
    """The last offset of each source partition: rows of one come in order, so one that isn't above it is old."""

    __slots__ = ("_last",)

    def __init__(self, last: Iterable[tuple[int, int, int]] = ()) -> None:
        self._last = {(epoch, partition): offset for epoch, partition, offset in last}

    def unseen(self, epoch: int, columns: DigestColumns) -> DigestColumns:
        """The rows of that epoch of the source topic that are new; they count as seen from now on."""
        if not len(columns):
            return columns
        keep = np.zeros(len(columns), bool)
        for partition in np.flatnonzero(np.bincount(columns.partition)).tolist():
            here = columns.partition == partition
            last = self._last.get((epoch, partition), -1)
            keep |= here & (columns.offset > last)
            self._last[epoch, partition] = max(last, int(columns.offset[here].max()))
        return columns if keep.all() else columns.take(keep)

    def to_state(self) -> list[list[int]]:
        """Plain values: epoch, partition and offset of each."""
        return [[epoch, partition, offset] for (epoch, partition), offset in sorted(self._last.items())]

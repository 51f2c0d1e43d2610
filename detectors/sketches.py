"""Distinct counts in bounded memory."""

import struct
from array import array
from collections.abc import Iterable

from detectors.part import little_endian
from schemas.signal import COUNTED

_SPACE = float(1 << 64)


class DistinctSketch:
    """How many different 64-bit hashes were added: exact up to `size`, estimated above.

    Keeps the `size` least hashes (K minimum values, KMV). If the hashes are uniform, the k-th least of n lies near
    k/n of the hash space, so n ≈ (k − 1) / (kth / 2⁶⁴), with a relative standard error of 1/√(k − 2): 10 % at the
    default. Merging two sketches is the union of what they keep. Bad at: hashes that aren't uniform.

    Source: Z. Bar-Yossef et al., "Counting distinct elements in a data stream", RANDOM 2002, algorithm 1;
    K. Beyer et al., SIGMOD 2007, for the unbiased (k − 1).

    >>> s = DistinctSketch()
    >>> s.add([7, 7, 9]); s.count()
    2
    """

    __slots__ = ("_limit", "_values", "size")

    def __init__(self, size: int = COUNTED) -> None:
        self.size = size
        self._values: set[int] = set()
        self._limit: int | None = None  # hashes at or above it are no longer kept

    def add(self, hashes: Iterable[int]) -> None:
        """Takes the hashes in. A hash of 0 means "unknown" and isn't counted."""
        limit = self._limit
        self._values.update(hashes if limit is None else (h for h in hashes if h < limit))
        self._values.discard(0)
        if len(self._values) > 2 * self.size:
            self._trim()

    def _trim(self) -> None:
        kept = sorted(self._values)[: self.size]
        self._values = set(kept)
        self._limit = kept[-1] + 1

    def count(self) -> int:
        """The number of different hashes so far."""
        if len(self._values) > self.size:
            self._trim()
        if self._limit is None:
            return len(self._values)
        kept = len(self._values)
        return max(kept, round((kept - 1) * _SPACE / max(self._values))) if kept > 1 else kept

    def merge(self, other: "DistinctSketch") -> None:
        """Becomes the sketch of both."""
        if other._limit is not None and (self._limit is None or other._limit < self._limit):
            self._limit = other._limit
            self._values = {h for h in self._values if h < other._limit}
        self.add(other._values)

    def to_state(self) -> tuple[int, bytes]:
        """(limit or 0, the kept hashes as little-endian 64-bit words)."""
        if len(self._values) > self.size:
            self._trim()
        if not self._values:
            return 0, b""
        return self._limit or 0, little_endian(array("Q", sorted(self._values))).tobytes()

    @classmethod
    def from_state(cls, state: tuple[int, bytes], size: int = COUNTED) -> "DistinctSketch":
        """The sketch that `to_state` described."""
        sketch = cls(size)
        limit, packed = state
        sketch._limit = limit or None
        sketch._values = set(struct.unpack(f"<{len(packed) // 8}Q", packed))
        return sketch

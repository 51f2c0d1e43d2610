"""A minute of one brand that isn't over: what came lies as it came until somebody wants to know.

So that a mention costs little: its rows are put aside, and are read together when the minute is looked at or closed, when
they are many, or when the state is written.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.copies import CopyLimit
from detectors.minute_block import MinuteBlock
from detectors.rows import ROW
from detectors.sketches import DistinctSketch

MOST_WAITING = 128  # rows put aside of one brand and minute: 16 kB
EVIDENCE = np.dtype([("writer", "<u8"), ("near", "<u8"), ("negative", "?")])


class OpenMinute:
    """What was said in it (`block`), and the authors that its evidence counts.

    Whether a copy still counts as evidence depends on the copies before it. So that is decided in the order of minutes,
    by `weigh`, and not as rows come: a source partition may run hours ahead of the others.
    """

    __slots__ = ("_condensed", "_evident", "_evident_negative", "_held_bytes", "_unweighed", "_waiting", "block")

    def __init__(self, minute: int) -> None:
        self.block = MinuteBlock(minute)
        self._waiting: list[bytes] = []
        self._held_bytes = 0
        self._unweighed: list[bytes] = []  # of `ROW`
        self._condensed = b""  # older ones, of `EVIDENCE`
        self._evident = DistinctSketch()
        self._evident_negative = DistinctSketch()

    def put(self, rows: bytes) -> bool:
        """Takes in rows of this minute (`ROW`); whether so many wait now that they should be read."""
        self._waiting.append(rows)
        self._held_bytes += len(rows)
        return self._held_bytes > MOST_WAITING * ROW.itemsize

    def put_evidence(self, rows: bytes) -> None:
        """Takes in rows (`ROW`) of an earlier minute, whose evidence is closed: they are seen now."""
        self._unweighed.append(rows)

    def read(self, networks: Sequence[str]) -> None:
        """Reads what was put aside."""
        if self._waiting:
            rows = b"".join(self._waiting)
            self._waiting, self._held_bytes = [], 0
            self.block.add(np.frombuffer(rows, ROW), networks)
            self._unweighed.append(rows)

    def weigh(self, copies: CopyLimit, minute: int) -> tuple[int, int]:
        """Negative authors and authors that count as evidence; `read` comes first, and all earlier minutes."""
        for kind, raw in ((EVIDENCE, self._condensed), (ROW, b"".join(self._unweighed))):
            if raw:
                self._count(np.frombuffer(raw, kind), copies, minute)
        self._condensed, self._unweighed = b"", []
        return self._evident_negative.count(), self._evident.count()

    def _count(self, rows: NDArray[np.void], copies: CopyLimit, minute: int) -> None:
        fresh = copies.fresh(rows["near"].tolist(), minute)
        counted = rows if all(fresh) else rows[fresh]
        self._evident.add(counted["writer"].tolist())
        self._evident_negative.add(counted["writer"][counted["negative"]].tolist())

    def condense(self) -> None:
        """Keeps of rows that aren't weighed only what will be weighed: an eighth."""
        if self._unweighed:
            rows = np.frombuffer(b"".join(self._unweighed), ROW)
            evidence = np.empty(len(rows), EVIDENCE)
            for name in EVIDENCE.names or ():
                evidence[name] = rows[name]
            self._condensed, self._unweighed = self._condensed + evidence.tobytes(), []

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`; `read` comes first."""
        self.condense()
        return [self.block.pack(), self._evident.to_state(), self._evident_negative.to_state(), self._condensed]

    @classmethod
    def from_state(cls, state: list[Any]) -> "OpenMinute":
        """The minute that `to_state` described."""
        minute = cls(0)
        minute.block = MinuteBlock.unpack(state[0])
        minute._evident, minute._evident_negative = (DistinctSketch.from_state(tuple(each)) for each in state[1:3])
        minute._condensed = state[3]
        return minute

"""What was said about one brand in minutes that are over: a quarter of an hour by the minute, then quarters. Pure.

Blocks are kept as bytes: they are read when a level is shown, which is rare, and written with every checkpoint.
"""

from typing import Any

from detectors.minute_block import MinuteBlock, merged
from streams.watch.counts import RECENT_MIN

QUARTERS = 3  # so that an hour can be looked back upon
MERGE_BYTES = 4_096
"""The minutes of a quarter are merged into one block when they are larger than this: a busy brand's then are one."""


class History:
    """The closed minutes of the last hour."""

    __slots__ = ("_quarters", "_read", "_recent")

    def __init__(self) -> None:
        self._recent: dict[int, bytes] = {}
        self._quarters: list[tuple[int, list[bytes]]] = []  # the first minute of each, oldest first, and its blocks
        self._read: dict[int, MinuteBlock] = {}  # quarters that were shown, by their first minutes; no state

    def close(self, block: MinuteBlock) -> None:
        """Keeps a minute that is over, or one that has changed."""
        self._recent[block.minute] = block.pack()

    def block(self, minute: int) -> MinuteBlock:
        """The block of a closed minute of the last quarter of an hour; a new one if nothing was said."""
        packed = self._recent.get(minute)
        return MinuteBlock(minute) if packed is None else MinuteBlock.unpack(packed)

    def retire(self, minute: int) -> list[bytes]:
        """Moves what is more than a quarter of an hour before `minute` into quarters; returns the blocks that go."""
        for old in sorted(each for each in self._recent if each < minute - RECENT_MIN):
            self._into_quarter(old, self._recent.pop(old))
        gone: list[bytes] = []
        while self._quarters and self._quarters[0][0] < minute - RECENT_MIN * (QUARTERS + 1):
            first, blocks = self._quarters.pop(0)
            self._read.pop(first, None)
            gone += blocks
        return gone

    def _into_quarter(self, minute: int, packed: bytes) -> None:
        if not self._quarters or minute >= self._quarters[-1][0] + RECENT_MIN:
            self._quarters.append((minute, []))
        first, blocks = self._quarters[-1]
        blocks.append(packed)
        self._read.pop(first, None)
        if sum(map(len, blocks)) > MERGE_BYTES and len(blocks) > 1:
            self._quarters[-1] = first, [_whole(blocks).pack()]

    def window(self, minutes: int, last: int) -> list[MinuteBlock]:
        """The closed blocks of the last `minutes` (15 or 60) up to `last`, oldest first."""
        first = last - RECENT_MIN + 1 if minutes <= RECENT_MIN else 0
        recent = [MinuteBlock.unpack(self._recent[m]) for m in sorted(self._recent) if first <= m <= last]
        if minutes <= RECENT_MIN:
            return recent
        return [*(self._quarter(first, blocks) for first, blocks in self._quarters), *recent]

    def _quarter(self, first: int, blocks: list[bytes]) -> MinuteBlock:
        whole = self._read.get(first)
        if whole is None:
            whole = self._read[first] = _whole(blocks)
        return whole

    def packed(self) -> list[bytes]:
        """All blocks of the last hour."""
        return [*(block for _, blocks in self._quarters for block in blocks), *self._recent.values()]

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`."""
        return [self._recent, self._quarters]

    @classmethod
    def from_state(cls, state: list[Any]) -> "History":
        """The history that `to_state` described."""
        history = cls()
        history._recent = dict(state[0])
        history._quarters = [(first, list(blocks)) for first, blocks in state[1]]
        return history


def _whole(blocks: list[bytes]) -> MinuteBlock:
    return MinuteBlock.unpack(blocks[0]) if len(blocks) == 1 else merged(map(MinuteBlock.unpack, blocks))

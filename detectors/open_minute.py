"""A minute of one brand that isn't over: what came lies as it came until somebody wants to know.

So that a mention costs little: its rows are put aside, and are read together when the minute is looked at or closed, when
they are many, or when the state is written.
"""

import struct
from collections.abc import Iterable, Sequence
from itertools import compress
from typing import Any, NamedTuple

from detectors.author_cap import AuthorCaps
from detectors.copies import CopyLimit
from detectors.minute_block import CATEGORIES, MinuteBlock, bits_of
from detectors.rows import ROW, told
from detectors.sketches import DistinctSketch
from schemas.enums import Category

MOST_WAITING = 512  # rows put aside of one brand and minute: 64 kB
MOST_UNWEIGHED = 128  # rows that a state carries for later: 2.5 kB; weighing them is dearer than writing them
TROUBLE = sum(each.bit for each in Category if each not in (Category.COMPLAINT, Category.QUESTION, Category.PRAISE))
"""Mask of the categories whose voices are counted, whatever they sound like …"""
ASKING = Category.QUESTION.bit
"""… and that of those who count while they aren't negative, nor praise: who asks in anger is part of the anger, and "isn't
it great?" asks nothing."""
PRAISE = Category.PRAISE.bit
NO_VOICES = (0,) * len(CATEGORIES)
_EVIDENCE = struct.Struct("<QQ?")  # of each row who wrote it, its text, and whether it is negative …
_MASK = struct.Struct("<H")  # … and its categories
Evidence = tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]
"""What counts of rows: writers, texts, which are negative, masks of categories."""


class Weighed(NamedTuple):
    """Distinct authors of a minute."""

    negative: int
    """Of negative mentions that count as evidence …"""
    authors: int
    """… and of any."""
    copied_negative: int
    """Of negative copies beyond the limit …"""
    copied: int
    """… and of any."""

    def with_copies(self, share: float) -> tuple[int, int]:
        """Negative authors and authors when that share (0–1) of the further copies counts too."""
        return self.negative + round(share * self.copied_negative), self.authors + round(share * self.copied)


class OpenMinute:
    """What was said in it (`block`), and the authors that its evidence counts.

    Whether a copy still counts as evidence depends on the copies before it. So that is decided in the order of minutes,
    by `weigh`, and not as rows come: a source partition may run hours ahead of the others.
    """

    __slots__ = (
        "_angry_today", "_condensed", "_evident", "_evident_negative", "_further", "_held_bytes", "_masks", "_unweighed",
        "_voices", "_waiting", "block",
    )  # fmt: skip

    def __init__(self, minute: int) -> None:
        self.block = MinuteBlock(minute)
        self._waiting: list[bytes] = []
        self._held_bytes = 0
        self._unweighed: list[Evidence] = []
        self._condensed = b""  # older ones …
        self._masks = b""  # … and their categories
        self._evident = DistinctSketch()
        self._evident_negative = DistinctSketch()
        self._angry_today = DistinctSketch()  # of the negative ones, who hasn't counted often enough that day
        self._further: tuple[DistinctSketch, DistinctSketch] | None = None  # of copies beyond the limit: negative ones, any
        self._voices: dict[int, DistinctSketch] = {}  # by place in `Category`, of trouble and questions

    def put(self, rows: bytes) -> bool:
        """Takes in rows of this minute (`ROW`); whether so many wait now that they should be read."""
        self._waiting.append(rows)
        self._held_bytes += len(rows)
        return self._held_bytes > MOST_WAITING * ROW.itemsize

    def put_evidence(self, rows: bytes) -> None:
        """Takes in rows (`ROW`) of an earlier minute, whose evidence is closed: they are seen now."""
        said = told(rows)
        self._unweighed.append((said.writers, said.texts, said.negative, said.categories))

    def read(self, networks: Sequence[str]) -> bool:
        """Reads what was put aside; whether there was something."""
        if not self._waiting:
            return False
        said = told(b"".join(self._waiting))
        self._waiting, self._held_bytes = [], 0
        self.block.add(said, networks)
        self._unweighed.append((said.writers, said.texts, said.negative, said.categories))
        return True

    def weigh(self, copies: CopyLimit, caps: AuthorCaps, minute: int) -> None:
        """Decides of what was read who counts as evidence; all earlier minutes come first."""
        if self._condensed:
            writers, texts, negative = list(zip(*_EVIDENCE.iter_unpack(self._condensed), strict=True))
            masks = [mask for (mask,) in _MASK.iter_unpack(self._masks)]
            self._count(writers, texts, negative, masks, copies, caps, minute)
        for each in self._unweighed:
            self._count(*each, copies, caps, minute)
        self._condensed, self._masks, self._unweighed = b"", b"", []

    @property
    def weighed(self) -> Weighed:
        """The authors that count as evidence so far, and those of further copies."""
        further = (self._further[0].count(), self._further[1].count()) if self._further else (0, 0)
        return Weighed(self._evident_negative.count(), self._evident.count(), *further)

    @property
    def angry_again(self) -> int:
        """Of the negative authors who were weighed, without further copies: who counted often enough that day."""
        return max(0, self._evident_negative.count() - self._angry_today.count())

    @property
    def is_heavy(self) -> bool:
        """Whether so many rows wait to be weighed that a state should rather hold what follows from them."""
        return len(self._condensed) // _EVIDENCE.size + sum(len(each[0]) for each in self._unweighed) > MOST_UNWEIGHED

    @property
    def voices(self) -> tuple[int, ...]:
        """People who spoke of each kind of trouble, and who asked without anger or praise, in the order of `Category`.

        Of those weighed, without further copies.
        """
        found = self._voices
        if not found:
            return NO_VOICES
        return tuple(found[place].count() if place in found else 0 for place in range(len(CATEGORIES)))

    def _count(
        self,
        writers: Sequence[int],
        texts: Sequence[int],
        negative: Sequence[int],
        masks: Sequence[int],
        copies: CopyLimit,
        caps: AuthorCaps,
        minute: int,
    ) -> None:
        fresh = copies.fresh(texts, minute)
        if not all(fresh):
            further = [not each for each in fresh]
            self._further = self._further or (DistinctSketch(), DistinctSketch())
            self._further[0].add(compress(compress(writers, negative), compress(further, negative)))
            self._further[1].add(compress(writers, further))
            writers, negative, masks = (list(compress(each, fresh)) for each in (writers, negative, masks))
        self._evident.add(writers)
        angry = list(compress(writers, negative))
        if angry:
            new = list(compress(angry, caps.anger.count(angry, minute)))
            self._evident_negative.add(new)
            self._angry_today.add(compress(new, caps.day.count(new, minute)))
        if any(masks):
            for place, who in _voices(writers, masks, negative).items():
                counts = caps.voices.count([each + place + 1 for each in who], minute)
                self._voices.setdefault(place, DistinctSketch()).add(compress(who, counts))

    def condense(self) -> None:
        """Keeps of rows that aren't weighed only what will be weighed, as bytes."""
        self._condensed, self._masks = self._packed()
        self._unweighed = []

    def _packed(self) -> tuple[bytes, bytes]:
        evidence, masks = [self._condensed], [self._masks]
        for writers, texts, negative, kinds in self._unweighed:
            evidence += map(_EVIDENCE.pack, writers, texts, negative)
            masks += map(_MASK.pack, kinds)
        return b"".join(evidence), b"".join(masks)

    def to_state(self) -> list[Any]:
        """Plain values, in the order of `from_state`; `read` comes first."""
        condensed, masks = self._packed()
        evident = [sketch.to_state() for sketch in (self._evident, self._evident_negative)]
        negative, copied = (each.to_state() for each in self._further or (DistinctSketch(), DistinctSketch()))
        voices = [[place, *self._voices[place].to_state()] for place in sorted(self._voices)]
        today = [self._angry_today.to_state()] if self.angry_again else []
        more = [copied, negative, masks, voices, *today] if voices or masks or self._further or today else []
        return [self.block.pack(), *evident, condensed, *more]

    @classmethod
    def from_state(cls, state: list[Any]) -> "OpenMinute":
        """The minute that `to_state` described."""
        minute = cls(0)
        minute.block = MinuteBlock.unpack(state[0])
        minute._evident, minute._evident_negative = (DistinctSketch.from_state(tuple(each)) for each in state[1:3])
        minute._condensed = state[3]
        minute._masks = bytes(len(minute._condensed) // _EVIDENCE.size * _MASK.size)
        if len(state) > 4:  # states of before have no copies and no trouble
            copied, negative = (DistinctSketch.from_state(tuple(each)) for each in state[4:6])
            minute._further = (negative, copied) if copied.count() else None
            minute._masks = state[6]
            minute._voices = {place: DistinctSketch.from_state((limit, kept)) for place, limit, kept in state[7]}
        minute._angry_today = DistinctSketch.from_state(tuple(state[8] if len(state) > 8 else state[2]))
        return minute


def _voices(writers: Iterable[int], masks: Iterable[int], negative: Iterable[int]) -> dict[int, list[int]]:
    """Who spoke of each kind of trouble, and who asked without anger or praise, by its place in `Category`."""
    found: dict[int, list[int]] = {}
    for writer, mask, angry in zip(writers, masks, negative, strict=True):
        if said := mask & (TROUBLE if angry or mask & PRAISE else TROUBLE | ASKING):
            for place in bits_of(said):
                found.setdefault(place, []).append(writer)
    return found

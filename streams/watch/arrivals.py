"""The rows of a digests record as watch counts them, and those that may wait until more have come. Pure.

A look at a brand is dear, and taking in a few rows of it costs nearly as much as taking in many. So rows of the open minute
wait, those of all brands together, while they can change nothing: the brand has been looked for in this minute, nothing is
stated of it, and it takes more negative mentions than these to come to a level (`BrandWatch.room`). They are taken in before
anybody looks at the brand or writes its state, at the end of its minute at the latest: what watch decides is the same.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from detectors.rows import MINUTE_MS, ROW, Rows, as_rows
from schemas.digest import DigestBatch, DigestColumns
from schemas.signal import Loud

MOST_WAITING = 20_000
"""Rows, 3 MB: with more, brands share them enough."""
NEVER = -1
_FIRST_SIZE = 64


class Arrivals(NamedTuple):
    """Rows of any brands and minutes, as they came."""

    brand: NDArray[np.intp]
    """The slot of each row's brand (`Deferred.slots`)."""
    observed_ms: NDArray[np.int64]
    negative: NDArray[np.bool_]
    rows: Rows | None
    """None where mentions are only counted."""

    @classmethod
    def of(
        cls,
        batch: DigestBatch,
        columns: DigestColumns,
        slots: NDArray[np.intp],
        negative_from: float,
        networks: NDArray[np.uint32] | None,
    ) -> Self:
        """The rows of a record whose brands have those slots; `networks` as for `as_rows`, None: they are only counted."""
        negative = columns.negativity >= negative_from
        rows = None if networks is None else as_rows(columns, negative, batch.epoch, networks)
        return cls(slots[columns.brand], columns.observed_ms, negative, rows)

    def take(self, index: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """These rows only."""
        rows = None if self.rows is None else self.rows[index]
        return type(self)(self.brand[index], self.observed_ms[index], self.negative[index], rows)

    def __len__(self) -> int:
        return len(self.brand)


class Deferred:
    """Rows that wait, and how many more negative ones of each brand may."""

    def __init__(self, judged: bool = True) -> None:
        """`judged`: whether rows are more than counted."""
        self.names: list[str] = []
        """The brand of each slot."""
        self._slots: dict[str, int] = {}
        self._minute = np.full(_FIRST_SIZE, NEVER)  # the minute in which its rows may wait …
        self._room = np.zeros(_FIRST_SIZE, np.int64)  # … as long as fewer than so many of them are negative
        self._held = np.zeros(_FIRST_SIZE, np.intp)  # rows of it that wait
        self._judged = judged
        self._rows = _room_for(_FIRST_SIZE, judged)  # those that wait, and some that were taken: these have no slot
        self._size = self._waiting = 0

    def slots(self, names: Sequence[str]) -> NDArray[np.intp]:
        """The places of these brands in all arrays."""
        known = self._slots
        if not known.keys() >= set(names):
            for name in names:
                if known.setdefault(name, len(self.names)) == len(self.names):
                    self.names.append(name)
            self._grow()
        return np.array([known[name] for name in names], np.intp)

    def _grow(self) -> None:
        while (size := len(self._minute)) < len(self.names):
            self._minute = np.concatenate((self._minute, np.full(size, NEVER)))
            self._room, self._held = (np.concatenate((each, np.zeros_like(each))) for each in (self._room, self._held))

    @property
    def is_full(self) -> bool:
        """Whether there are so many that they should be taken."""
        return self._size > MOST_WAITING

    def allow(self, name: str, minute: int, room: int) -> None:
        """Rows of the brand in that minute may wait while fewer than so many of them are negative."""
        slot = self._slots[name]
        self._minute[slot], self._room[slot] = minute, room

    def forbid(self, name: str) -> None:
        """They may not, until it is allowed again."""
        slot = self._slots.get(name)
        if slot is not None:
            self._minute[slot] = NEVER

    def put(self, arrived: Arrivals, minute: int, loud: Collection[int]) -> tuple[Arrivals | None, Arrivals]:
        """Lets rows of the open minute wait where they may; returned are what waited of the others' brands, and the others.

        `loud`: slots of brands with a row whose author is to be shown.
        """
        slots, place = np.unique(arrived.brand, return_inverse=True)
        negatives = np.bincount(place[arrived.negative], minlength=len(slots))
        calm = (self._minute[slots] == minute) & (negatives < self._room[slots])
        calm[place[arrived.observed_ms // MINUTE_MS != minute]] = False
        if loud:
            calm &= ~np.isin(slots, list(loud))
        if calm.any():
            waits = calm[place]
            self._room[slots[calm]] -= negatives[calm]
            self._held[slots[calm]] += np.bincount(place, minlength=len(slots))[calm]
            self._keep(arrived.take(waits))
            arrived = arrived.take(~waits)
        held = slots[~calm & (self._held[slots] > 0)]
        return self._take(held) if len(held) else None, arrived

    def _keep(self, rows: Arrivals) -> None:
        end = self._size + len(rows)
        if end > len(self._rows):
            before, self._rows = self._rows, _room_for(2 * end, self._judged)
            for column, old in zip(self._rows, before, strict=True):
                if column is not None and old is not None:
                    column[: len(old)] = old
        for column, more in zip(self._rows, rows, strict=True):
            if column is not None and more is not None:
                column[self._size : end] = more
        self._size = end
        self._waiting += len(rows)

    def take_of(self, names: Collection[str]) -> Arrivals | None:
        """What waits of these brands, if something does."""
        if not self._waiting:
            return None
        slots = [slot for name in names if (slot := self._slots.get(name)) is not None and self._held[slot]]
        return self._take(np.array(slots, np.intp)) if slots else None

    def take(self) -> Arrivals | None:
        """All that waits, if something does."""
        if not self._waiting:
            return None
        taken = self._rows.take(np.flatnonzero(self._rows.brand[: self._size] != NEVER))
        self._held[:] = 0
        self._size = self._waiting = 0
        return taken

    def _take(self, slots: NDArray[np.intp]) -> Arrivals:
        chosen = np.zeros(len(self.names) + 1, bool)  # the last one stands for `NEVER`
        chosen[slots] = True
        mine = np.flatnonzero(chosen[self._rows.brand[: self._size]])
        taken = self._rows.take(mine)
        self._rows.brand[mine] = NEVER
        self._held[slots] = 0
        self._waiting -= len(mine)
        if not self._waiting:
            self._size = 0
        return taken


def _room_for(number: int, judged: bool) -> Arrivals:
    """Columns for so many rows."""
    rows = np.empty(number, ROW) if judged else None
    return Arrivals(np.empty(number, np.intp), np.empty(number, np.int64), np.empty(number, bool), rows)


def loud_of(batch: DigestBatch, columns: DigestColumns, slots: NDArray[np.intp]) -> dict[tuple[int, int], list[Loud]]:
    """By minute and slot: authors with reach whose handle is known."""
    found: dict[tuple[int, int], list[Loud]] = {}
    if batch.handles:
        known = np.fromiter(batch.handles, np.uint64, len(batch.handles))
        for row in np.flatnonzero(np.isin(columns.author, known) & (columns.reach > 0)).tolist():
            where = int(columns.observed_ms[row]) // MINUTE_MS, int(slots[columns.brand[row]])
            author = Loud(batch.handles[int(columns.author[row])], int(columns.reach[row]))
            found.setdefault(where, []).append(author)
    return found

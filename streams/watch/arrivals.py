"""The rows of a digests record as watch counts them, and those that may wait until more have come. Pure.

A look at a brand is dear, and taking in a few rows of it costs nearly as much as taking in many. So rows of the open minute
wait, those of all brands together, while they can change nothing: the brand has been looked for in this minute, nothing is
stated of it, and it takes more negative mentions than these to come to a level (`BrandWatch.room`). They are taken in before
anybody looks at the brand or writes its state, at the end of its minute at the latest: what watch decides is the same.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from detectors.rows import MINUTE_MS, ROW, Rows, as_rows
from schemas.digest import DigestBatch, DigestColumns
from schemas.signal import Loud

MOST_WAITING = 20_000
"""Rows, 3 MB: with more, brands share them enough."""
NEVER = -1


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

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """One after the other, of one part at least."""
        if len(parts) == 1:
            return parts[0]
        brand, observed_ms, negative = (np.concatenate([part[place] for part in parts]) for place in range(3))
        rows = [part.rows.tobytes() for part in parts if part.rows is not None]
        return cls(brand, observed_ms, negative, np.frombuffer(b"".join(rows), ROW) if rows else None)

    def __len__(self) -> int:
        return len(self.brand)


class Deferred:
    """Rows that wait, and how many more negative ones of each brand may."""

    def __init__(self) -> None:
        self.names: list[str] = []
        """The brand of each slot."""
        self._slots: dict[str, int] = {}
        self._minute = np.full(64, NEVER)  # the minute in which its rows may wait …
        self._room = np.zeros(64, np.int64)  # … as long as fewer than so many of them are negative
        self._held = np.zeros(64, np.intp)  # rows of it that wait
        self._parts: list[Arrivals] = []
        self._waiting = 0

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
        """Whether so many wait that they should be taken."""
        return self._waiting > MOST_WAITING

    def allow(self, name: str, minute: int, room: int) -> None:
        """Rows of the brand in that minute may wait while fewer than so many of them are negative."""
        slot = self._slots[name]
        self._minute[slot], self._room[slot] = minute, room

    def forbid(self, name: str) -> None:
        """They may not, until it is allowed again."""
        slot = self._slots.get(name)
        if slot is not None:
            self._minute[slot] = NEVER

    def put(self, arrived: Arrivals, minute: int, loud: Iterable[int]) -> Arrivals:
        """Lets rows of the open minute wait where they may; the others, and of their brands what waited, are returned.

        `loud`: slots of brands with a row whose author is to be shown.
        """
        size = len(self.names)
        inside = arrived.observed_ms // MINUTE_MS == minute
        negatives = np.bincount(arrived.brand[arrived.negative], minlength=size)
        calm = (self._minute[:size] == minute) & (negatives < self._room[:size])
        calm[arrived.brand[~inside]] = False
        calm[list(loud)] = False
        waits = calm[arrived.brand]
        if not waits.any():
            return self._with_waiting(arrived)
        self._room[:size][calm] -= negatives[calm]
        now = self._with_waiting(arrived.take(~waits))
        waiting = arrived.take(waits)
        self._parts.append(waiting)
        self._waiting += len(waiting)
        self._held[:size] += np.bincount(waiting.brand, minlength=size)
        return now

    def _with_waiting(self, arrived: Arrivals) -> Arrivals:
        """What waits of these brands comes first."""
        if self._held[arrived.brand].any():
            return Arrivals.joined([self._take(np.unique(arrived.brand)), arrived])
        return arrived

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
        parts, self._parts, self._waiting = self._parts, [], 0
        self._held[:] = 0
        return Arrivals.joined(parts)

    def _take(self, slots: NDArray[np.intp]) -> Arrivals:
        whole = Arrivals.joined(self._parts)
        chosen = np.zeros(len(self.names), bool)
        chosen[slots] = True
        mine = chosen[whole.brand]
        rest = whole.take(~mine)
        self._parts = [rest] if len(rest) else []
        self._waiting = len(rest)
        self._held[slots] = 0
        return whole.take(mine)


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

"""Whether one network has fallen silent while the others go on: its source is dead, or the network itself is. Pure.

What is expected of a network is what it brought lately, as far as the others go on: so nobody has to know its days and
nights. Of blocks of 15 and of 60 min, with X of the network and O of all others in the last one, X_b and O_b in each of
those before,

    m = min_b X_b min(1, O / O_b)

is the least that it may be, so that the end of a burst is no silence. It is silent where fewer than 12 % of m came, and
half the deviance of a negative binomial of mean m and relative variance 0.25 is 8 nats at least (`detectors.silence.lull`):
from m = 26 on where nobody speaks at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.rows import MINUTE_MS
from detectors.silence import lull
from detectors.volume import outage

CELL_MS = 5 * MINUTE_MS
BLOCKS = ((3, 8), (12, 6))
"""Cells in a block, and how many blocks before the last one are compared with it: two hours, six hours."""
KEPT = max(cells * (before + 1) for cells, before in BLOCKS)
VARIANCE = 0.25
LEAST_NATS = 8.0
BACK_SHARE = 0.25
"""Of what is expected: then it is back."""
MOST_NETWORKS = 16
LONGEST_MS = 24 * 3_600_000
"""After a day without it a network isn't one of ours any more."""


class Dead(NamedTuple):
    """A network that is silent."""

    since_ms: int
    usual: float
    """Mentions in a block of 15 min when it was last heard …"""
    others: float
    """… and of all others."""


class Networks:
    """Mentions of each network in a partition, by five minutes."""

    __slots__ = ("_cell", "_cells", "_dead")

    def __init__(self) -> None:
        self._cells: dict[str, dict[int, int]] = {}
        self._dead: dict[str, Dead] = {}
        self._cell = 0  # the open one, when it was last looked at

    @property
    def silent(self) -> Mapping[str, Dead]:
        """Those that are silent, as of the last `turn`."""
        return self._dead

    def count(self, names: Sequence[str], network: NDArray[np.integer], observed_ms: NDArray[np.int64]) -> None:
        """Takes in mentions, in any order: of each the index of its network in `names`, and when it was seen."""
        number = len(names)
        keys, counts = np.unique(observed_ms // CELL_MS * number + network, return_counts=True)
        for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
            cell, place = divmod(key, number)
            held = self._cells.setdefault(names[place], {})
            held[cell] = held.get(cell, 0) + count
        while len(self._cells) > MOST_NETWORKS:
            del self._cells[min(self._cells, key=lambda name: (sum(self._cells[name].values()), name))]

    def turn(self, now_ms: int) -> None:
        """Five minutes are over: what isn't needed any more is forgotten, and each network is looked at."""
        cell = now_ms // CELL_MS
        if cell <= self._cell:  # a late row may bring a look at a minute that is over
            return
        self._forget(cell - KEPT)
        self._cell = cell
        self._dead = dict(self._found(now_ms))

    def _forget(self, first: int) -> None:
        """Keeps the cells from `first` on; in a replay many lie ahead, so that those that go are named."""
        gone = range(self._cell - KEPT, first)
        for name, held in list(self._cells.items()):
            if len(gone) > len(held):
                held = self._cells[name] = {cell: count for cell, count in held.items() if cell >= first}
            else:
                for cell in gone:
                    held.pop(cell, None)
            if not held:
                del self._cells[name]

    def _found(self, now_ms: int) -> Iterator[tuple[str, Dead]]:
        for name in sorted(self._cells.keys() | self._dead.keys()):
            dead = self._dead.get(name)
            if dead is None:
                if found := self._silence(name):
                    yield name, found
            elif now_ms - dead.since_ms < LONGEST_MS and not self._is_back(name, dead):
                yield name, dead

    def _silence(self, name: str) -> Dead | None:
        for cells, before in BLOCKS:
            just = self._mine(name, cells, 1)
            if not outage((0, 0, just)):  # no more is expected than the block before it brought: too few to tell
                continue
            mine = self._mine(name, cells, 0)
            if not outage((0, mine, just)):
                continue
            others = self._others(name, cells, 0)
            expected = float(just)
            for number in range(1, before + 1):
                usual = self._others(name, cells, number)
                expected = min(expected, self._mine(name, cells, number) * min(1.0, others / usual) if usual else 0.0)
            window = (0, mine, expected)
            if outage(window) and lull(window, VARIANCE) >= LEAST_NATS:
                quarters = cells / BLOCKS[0][0]
                heard = max((cell for cell in self._cells[name] if cell < self._cell), default=0)
                since_ms = min(heard + 1, self._cell - cells) * CELL_MS
                return Dead(since_ms, just / quarters, self._others(name, cells, 1) / quarters)
        return None

    def _is_back(self, name: str, dead: Dead) -> bool:
        cells = BLOCKS[0][0]
        mine = self._mine(name, cells, 0)
        return mine > 0 and mine >= BACK_SHARE * dead.usual * min(1.0, self._others(name, cells, 0) / dead.others)

    def _mine(self, name: str, cells: int, number: int) -> int:
        """Mentions of the network in the block that ended so many blocks ago."""
        held = self._cells.get(name)
        if held is None:
            return 0
        end = self._cell - cells * number
        return sum([held[cell] for cell in range(end - cells, end) if cell in held])

    def _others(self, name: str, cells: int, number: int) -> int:
        """The same of all others."""
        return sum(self._mine(each, cells, number) for each in self._cells if each != name)

    def to_state(self) -> list[Any]:
        """Plain values for msgpack."""
        return [self._cells, {name: list(dead) for name, dead in self._dead.items()}, self._cell]

    @classmethod
    def from_state(cls, state: list[Any]) -> "Networks":
        """What `to_state` described."""
        networks = cls()
        cells, dead, networks._cell = state
        networks._cells = {name: dict(held) for name, held in cells.items()}
        networks._dead = {name: Dead(*values) for name, values in dead.items()}
        return networks

"""A network that falls silent while the others go on is told from nights, ends of bursts, and silence everywhere."""

import math

import msgspec
import numpy as np
import pytest

from schemas.config.model import Config
from schemas.signal import Source
from streams.watch.core import WatchCore
from streams.watch.networks import CELL_MS, Networks
from tests.digests import DigestRows

START = 5_000_000
"""Five minutes, counted from the epoch."""
HOUR = 12


class Talk:
    """Two networks, by five minutes."""

    def __init__(self) -> None:
        self.networks, self.chance, self.cell = Networks(), np.random.default_rng(7), START

    def go_on(self, cells: int, x: float, instagram: float) -> None:
        """So many cells with so many mentions on average."""
        for _ in range(cells):
            which = np.repeat([0, 1], self.chance.poisson([x, instagram]))
            at_ms = self.cell * CELL_MS + self.chance.integers(0, CELL_MS, len(which))
            self.networks.count(["x", "instagram"], which, at_ms)
            self.cell += 1
            self.networks.turn(self.cell * CELL_MS)

    @property
    def silent(self) -> set[str]:
        return set(self.networks.silent)


def test_a_network_that_brings_nothing_any_more_is_silent_until_it_is_back() -> None:
    talk = Talk()
    talk.go_on(3 * HOUR, x=60, instagram=20)
    assert not talk.silent
    talk.go_on(4, x=60, instagram=0)
    assert talk.silent == {"instagram"}
    talk.networks.turn((talk.cell - 3) * CELL_MS)  # a look that a late row has brought
    assert talk.networks.silent["instagram"].since_ms == (START + 3 * HOUR) * CELL_MS
    talk.go_on(10 * HOUR, x=60, instagram=0)
    assert talk.silent == {"instagram"}
    talk.go_on(3, x=60, instagram=20)
    assert not talk.silent


@pytest.mark.parametrize("mean", [4.0, 20.0, 200.0])
def test_a_day_and_its_night_are_no_silence(mean: float) -> None:
    talk = Talk()
    for cell in range(3 * 24 * HOUR):
        swing = math.exp(1.2 * math.sin(2 * math.pi * cell / (24 * HOUR)))
        talk.go_on(1, x=mean * swing, instagram=mean / 2 * swing)
        assert not talk.silent


def test_the_end_of_a_burst_is_no_silence() -> None:
    talk = Talk()
    talk.go_on(3 * HOUR, x=30, instagram=1)
    talk.go_on(HOUR, x=30, instagram=200)
    talk.go_on(2 * HOUR, x=30, instagram=1)
    assert not talk.silent


def test_a_network_that_trickles_has_been_silent_for_as_long_as_it_was_looked_at() -> None:
    """Not since its last mention, of which there are always some."""
    talk = Talk()
    talk.go_on(3 * HOUR, x=300, instagram=300)
    talk.go_on(3, x=300, instagram=3)
    assert talk.silent == {"instagram"}
    assert talk.networks.silent["instagram"].since_ms == (START + 3 * HOUR) * CELL_MS


def test_where_all_are_silent_no_network_is_named() -> None:
    talk = Talk()
    talk.go_on(3 * HOUR, x=60, instagram=20)
    talk.go_on(2 * HOUR, x=0, instagram=0)
    assert not talk.silent


def test_it_is_given_up_after_a_day_and_a_restart_changes_nothing() -> None:
    talk = Talk()
    talk.go_on(3 * HOUR, x=60, instagram=20)
    talk.go_on(HOUR, x=60, instagram=0)
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(talk.networks.to_state()), strict=False)
    talk.networks = Networks.from_state(state)
    talk.go_on(22 * HOUR, x=60, instagram=0)
    assert talk.silent == {"instagram"}
    talk.go_on(2 * HOUR, x=60, instagram=0)
    assert not talk.silent


def test_what_is_kept_is_bounded() -> None:
    networks = Networks()
    which = np.repeat(np.arange(40), np.arange(1, 41))
    networks.count([f"n{number}" for number in range(40)], which, np.full(len(which), START * CELL_MS))
    kept = networks.to_state()[0]
    assert sorted(kept, key=lambda name: int(name[1:])) == [f"n{number}" for number in range(24, 40)]


def test_watch_counts_by_network_what_it_is_told() -> None:
    """In its position too, which a restart reads."""
    rows, core = DigestRows(), WatchCore(Config(brands="auto", time="replay"), lambda _: 0)
    for at_ms in range(START * CELL_MS, (START + 2) * CELL_MS, CELL_MS // 5):
        rows.add("ikea", at_ms, network=at_ms % 2)
    batch, columns = rows.take((START + 2) * CELL_MS)
    core.apply(msgspec.structs.replace(batch, networks=["x", "instagram"]), columns, Source(0, 0, batch.epoch))
    assert core.position()["networks"][0] == {"x": {START: 5, START + 1: 5}}

"""Rows that can change nothing wait until somebody looks; what watch decides and remembers is the same."""

import copy
import random
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.config.model import Config
from schemas.digest import DigestBatch, DigestColumns
from schemas.enums import Flag
from schemas.signal import Signal, Source
from streams.watch.arrivals import MOST_WAITING, Arrivals, Deferred
from streams.watch.brand import BrandWatch
from streams.watch.core import WatchCore
from streams.watch.parcels import parcels
from tests.digests import DigestRows

MINUTE = 60_000
T0 = 1_800_000_000_000 // MINUTE * MINUTE
BRANDS = ("ikea", "zara", "telar", "casa", "lumbre", "fogones")


class Hasty(WatchCore):
    """Lets nothing wait."""

    def _allow(self, counted: set[str]) -> None:
        pass


@dataclass
class World:
    """Rows of a few brands from sources whose clocks are apart, in records that end anywhere."""

    chance: random.Random
    sources: int
    angry_from: int
    rows: list[DigestRows] = field(default_factory=list)
    clocks: list[int] = field(default_factory=list)
    record: int = 0

    def __post_init__(self) -> None:
        self.rows = [DigestRows() for _ in range(self.sources)]
        self.clocks = [T0 + self.chance.randint(0, MINUTE) for _ in range(self.sources)]
        self.born = {name: self.chance.randint(0, 80) * (place > 1) for place, name in enumerate(BRANDS)}

    def next(self) -> tuple[DigestBatch, DigestColumns]:
        """One record of one source; a fifth of them end with the last millisecond of a minute."""
        chance, angry = self.chance, self.record >= self.angry_from
        source = chance.randrange(self.sources)
        now = self.clocks[source] + chance.choice([0, 300, 300, 1_000, 9_000, 35_000, 61_000, 200_000])
        if chance.random() < 0.2:
            now = now // MINUTE * MINUTE + MINUTE - 1
        self.clocks[source] = now
        for _ in range(chance.choice([0, 1, 3, 10, 30])):
            brand = BRANDS[0] if angry and chance.random() < 0.8 else chance.choice(BRANDS)
            if self.record >= self.born[brand]:
                self._add(source, brand, now, 0.9 if angry else 0.15)
        self.record += 1
        batch, columns = self.rows[source].take(now, source, self.sources)
        changes: dict[str, Any] = {"groups": [f"group{self.record // 5}" for _ in batch.brands]}
        if len(columns) and chance.random() < 0.1:
            changes["handles"] = {int(columns.author[0]): "loud"}
        return msgspec.structs.replace(batch, **changes), columns

    def _add(self, source: int, brand: str, now: int, negative: float) -> None:
        chance = self.chance
        ago = chance.choice(
            [chance.randint(0, 500), chance.randint(0, 3_000), chance.randint(0, 3 * MINUTE), -chance.randint(0, MINUTE)]
        )
        self.rows[source].add(
            brand, now - ago - 3_600_000 * (chance.random() < 0.02), 0.9 if chance.random() < negative else 0.1,
            author=str(chance.randint(0, 500)), text=str(chance.randint(0, 300)), reach=chance.choice([0, 0, 200_000]),
            terms=[chance.randint(0, 9) for _ in range(8)], categories=chance.choice([0, 0, 4, 16]),
            flags=chance.choice([0] * 12 + [int(Flag.OUTBOUND)]),
        )  # fmt: skip


def restarted(core: WatchCore, config: Config) -> WatchCore:
    """The core as its last checkpoint has it; words are known again when they are said again, and those of now are kept."""
    position = msgspec.msgpack.decode(msgspec.msgpack.encode(core.position()), strict=False)
    brands = {
        name: BrandWatch.from_state(msgspec.msgpack.decode(msgspec.msgpack.encode(core.state(name)), strict=False))
        for name in core.brands
    }
    new = WatchCore(config, lambda _: 0)
    new.names = copy.deepcopy(core.names)
    new.restore(position, brands)
    return new


def said(core: WatchCore, batch: DigestBatch, columns: DigestColumns, record: int, append_ms: int) -> tuple[Any, Any]:
    """Signals and series; which of many samples stand for a minute depends on when its rows are read, as ever."""
    signals, series = core.apply(batch, columns, Source(0, record, 0), append_ms)
    replaced = msgspec.structs.replace
    plain = [replaced(s, figures=replaced(s.figures, samples=[])) if isinstance(s, Signal) else s for s in signals]
    return plain, series


@given(
    seed=st.integers(0, 100_000), records=st.integers(20, 120), sources=st.integers(1, 3), angry_from=st.integers(5, 120),
    detector=st.sampled_from(["crisis", "crisis", "none", "river.anomaly.HalfSpaceTrees"]),
    clock=st.sampled_from(["replay", "live"]),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_what_waits_changes_nothing(
    seed: int, records: int, sources: int, angry_from: int, detector: str, clock: str
) -> None:
    """Whatever comes of whichever minute, in whichever records, with checkpoints and restarts: the same is stated."""
    config = Config.model_validate({"brands": "auto", "detector": detector, "time": clock})
    chance = random.Random(seed)
    world = World(chance, sources, angry_from)
    cores = [Hasty(config, lambda _: 0), *(WatchCore(config, lambda _: 0) for _ in range(3))]
    for record in range(records):
        batch, columns = world.next()
        hasty, *others = (said(core, batch, columns, record, max(world.clocks) + 50) for core in cores)
        assert all(other == hasty for other in others)
        if chance.random() < 0.15:
            cores[2] = restarted(cores[2], config)
        if chance.random() < 0.15:
            for name in list(cores[3].brands):
                cores[3].state(name)
    totals = [{name: (b.mentions, b.negative, b.late, b.group) for name, b in core.brands.items()} for core in cores]
    assert totals[1:] == totals[:1] * 3


def alike(records: list[tuple[list[tuple[int, float]], int]]) -> None:
    """Records of one brand (times and negativities, and the watermark) say and leave the same, whether rows wait or not."""
    config = Config.model_validate({"brands": "auto", "time": "replay"})
    cores, rows = (Hasty(config, lambda _: 0), WatchCore(config, lambda _: 0)), DigestRows()
    for number, (said_at, watermark_ms) in enumerate(records):
        for at_ms, negativity in said_at:
            rows.add("ikea", T0 + at_ms, negativity)
        batch, columns = rows.take(T0 + watermark_ms)
        hasty, lazy = (said(core, batch, columns, number, T0 + watermark_ms) for core in cores)
        assert lazy == hasty
    assert cores[1].state("ikea")["counts"] == cores[0].state("ikea")["counts"]


def test_rows_after_the_look_at_a_minutes_end_do_not_wait() -> None:
    """The clock stands on the minute's last millisecond: that look has been, and nobody would take them in."""
    last = MINUTE - 1
    alike([
        ([(1_000, 0.1)], 2_000), ([(3_000, 0.1)], last), ([(last, 0.9)] * 3, last), ([(last, 0.1)], last),
        ([(MINUTE + 5, 0.1)], MINUTE + 6), ([(3 * MINUTE, 0.1)], 3 * MINUTE + 1),
    ])  # fmt: skip


def test_rows_of_a_new_brand_do_not_wait_before_its_first_minutes_are_learned() -> None:
    """An empty minute is what is usual of it, and who is angry in the next is told at once."""
    angry = [([(2 * MINUTE + second * 1_000, 0.95)] * 4, 2 * MINUTE + second * 1_000 + 1) for second in range(50)]
    alike([([(10_000, 0.1)], 11_000), ([], MINUTE + 59_000), *angry, ([], 4 * MINUTE)])


def test_rows_of_a_calm_minute_wait() -> None:
    """Of a brand that was looked for in this minute, until the minute is over: its first row or two are taken in."""
    config = Config.model_validate({"brands": "auto", "time": "replay"})
    core, rows = WatchCore(config, lambda _: 0), DigestRows()
    for second in range(180):
        rows.add("ikea", T0 + second * 1_000)
        core.apply(*rows.take(T0 + second * 1_000 + 1), Source(0, second, 0))
        assert core._brands["ikea"].mentions - second // 60 * 60 in (1, 2)
    assert core.brands["ikea"].mentions == 180


def arrived(*slots: int, negative: bool = False) -> Arrivals:
    """Rows of the minute 0, one of each slot."""
    brand = np.array(slots, np.intp)
    return Arrivals(brand, np.zeros(len(brand), np.int64), np.full(len(brand), negative), None)


def test_negative_rows_wait_while_there_is_room() -> None:
    """The one that may make a level brings those before it with it, and nobody else's."""
    deferred = Deferred(judged=False)
    ikea, zara = deferred.slots(["ikea", "zara"]).tolist()
    for name in ("ikea", "zara"):
        deferred.allow(name, minute=0, room=3)
    waited, now = deferred.put(arrived(ikea, ikea, zara, negative=True), 0, ())
    assert (waited, len(now)) == (None, 0)
    waited, now = deferred.put(arrived(ikea, negative=True), 0, ())
    assert waited is not None
    assert (waited.brand.tolist(), now.brand.tolist()) == ([ikea] * 2, [ikea])
    left = deferred.take()
    assert left is not None
    assert left.brand.tolist() == [zara]
    assert deferred.take() is None


@pytest.mark.parametrize("loud", [True, False])
def test_rows_that_are_to_be_seen_do_not_wait(loud: bool) -> None:
    """Of somebody whose reach is known, of another minute, of a brand that was looked at since."""
    deferred = Deferred(judged=False)
    slot = int(deferred.slots(["ikea"])[0])
    deferred.allow("ikea", minute=0, room=9)
    minute = 0 if loud else 1
    assert len(deferred.put(arrived(slot), minute, {slot} if loud else ())[1]) == 1
    assert not len(deferred.put(arrived(slot), 0, ())[1])
    deferred.forbid("ikea")
    waited, now = deferred.put(arrived(slot), 0, ())
    assert waited is not None
    assert len(waited) == len(now) == 1


def test_many_are_told_to_be_taken_and_brands_may_be_any_number() -> None:
    """Slots grow with the brands, and memory is bounded by who takes them."""
    deferred = Deferred(judged=False)
    slots = deferred.slots([f"brand{number}" for number in range(1_000)])
    for number in range(1_000):
        deferred.allow(f"brand{number}", 0, 1)
    for _ in range(MOST_WAITING // 1_000 + 1):
        deferred.put(arrived(*slots.tolist()), 0, ())
    assert deferred.is_full
    waiting = deferred.take()
    assert waiting is not None
    assert sum(parcel.mentions for parcel in parcels(waiting)) == MOST_WAITING + 1_000
    assert not deferred.is_full

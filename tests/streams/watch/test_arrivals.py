"""Rows that can change nothing wait until somebody looks; what watch decides and remembers is the same."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.config.model import Config
from schemas.signal import SignalRecord, Source
from streams.watch.arrivals import MOST_WAITING, Arrivals, Deferred
from streams.watch.core import WatchCore
from streams.watch.parcels import parcels
from tests.digests import DigestRows

T0 = 1_800_000_000_000
MINUTE = 60_000
BRANDS = ("ikea", "zara", "telar")


class Twins:
    """Two cores that read the same records; nothing waits in the second, for it is asked for its brands after each."""

    def __init__(self, detector: str) -> None:
        config = Config.model_validate({"brands": "auto", "detector": detector, "time": "replay"})
        self.lazy, self.eager = (WatchCore(config, lambda _: 0) for _ in range(2))
        self.rows, self.records = DigestRows(), 0

    def read(self, watermark_ms: int) -> None:
        """One record to both; what they state is the same."""
        batch, columns = self.rows.take(watermark_ms)
        said: list[list[SignalRecord]] = []
        for core in (self.lazy, self.eager):
            signals, _ = core.apply(batch, columns, Source(0, self.records, 0))
            said.append(signals)
        assert said[0] == said[1]
        assert self.lazy.touched == self.eager.touched
        self.eager.brands  # noqa: B018  # takes in what waits
        self.records += 1

    def states(self) -> list[dict[str, Any]]:
        """Of each core, of all its brands."""
        return [{name: core.state(name) for name in sorted(core.brands)} for core in (self.lazy, self.eager)]


@given(
    seed=st.integers(0, 10_000), records=st.integers(5, 60), detector=st.sampled_from(["crisis", "none"]),
    surge=st.booleans(), together=st.integers(1, 40),
)  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_what_waits_changes_nothing(seed: int, records: int, detector: str, surge: bool, together: int) -> None:
    """Whatever comes of whichever minute, in whichever records: the same levels, the same states."""
    chance = np.random.default_rng(seed)
    twins, now = Twins(detector), T0
    for record in range(records):
        for _ in range(int(chance.integers(0, together))):
            hour_ago = chance.random() < 0.02
            at_ms = now + int(chance.integers(-3 * MINUTE, MINUTE // 2)) - 3_600_000 * hour_ago
            angry = surge and record > records // 2
            negativity = 0.9 if chance.random() < (0.9 if angry else 0.2) else 0.1
            twins.rows.add(
                BRANDS[int(chance.integers(0, 3 if not angry else 1))], max(at_ms, T0 - MINUTE), negativity,
                author=str(chance.integers(0, 500)), text=str(chance.integers(0, 300)),
                terms=[int(each) for each in chance.integers(0, 9, 8)], categories=int(chance.integers(0, 2) * 4),
            )  # fmt: skip
        now += int(chance.choice([0, 1_000, 9_000, 35_000, 200_000], p=[0.1, 0.5, 0.2, 0.15, 0.05]))
        twins.read(now)
    lazy, eager = twins.states()
    assert lazy == eager


def test_rows_of_a_calm_minute_wait() -> None:
    """Of a brand that was looked for in this minute, until the minute is over."""
    twins = Twins("crisis")
    for second in range(180):
        twins.rows.add("ikea", T0 + second * 1_000)
        batch, columns = twins.rows.take(T0 + second * 1_000 + 1)
        twins.lazy.apply(batch, columns, Source(0, second, 0))
        taken = twins.lazy._brands["ikea"].mentions
        assert taken == second // 60 * 60 + 1
    assert twins.lazy.brands["ikea"].mentions == 180


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
    assert not len(deferred.put(arrived(ikea, ikea, zara, negative=True), 0, ()))
    assert deferred.put(arrived(ikea, negative=True), 0, ()).brand.tolist() == [ikea] * 3
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
    assert len(deferred.put(arrived(slot), minute, {slot} if loud else ())) == 1
    assert not len(deferred.put(arrived(slot), 0, ()))
    deferred.forbid("ikea")
    assert len(deferred.put(arrived(slot), 0, ())) == 2


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

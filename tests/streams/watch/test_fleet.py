"""A brand that comes late is first thought to be like those that have been watched for weeks."""

import random

import msgspec
import pytest

from detectors.fleet import SHIPPED
from detectors.rows import MINUTE_MS
from schemas.config.model import Config
from schemas.signal import Source
from streams.stages.watch import brand_of, packed
from streams.watch.core import WatchCore
from tests.digests import DigestRows

DAY_MS = 1440 * MINUTE_MS
START_MS = 20_000 * DAY_MS
DAYS = 16
EVERY_MIN = 20
ANGRY = 0.7


class Talk:
    """A partition of watch in which five brands are spoken of, mostly in anger."""

    def __init__(self) -> None:
        self.core, self.chance, self.rows = new_core(), random.Random(4), DigestRows()

    def until(self, end_ms: int, begin_ms: int, brands: list[str]) -> None:
        """Everyday talk, a batch an hour."""
        for hour_ms in range(begin_ms, end_ms, 60 * MINUTE_MS):
            for at_ms in range(hour_ms, hour_ms + 60 * MINUTE_MS, EVERY_MIN * MINUTE_MS):
                for brand in brands:
                    self.rows.add(
                        brand, at_ms + 1, 0.9 if self.chance.random() < ANGRY else 0.1, author=str(self.chance.random())
                    )
            batch, columns = self.rows.take(hour_ms + 60 * MINUTE_MS)
            self.core.apply(batch, columns, Source(0, 0, batch.epoch))


def new_core() -> WatchCore:
    """One that replays."""
    return WatchCore(Config(brands="auto", time="replay"), lambda _: 0)


@pytest.fixture(scope="module")
def weeks() -> Talk:
    """Sixteen days of five brands."""
    talk = Talk()
    talk.until(START_MS + DAYS * DAY_MS, START_MS, [f"brand{number}" for number in range(5)])
    return talk


def test_a_new_brand_is_thought_to_be_as_angry_as_the_others(weeks: Talk) -> None:
    assert weeks.core.fleet.prior.share == pytest.approx((ANGRY + SHIPPED.share) / 2, abs=0.1)
    begin_ms = START_MS + DAYS * DAY_MS
    weeks.until(begin_ms + 60 * MINUTE_MS, begin_ms, ["late"])
    assert weeks.core.brands["late"].evidence.prior == weeks.core.fleet.prior
    assert weeks.core.brands["brand0"].evidence.prior == SHIPPED


def test_a_restart_keeps_what_the_fleet_taught_until_half_of_it_is_awake(weeks: Talk) -> None:
    position = msgspec.msgpack.decode(msgspec.msgpack.encode(weeks.core.position()), strict=False)
    taught, core = weeks.core.fleet.prior, new_core()
    states = {name: packed(weeks.core.state(name)) for name in weeks.core.brands}
    core.restore(position, {name: brand_of(name, raw) for name, raw in states.items() if name == "brand0"})
    core.fleet.turn(weeks.core.clock.now_ms + DAY_MS, core.brands.awake())
    assert core.fleet.prior == taught
    core.restore(position, {name: brand_of(name, raw) for name, raw in states.items()})
    core.fleet.turn(weeks.core.clock.now_ms + DAY_MS, core.brands.awake())
    assert core.fleet.prior != SHIPPED

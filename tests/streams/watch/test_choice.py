"""One of river's detectors judges in the place of ours."""

from dataclasses import dataclass, field

import pytest

from schemas.config.model import Config
from schemas.enums import Kind
from schemas.signal import Signal, Source
from streams.watch.brand import BrandWatch
from streams.watch.choice import choice_of
from streams.watch.core import WatchCore
from tests.digests import DigestRows

MINUTE = 60_000
T0 = 28_000_800 * MINUTE
RIVER = "river.anomaly.GaussianScorer"


def config(detector: object = RIVER) -> Config:
    return Config.model_validate({"brands": "auto", "time": "replay", "detector": detector})


def core(detector: object = RIVER) -> WatchCore:
    return WatchCore(config(detector), lambda brand: 0)


@dataclass
class Day:
    """A brand of whom people speak three times a minute, and at times angrily, until a test says otherwise."""

    watch: WatchCore = field(default_factory=core)
    minute: int = 0
    signals: list[Signal] = field(default_factory=list)
    rows: DigestRows = field(default_factory=DigestRows)

    def go_on(self, minutes: int, angry: int = 0) -> "Day":
        for _ in range(minutes):
            for number in range(3 + angry):
                usual = (self.minute * 7 + number * 3) % 11 == 0
                negativity = 0.9 if number >= 3 or usual else 0.1
                self.rows.add("telar", T0 + self.minute * MINUTE + 1000 * number, negativity)
            self.minute += 1
            if self.minute % 10 == 0:
                batch, columns = self.rows.take(T0 + self.minute * MINUTE)
                records, _ = self.watch.apply(batch, columns, Source(0, self.minute, 0))
                self.signals += [record for record in records if isinstance(record, Signal)]
        return self

    def rare(self) -> list[Signal]:
        return [signal for signal in self.signals if signal.false_alarms_per_month < 1]


@pytest.fixture
def day() -> Day:
    """After three quiet days."""
    return Day().go_on(3 * 1440 + 20)


def test_it_states_a_surge_and_nothing_else(day: Day) -> None:
    """With the usual figures."""
    assert day.rare() == []
    day.go_on(20, angry=12)
    assert {signal.kind for signal in day.signals} == {Kind.SURGE}
    last = day.rare()[-1]
    assert last.figures.negative > 10 * last.figures.negative_expected
    assert last.evidence > 0


def test_a_restored_watch_judges_on(day: Day) -> None:
    """Its detector learns its rows again."""
    restored = core()
    restored.restore(day.watch.position(), {"telar": BrandWatch.from_state(day.watch.state("telar"))})
    other = Day(restored, day.minute, rows=DigestRows(offset=day.rows.offset))
    day.signals.clear()
    assert other.go_on(20, angry=12).signals == day.go_on(20, angry=12).signals
    assert day.rare()


def test_another_detector_begins_anew_and_ours_comes_back(day: Day) -> None:
    """What one has learned is nothing to another; a changed config is taken over while watch runs."""
    panel = day.watch.brands["telar"].panel
    learned = panel.to_state()["river"]
    day.watch.configure(config(), lambda brand: 0)
    assert panel.to_state()["river"] == learned
    day.watch.configure(config({"name": RIVER, "settings": {"window_size": 500}}), lambda brand: 0)
    assert panel.judges_anger
    assert panel.to_state()["river"][1] != learned[1]
    day.watch.configure(config("crisis"), lambda brand: 0)
    assert not panel.judges_anger
    assert "river" not in panel.to_state()
    assert set(panel.weights) > {Kind.SURGE}


def test_none_and_ours_choose_none() -> None:
    """Nothing of river is built for them."""
    assert choice_of(config("crisis")) is None
    assert choice_of(config("none")) is None

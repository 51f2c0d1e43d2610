"""One of river's detectors in the place of ours."""

from collections.abc import Callable
from math import inf

import msgspec
import numpy as np
import pytest

from detectors.minute import NOTHING, Finding, Minute
from detectors.river_series import GENERATION_ROWS, ROW_MIN, RiverSeries
from schemas.config.river import river_detector, river_names

DAY = 1440
QUICK = ["GaussianScorer", "HalfSpaceTrees", "OneClassSVM", "StandardAbsoluteDeviation"]


def builder(name: str) -> Callable[[], object]:
    return lambda: river_detector(f"river.anomaly.{name}", {})


def angry(minute: int, people: int) -> Minute:
    return Minute(minute, 2 * people, people, 2 * people, people, (), 0, frozen=False)


def watched(series: RiverSeries, first: int, people: list[int]) -> list[Finding]:
    """So many angry people in each minute from that one on; what is said after each row."""
    found = []
    for back, count in enumerate(people):
        if count:
            series.close(angry(first + back, count))
        if (first + back) % ROW_MIN == ROW_MIN - 1:
            found.append(series.look(first + back + 1))
    return found


def calm(days: float, seed: int = 1) -> list[int]:
    hours = np.arange(round(days * DAY)) * 2 * np.pi / DAY
    return np.random.default_rng(seed).poisson(2 * (1 + 0.6 * np.sin(hours))).tolist()


@pytest.mark.parametrize("name", ["GaussianScorer", "StandardAbsoluteDeviation"])
def test_a_surge_is_rare_and_calm_is_not(name: str) -> None:
    """On the scale of the budget, whatever the detector's own is."""
    series = RiverSeries(builder(name))
    peace = watched(series, 0, calm(8))
    assert sum(finding.false_alarms_per_month < 1 for finding in peace) <= 5
    (first, *_) = watched(series, 8 * DAY, [30] * ROW_MIN)
    assert first.false_alarms_per_month < 1e-3


@pytest.mark.parametrize("name", QUICK)
def test_a_restored_one_goes_on_as_if_nothing_had_happened(name: str) -> None:
    """In its first generation, its second, and after one has taken over; through msgpack, with plain values only."""
    people = calm(11, seed=3)
    series = RiverSeries(builder(name))
    for first, until in ((0, 3), (3, 7), (7, 10)):
        watched(series, first * DAY, people[first * DAY : until * DAY - 3])
        kept = RiverSeries(builder(name))
        kept.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(series.to_state())))
        further = people[until * DAY - 3 : (until + 1) * DAY]
        assert watched(kept, until * DAY - 3, further) == watched(series, until * DAY - 3, further)
        assert kept.to_state() == series.to_state()
        series = RiverSeries(builder(name))
        watched(series, 0, people[: until * DAY])


def test_its_state_stays_small() -> None:
    """It keeps the rows of two generations at most."""
    series = RiverSeries(builder("StandardAbsoluteDeviation"))
    largest = 0
    for day in range(14):
        watched(series, day * DAY, calm(1, seed=day))
        largest = max(largest, len(msgspec.msgpack.encode(series.to_state())))
    assert len(series.rows) <= 2 * GENERATION_ROWS
    assert largest <= 6_200


def test_nothing_is_said_in_the_first_days_nor_after_a_while_without_a_word() -> None:
    """Two whole days are what a scale needs."""
    series = RiverSeries(builder("StandardAbsoluteDeviation"))
    assert set(watched(series, 0, calm(2))) == {NOTHING}
    watched(series, 2 * DAY, [*calm(2, seed=2), *[40] * 10])
    end = 4 * DAY + 10
    assert series.look(end).false_alarms_per_month < 1
    assert series.look(end + 3 * ROW_MIN) == NOTHING


def test_fewer_angry_people_than_usual_call_nobody() -> None:
    """Detectors of river's look both ways."""
    series = RiverSeries(builder("GaussianScorer"))
    watched(series, 0, [20] * DAY * 4)
    series.close(angry(4 * DAY, 1))
    assert series.look(4 * DAY + ROW_MIN).false_alarms_per_month == inf


def test_silence_counts_as_nobody_and_a_long_one_begins_anew() -> None:
    """Rows of which nothing was said hold none; after more than two generations of them nothing is left to forget."""
    series = RiverSeries(builder("StandardAbsoluteDeviation"))
    series.close(angry(0, 3))
    series.close(angry(DAY, 3))
    assert list(series.rows[:3]) == [3, 0, 0]
    series.close(angry(30 * DAY, 3))
    assert len(series.rows) == 0
    assert series.open == 3


def test_every_detector_that_a_config_may_name_can_be_used() -> None:
    """Those that must be given another detector aren't among them, nor one that learns when it is asked."""
    assert "river.anomaly.HalfSpaceTrees" in river_names()
    assert "river.anomaly.PredictiveAnomalyDetection" not in river_names()
    assert "river.anomaly.ThresholdFilter" not in river_names()
    for name in river_names():
        series = RiverSeries(builder(name.rpartition(".")[2]))
        watched(series, 0, calm(0.1))
        assert len(series.rows) == 28

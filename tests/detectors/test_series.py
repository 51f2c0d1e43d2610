"""Return periods, and series scored row by row."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from river import anomaly

from benchmarks.detection.series import Judged, nab_score, return_periods, windows_and_alarms
from benchmarks.nab import read_folder
from detectors.checks import check_detector
from detectors.return_period import ALARM_SCORE, ReturnPeriod
from detectors.series import RiverSeries, SeriesPoint, score_series
from tests.detectors.brands import quiet_brand

START = datetime(2024, 1, 1)

Rows = list[tuple[datetime, float]]


def rows_of(values: list[float], step_s: float = 300) -> Rows:
    """A regular series."""
    return [(START + timedelta(seconds=step_s * i), value) for i, value in enumerate(values)]


def noisy(count: int) -> list[float]:
    """A series of about 20 with its daily rhythm in 5-min steps."""
    return [float(authors) for _, authors in quiet_brand(20, 5 * count, seed=5)[::5]]


def test_it_keeps_the_contract_of_all_detectors() -> None:
    """Finite, causal, pure when scoring, pickled, robust against disorder."""
    rows = [{"ts_s": 300.0 * i, "value": value} for i, value in enumerate(noisy(700))]
    check_detector(ReturnPeriod(), rows)


def test_a_burst_alarms_and_everyday_does_not() -> None:
    """Five days of rhythm, then eight times the volume: the first row of it rings, no row before."""
    values = noisy(5 * 288)
    points = list(score_series(rows_of([*values, 8 * max(values)])))
    assert [i for i, point in enumerate(points) if point.alarm and i >= 288] == [len(values)]


def test_a_second_alarm_must_be_twice_as_rare() -> None:
    """The plateau after a burst is no new alarm; a larger burst on top is."""
    values = noisy(5 * 288)
    burst = [300.0] * 6 + [900.0] * 6
    alarms = [point.alarm for point in score_series(rows_of([*values, *burst]))][len(values) :]
    assert alarms[0]
    assert not all(alarms[:6])
    assert any(alarms[6:])


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1000)
steps = st.integers(-7200, 100_000)


@given(series=st.lists(st.tuples(steps, numbers), max_size=80), cut=st.integers(0, 80))
@settings(max_examples=60, deadline=None)
def test_a_row_depends_on_earlier_rows_only(series: list[tuple[int, float]], cut: int) -> None:
    """Causal for any steps and any numbers: the scores of a series' beginning are the beginning of its scores."""
    time, rows = START, []
    for step_s, value in series:
        time += timedelta(seconds=step_s)
        rows.append((time, value))
    whole = list(score_series(rows))
    assert list(score_series(rows[:cut])) == whole[:cut]
    assert len(whole) == len(rows)
    assert all(0 <= point.score <= 1 for point in whole)


def test_what_is_no_number_scores_nothing_and_teaches_nothing() -> None:
    """NaN and infinity are gaps."""
    rows = rows_of(noisy(400))
    holes = [(rows[200][0], float("nan")), (rows[200][0], float("inf"))]
    points = list(score_series([*rows[:200], *holes, *rows[200:]]))
    assert points[200:202] == [SeriesPoint(0.0, alarm=False)] * 2
    assert points[:200] + points[202:] == list(score_series(rows))


def test_negative_counts_are_none() -> None:
    """A count can't be below zero."""
    values = noisy(400)
    below, none = list(values), list(values)
    below[300], none[300] = -50.0, 0.0
    assert list(score_series(rows_of(below))) == list(score_series(rows_of(none)))


def test_times_without_a_zone_are_utc() -> None:
    """The same instants, said otherwise, give the same scores."""
    zoneless = rows_of(noisy(400))
    utc = [(time.replace(tzinfo=UTC), value) for time, value in zoneless]
    madrid = [(time.astimezone(timezone(timedelta(hours=1))), value) for time, value in utc]
    assert list(score_series(zoneless)) == list(score_series(utc)) == list(score_series(madrid))


@pytest.mark.parametrize("step_s", [1, 60, 300, 1800, 3600, 86_400])
def test_any_step_is_understood(step_s: float) -> None:
    """Windows and memories are times, not rows: seconds, minutes, hours or days, 20 times the volume for 10 min rings."""
    values = [20.0 + i % 3 for i in range(500)]
    burst = [420.0] * max(1, round(600 / step_s))
    points = list(score_series(rows_of([*values, *burst], step_s)))
    assert any(point.alarm for point in points[500:])
    assert not any(point.alarm for point in points[:500])


def test_river_s_detectors_can_be_scored_alike() -> None:
    """Any of river's anomaly detectors gives scores of 0–1 through ``RiverSeries``."""
    build = [lambda _: RiverSeries(anomaly.HalfSpaceTrees(seed=1)), lambda _: RiverSeries(anomaly.LODA())]
    for make in build:
        points = list(score_series(rows_of([value / 40 for value in noisy(600)]), make, threshold=0.9))
        assert all(0 <= point.score <= 1 for point in points)
        assert any(point.score > 0 for point in points)


@pytest.mark.data
def test_the_development_series_reach_their_score(data_dir: Path) -> None:
    """NAB's standard score on the five series stays above 85 at the fixed threshold, and all windows are found."""
    all_series = read_folder(data_dir / "nab-dev")
    scores = [return_periods(series) for series in all_series]
    judged = [Judged.of(series) for series in all_series]
    assert nab_score(judged, scores, [ALARM_SCORE] * len(scores)) > 85
    found = [windows_and_alarms(series, own, ALARM_SCORE)[0] for series, own in zip(all_series, scores, strict=True)]
    assert found == [len(series.windows) for series in all_series]

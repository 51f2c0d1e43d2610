"""NAB's score in arrays, and planted events."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from benchmarks.detection.series import (
    Judged,
    best_threshold,
    curve,
    left_out,
    nab_score,
    windows_and_alarms,
    windows_when_quiet,
)
from benchmarks.detection.stress import BUCKET_S, EVENT_ROWS, EVENTS, ROWS_A_DAY, heard, planted
from benchmarks.nab import PROFILES, Series, sweep, weigh
from detectors.return_period import ALARM_SCORE, ReturnPeriod

ROWS = [(datetime(2024, 1, 1) + timedelta(minutes=5 * i), 1.0) for i in range(1000)]
SERIES = [Series("one", ROWS, [(300, 399), (600, 699)]), Series("two", ROWS, [(500, 560)])]
JUDGED = [Judged.of(series) for series in SERIES]


def drawn(seed: int) -> list[np.ndarray]:
    """Scores with ties."""
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 40, len(ROWS)) / 40 for _ in SERIES]


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_the_curve_is_the_sweep_s(profile: object) -> None:
    """The same thresholds and scores as the loop that follows the paper."""
    scores = drawn(3)
    points = [p for series, own in zip(SERIES, scores, strict=True) for p in weigh(series, own.tolist())]
    expected = sweep(points, 3, profile)  # type: ignore[arg-type]
    found = curve(JUDGED, scores, profile)  # type: ignore[arg-type]
    assert [limit for limit, _ in found] == [limit for limit, _ in expected]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in expected])


def test_a_score_at_a_threshold_lies_on_the_curve() -> None:
    """And the best threshold has the best of them."""
    scores = drawn(4)
    points = dict(curve(JUDGED, scores, PROFILES[0]))
    best = best_threshold(JUDGED, scores)
    assert nab_score(JUDGED, scores, [best] * 2) == pytest.approx(max(points.values()))
    assert nab_score(JUDGED, scores, [2.0, 2.0]) == 0


def test_what_is_left_out_has_no_say() -> None:
    """Each series gets the best threshold of the other, whatever its own scores are."""
    scores = drawn(5)
    assert left_out(JUDGED, scores) == [best_threshold(JUDGED[1:], scores[1:]), best_threshold(JUDGED[:1], scores[:1])]


def test_alarms_are_counted_by_the_hour() -> None:
    """Rows within an hour of one another are one false alarm; those in windows and of the probation are none."""
    scores = np.zeros(1000)
    scores[[10, 200, 205, 212, 230, 300, 450]] = 1.0
    assert windows_and_alarms(SERIES[0], scores, 1.0) == (1, 3)


def test_a_threshold_that_rings_too_often_finds_nothing() -> None:
    """One false alarm in less than half a week is more than 0.25 a week."""
    scores = [np.zeros(1000), np.zeros(1000)]
    scores[0][310], scores[1][510] = 0.9, 0.5
    assert windows_when_quiet(SERIES, scores) == 2
    scores[0][450] = 0.7
    assert windows_when_quiet(SERIES, scores) == 1


def test_the_first_event_is_in_the_trough() -> None:
    """And each of the twelve is 18 times what is usual there."""
    one = planted(3, 0, 12)
    before = one.counts[: one.begin - one.begin % ROWS_A_DAY].reshape(-1, ROWS_A_DAY)
    rolled = before.mean(axis=0)
    assert rolled[one.begin % ROWS_A_DAY] < np.median(rolled)
    assert one.counts[one.begin : one.begin + 12].mean() > 6 * rolled[one.begin % ROWS_A_DAY]
    assert len({planted(3, k, 12).begin % ROWS_A_DAY for k in range(EVENTS)}) > EVENTS // 2


def test_an_event_is_heard_within_two_hours() -> None:
    """What begins elsewhere is another alarm, but not while it fades."""
    begin, alarms = 4000, np.zeros(6000, bool)
    alarms[[10, 3000, begin + 23, begin + 100, begin + 400]] = True
    assert heard(alarms, begin) == (True, 2)
    alarms[begin + 23] = False
    assert heard(alarms, begin)[0] is False


@pytest.mark.parametrize("event_rows", EVENT_ROWS)
def test_a_short_event_in_the_trough_is_heard(event_rows: int) -> None:
    """Though the brand bursts all day: of 15, 30 and 60 min; and next to nothing else is."""
    for number in (0, 1, EVENTS - 1):
        one = planted(3, number, event_rows)
        detector = ReturnPeriod(BUCKET_S)
        scores = [detector.update(BUCKET_S * row, count) for row, count in enumerate(one.counts.tolist())]
        found, others = heard(np.array(scores) >= ALARM_SCORE, one.begin)
        assert found
        assert others <= 1

"""NAB's score, against values worked out by hand."""

from datetime import datetime, timedelta
from math import exp

import pytest

from benchmarks.nab import PROFILES, Series, score_at, sigmoid, sweep, weigh

ROWS = [(datetime(2024, 1, 1) + timedelta(minutes=5 * i), 1.0) for i in range(1000)]
SERIES = Series("hand", ROWS, windows=[(300, 399), (600, 699)])
STANDARD, LOW_FP, LOW_FN = PROFILES


def scores(*alarms: int) -> list[float]:
    """Ones at these rows."""
    return [float(row in alarms) for row in range(len(ROWS))]


def normalised(*alarm_rows: int, profile: int = 0) -> float:
    """The score at threshold 1."""
    return score_at(sweep(weigh(SERIES, scores(*alarm_rows)), 2, PROFILES[profile]), 1.0)


def test_perfect_is_100_and_silence_is_0() -> None:
    """Rings at the first row of each window; never rings."""
    assert normalised(300, 600) == pytest.approx(100)
    assert normalised() == 0


def test_only_the_earliest_alarm_in_a_window_counts() -> None:
    """More alarms in it cost and earn nothing."""
    assert normalised(300, 350, 399, 600) == pytest.approx(100)


def test_a_late_hit_earns_less() -> None:
    """At the window's last row (y = −1/100) a hit earns σ(y)/σ(−1); one window of two, each worth 50 of 100."""
    late = (2 / (1 + exp(-0.05)) - 1) / (2 / (1 + exp(-5)) - 1)
    assert normalised(399, 600) == pytest.approx(100 * ((late + 1) + 2) / 4)


def test_a_false_alarm_before_any_window_costs_its_full_weight() -> None:
    """0.11 of a range of 4 from null to perfect; twice that in the low-FP profile; half in low FN, whose range is 6."""
    assert normalised(200, 300, 600) == pytest.approx(100 * (1 - 0.11 / 4))
    assert normalised(200, 300, 600, profile=1) == pytest.approx(100 * (1 - 0.22 / 4))
    assert normalised(200, 300, 600, profile=2) == pytest.approx(100 * (1 - 0.11 / 6))


def test_a_false_alarm_soon_after_a_window_costs_less() -> None:
    """10 rows after the end of a window of 100 rows: y = 10/99."""
    cost = 0.11 * -(2 / (1 + exp(5 * 10 / 99)) - 1)
    assert normalised(409, 300, 600) == pytest.approx(100 * (1 + cost / -4))
    assert sigmoid(3.1) == -1


def test_the_first_15_percent_are_not_scored() -> None:
    """150 rows of 1,000, and never more than 750."""
    assert normalised(*range(150), 300, 600) == pytest.approx(100)
    assert normalised(150, 300, 600) < 100
    assert Series("long", ROWS * 10, []).probation_rows == 750


def test_a_missed_window_costs_its_weight() -> None:
    """Half of two windows is half of the range."""
    assert normalised(300) == pytest.approx(50)
    assert normalised(300, profile=2) == pytest.approx(50)

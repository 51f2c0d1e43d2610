"""From nats to false alarms a month."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.calibration import (
    LARGE_BRAND_U,
    SMALL_BRAND_U,
    DailyMaxima,
    evidence_for,
    false_alarms_per_month,
    usual_location,
)

sizes = st.floats(0.001, 10_000)


@given(budget=st.floats(0.001, 100), size=sizes)
def test_a_budget_and_its_evidence_are_inverse(budget: float, size: float) -> None:
    """The evidence at which one must ring for a budget is the evidence that peace shows so often."""
    assert false_alarms_per_month(evidence_for(budget, size), size) == pytest.approx(budget, rel=1e-6)


@given(low=st.floats(-100, 1000), high=st.floats(-100, 1000), size=sizes)
def test_more_evidence_is_never_more_frequent(low: float, high: float, size: float) -> None:
    """And no alarm is more frequent than once a minute."""
    low, high = sorted((low, high))
    assert false_alarms_per_month(high, size) <= false_alarms_per_month(low, size) <= 1440 * 30.4 * 1.001


@pytest.mark.parametrize("i", range(5))
def test_the_knots_are_met(i: int) -> None:
    """Small brands below 10 mentions a minute, large ones above 100."""
    rate = (10, 4, 1, 0.3, 0.1)[i]
    assert false_alarms_per_month(SMALL_BRAND_U[i], 1.0) == pytest.approx(rate)
    assert false_alarms_per_month(LARGE_BRAND_U[i], 500.0) == pytest.approx(rate)


def test_a_brand_s_own_maxima_are_learned() -> None:
    """Half a year of Gumbel (8, 2.5) maxima, drawn at even quantiles: location and scale come within 20 %, the rest
    is the prior's, which keeps its weight."""
    maxima = DailyMaxima()
    for day in range(180):
        quantile = (day * 67 % 180 + 0.5) / 180
        maxima.today = 8 - 2.5 * log(-log(quantile))
        maxima.learn_day(authors_per_min=10)
    assert maxima.location == pytest.approx(8, rel=0.2)
    assert maxima.scale == pytest.approx(2.5, rel=0.2)


def test_the_first_day_starts_from_what_is_usual_at_the_brand_s_size() -> None:
    """One day of 11 moves the location by an eleventh of the way."""
    maxima = DailyMaxima()
    maxima.today = 9.0
    maxima.learn_day(authors_per_min=1)
    usual = usual_location(1)
    assert maxima.location == pytest.approx(usual + (9.0 - 0.5 * 1.9 - usual) / 11)
    assert maxima.scale == pytest.approx(1.9 + (1.05 * abs(9.0 - usual - 0.577 * 1.9) - 1.9) / 21)


def test_a_crisis_counts_as_four_scales_at_most() -> None:
    """Otherwise one crisis would make a brand deaf for weeks."""
    crisis, bad_day = DailyMaxima(), DailyMaxima()
    crisis.today, bad_day.today = 500.0, usual_location(10) + 4 * 1.9
    crisis.learn_day(10)
    bad_day.learn_day(10)
    assert crisis.to_state() == bad_day.to_state()


def test_alarm_days_are_left_out_but_no_more_than_one_in_five() -> None:
    """Two days of credit at first and a fifth each day; a brand that lives in trouble is learned all the same."""
    maxima = DailyMaxima()
    learned = 0
    for _ in range(50):
        before = maxima.location
        maxima.today, maxima.hot = 100.0, True
        maxima.learn_day(10)
        learned += maxima.location != before
    assert 10 <= 50 - learned <= 12  # 2 days of credit and 50 fifths


def test_a_scale_has_a_floor() -> None:
    """Days that are all alike don't make the next one impossible."""
    maxima = DailyMaxima()
    for _ in range(400):
        maxima.today = 3.0
        maxima.learn_day(10)
    assert maxima.scale >= 0.7

"""Rates of exceedance against values worked out by hand."""

from itertools import pairwise
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.exceedance import ExceedanceTable


def test_without_a_past_the_prior_speaks() -> None:
    """A size u = 1 once a day, falling with e^(−(x − u)/0.4), for windows of 5 min."""
    table = ExceedanceTable(window_units=1, block_d=1 / 6)
    assert table.log_rate(1.0) == pytest.approx(0, abs=1e-9)
    assert table.log_rate(2.0) == pytest.approx(-2.5)
    assert table.log_rate(9.0) == pytest.approx(-20)  # beyond the table its slope goes on
    assert table.log_rate(-5.0) == table.log_rate(-1.0)


def test_one_block_is_added_by_hand() -> None:
    """A burst of 2: λ(2) = (1 + 2 e^−2.5)/(1/6 + 2); λ(2.5) discounts it by e^(−0.5/0.14)."""
    table = ExceedanceTable(window_units=1, block_d=1 / 6)
    table.add(2.0)
    days = 1 / 6 + 2
    assert table.log_rate(2.0) == pytest.approx(log((1 + 2 * exp(-2.5)) / days), abs=1e-6)
    assert table.log_rate(2.5) == pytest.approx(log((exp(-0.5 / 0.14) + 2 * exp(-3.75)) / days), abs=1e-6)


@given(past=st.lists(st.floats(-3, 12), max_size=60))
def test_larger_sizes_are_never_more_frequent(past: list[float]) -> None:
    """λ falls with the size, whatever the past."""
    table = ExceedanceTable(window_units=24, block_d=1 / 6)
    for size in past:
        table.add(size)
    rates = [table.log_rate(0.1 * i - 2) for i in range(120)]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(rates))


def test_a_bursty_brand_gets_a_longer_tail() -> None:
    """Bursts far over the median make the next one less rare."""
    bursty, calm = (ExceedanceTable(window_units=1, block_d=1 / 6) for _ in range(2))
    for i in range(60):
        bursty.add(3.0 if i % 3 == 0 else 0.5)
        calm.add(0.6 if i % 3 == 0 else 0.5)
    assert bursty.log_rate(4.0) > calm.log_rate(4.0) + 2

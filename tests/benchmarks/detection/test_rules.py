"""Other tools' rules and the oracle on counts worked out by hand."""

import numpy as np
import pytest

from benchmarks.detection.oracle import window_nats
from benchmarks.detection.rules import RULES, Sums, elastalert_spike, grafana_adaptive, meltwater, naive, three_sigmas

HOUR, DAY = 12, 288  # rows of 5 min


def flat(days: int, value: float = 10.0) -> np.ndarray:
    """The same count all the time."""
    return np.full(days * DAY, value)


def last(rule: object, counts: np.ndarray) -> float:
    """The score of the last row."""
    return float(rule(Sums(counts, 300.0))[-1])  # type: ignore[operator]


def test_sums_know_when_the_series_began() -> None:
    """A window that reaches back before that isn't known."""
    sums = Sums(np.arange(24.0), 300.0)
    assert np.isnan(sums.ending(3600.0)[10])
    assert sums.ending(3600.0)[11] == sum(range(12))
    assert sums.ending(3600.0, 3600.0)[23] == sum(range(12))


def test_naive_counts_the_hour_in_its_own_mean() -> None:
    """An hour of 4 times the usual in a day: 4/((23 + 4)/24)."""
    counts = flat(2)
    counts[-HOUR:] *= 4
    assert last(naive, counts) == pytest.approx(4 * 24 / 27)


def test_a_spike_forgets_what_goes_on() -> None:
    """The second hour of a plateau is no spike, which is the complaint about ElastAlert's rule."""
    counts = flat(1)
    counts[-HOUR:] *= 3
    assert last(elastalert_spike, counts) == pytest.approx(3)
    counts[-2 * HOUR :] = 30.0
    assert last(elastalert_spike, counts) == pytest.approx(1)


def test_meltwater_asks_yesterday_and_last_week() -> None:
    """What was as loud yesterday at this time is no spike."""
    counts = flat(9)
    counts[-HOUR:] *= 3
    assert last(meltwater, counts) == pytest.approx(3)
    counts[-HOUR - DAY : -DAY] *= 3
    assert last(meltwater, counts) == pytest.approx(1)


def test_three_sigmas_are_three_sigmas() -> None:
    """Against numpy's own mean and deviation of the hours."""
    counts = np.random.default_rng(1).poisson(20.0, 5 * DAY).astype(float)
    hours = np.convolve(counts, np.ones(HOUR), "valid")
    assert last(three_sigmas, counts) == pytest.approx((hours[-1] - hours.mean()) / hours.std(), rel=1e-6)


def test_grafana_waits_for_five_minutes() -> None:
    """One row above the bands isn't enough, two are."""
    counts = flat(2)
    counts[-1] = 100.0
    assert last(grafana_adaptive, counts) < 1
    counts[-2:] = 100.0
    assert last(grafana_adaptive, counts) > 1


@pytest.mark.parametrize("name", RULES)
def test_no_rule_looks_ahead(name: str) -> None:
    """The scores of a series' beginning are the beginning of its scores; a flat series never rings."""
    counts = np.random.default_rng(2).poisson(8.0, 9 * DAY).astype(float)
    whole, part = RULES[name].score(Sums(counts, 300.0)), RULES[name].score(Sums(counts[: 6 * DAY], 300.0))
    np.testing.assert_allclose(whole[: 6 * DAY], part, rtol=1e-6, atol=1e-9)
    assert (RULES[name].score(Sums(flat(9), 300.0)) < RULES[name].threshold).all()


def test_the_oracle_weighs_what_is_more_than_expected_only() -> None:
    """The usual is nothing, twice as many negatives are something, ten times more; a higher share adds to it."""
    seen = np.array([20.0, 40.0, 200.0, 200.0])
    total = np.array([100.0, 120.0, 280.0, 1000.0])
    nats = window_nats(seen, total, np.full(4, 100.0), 0.2)
    assert nats[0] == -np.inf
    assert 0 < nats[1] < nats[3] < nats[2]

"""What an alarm is worth: small cases worked out by hand."""

import numpy as np
import pytest

from benchmarks.detection.brand import Brand, Crisis, Happening
from benchmarks.detection.tally import (
    MONTH_MIN,
    Found,
    Outcome,
    Rate,
    Rung,
    Share,
    causes,
    false_alarms,
    found,
    judge,
    median_delay,
    size_group,
    starts_of,
)

HISTORY_MIN, LENGTH_MIN = 100, 5_000


def brand_with(*crises: Crisis, happenings: tuple[Happening, ...] = ()) -> Brand:
    """A brand of which only the truth matters."""
    counts = [np.zeros(LENGTH_MIN, np.int64) for _ in range(4)]
    return Brand(10.0, 0, HISTORY_MIN, np.ones(LENGTH_MIN), 0.2, *counts, list(crises), list(happenings))


def ringing(*spans: tuple[int, int]) -> np.ndarray:
    """Minutes from the first to before the second of each pair."""
    rings = np.zeros(LENGTH_MIN, bool)
    for start, end in spans:
        rings[start:end] = True
    return rings


CRISIS = Crisis(start=1000, end=1300, size=3.0, doubled=40.0)


def test_alarms_within_an_hour_are_one() -> None:
    """60 min after the last minute of one it is the same, a minute later another."""
    assert starts_of(ringing((200, 210), (269, 270)), 0) == [200]
    assert starts_of(ringing((200, 210), (270, 271)), 0) == [200, 270]


def test_what_rings_while_learning_is_not_judged() -> None:
    """An alarm that is still open at the end of the history begins there."""
    assert starts_of(ringing((10, 20)), HISTORY_MIN) == []
    assert judge(brand_with(), Rung(ringing((90, 120)))).causes == ("",)


def test_an_alarm_in_a_crisis_finds_it_and_is_not_false() -> None:
    """Its delay counts from the doubling, so an early one is negative."""
    outcome = judge(brand_with(CRISIS), Rung(ringing((1010, 1100))))
    assert outcome.crises == (Found(3.0, -30.0, 40.0),)
    assert outcome.causes == ()


def test_an_alarm_that_is_open_already_finds_nothing() -> None:
    """Else whoever always rings would find everything; that it was open is told."""
    outcome = judge(brand_with(CRISIS), Rung(ringing((150, LENGTH_MIN))))
    assert outcome.crises == (Found(3.0, None, 40.0, was_open=True),)
    assert len(outcome.causes) == 1


def test_an_open_alarm_that_rings_again_has_found_it() -> None:
    """Somebody is called, of twice as many. In peace that is a false alarm, an hour after the last at the earliest."""
    outcome = judge(brand_with(CRISIS), Rung(ringing((50, LENGTH_MIN)), [60, 200, 220, 1_030]))
    assert outcome.crises == (Found(3.0, -10.0, 40.0, was_open=True),)
    assert len(outcome.causes) == 2


def test_after_a_crisis_nothing_is_false_for_twelve_hours() -> None:
    """A minute later it is."""
    assert judge(brand_with(CRISIS), Rung(ringing((2019, 2020)))).causes == ()
    assert judge(brand_with(CRISIS), Rung(ringing((2020, 2021)))).causes == ("",)


def test_only_peaceful_minutes_count_as_months() -> None:
    """Neither the history, nor the crisis, nor its aftermath."""
    assert judge(brand_with(CRISIS), Rung(ringing())).months == pytest.approx(
        (LENGTH_MIN - HISTORY_MIN - 300 - 720) / MONTH_MIN
    )


def test_a_false_alarm_is_told_by_what_it_fell_into() -> None:
    """Up to 10 min after that."""
    brand = brand_with(happenings=(Happening("burst", 3000, 3060),))
    assert judge(brand, Rung(ringing((3070, 3071)))).causes == ("burst",)
    assert judge(brand, Rung(ringing((3071, 3072)))).causes == ("",)


def outcome(*delays: float | None, size: float = 3.0, false: tuple[str, ...] = (), per_min: float = 10.0) -> Outcome:
    """A brand with these crises."""
    return Outcome(per_min, 100.0, 0.5, false, tuple(Found(size, delay, 40.0) for delay in delays))


def test_shares_count_chosen_crises_over_all_brands() -> None:
    """A missed crisis counts in what there was; a late one wasn't found in time."""
    outcomes = [outcome(5.0, None), outcome(20.0, size=5.0)]
    assert found(outcomes) == Share(2, 3)
    assert found(outcomes, within_min=15) == Share(1, 3)
    assert found(outcomes, lambda _, f: f.size >= 5) == Share(1, 1)
    assert median_delay(outcomes) == 12.5
    assert median_delay([outcome(None)]) is None


def test_rates_sum_alarms_and_months() -> None:
    """Not the mean of the brands' rates."""
    outcomes = [outcome(false=("burst", "")), outcome(false=())]
    assert false_alarms(outcomes) == Rate(2, 1.0)
    assert false_alarms(outcomes).per_month == 2.0
    assert causes(outcomes) == {"burst": 1, "chance": 1}


def test_the_interval_is_garwood_s() -> None:
    """Of 0: 0 to 3.689; of 5: 1.623 to 11.668 (Garwood 1936, table)."""
    assert Rate(0, 1.0).interval() == pytest.approx((0.0, 3.689), abs=1e-3)
    assert Rate(5, 2.0).interval() == pytest.approx((1.623 / 2, 11.668 / 2), abs=1e-3)


def test_groups_of_sizes() -> None:
    """The bounds belong to the smaller group."""
    assert [size_group(size) for size in (0.1, 1, 3, 30, 100)] == ["≤ 1 a minute"] * 2 + ["3–30"] * 2 + ["≥ 100"]

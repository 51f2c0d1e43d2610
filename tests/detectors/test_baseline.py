"""Level and profile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.baseline import HOUR_VARIANCE, SeasonalBaseline
from detectors.clock import hour_of, weekend_of

DAY_MIN = 1440


def taught(days: int, day: float = 20.0, night: float = 5.0) -> SeasonalBaseline:
    """A brand with two levels: nights until 8:00 and days."""
    baseline = SeasonalBaseline(DAY_MIN, prior_h=4)
    baseline.start(night)
    for minute in range(days * DAY_MIN):
        hour, weekend = hour_of(minute), weekend_of(minute)
        count = night if hour < 8 else day
        baseline.learn(count, minute, hour, weekend, baseline.factor(hour, weekend))
    return baseline


def test_the_profile_follows_the_hours() -> None:
    """After four weeks days are within 15 % of the truth; nights too high by the prior's weight, 4 h of 14."""
    baseline = taught(28)
    assert 5 < baseline.level * baseline.factor(3.5, 0) < 8
    assert baseline.level * baseline.factor(14.5, 0) == pytest.approx(20, rel=0.15)
    assert baseline.level * baseline.factor(14.5, 1) == pytest.approx(20, rel=0.15)


def test_hours_blend_between_their_centres() -> None:
    """At the full hour the factor is the mean of both hours, and midnight is no edge."""
    baseline = SeasonalBaseline(DAY_MIN, prior_h=4)
    baseline.profile[23], baseline.profile[0], baseline.profile[1] = 2.0, 1.0, 4.0
    assert baseline.factor(0.0, 0) == pytest.approx(1.5)
    assert baseline.factor(0.5, 0) == pytest.approx(1.0)
    assert baseline.factor(1.0, 0) == pytest.approx(2.5)
    assert baseline.factor(23.75, 0) == pytest.approx(1.75)


def test_the_level_forgets_half_in_eight_days() -> None:
    """From 100 to 50 when nothing comes for 8 days."""
    baseline = SeasonalBaseline(DAY_MIN, prior_h=4)
    baseline.start(99.5)
    for minute in range(8 * DAY_MIN):
        baseline.learn(0, 10**6 + minute, hour_of(minute), weekend_of(minute), 1.0)
    assert baseline.level == pytest.approx(50, rel=0.001)


THREE_DAYS = taught(3).to_state()


@given(minutes=st.integers(1, 60), hour=st.integers(0, 23), weekend=st.integers(0, 1))
def test_idle_equals_learning_zeros(minutes: int, hour: int, weekend: int) -> None:
    """In closed form, up to the rounding of single precision."""
    stepped, idle = SeasonalBaseline(DAY_MIN, 4), SeasonalBaseline(DAY_MIN, 4)
    for baseline in (stepped, idle):
        baseline.restore(THREE_DAYS)
    for seen in range(3 * DAY_MIN, 3 * DAY_MIN + minutes):
        stepped.learn(0, seen, hour, weekend, 1.0)
    idle.idle(minutes, 3 * DAY_MIN, hour, weekend)
    assert idle.level == pytest.approx(stepped.level)
    assert list(idle.profile) == pytest.approx(list(stepped.profile), rel=1e-5)


def test_an_hour_never_seen_is_doubted_as_hours_differ() -> None:
    """After an hour at noon, noon is doubted less than midnight, of which only v = 0.3 is known."""
    baseline = SeasonalBaseline(DAY_MIN, prior_h=0.5)
    baseline.start(20)
    for minute in range(60):
        baseline.learn(20, minute, 12.5, 0, 1.0)
    of_level = (1 + 1 / baseline.level) / 61
    assert baseline.doubt(0.5, 0, seen=60) == pytest.approx(of_level + HOUR_VARIANCE)
    assert baseline.doubt(12.5, 0, seen=60) == pytest.approx(of_level + HOUR_VARIANCE * 0.336, rel=0.03)


def test_a_small_brands_hour_is_learned_from_few_mentions() -> None:
    """One night of a third of the usual volume counts for half at a brand of 0.5 mentions a minute, not for nothing."""
    baseline = SeasonalBaseline(DAY_MIN, prior_h=0.5)
    baseline.start(0)
    for minute in range(DAY_MIN):
        hour = hour_of(minute + DAY_MIN // 2)
        baseline.learn(0.2 if hour < 8 else 0.65, minute, hour, 0, 1.0)
    assert 0.45 < baseline.profile[7] < 0.75

"""The smaller parts of the evidence: rings, dispersion, mood, share, freeze."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.dispersion import Dispersion
from detectors.freeze import Freeze
from detectors.mood import FIRST_CLUSTERING, BurstMood
from detectors.rings import WINDOWS_MIN, MinuteRings, single
from detectors.share import NegativeShare

DAY_MIN = 1440

minutes = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 500), st.floats(0.001, 300)), min_size=1, max_size=800)


@given(minutes=minutes)
@settings(max_examples=30, deadline=None)
def test_sums_are_those_of_the_last_minutes(minutes: list[tuple[int, int, float]]) -> None:
    """Sliding sums equal plain sums over the last 5, 15, 45, 120 and 360 minutes, the open one included."""
    rings = MinuteRings()
    for negatives, mentions, expected in minutes:
        sums = rings.with_open(negatives, mentions, single(expected))
        rings.push(negatives, mentions, single(expected), sums)
    for window, (negatives, mentions, expected) in zip(WINDOWS_MIN, sums, strict=True):
        assert negatives == sum(minute[0] for minute in minutes[-window:])
        assert mentions == sum(minute[1] for minute in minutes[-window:])
        plain = sum(minute[2] for minute in minutes[-window:])
        assert expected == pytest.approx(max(plain, window * 1e-3), rel=1e-6, abs=1e-3 * window)


@given(before=st.integers(0, 800), idle=st.integers(1, 360))
@settings(max_examples=30, deadline=None)
def test_idle_minutes_are_pushed_at_once(before: int, idle: int) -> None:
    """``push_idle`` equals as many pushes of an empty minute."""
    at_once, stepped = MinuteRings(), MinuteRings()
    for rings in (at_once, stepped):
        for _ in range(before):
            rings.push(0, 0, 2.0, rings.with_open(0, 0, 2.0))
    assert at_once.drained
    at_once.push_idle(idle, 3.0)
    for _ in range(idle):
        stepped.push(0, 0, 3.0, stepped.with_open(0, 0, 3.0))
    assert at_once.to_state() == stepped.to_state()


def test_scatter_beyond_poisson_is_learned() -> None:
    """Windows of 50 and 150 where 100 were expected have a relative variance of 0.25 − 1/100."""
    dispersion = Dispersion()
    for minute in range(60 * DAY_MIN):
        dispersion.learn([(0, 50 if minute % 2 else 150, 100.0)] * len(WINDOWS_MIN), minute)
    assert dispersion.variances == pytest.approx([0.24] * len(WINDOWS_MIN), rel=0.05)


def test_idle_scatter_is_learned_in_closed_form() -> None:
    """An hour without mentions equals 60 minutes without, and a variance stays at 0 or above."""
    stepped, at_once = Dispersion(), Dispersion()
    sums = [(0, 0, expected) for expected in (0.01, 0.3, 1.0, 20.0, 500.0)]
    for _ in range(60):
        stepped.learn(sums, seen=2000)
    at_once.idle(sums, 60)
    assert at_once.variances == pytest.approx(stepped.variances)
    at_once.idle(sums, 10**6)
    assert at_once.variances == pytest.approx([0, 0, 0, 1 - 1 / 20, 1 - 1 / 500], abs=1e-9)


def test_one_outlier_teaches_at_most_four() -> None:
    """However wild a window, its estimate of the variance is cut to 4."""
    dispersion = Dispersion()
    dispersion.learn([(0, 0, 0.001)] * len(WINDOWS_MIN), seen=2000)
    dispersion.learn([(0, 10**7, 0.5)] * len(WINDOWS_MIN), seen=2000)
    assert all(0 <= variance <= 0.17 for variance in dispersion.variances)


def test_a_moody_burst_raises_the_clustering_and_a_friendly_one_never_above_the_prior() -> None:
    """Only of each stretch's largest burst, and only if a third of it is excess."""
    angry, friendly, none = BurstMood(), BurstMood(), BurstMood()
    angry.watch((150, 300, 60.0))
    friendly.watch((0, 300, 60.0))
    none.watch((100, 110, 100.0))
    for mood in (angry, friendly, none):
        mood.learn(share=0.2)
    assert angry.clustering > FIRST_CLUSTERING
    assert friendly.clustering == pytest.approx(FIRST_CLUSTERING)
    assert none.clustering == FIRST_CLUSTERING


def test_the_largest_burst_of_a_stretch_is_the_one_that_counts() -> None:
    """A smaller excess after it changes nothing until the stretch is forgotten."""
    mood = BurstMood()
    mood.watch((150, 300, 60.0))
    mood.watch((0, 100, 90.0))
    assert (mood.negatives, mood.mentions) == (150, 300)
    mood.forget_stretch()
    mood.watch((0, 100, 90.0))
    assert (mood.negatives, mood.mentions) == (0, 100)


def test_the_share_is_learned_by_the_minute() -> None:
    """Minutes of 5 and of 50 mentions pull nearly alike: a crowd doesn't outvote the days before it."""
    share = NegativeShare(0.2)
    for _ in range(30_000):
        share.learn(3, 10)
    assert share.learned == pytest.approx(0.3, rel=0.01)
    share.learn(500, 500)
    assert share.learned == pytest.approx(0.3, rel=0.01)


def test_drift_at_usual_volume_is_explained_away_up_to_half_more() -> None:
    """What the last 8 h said counts against 500 mentions of the usual share, up to 1.5 p, and fades by half in 8 h."""
    share = NegativeShare(0.2)
    share.notice(250, 500)
    assert share.used == pytest.approx(0.3)  # (250 + 100) / 1000 = 0.35, cut at 1.5 · 0.2
    share.fade(480)
    assert share.used == pytest.approx((125 + 100) / 750)
    share.notice(0, 10**6)
    assert share.used == 0.2  # friendlier hours don't make angry ones stranger


def test_nothing_is_frozen_on_the_first_day() -> None:
    """Evidence isn't calibrated yet."""
    freeze = Freeze()
    freeze.update(9.0, seen=DAY_MIN)
    assert not freeze.active
    freeze.update(9.0, seen=DAY_MIN + 1)
    assert freeze.active


def test_a_freeze_lasts_three_days_at_most() -> None:
    """Then learning goes on although the evidence stays, until it has fallen and risen again."""
    freeze = Freeze()
    for minute in range(3 * DAY_MIN):
        freeze.update(9.0, seen=2000 + minute)
        assert freeze.active
    for minute in range(600):
        freeze.update(9.0, seen=2000 + minute)
        assert not freeze.active
    freeze.update(0.0, seen=9000)
    freeze.update(9.0, seen=9001)
    assert freeze.active

"""The usual share of negatives."""

import pytest

from detectors.share import NegativeShare


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


def test_a_share_is_doubted_until_it_was_seen() -> None:
    """An unknown share is worth 10 mentions, ρ = 1/11; a hundred minutes of 5 mentions make it 1/261."""
    share = NegativeShare(0.2)
    assert share.doubt == pytest.approx(1 / 11)
    for _ in range(100):
        share.learn(1, 5)
    assert share.doubt == pytest.approx(1 / 261)

"""When nothing is learned."""

from detectors.freeze import Freeze

DAY_MIN = 1440


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

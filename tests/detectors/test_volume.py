"""How rare a volume is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.volume import QUARTERS_A_MONTH, volume_false_alarms


@given(mentions=st.integers(0, 10**9), expected=st.floats(0, 1e9))
def test_volume_has_a_rate_above_zero_whatever_it_is(mentions: int, expected: float) -> None:
    """It goes into a logarithm."""
    rate = volume_false_alarms(mentions, expected)
    assert 0 < rate <= QUARTERS_A_MONTH


@pytest.mark.parametrize(
    ("mentions", "expected", "least", "most"),
    [
        pytest.param(0, 0.0, QUARTERS_A_MONTH, QUARTERS_A_MONTH, id="nobody says anything of a brand that nobody speaks of"),
        pytest.param(12, 12.0, QUARTERS_A_MONTH, QUARTERS_A_MONTH, id="as many as usual"),
        pytest.param(30, 12.0, 100, 3_000, id="twice and a half as many come daily"),
        pytest.param(200, 12.0, 0, 0.1, id="sixteen times as many don't"),
    ],
)
def test_volume_is_measured_against_its_everyday_scatter(mentions: int, expected: float, least: float, most: float) -> None:
    """Each row says how often."""
    assert least <= volume_false_alarms(mentions, expected) <= most

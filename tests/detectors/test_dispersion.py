"""How much a volume scatters."""

import pytest

from detectors.dispersion import Dispersion
from detectors.rings import WINDOWS_MIN

DAY_MIN = 1440


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

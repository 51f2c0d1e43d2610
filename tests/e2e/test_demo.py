"""`rebato demo`, as a script would run it."""

import json

import pytest

from tests.e2e.processes import rebato

pytestmark = [pytest.mark.embedded, pytest.mark.slow]
_CHANNELS = ["email", "pagerduty", "slack", "webhook"]


def test_the_right_brands_ring_and_the_others_stay_calm() -> None:
    """Exit code 0, every channel of both brands in the crisis, and their resolve; nothing of the three calm ones."""
    demo = rebato("demo", "--headless", "--json", "--speed", "600")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    verdict = json.loads(demo.stdout)
    assert verdict["passed"] is True
    assert set(verdict["minutes_to_alert"]) == {"fogones", "lumbre"}
    assert all(0 < minutes < 20 for minutes in verdict["minutes_to_alert"].values()), verdict
    assert verdict["channels"] == {brand: _CHANNELS for brand in ("fogones", "lumbre")}
    assert verdict["resolved"] == ["fogones", "lumbre"]
    assert (verdict["missed"], verdict["false_alarms"]) == ([], [])

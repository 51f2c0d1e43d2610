"""`rebato demo`, as a script would run it."""

import json

import pytest

from tests.e2e.processes import rebato

pytestmark = [pytest.mark.embedded, pytest.mark.slow]
_CHANNELS = ["email", "pagerduty", "slack", "webhook"]


def test_the_right_brands_ring_and_the_others_stay_calm() -> None:
    """Exit code 0: both brands in the crisis rang soon and on every channel, and none of the three calm ones did."""
    demo = rebato("demo", "--headless", "--json", "--speed", "600")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    verdict = json.loads(demo.stdout)
    assert verdict["passed"] is True
    assert verdict["channels"] == dict.fromkeys(("fogones", "lumbre"), _CHANNELS)
    assert verdict["minutes_to_alert"].keys() == {"fogones", "lumbre"}
    assert all(0 < minutes < 20 for minutes in verdict["minutes_to_alert"].values()), verdict
    assert (verdict["missed"], verdict["false_alarms"]) == ([], [])

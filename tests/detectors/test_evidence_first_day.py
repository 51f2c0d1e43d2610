"""What the crisis detector makes of a brand in its first day."""

from detectors.clock import DAY_MIN
from detectors.evidence import CrisisEvidence
from tests.detectors.brands import quiet_brand, taught


def test_a_first_morning_is_no_crisis() -> None:
    """A brand that is watched from midnight on: its volume quadruples until noon, half of it negative."""
    detector = CrisisEvidence()
    for minute, (negatives, authors) in enumerate(quiet_brand(0.5, DAY_MIN, seed=5, share=0.5)):
        assert detector.peek(minute, negatives, authors).false_alarms_per_month > 1
        detector.close(minute, negatives, authors)


def test_a_storm_of_the_first_day_is_found() -> None:
    """Ten hours are enough to know that ten times the anger isn't usual."""
    detector = taught(quiet_brand(5, 600, seed=6))
    for minute in range(600, 615):
        detector.close(minute, 25, 30)
    assert detector.peek(615, 25, 30).false_alarms_per_month < 0.1

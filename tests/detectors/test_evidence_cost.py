"""What the crisis detector costs, in calls: without timing, so that a regression shows on any machine."""

import copy

from detectors.evidence import CrisisEvidence
from tests.calls import calls
from tests.detectors.brands import quiet_brand, taught

DAY_MIN = 1440
HISTORY = quiet_brand(mean=1, minutes=8 * DAY_MIN, seed=3)
KNOWN = taught(HISTORY).to_state()


def known() -> CrisisEvidence:
    """A detector that knows a brand of a mention a minute for 8 days."""
    return CrisisEvidence.from_state(copy.deepcopy(KNOWN))


def test_a_closed_minute_takes_few_calls() -> None:
    """60 at most on average over a day of everyday talk: windows that can't tell anything are passed over."""
    detector = known()
    day = quiet_brand(mean=1, minutes=DAY_MIN, seed=4)

    def close() -> None:
        for negatives, authors in day:
            detector.close(detector.next_minute, negatives, authors)

    assert calls(close) < 60 * DAY_MIN


def test_a_look_takes_few_calls() -> None:
    """45 at most in calm, 110 when every window tells of a storm."""
    detector = known()
    assert calls(lambda: detector.peek(8 * DAY_MIN, 1, 2)) < 45
    for _ in range(5):
        detector.close(detector.next_minute, 9, 12)
    assert calls(lambda: detector.peek(detector.next_minute, 9, 12)) < 110


def test_asking_how_many_negatives_a_level_needs_takes_few_calls() -> None:
    """It is asked once a minute of every brand that is spoken of, to leave looks out."""
    detector = known()
    assert calls(lambda: detector.negatives_needed(8 * DAY_MIN, 30.0)) < 60


def test_idle_time_takes_few_calls_also_soon_after_a_mention() -> None:
    """A brand with a mention every two hours: 600 calls at most for its 120 minutes, a twelfth of closing each."""
    detector = taught([(0, 1) if minute % 120 == 0 else (0, 0) for minute in range(8 * DAY_MIN)])

    def speak() -> None:
        for minute in range(8 * DAY_MIN, 9 * DAY_MIN, 120):
            detector.close(minute, 0, 1)

    assert calls(speak) < 12 * 600

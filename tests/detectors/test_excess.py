"""Whether more questions break a brand's promise than usual."""

from math import inf

import msgspec
import pytest

from detectors.excess import MOST_FROZEN_MIN, Excess

DAY = 1440


def lived(days: int, noon: int) -> Excess:
    """So many days in which `noon` questions break the promise in the hour before noon, and a few or none else."""
    evidence = Excess()
    for minute in range(days * DAY):
        evidence.step(minute, 1, noon if 660 <= minute % DAY < 720 else minute * 7 % 13 % 3)
    return evidence


def rate(evidence: Excess, minute: int, count: int) -> float:
    evidence.step(minute, 1, count)
    return evidence.false_alarms_per_month()


def test_fewer_than_usual_say_nothing() -> None:
    """Nor as many."""
    assert rate(lived(5, noon=40), 5 * DAY + 690, 30) == inf


def test_what_is_usual_at_this_hour_is_no_news_and_is_at_another() -> None:
    """A team that is behind before noon every day."""
    assert rate(lived(5, noon=40), 5 * DAY + 700, 45) > 30
    assert rate(lived(5, noon=40), 5 * DAY + 900, 60) < 1


def test_a_brand_whose_days_differ_needs_more() -> None:
    """Its own days say how rare it is."""
    calm, unsteady = lived(14, noon=2), Excess()
    for minute in range(14 * DAY):
        unsteady.step(minute, 1, 30 if minute // DAY % 2 and 600 <= minute % DAY < 630 else minute % 3)
    assert rate(calm, 14 * DAY + 900, 30) < 0.3 * rate(unsteady, 14 * DAY + 900, 30)


def test_after_a_day_it_is_how_the_brand_answers_now() -> None:
    """And the old usual is soon forgotten."""
    evidence = lived(10, noon=2)
    first = rate(evidence, 10 * DAY, 100)
    assert first < 0.3
    for minute in range(1, int(MOST_FROZEN_MIN) + 2 * DAY):
        evidence.step(10 * DAY + minute, 1, 100)
    assert evidence.false_alarms_per_month() > 3


@pytest.mark.parametrize("minutes", [0, 333, 2000])
def test_a_restored_one_goes_on_as_if_nothing_had_happened(minutes: int) -> None:
    """Through msgpack."""
    evidence, kept = lived(2, noon=9), Excess()
    for minute in range(minutes):
        evidence.step(2 * DAY + minute, 1, minute % 17)
    kept.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(evidence.to_state())))
    for minute in range(minutes, minutes + 500):
        assert rate(kept, 2 * DAY + minute, minute % 23) == rate(evidence, 2 * DAY + minute, minute % 23)
    assert kept.to_state() == evidence.to_state()

"""Many more than usual who ask."""

from math import inf
from random import Random

import pytest

from detectors.asking import Asking
from detectors.checks import check_detector
from detectors.minute import Finding
from tests.detectors.test_topic import DAY_MIN, fed, minutes


def calm(question: float = 0.15) -> Asking:
    """After five days of a brand of whom four people speak a minute."""
    asking = Asking()
    fed(asking, 0, minutes(Random(1), 5 * DAY_MIN, 4, question=question))
    return asking


def during(asking: Asking, people: int, **shares: float) -> list[Finding]:
    """What it finds in the hour that follows."""
    return fed(asking, 5 * DAY_MIN, minutes(Random(3), 60, people, **shares))


def test_it_is_a_detector() -> None:
    """Every rule of the contract."""
    rng = Random(2)
    said = [*minutes(rng, 1500, 3, question=0.1), *minutes(rng, 120, 3, question=0.8), *minutes(rng, 600, 3, question=0.1)]
    check_detector(
        Asking(), [{"minute": minute, "authors": people, "voices": voices} for minute, (people, voices) in enumerate(said)]
    )


def test_a_flood_of_questions_is_found_within_a_quarter_of_an_hour() -> None:
    """From 15 % of those who speak of the brand to 60 %."""
    found = during(calm(), people=10, question=0.6)
    first = next(minute for minute, finding in enumerate(found) if finding.false_alarms_per_month < 0.1)
    assert first < 15
    assert found[first].unusual is not None
    assert found[first].unusual.what == "question"
    assert 0.1 < found[first].unusual.usual < 0.2


def test_a_busy_day_with_as_many_questions_among_the_rest_is_none() -> None:
    """Ten times the people."""
    assert min(finding.false_alarms_per_month for finding in during(calm(), people=40, question=0.15)) > 1


def test_a_brand_that_is_asked_most_of_the_time_has_no_room_for_more() -> None:
    """A help account: its share can't double, and who waits there is told by another level."""
    asked = during(calm(question=0.6), people=10, question=0.95)
    assert min(finding.false_alarms_per_month for finding in asked) == inf


@pytest.mark.parametrize("people", [1, 4, 40])
@pytest.mark.parametrize("question", [0.02, 0.3, 0.8])
def test_what_is_usual_is_learned_before_anything_is_said(people: int, question: float) -> None:
    """However large the brand is, and whatever share of its people ask."""
    found = fed(Asking(), 0, minutes(Random(4), 2 * DAY_MIN, people, question=question))
    assert min(finding.false_alarms_per_month for finding in found) > 2

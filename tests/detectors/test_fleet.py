"""What a fleet teaches about a brand that is new to it."""

import math
from typing import NamedTuple

import pytest

from detectors.calibration import FIRST_SCALE, usual_location
from detectors.clock import DAY_MIN
from detectors.evidence import CrisisEvidence
from detectors.fleet import KNOWN_FROM_MIN, MOST_SHIFT, MOST_TIMES, PRIOR_BRANDS, SHIPPED, Prior


class Brand(NamedTuple):
    """What a fleet asks of a brand."""

    level: float = 3.0
    usual_share: float = 0.2
    location: float = 0.0
    scale: float = FIRST_SCALE
    seen: int = KNOWN_FROM_MIN


def of_size(level: float, higher: float, share: float = 0.2, times: float = 1.0, seen: int = KNOWN_FROM_MIN) -> Brand:
    """A brand whose days lie so many nats higher than usual."""
    return Brand(level, share, usual_location(level) + higher, times * FIRST_SCALE, seen)


def test_nobody_known_is_the_shipped_prior() -> None:
    assert Prior.of([]) == SHIPPED
    assert Prior.of([of_size(3.0, 4.0, seen=KNOWN_FROM_MIN - 1)]) == SHIPPED


def test_as_many_brands_as_the_prior_is_worth_move_it_half_way() -> None:
    prior = Prior.of([of_size(3.0, 2.0, share=0.4)] * int(PRIOR_BRANDS))
    assert prior.location(3.0) - usual_location(3.0) == pytest.approx(1.0)
    assert prior.share == pytest.approx(0.3)
    assert Prior.of([of_size(3.0, 0.0, times=1.6)] * int(PRIOR_BRANDS)).scale(3.0) == pytest.approx(1.3 * FIRST_SCALE)


def test_brands_teach_about_brands_of_their_size() -> None:
    prior = Prior.of([of_size(300.0, 2.0)] * 50)
    assert prior.location(1000.0) > usual_location(1000.0) + 1.5
    assert prior.location(0.5) == usual_location(0.5)


def test_one_brand_in_trouble_is_not_the_fleet_and_a_fleet_in_trouble_not_how_brands_are() -> None:
    calm = [of_size(3.0, 0.0)] * 9
    assert Prior.of([*calm, of_size(3.0, 30.0)]).shifts == SHIPPED.shifts
    assert max(Prior.of([of_size(3.0, 100.0)] * 99).shifts) == MOST_SHIFT
    assert max(Prior.of([of_size(3.0, 0.0, times=9.0)] * 99).scales) == MOST_TIMES


def test_a_brand_begins_with_what_is_believed_of_it_and_keeps_its_own_afterwards() -> None:
    prior = Prior(0.4, (0.0, 1.5, 0.0, 0.0), (1.0, 1.5, 1.0, 1.0))
    new, plain = CrisisEvidence(), CrisisEvidence()
    new.believe(prior)
    for evidence in (new, plain):
        for minute in range(60):
            evidence.close(minute, negative_authors=minute % 2, authors=3)
    assert new.location > plain.location
    assert new.usual_share > plain.usual_share
    seen = new.to_state()
    new.believe(SHIPPED)
    assert new.to_state() == seen
    assert CrisisEvidence.from_state(seen).to_state() == seen
    assert CrisisEvidence.from_state(seen).prior == prior


def test_a_brand_that_is_forgotten_begins_anew_with_what_was_believed_of_it() -> None:
    evidence = CrisisEvidence(Prior(0.4))
    evidence.close(0, 0, 3)
    evidence.close(400 * DAY_MIN, 0, 3)
    assert math.isclose(evidence.usual_share, 0.4, abs_tol=0.1)

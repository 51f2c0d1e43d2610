"""An angry voice with a wide reach."""

from math import inf
from random import Random

import msgspec
import pytest

from detectors.checks import check_detector
from detectors.influencer import HOLDS_MIN, Influencer
from detectors.minute import Finding, Minute

DAY_MIN = 1440


def said(influencer: Influencer, minute: int, reach: int, frozen: bool = False) -> Finding:
    """What it finds after one angry mention."""
    influencer.close(Minute(minute, 1, 1, 1, 1, (0,) * 10, reach, frozen))
    return influencer.look(minute + 1)


def used_to(rng: Random, days: int, angry_a_day: int) -> Influencer:
    """A brand whose angry authors have followers as on social networks: one in a hundred has 10,000."""
    influencer = Influencer()
    for number in range(days * angry_a_day):
        said(influencer, number * DAY_MIN // angry_a_day, int(100 / (1 - rng.random())))
    return influencer


def test_it_is_a_detector() -> None:
    """Every rule of the contract."""
    rng = Random(1)
    rows = [{"minute": 7 * number, "negative_reach": int(300 / (1 - rng.random()))} for number in range(2_000)]
    check_detector(Influencer(), rows)


def test_the_same_voice_is_rare_for_a_small_brand_and_everyday_for_a_large_one() -> None:
    """A million followers."""
    small, large = used_to(Random(2), 60, 5), used_to(Random(2), 60, 1_000)
    assert said(small, 60 * DAY_MIN, 1_000_000).false_alarms_per_month < 0.1
    assert said(large, 60 * DAY_MIN, 1_000_000).false_alarms_per_month > 1


@pytest.mark.parametrize("angry_a_day", [3, 30, 300])
def test_it_rings_as_seldom_as_it_says(angry_a_day: int) -> None:
    """Below one a month: at most twice as often over twenty brands of two months, after one of learning."""
    alarms = 0
    for seed in range(20):
        rng, influencer, last = Random(seed), Influencer(), -DAY_MIN
        for number in range(90 * angry_a_day):
            minute = number * DAY_MIN // angry_a_day
            finding = said(influencer, minute, int(100 / (1 - rng.random())))
            if finding.false_alarms_per_month < 1 and minute > 30 * DAY_MIN:
                alarms += minute - last > HOLDS_MIN
                last = minute
    assert alarms <= 2 * 20 * 60 / 30.4


def test_few_followers_are_never_an_influencer() -> None:
    """Below ten thousand, whoever the brand is."""
    assert said(used_to(Random(3), 30, 1), 30 * DAY_MIN, 9_999).false_alarms_per_month == inf


def test_it_holds_for_an_hour_after_the_last_word() -> None:
    """Another word of the same person begins the hour again; a smaller voice doesn't take its place."""
    influencer = used_to(Random(4), 30, 3)
    now = 30 * DAY_MIN
    first = said(influencer, now, 2_000_000)
    assert said(influencer, now + 30, 12_000) == first
    assert said(influencer, now + 40, 2_000_000) == first
    assert influencer.look(now + 99) == first
    assert influencer.look(now + 100).false_alarms_per_month == inf


def test_a_crisis_teaches_nothing() -> None:
    """The same voice is as rare after it as before."""
    influencer = used_to(Random(5), 30, 3)
    now = 30 * DAY_MIN
    rate = said(influencer, now, 2_000_000, frozen=True).false_alarms_per_month
    assert said(influencer, now + DAY_MIN, 2_000_000).false_alarms_per_month == pytest.approx(rate, rel=0.05)


def test_its_state_is_small() -> None:
    """Eight numbers."""
    assert len(msgspec.msgpack.encode(used_to(Random(6), 30, 100).to_state())) < 80

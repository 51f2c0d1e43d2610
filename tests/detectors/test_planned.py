"""A planned event discounts volume and nothing else: not anger, not what goes beyond the plan."""

import copy
import random

import pytest

from detectors.evidence import CrisisEvidence
from detectors.planned import PlannedMinutes
from detectors.rings import LENGTH
from detectors.surprise import window_evidence
from tests.detectors.brands import DAY_MIN, busy, poisson

NOON = 8 * DAY_MIN + 12 * 60
BUDGET = 1.0  # false alarms a month


class Flat:
    """The same lift from one minute until another."""

    def __init__(self, lift: float, begin: int = NOON, end: int = NOON + 120) -> None:
        self._lift, self._begin, self._end = lift, begin, end

    def lift(self, minute: int) -> float:
        """1 outside."""
        return self._lift if self._begin <= minute < self._end else 1.0

    def lifts(self, begin: int, end: int) -> bool:
        """Whether it lies within."""
        return begin < self._end and end > self._begin


def brand(plan: Flat | None) -> CrisisEvidence:
    """10 authors a minute for 8 days and the morning after."""
    detector = busy()
    detector.plan = plan
    return told(detector, 1.0, 0.2, NOON - 8 * DAY_MIN)[0]


def told(
    detector: CrisisEvidence, times: float, share: float, minutes: int, seed: int = 5
) -> tuple[CrisisEvidence, int | None, float]:
    """After so many minutes of so much talk: the detector, the first minute that rang, the largest u."""
    rng, rang, most = random.Random(seed), None, -9.0
    for index in range(minutes):
        usual = 10 * detector._baseline.factor(detector.next_minute % DAY_MIN / 60, 0)
        negatives = poisson(rng, usual * times * share)
        authors = negatives + poisson(rng, usual * times * (1 - share))
        level = detector.peek(detector.next_minute, negatives, authors)
        if rang is None and level.false_alarms_per_month < BUDGET:
            rang = index
        most = max(most, level.u)
        detector.close(detector.next_minute, negatives, authors)
    return detector, rang, most


@pytest.mark.parametrize("seed", range(8))
def test_a_promotion_as_planned_is_no_evidence(seed: int) -> None:
    """Three times the talk with the usual share of anger."""
    _, rang, most = told(brand(Flat(3.0)), 3.0, 0.2, 120, seed)
    _, _, unplanned = told(brand(None), 3.0, 0.2, 120, seed)
    assert rang is None
    assert most < min(unplanned, 1.0)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("share", [0.4, 0.6])
def test_anger_at_a_planned_event_rings_as_it_does_without_a_plan(seed: int, share: float) -> None:
    """Within minutes: until the share has spoken, the plan may explain the first of them."""
    planned, unplanned = (told(brand(plan), 3.0, share, 120, seed)[1] for plan in (Flat(3.0), None))
    assert unplanned is not None
    assert planned is not None
    assert planned <= unplanned + 3


@pytest.mark.parametrize("seed", range(4))
def test_anger_rings_where_the_people_who_were_expected_stay_away(seed: int) -> None:
    """The plan says three times, the usual number come, and they are angry: the expectation hides nothing."""
    planned, unplanned = (told(brand(plan), 1.0, 0.7, 120, seed)[1] for plan in (Flat(3.0), None))
    assert unplanned is not None
    assert planned is not None
    assert planned <= unplanned + 10


def test_what_goes_far_beyond_the_plan_counts() -> None:
    """Ten times the talk at an event of three times, with a share that chance explains: as 3.3 times without a plan."""
    planned, usual = (window_evidence((22 * n, 100 * n, 10.0 * n), 0.2, 0.1, 0.01, 0.01, -2.1, 20.0 * n) for n in (1, 1))
    assert planned == usual > 2
    as_planned = window_evidence((7, 30, 10.0), 0.2, 0.1, 0.01, 0.01, -2.1, 20.0)
    assert as_planned < planned / 4


def test_a_plan_never_adds_evidence() -> None:
    """Whatever comes: so it makes no false alarm."""
    rng = random.Random(1)
    for _ in range(2_000):
        mentions = rng.randint(2, 400)
        total = (rng.randint(0, mentions), mentions, rng.uniform(0.1, 200))
        rest = (rng.uniform(0.02, 0.6), rng.uniform(0, 0.8), 0.004, 0.02, rng.uniform(-4, 3))
        assert window_evidence(total, *rest, rng.uniform(0, 500)) <= window_evidence(total, *rest)


def test_a_plan_teaches_no_lift() -> None:
    """After a day of three times the talk, planned as such, the usual is what it was, within its scatter."""
    before = brand(None)
    after = told(brand(Flat(3.0, NOON, NOON + DAY_MIN)), 3.0, 0.2, DAY_MIN)[0]
    blind = told(brand(None), 3.0, 0.2, DAY_MIN)[0]
    assert after._baseline.level == pytest.approx(before._baseline.level, rel=0.05)
    assert blind._baseline.level > 1.1 * before._baseline.level
    assert after._dispersion.variances == before._dispersion.variances
    assert after._share.learned == before._share.learned


def test_a_brand_that_begins_with_a_campaign_is_known_after_it() -> None:
    """Its first day is planned to be three times the usual."""
    detector, rng = CrisisEvidence(), random.Random(3)
    detector.plan = Flat(3.0, 0, DAY_MIN)
    for minute in range(DAY_MIN):
        detector.close(minute, 0, poisson(rng, 30))
    assert detector.peek(DAY_MIN + 400, 0, 0).mentions_expected == pytest.approx(150, rel=0.2)


def test_a_day_without_events_is_the_same_with_a_plan_and_without() -> None:
    """Bit by bit; the state doesn't even mention it."""
    assert brand(Flat(3.0)).to_state() == brand(None).to_state()


def test_state_in_the_middle_of_an_event_goes_on_where_it_was() -> None:
    """The plan comes from the config, what it has added so far from the state."""
    whole = told(brand(Flat(3.0)), 3.0, 0.2, 60)[0]
    again = CrisisEvidence.from_state(copy.deepcopy(whole.to_state()))
    again.plan = Flat(3.0)
    assert "planned" in whole.to_state()
    assert told(again, 3.0, 0.5, 400)[0].to_state() == told(whole, 3.0, 0.5, 400)[0].to_state()
    assert "planned" not in told(whole, 1.0, 0.2, LENGTH)[0].to_state()


def test_idle_minutes_of_an_event_are_planned_too() -> None:
    """Skipped or closed one by one: the same is expected afterwards."""
    skipped, stepped = brand(Flat(3.0)), brand(Flat(3.0))
    skipped.skip(100)
    for minute in range(NOON, NOON + 100):
        stepped.close(minute, 0, 0)
    ours, exact = skipped._planned.beyond(NOON + 99), stepped._planned.beyond(NOON + 99)
    assert ours is not None
    assert ours == pytest.approx(exact, rel=0.02)
    ahead = brand(Flat(3.0)).peek(NOON + 100, 40, 60)
    assert ahead.u == pytest.approx(skipped.peek(NOON + 100, 40, 60).u, rel=0.01)


def test_windows_hold_what_was_planned_in_them() -> None:
    """5 to 360 minutes; what is older is forgotten."""
    planned = PlannedMinutes()
    assert planned.beyond(9) is None
    for minute in range(10, 20):
        planned.note(minute, 2.0)
    for minute in range(20, 23):
        planned.note(minute, 0.0)
    assert planned.beyond(22) == [4.0, 20.0, 20.0, 20.0, 20.0]
    assert planned.beyond(23, 1.0) == [3.0, 21.0, 21.0, 21.0, 21.0]
    again = PlannedMinutes()
    again.restore(planned.to_state())
    assert again.beyond(22) == planned.beyond(22)
    planned.note_idle(23, 23, LENGTH, 1.0, 1.0)
    assert not planned


def test_the_bound_of_negatives_holds_under_a_plan() -> None:
    """Whoever leaves looks out by it misses nothing."""
    detector = told(brand(Flat(3.0)), 1.0, 0.2, 5)[0]
    minute = detector.next_minute
    needed = detector.negatives_needed(minute, 30.0)
    assert needed > 0
    assert all(detector.peek(minute, n, n + 5).false_alarms_per_month > 30.0 for n in range(needed))

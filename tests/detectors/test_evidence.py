"""The crisis detector as its users see it: peek, close, skip, freeze and state."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.checks import check_detector
from detectors.clock import HOUR_MIN
from detectors.evidence import EXACT_MIN, LEARNING_MIN, CrisisEvidence
from tests.detectors.brands import BUSY_STATE, DAY_MIN, busy, quiet_brand, taught

counts = st.tuples(st.integers(0, 40), st.integers(0, 200))


def test_it_keeps_the_contract_of_all_detectors() -> None:
    """Finite, causal, pure when scoring, restorable, robust against disorder."""
    rows = [
        {"minute": minute, "negative_authors": negatives, "authors": authors}
        for minute, (negatives, authors) in enumerate(quiet_brand(mean=2, minutes=2 * DAY_MIN, seed=3))
    ]
    check_detector(CrisisEvidence(), rows)


def test_peace_stays_far_below_an_alarm() -> None:
    """A brand that only follows its rhythm and Poisson chance shows no month's worth of evidence in a week."""
    detector = busy()
    for minute, (negatives, authors) in enumerate(quiet_brand(10, 7 * DAY_MIN, seed=2), start=8 * DAY_MIN):
        assert detector.peek(minute, negatives, authors).false_alarms_per_month > 1
        detector.close(minute, negatives, authors)


def test_a_storm_is_rarer_than_once_in_ten_months_within_minutes() -> None:
    """Ten times the usual negatives for five minutes are enough."""
    detector = busy()
    start = detector.next_minute + 15 * 60
    for minute, (negatives, authors) in enumerate(quiet_brand(10, 15 * 60, seed=4), start=detector.next_minute):
        detector.close(minute, negatives, authors)
    for minute in range(start, start + 5):
        found = detector.peek(minute, 32, 48)
        detector.close(minute, 32, 48)
    assert found.false_alarms_per_month < 0.1
    assert found.observed > 5 * found.expected
    assert found.negative_share > 2 * found.negative_share_expected


def test_applause_is_no_evidence() -> None:
    """Ten times the mentions with the usual number of negatives among them: a promotion, whatever its volume."""
    detector = busy()
    for minute in range(detector.next_minute, detector.next_minute + 60):
        assert detector.peek(minute, 2, 100).nats == 0
        detector.close(minute, 2, 100)


def test_the_open_minute_counts_at_once() -> None:
    """Evidence of an open minute grows with each negative author in it, before the minute is over."""
    detector = busy()
    nats = [detector.peek(detector.next_minute, negatives, 60).nats for negatives in range(0, 61, 10)]
    assert nats == sorted(nats)
    assert nats[-1] > 10


@given(authors=st.integers(1, 500), data=st.data())
@settings(max_examples=60, deadline=None)
def test_more_anger_is_never_less_evidence(authors: int, data: st.DataObject) -> None:
    """Among as many authors, more negative ones never lower the evidence."""
    fewer, more = sorted(data.draw(st.tuples(st.integers(0, authors), st.integers(0, authors))))
    detector = busy()
    minute = detector.next_minute
    assert detector.peek(minute, fewer, authors).nats <= detector.peek(minute, more, authors).nats + 1e-9


@given(negatives=st.integers(0, 10**6), authors=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_evidence_is_in_its_ranges(negatives: int, authors: int) -> None:
    """Nats ≥ 0, rates > 0, shares 0–1, observed among mentions: whatever is counted, also 10 million in a minute."""
    found = busy().peek(8 * DAY_MIN, negatives, authors)
    assert found.nats >= 0
    assert 0 <= found.false_alarms_per_month <= 1440 * 30.4 * 1.001
    assert 0 <= found.negative_share <= 1
    assert 0.02 <= found.negative_share_expected <= 0.6
    assert found.observed <= found.mentions
    assert found.expected > 0
    assert found.window_min in (5, 15, 45, 120, 360)


def test_peeking_ahead_takes_the_gap_as_empty() -> None:
    """A peek beyond the next minute equals skipping there and peeking; it learns nothing itself."""
    detector, skipped = busy(), busy()
    minute = detector.next_minute + 100
    ahead = detector.peek(minute, 9, 20)
    skipped.skip(100)
    assert ahead == skipped.peek(minute, 9, 20)
    assert detector.to_state() == BUSY_STATE


def test_closing_ahead_learns_the_gap_as_empty() -> None:
    """Silence is data: minutes left out count as minutes without mentions."""
    jumped, stepped = busy(), busy()
    minute = jumped.next_minute + EXACT_MIN
    jumped.close(minute, 3, 12)
    for between in range(stepped.next_minute, minute):
        stepped.close(between, 0, 0)
    stepped.close(minute, 3, 12)
    assert jumped.to_state() == stepped.to_state()


@given(
    history=st.tuples(st.sampled_from([0.05, 1.0, 10.0]), st.integers(1, 2000), st.sampled_from([0.05, 0.2, 0.5])),
    latest=st.lists(counts, max_size=10),
    false_alarms=st.sampled_from([0.01, 0.25, 1.0, 4.0, 30.0, 1000.0, 1e6]),
    others=st.integers(0, 300),
)
@settings(max_examples=60, deadline=None)
def test_with_fewer_negatives_than_needed_nothing_is_stated(
    history: tuple[float, int, float], latest: list[tuple[int, int]], false_alarms: float, others: int
) -> None:
    """Below ``negatives_needed`` every rate is above the asked one, whoever else speaks."""
    mean, minutes, share = history
    detector = taught(quiet_brand(mean, minutes, seed=11, share=share))
    for negatives, authors in latest:
        detector.close(detector.next_minute, negatives, authors)
    minute = detector.next_minute
    needed = detector.negatives_needed(minute, false_alarms)
    for negatives in range(needed):
        for authors in (negatives, negatives + others):
            assert detector.peek(minute, negatives, authors).false_alarms_per_month > false_alarms


def test_a_busy_brand_needs_more_negatives_than_usual() -> None:
    """So that most of its minutes need no look: of 2 negatives a minute; for a rarer alarm it needs more."""
    detector = busy()
    needed = [detector.negatives_needed(8 * DAY_MIN, false_alarms) for false_alarms in (30.0, 1.0, 0.01)]
    assert 4 <= needed[0] < needed[1] < needed[2] < 40


def test_an_unknown_brand_needs_no_negatives() -> None:
    """Nor does a minute that isn't open: nothing is promised of them."""
    assert CrisisEvidence().negatives_needed(5, 1.0) == 0
    assert busy().negatives_needed(8 * DAY_MIN + 1, 1.0) == 0


def test_time_does_not_go_back() -> None:
    """A minute that is closed stays as it was: closing it again is ignored, peeking shows the next minute."""
    detector = busy()
    detector.close(detector.next_minute - 1, 500, 500)
    assert detector.to_state() == BUSY_STATE
    late = detector.peek(detector.next_minute - 5, 500, 500)
    assert late == detector.peek(detector.next_minute, 0, 0)


def test_more_negative_authors_than_authors_are_believed() -> None:
    """Sketches err: then there were at least as many authors."""
    assert busy().peek(8 * DAY_MIN, 30, 10) == busy().peek(8 * DAY_MIN, 30, 30)


def test_a_new_brand_is_still_learning_for_a_week() -> None:
    """Cold start: seven days from the first minute, seen or skipped."""
    detector = CrisisEvidence()
    assert detector.learning
    detector.close(1_000_000, 1, 5)
    detector.skip(LEARNING_MIN - 2)
    assert detector.learning
    detector.skip(1)
    assert not detector.learning


def test_a_first_minute_is_no_evidence_whatever_it_holds() -> None:
    """Of a brand that nobody knows, 1,000 mentions may be normal."""
    assert CrisisEvidence().peek(5, 200, 1000).nats == 0
    assert CrisisEvidence().peek(5, 200, 1000).mentions_expected == pytest.approx(1000.5)


def test_a_crisis_does_not_become_normal() -> None:
    """From u ≥ 4.5 on nothing is learned, until an hour below it."""
    detector = busy()
    start = detector.next_minute
    share = detector.peek(start, 0, 0).negative_share_expected
    for minute in range(start, start + 300):
        detector.close(minute, 40, 60)
    assert detector.frozen
    angry = detector.peek(start + 300, 40, 60)
    assert angry.negative_share_expected == pytest.approx(share, rel=0.02)
    assert angry.u > 4.5


def test_learning_starts_again_an_hour_after_the_evidence_fell() -> None:
    """The freeze is released by calm, not by the clock: 60 minutes below u = 4.5."""
    detector = busy()
    start = detector.next_minute
    for minute in range(start, start + 30):
        detector.close(minute, 40, 60)
    minute = start + 30
    while detector.peek(minute, 1, 5).u >= 4.5:
        detector.close(minute, 1, 5)
        minute += 1
    for calm in range(59):
        detector.close(minute + calm, 1, 5)
        assert detector.frozen
    detector.close(minute + 59, 1, 5)
    assert not detector.frozen


def test_what_lasts_three_days_is_learned() -> None:
    """A brand that is ten times as angry for a week, now more and now less, isn't in a crisis any more, it is so."""
    detector = busy()
    start = detector.next_minute
    storm = [(40, 60), (80, 120)]
    for minute in range(start, start + 3 * DAY_MIN):
        detector.close(minute, *storm[minute // 360 % 2])
    before = detector.peek(detector.next_minute, 40, 60).mentions_expected
    for minute in range(start + 3 * DAY_MIN, start + 5 * DAY_MIN):
        detector.close(minute, *storm[minute // 360 % 2])
    assert detector.peek(detector.next_minute, 40, 60).mentions_expected > 1.05 * before


@pytest.mark.parametrize(("negatives", "authors"), [(40, 60), (5, 10), (10, 20)], ids=["storm", "angrier", "twice both"])
def test_a_level_that_is_steady_for_a_day_is_normal(negatives: int, authors: int) -> None:
    """However large it is; the alarm has lasted for a day, and is over."""
    detector = taught([(1, 5)] * (8 * DAY_MIN))
    start = detector.next_minute
    for minute in range(start, start + 20 * HOUR_MIN):
        detector.close(minute, negatives, authors)
    assert detector.peek(detector.next_minute, negatives, authors).u > 4.5
    for minute in range(start + 20 * HOUR_MIN, start + 31 * HOUR_MIN):
        detector.close(minute, negatives, authors)
    after = detector.peek(detector.next_minute, negatives, authors)
    assert not detector.frozen
    assert after.u < 1
    assert after.negative_share_expected == pytest.approx(min(negatives / authors, 0.6), rel=0.05)


def test_volume_that_stays_is_normal_after_a_day_where_weeks_are_known() -> None:
    """Of a brand of eight days a weekend might be taken for it."""
    for days, learned in ((0, False), (7, True)):
        detector = taught([(1, 10)] * ((8 + days) * DAY_MIN))
        level = detector.level
        start = detector.next_minute
        for minute in range(start, start + 31 * HOUR_MIN):
            detector.close(minute, 3, 30)
        assert (detector.level > 2.5 * level) is learned


def test_a_state_of_before_the_new_level_is_read() -> None:
    """It begins to look for one."""
    state = busy().to_state()
    del state["new_level"]
    assert CrisisEvidence.from_state(state).level == busy().level


def test_an_outage_teaches_nothing() -> None:
    """When next to nothing comes of a busy brand the collection is down: its level stays."""
    detector = busy()
    before = detector.peek(detector.next_minute + 2 * DAY_MIN, 0, 0)
    for minute in range(detector.next_minute, detector.next_minute + 2 * DAY_MIN):
        detector.close(minute, 0, 0)
    after = detector.peek(detector.next_minute, 0, 0)
    assert after.mentions_expected == pytest.approx(before.mentions_expected, rel=0.01)
    assert after.mentions_expected > 50


@given(first=st.lists(counts, max_size=30), then=st.lists(counts, min_size=1, max_size=30), gap_min=st.integers(0, 900))
@settings(max_examples=40, deadline=None)
def test_a_restored_detector_goes_on_exactly(
    first: list[tuple[int, int]], then: list[tuple[int, int]], gap_min: int
) -> None:
    """State → msgpack → restore gives the same outputs to the last bit, from a cold start and from a week on."""
    for detector in (CrisisEvidence(), busy()):
        for negatives, authors in first:
            detector.close(detector.next_minute, negatives, authors)
        detector.skip(gap_min)
        encoded = msgspec.msgpack.encode(detector.to_state())
        assert len(encoded) <= 6_000
        restored = CrisisEvidence.from_state(msgspec.msgpack.decode(encoded))
        for negatives, authors in then:
            minute = detector.next_minute
            assert restored.peek(minute, negatives, authors) == detector.peek(minute, negatives, authors)
            restored.close(minute, negatives, authors)
            detector.close(minute, negatives, authors)


def test_a_state_of_another_version_is_refused() -> None:
    """Whoever keeps states must migrate or relearn, and say so."""
    with pytest.raises(ValueError, match="version 99"):
        CrisisEvidence.from_state({**BUSY_STATE, "version": 99})

"""Minutes in which nobody spoke, learned many at a time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.evidence import EXACT_MIN, FORGOTTEN_MIN, CrisisEvidence
from tests.calls import calls
from tests.detectors.brands import DAY_MIN, busy, quiet_brand, taught

counts = st.tuples(st.integers(0, 40), st.integers(0, 200))


@given(
    mean=st.sampled_from([0.02, 0.2, 1.0, 20.0]),
    history_min=st.integers(1, 3 * DAY_MIN),
    gap_min=st.integers(1, 100) | st.integers(1, 4 * DAY_MIN),
    later=st.lists(counts, min_size=1, max_size=5),
)
@settings(max_examples=25, deadline=None)
def test_skipping_equals_closing_empty_minutes(
    mean: float, history_min: int, gap_min: int, later: list[tuple[int, int]]
) -> None:
    """Within 1 % of u (0.01 near 0) and 2 % of the expectations, up to 8 min exactly, whatever was before."""
    skipped = taught(quiet_brand(mean, history_min, seed=7))
    stepped = CrisisEvidence.from_state(skipped.to_state())
    skipped.skip(gap_min)
    for minute in range(history_min, history_min + gap_min):
        stepped.close(minute, 0, 0)
    if gap_min <= EXACT_MIN:
        assert skipped.to_state() == stepped.to_state()
    for minute, (negatives, authors) in enumerate(later, start=history_min + gap_min):
        ours, exact = skipped.peek(minute, negatives, authors), stepped.peek(minute, negatives, authors)
        assert ours.u == pytest.approx(exact.u, rel=0.01, abs=0.01)
        if ours.window_min == exact.window_min:  # two windows may be as good as equal
            assert ours.mentions_expected == pytest.approx(exact.mentions_expected, rel=0.02)
            assert (ours.observed, ours.mentions) == (exact.observed, exact.mentions)
        skipped.close(minute, negatives, authors)
        stepped.close(minute, negatives, authors)
    assert skipped.frozen == stepped.frozen
    assert skipped.learning == stepped.learning


def test_a_month_without_mentions_is_cheap() -> None:
    """Skipping 30 days takes less than a quarter of the calls that stepping through them takes."""

    def step() -> None:
        for minute in range(8 * DAY_MIN, 9 * DAY_MIN):
            stepped.close(minute, 0, 0)

    skipped, stepped = busy(), busy()
    assert calls(lambda: skipped.skip(30 * DAY_MIN), ["call"]) < 30 * calls(step, ["call"]) / 4


def test_half_a_year_of_silence_starts_a_brand_anew() -> None:
    """Nothing that was learned is left of it by then; it is learning again and any minute may be its first."""
    detector = busy()
    detector.close(8 * DAY_MIN + FORGOTTEN_MIN + 1, 3, 9)
    assert detector.learning
    assert detector.next_minute == 8 * DAY_MIN + FORGOTTEN_MIN + 2
    assert detector.peek(detector.next_minute, 3, 9).mentions == 18


def test_skipping_before_the_first_minute_does_nothing() -> None:
    """A brand that nobody has mentioned has no clock yet."""
    detector = CrisisEvidence()
    detector.skip(1000)
    assert detector.to_state() == CrisisEvidence().to_state()

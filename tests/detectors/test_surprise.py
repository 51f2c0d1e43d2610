"""The formulas of evidence, against values worked out by hand."""

from math import ceil, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.rings import WindowSum
from detectors.surprise import BONUSES, count_evidence, least_telling, promising, share_evidence, window_evidence


def test_count_evidence_equals_the_formula_by_hand() -> None:
    """S = 20, m = 5, 1/r = 0.0775 + 0.0225: d = 20 ln 4 − 30 ln 2 = 10 ln 2, and the Pareto part is 0.005/8."""
    expected = -log(2**-10 + 0.005 / 8)
    assert count_evidence(20, 5.0, variance=0.0775) == pytest.approx(expected)
    assert expected == pytest.approx(6.4368, abs=1e-4)


def test_a_burst_is_never_impossible() -> None:
    """However many there are, a benign burst explains them with 0.5 % of a Pareto tail: evidence grows by 1.5 ln."""
    million, thousand = count_evidence(10**6, 1.0, 0.0), count_evidence(10**3, 1.0, 0.0)
    assert million - thousand == pytest.approx(1.5 * log(1000), rel=0.01)


def test_share_evidence_equals_the_formula_by_hand() -> None:
    """S = 20 of T = 40 at p = 1/4: 20 ln 2 + 20 ln(2/3) nats; ρ = 1/39 halves them."""
    assert share_evidence(20, 40, 0.25, clustering=0.0) == pytest.approx(20 * log(2) + 20 * log(2 / 3))
    assert share_evidence(20, 40, 0.25, clustering=1 / 39) == pytest.approx(10 * log(2) + 10 * log(2 / 3))


def test_all_mentions_negative_is_a_finite_share() -> None:
    """0 ln 0 is 0."""
    assert share_evidence(7, 7, 0.2, clustering=0.0) == pytest.approx(7 * log(5))


@pytest.mark.parametrize(
    ("negatives", "mentions", "rule"),
    [
        (1, 1, "one negative mention is never a crisis"),
        (9, 12, "not more negatives than expected"),
        (20, 120, "not a higher share than usual"),
    ],
)
def test_a_window_without_both_signs_is_no_evidence(negatives: int, mentions: int, rule: str) -> None:
    """With 10 negatives among 50 mentions expected."""
    assert window_evidence((negatives, mentions, 50.0), 0.2, 0.1, 0.002, 0.016, bonus=5.0) == 0, rule


@given(
    negatives=st.integers(0, 65_535 * 360),
    others=st.integers(0, 65_535 * 360),
    expected=st.floats(1e-3, 1e7),
    share=st.floats(0.02, 0.6),
    variance=st.floats(0, 4),
    clustering=st.floats(0, 0.2),
    in_bursts=st.floats(0, 0.2),
    bonus=st.floats(-4, 3),
)
def test_window_evidence_is_finite_and_bounded(
    negatives: int,
    others: int,
    expected: float,
    share: float,
    variance: float,
    clustering: float,
    in_bursts: float,
    bonus: float,
) -> None:
    """0 ≤ v ≤ 4 lc + bonus or lc + 40 + bonus, for every count that rings can hold."""
    nats = window_evidence((negatives, negatives + others, expected), share, variance, clustering, in_bursts, bonus)
    assert 0 <= nats < 100


window_sums = st.tuples(st.integers(0, 400), st.integers(0, 1500), st.floats(1e-3, 1e3)).map(
    lambda drawn: (drawn[0], drawn[0] + drawn[1], drawn[2])
)
five_windows = st.lists(window_sums, min_size=5, max_size=5)
five_variances = st.lists(st.floats(0, 4), min_size=5, max_size=5)


@given(
    sums=five_windows,
    variances=five_variances,
    share=st.floats(0.02, 0.6),
    doubt=st.floats(0, 3),
    clustering=st.floats(0.002, 0.2),
    floor=st.floats(0, 40),
)
def test_no_window_is_left_out_that_has_more_evidence(
    sums: list[WindowSum], variances: list[float], share: float, doubt: float, clustering: float, floor: float
) -> None:
    """``promising`` bounds the evidence from above, also when the variance turns out larger."""
    found = promising(sums, share, variances, floor)
    for j in {0, 1, 2, 3, 4} - set(found):
        nats = window_evidence(sums[j], share, variances[j] + doubt, clustering, 0.016, BONUSES[j])
        assert nats <= floor + 1e-9


@given(sums=five_windows, variances=five_variances, share=st.floats(0.02, 0.6), nats=st.floats(0.01, 60))
def test_evidence_needs_as_many_negatives_more_as_told(
    sums: list[WindowSum], variances: list[float], share: float, nats: float
) -> None:
    """``least_telling`` is the inverse of that bound: one less in each window and none is above it."""
    least = least_telling(sums, share, variances, nats)
    fewer = [(negatives + max(0, ceil(least) - 1), mentions + ceil(least), m) for negatives, mentions, m in sums]
    if least > 0:
        evidence = [
            window_evidence(total, share, variance, 0.002, 0.016, bonus)
            for total, variance, bonus in zip(fewer, variances, BONUSES, strict=True)
        ]
        assert max(evidence) <= nats * (1 + 1e-9)

"""Figures of a level, and the order of sources."""

import pytest

from schemas.signal import Figures, Source


@pytest.mark.parametrize(
    ("figures", "ratio", "share", "expected_share"),
    [
        pytest.param(
            Figures(mentions=30, mentions_expected=10.0, negative=15, negative_expected=2.0), 3, 0.5, 0.2, id="usual"
        ),
        pytest.param(Figures(), 0, 0, 0, id="nothing said, nothing expected"),
        pytest.param(Figures(mentions=5, mentions_expected=0.01), 50, 0, 0, id="an expectation below 0.1 isn't believed"),
    ],
)
def test_ratios_are_finite(figures: Figures, ratio: float, share: float, expected_share: float) -> None:
    """Whatever was said of a brand that nobody talks about."""
    assert (figures.ratio, figures.negative_share, figures.negative_share_expected) == (ratio, share, expected_share)


def test_sources_are_ordered_by_their_place_in_the_log() -> None:
    """Readers skip what isn't newer than the highest of its partition."""
    assert Source(0, 1, 5) < Source(0, 2, 0) < Source(0, 2, 1)

"""What is taken for a new level, and what isn't."""

import pytest

from detectors.clock import DAY_MIN
from detectors.level import Change, NewLevel

LONG = 30 * DAY_MIN


def _change(*blocks: tuple[int, int, float], frozen: bool = True, seen: int = LONG) -> Change | None:
    level = NewLevel()
    for block in blocks:
        level.take(*block)
    return level.change(frozen=frozen, usual_share=0.2, seen=seen)


def test_four_like_quarters_of_a_day_are_a_level() -> None:
    """Three aren't yet; of five the last four count."""
    assert _change(*[(40, 200, 100.0)] * 3) is None
    assert _change((40, 900, 100.0), *[(40, 200, 100.0)] * 4) == Change(2.0, 0.2)


def test_what_a_freeze_ended_in_is_taken_back_when_it_is_over() -> None:
    """At the next four quarters that are no angrier than before it, however much there is of them."""
    level = NewLevel()
    for negatives, frozen, found in ((80, True, Change(2.0, 0.4)), (70, False, None), (44, False, Change(2.0, 0.22))):
        for _ in range(4):
            level.take(negatives, 200, 100.0)
        assert level.change(frozen=frozen, usual_share=0.2, seen=0) == found
    assert level.before == 0


@pytest.mark.parametrize(
    ("blocks", "frozen", "seen"),
    [
        pytest.param([(40, 800, 100.0), (40, 400, 100.0), (40, 200, 100.0), (40, 100, 100.0)], True, LONG, id="it fades"),
        pytest.param([(40, 200, 100.0)] * 3 + [(120, 200, 100.0)], True, LONG, id="its mood isn't steady"),
        pytest.param([(0, 0, 100.0)] * 4, True, LONG, id="silence is an outage"),
        pytest.param([(2, 10, 5.0)] * 4, True, LONG, id="too few to tell"),
        pytest.param([(80, 200, 100.0)] * 4, False, LONG, id="angrier, but not for a whole day frozen"),
        pytest.param([(38, 190, 100.0)] * 4, False, LONG, id="the baseline follows that by itself"),
        pytest.param([(40, 200, 100.0)] * 4, False, 13 * DAY_MIN, id="days of the week aren't known"),
    ],
)
def test_what_is_no_level(blocks: list[tuple[int, int, float]], frozen: bool, seen: int) -> None:
    """Each row says why."""
    assert _change(*blocks, frozen=frozen, seen=seen) is None


@pytest.mark.parametrize("times", [0.4, 3.0])
def test_more_and_fewer_mentions_are_levels_without_a_freeze(times: float) -> None:
    """When they are no angrier than usual."""
    found = _change(*[(round(40 * times), round(200 * times), 200.0)] * 4, frozen=False)
    assert found == Change(pytest.approx(times))

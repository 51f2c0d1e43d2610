"""Hours of the week, and what is said of mistakes in them."""

import pytest

from schemas.config.effective import resolve
from schemas.config.hours import DAY_MIN, WEEK_MIN, open_spans
from schemas.config.load import load_config
from schemas.errors import ConfigError
from tests.schemas.config.conftest import Write


def test_spans_are_in_order_and_joined() -> None:
    """Whatever the order in which days stand, also across the end of the week."""
    assert open_spans("sun 20:00-24:00, mon 0:00-2:00") == [(0, 120), (WEEK_MIN - 240, WEEK_MIN)]
    assert open_spans("mon 09:00-12:00, mon 11:00-14:00") == [(540, 840)]
    assert open_spans("mon-sun 0:00-24:00") == [(0, WEEK_MIN)]
    assert open_spans("sat-mon 0:00-24:00") == [(0, DAY_MIN), (5 * DAY_MIN, WEEK_MIN)]


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("weekdays", "must be days and times. Try `mon-fri 09:00-18:00`"),
        ("mon-fri 9-18", "must be days and times"),
        ("mon 18:00-09:00", "must close later than it opens. Split what passes midnight"),
        ("mon 09:00-24:30", "has no such time: 24:30"),
        ("mon 09:61-12:00", "has no such time: 09:61"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(hours: str, told: str) -> None:
    """In words of the file."""
    with pytest.raises(ValueError, match=told.replace("(", r"\(")):
        open_spans(hours)


def test_a_brand_may_have_hours_of_its_own(write: Write) -> None:
    """And a mistake in them is told by its line."""
    right = "brands:\n  - id: ikea\n    names: [IKEA]\n    promise: { hours: 'sat 10:00-14:00' }\n"
    config = load_config(write(right), {}).config
    assert resolve(config, "ikea").promise.hours == "sat 10:00-14:00"
    with pytest.raises(ConfigError) as caught:
        load_config(write(right.replace("sat", "caturday")), {})
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (4, "brands[0].promise.hours = caturday 10:00-14:00")
    assert "mon-fri 09:00-18:00" in problem.message

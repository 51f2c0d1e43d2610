"""Where to begin in a source partition."""

import pytest

from schemas.errors import UsageError
from streams.intake.start import Start, start_of

STARTS = [
    # committed, first, end, repeats → remember from, count from, lost
    (None, 0, 0, 10, Start(0, 0, 0), "a new group and an empty topic"),
    (None, 40, 90, 10, Start(40, 40, 0), "a new group begins with the oldest; what was deleted before isn't lost to it"),
    (90, 0, 90, 10, Start(80, 90, 0), "nothing new"),
    (5, 0, 90, 10, Start(0, 5, 0), "fewer before than could be remembered"),
    (50, 45, 90, 10, Start(45, 50, 0), "retention took some of what would be remembered"),
    (50, 60, 90, 10, Start(60, 60, 10), "retention took what was never read"),
    (50, 90, 90, 10, Start(90, 90, 40), "and all of it"),
    (50, 0, 90, 0, Start(50, 50, 0), "no repeats wanted"),
]


@pytest.mark.parametrize(("committed", "first", "end", "repeats", "expected", "rule"), STARTS)
def test_the_start(committed: int | None, first: int, end: int, repeats: int, expected: Start, rule: str) -> None:
    """The rule stands beside each row."""
    assert start_of(committed, first, end, repeats, "mentions/0") == expected, rule


def test_a_commit_beyond_the_end_says_that_the_topic_was_made_anew() -> None:
    """Reading on would skip everything up to the old offset in silence."""
    with pytest.raises(UsageError, match=r"mentions/0 ends at offset 10, but 50 were read.*rebato topics create"):
        start_of(50, 0, 10, 5, "mentions/0")

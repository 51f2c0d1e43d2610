"""A replay as a plan: what goes where, and when the time is told."""

import json

from hypothesis import given
from hypothesis import strategies as st

from schemas.digest import END_MS
from streams.intake.records import RawRecord
from streams.story import Line, Shift, Told, shifted, story
from tests.streams.intake.making import OBSERVED_MS, mention

MINUTE = 60_000


def records(times: list[int]) -> list[RawRecord]:
    return [RawRecord(0, n, at_ms, mention(id=str(n))) for n, at_ms in enumerate(times)]


def test_time_is_told_before_the_first_line_each_minute_and_at_the_end() -> None:
    """And then that it is over."""
    items = list(story(records([1 * MINUTE, 1 * MINUTE + 5, 3 * MINUTE]), partitions=4))
    told = [(item.word, json.loads(item.value)["ms"]) for item in items if isinstance(item, Told)]
    assert told == [("watermark", MINUTE), ("watermark", 3 * MINUTE), ("watermark", 3 * MINUTE), ("end", END_MS)]
    assert [type(item) for item in items] == [Told, Line, Line, Told, Line, Told, Told]


def test_a_story_that_only_teaches_has_no_end() -> None:
    """Live time goes on from it; the wish travels with the time."""
    items = list(story(records([MINUTE]), partitions=4, learn_until_ms=99))
    assert [item.word for item in items if isinstance(item, Told)] == ["watermark", "watermark"]
    assert all(json.loads(item.value)["learn_until_ms"] == 99 for item in items if isinstance(item, Told))


def test_live_time_is_told_by_nobody() -> None:
    """Intake's clock does it."""
    assert all(isinstance(item, Line) for item in story(records([MINUTE]), partitions=4, tell_time=False))


@given(st.lists(st.integers(1, 10 * MINUTE), max_size=30))
def test_nothing_before_a_told_time_follows_it(steps: list[int]) -> None:
    """That is what a watermark says."""
    times, now = [], 0
    for step in steps:
        times.append(now := now + step)
    told_ms = 0
    for item in story(records(times), partitions=3):
        assert item.at_ms >= told_ms
        if isinstance(item, Told):
            told_ms = item.at_ms


def test_a_repeat_goes_to_the_same_partition() -> None:
    """By source and id; a line that is no mention goes by its bytes."""
    lines = [item for item in story(records([5, 6]) + records([7, 8]), partitions=16) if isinstance(item, Line)]
    assert [line.partition for line in lines[:2]] == [line.partition for line in lines[2:]]
    assert lines[0].key == b"x|0"


def test_a_shifted_line_is_of_another_day_under_another_id() -> None:
    """Gaps are divided by the speed; what points at other mentions still does; the rest stays."""
    shift = Shift(first_ms=OBSERVED_MS - 120_000, start_ms=1_700_000_000_000, speed=4, mark="~9")
    line = mention(id="a", in_reply_to="b", created_at="2013-02-25T12:00:00Z", colour="red")
    assert json.loads(shifted(line, shift, OBSERVED_MS)) == {
        "id": "a~9",
        "in_reply_to": "b~9",
        "source": "x",
        "observed_at": "2023-11-14T22:13:50.000+00:00",
        "text": "Horse meat in my IKEA meatballs",
        "colour": "red",
    }


def test_what_cant_be_read_isnt_shifted() -> None:
    """It is refused where mentions are validated."""
    shift = Shift(0, 0, 1, "~")
    assert shifted(b"{", shift, 0) == b"{"
    assert shifted(b"[]", shift, 0) == b"[]"

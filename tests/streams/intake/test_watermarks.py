"""How far time has come in each source partition."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.digest import END_MS, Watermark
from streams.intake.records import Control
from streams.intake.watermarks import MAX_LEAD_MS, Watermarks

NOW = 1_000_000


def test_a_partition_that_lags_stands_at_its_last_record() -> None:
    """Live: the append time of what was read last."""
    marks = Watermarks("live")
    marks.only({0, 1})
    marks.appended(0, NOW - 60_000, NOW)
    assert marks.current() == [Watermark(0, NOW - 60_000)]


def test_a_partition_with_nothing_to_read_follows_the_clock() -> None:
    """Silence is time that has passed."""
    marks = Watermarks("live")
    marks.only({0})
    marks.caught_up(0, NOW)
    assert marks.current() == [Watermark(0, NOW)]


def test_a_clock_that_leads_is_set_back_by_the_smallest_delay_seen() -> None:
    """Our clock is 3 s ahead: records arrive 3 s and more after their append; a backlog is no lead."""
    marks = Watermarks("live")
    marks.only({0, 1})
    marks.appended(0, NOW - 3_500, NOW)
    marks.appended(0, NOW - 3_000, NOW)
    marks.caught_up(0, NOW + 10_000)
    assert marks.current() == [Watermark(0, NOW + 7_000)]
    late = Watermarks("live")
    late.only({0})
    late.appended(0, NOW - 86_400_000, NOW)
    late.caught_up(0, NOW)
    assert late.current() == [Watermark(0, NOW - MAX_LEAD_MS)]


def test_a_replay_has_no_clock() -> None:
    """Only its control records move time, and live ones have none."""
    marks = Watermarks("replay")
    marks.only({2})
    marks.appended(2, NOW, NOW)
    marks.caught_up(2, NOW)
    assert marks.current() == []
    marks.controlled(2, [Control(1, 50, 70), Control(1, 40)])
    assert (marks.current(), marks.learn_until_ms) == ([Watermark(2, 50)], 70)
    live = Watermarks("live")
    live.only({2})
    live.controlled(2, [Control(1, 50, 70)])
    assert (live.current(), live.learn_until_ms) == ([], 0)


def test_a_second_replay_goes_on_where_the_first_has_ended() -> None:
    """The end is passed on behind the time before it, though both were read at once; the next file's time replaces both."""
    marks = Watermarks("replay")
    marks.only({0})
    marks.controlled(0, [Control(1, 50), Control(1, END_MS)])
    assert marks.current() == [Watermark(0, 50), Watermark(0, END_MS)]
    marks.controlled(0, [Control(1, 40)])
    assert marks.current() == [Watermark(0, 40)]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 1_000), st.integers(0, 1_000))))
def test_a_watermark_never_goes_back_and_is_never_ahead_of_the_clock(events: list[tuple[bool, int, int]]) -> None:
    """Whatever comes in whatever order."""
    marks = Watermarks("live")
    marks.only({0})
    before = latest = 0
    for is_idle, append_ms, now_ms in events:
        latest = max(latest, now_ms)
        if is_idle:
            marks.caught_up(0, now_ms)
        else:
            marks.appended(0, append_ms, now_ms)
        now = next((mark.ms for mark in marks.current()), 0)
        assert before <= now <= latest
        before = now


def test_a_partition_given_up_is_forgotten() -> None:
    """Its new owner states its time."""
    marks = Watermarks("live")
    marks.only({0, 1})
    marks.appended(0, 5, NOW)
    marks.appended(1, 6, NOW)
    marks.only({1})
    marks.appended(0, 9, NOW)
    assert marks.current() == [Watermark(1, 6)]

"""Log time is what the marks say."""

import msgspec
import pytest

from schemas.digest import END_MS
from schemas.logclock import LogClock

T = 1_000_000_000


@pytest.mark.parametrize(
    ("marks", "replay", "now_ms"),
    [
        pytest.param([(0, T)], False, T, id="one that hasn't ticked stands at the first tick of all"),
        pytest.param([(0, T), (1, T + 5_000)], False, T, id="the least of all"),
        pytest.param([(0, T), (1, T + 60_000)], False, T, id="a minute behind still holds the clock"),
        pytest.param(
            [(0, T), (1, T + 20_000), (1, T + 40_000), (1, T + 50_000), (1, T + 60_001)],
            False,
            T + 60_001,
            id="more than a minute behind is stalled, left out",
        ),
        pytest.param([(0, T), (1, T), (1, T + 90_000)], False, T, id="nobody was heard for 90 s: that leaves nobody out"),
        pytest.param([(0, T), (1, T + 90_000)], True, T, id="a replay waits for ever"),
        pytest.param([(0, T)], True, 0, id="in a replay one that hasn't ticked is waited for"),
        pytest.param(
            [(0, T), *((1, T + 15_000 * k) for k in range(7)), (0, T + 100)], False, T + 90_000, id="it never goes back"
        ),
        pytest.param([(0, T), (1, T + 9), (0, T - 5)], False, T, id="a late tick moves nothing"),
        pytest.param([(0, T), (1, T + 9), (0, END_MS)], True, T, id="an end moves nothing"),
        pytest.param(
            [(0, T), (1, T), (0, END_MS), (1, END_MS), (0, T + 90_000)],
            True,
            T,
            id="after the end a second file waits for every partition as the first did",
        ),
        pytest.param(
            [(0, T), (1, T), (0, END_MS), (1, END_MS), (0, T + 9), (1, T + 7)], True, T + 7, id="and then moves the clock"
        ),
    ],
)
def test_the_clock_stands_at_the_least_of_those_that_are_not_stalled(
    marks: list[tuple[int, int]], replay: bool, now_ms: int
) -> None:
    """Each row says its rule."""
    clock = LogClock()
    for partition, at_ms in marks:
        clock = clock.marked(partition, at_ms, partitions=2, replay=replay)
    assert clock.now_ms == now_ms


def test_a_partition_is_never_ahead_of_the_clock() -> None:
    """`of` is the time by which one partition's own levels are missed: its own, or the clock where that is behind."""
    clock = LogClock().marked(0, T, 2, False).marked(1, T + 7, 2, False)
    assert (clock.of(0), clock.of(1), clock.of(2)) == (T, T, 0)


def test_partitions_that_catch_up_wait_for_each_other() -> None:
    """One is read an hour ahead of the other within seconds: the other isn't stalled, it is next."""
    clock = LogClock().marked(0, T, 2, False, heard_ms=0).marked(1, T, 2, False, heard_ms=0)
    clock = clock.marked(0, T + 3_600_000, 2, False, heard_ms=1_000)
    assert clock.now_ms == T
    clock = clock.marked(1, T + 1_800_000, 2, False, heard_ms=2_000)
    assert clock.now_ms == T + 1_800_000
    for heard_ms in (20_000, 40_000, 60_000):
        clock = clock.marked(0, T + 3_600_000 + heard_ms, 2, False, heard_ms=heard_ms)
    assert clock.now_ms == T + 1_800_000
    assert clock.marked(0, T + 3_700_000, 2, False, heard_ms=62_001).now_ms == T + 3_700_000


def test_an_outage_of_all_leaves_nobody_behind_and_one_that_stays_away_after_it_is_left_out_as_ever() -> None:
    """Kafka is away for two minutes, twice; then the partitions come one after the other, or one of them doesn't."""
    clock = LogClock().marked(0, T, 2, False).marked(1, T, 2, False)
    for back in (T + 120_000, T + 245_000):
        clock = clock.marked(0, back, 2, False)
        assert clock.now_ms == T
    assert clock.marked(1, T + 240_000, 2, False).now_ms == T + 240_000
    for at_ms in range(T + 246_000, T + 267_000, 1_000):
        assert clock.now_ms == T
        clock = clock.marked(0, at_ms, 2, False)
    assert clock.now_ms == T + 266_000


def test_a_state_of_before_goes_on() -> None:
    """It has no pauses, and says what was heard."""
    clock = LogClock().marked(0, T, 2, False).marked(1, T + 5_000, 2, False)
    older = msgspec.convert(msgspec.to_builtins(clock)[:5], LogClock)
    assert older.marked(1, T + 90_000, 2, False).now_ms == T

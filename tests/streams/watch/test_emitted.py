"""Ticks: log time, told as finely as an incident's life needs it and no finer."""

import pytest

from schemas.series import SeriesBatch
from schemas.signal import Source, Tick
from streams.watch.emitted import AFTERMATH_MS, STEP_MS, TICK_MS, Emitted

T = 1_700_000_000_000


def _out(ticked_ms: int = T) -> Emitted:
    return Emitted(Source(3, 70, 0), partitions=4, ticked_ms=ticked_ms)


def _times(out: Emitted) -> list[int]:
    return [record.at_ms for record in out.records if isinstance(record, Tick)]


@pytest.mark.parametrize(
    ("now_ms", "told"),
    [
        pytest.param(T, [], id="no time has gone by"),
        pytest.param(T + TICK_MS - 1, [], id="less than 5 s"),
        pytest.param(T + TICK_MS, [T + TICK_MS], id="5 s"),
        pytest.param(T + 10 * TICK_MS, [T + 10 * TICK_MS], id="once for a minute"),
    ],
)
def test_time_is_told_every_five_seconds(now_ms: int, told: list[int]) -> None:
    """Each row says when."""
    out = _out()
    out.tick(now_ms)
    assert _times(out) == told


@pytest.mark.parametrize(
    ("ticked_ms", "leap_ms", "since_stated_ms", "ticks"),
    [
        pytest.param(T, 10 * STEP_MS, 0, 10, id="by the minute while an incident may be open"),
        pytest.param(T, 10 * STEP_MS, AFTERMATH_MS, 1, id="six hours after the last level at once"),
        pytest.param(T, 2 * AFTERMATH_MS, 0, AFTERMATH_MS // STEP_MS, id="by the minute for six hours, the rest at once"),
        pytest.param(0, 10 * STEP_MS, 0, 1, id="the first time of all is told once"),
    ],
)
def test_a_leap_is_told_by_the_minute_where_it_matters(
    ticked_ms: int, leap_ms: int, since_stated_ms: int, ticks: int
) -> None:
    """Each row says where; the last tick is the time that it is."""
    out = _out(ticked_ms)
    out.tick_until(T + leap_ms, T - since_stated_ms)
    assert len(_times(out)) == ticks
    assert _times(out)[-1] == out.ticked_ms == T + leap_ms
    assert _times(out) == sorted(set(_times(out)))


def test_outputs_are_numbered_in_order() -> None:
    """The place of the record and the number of the output: readers skip what they have seen."""
    out = _out()
    out.tick_until(T + 3 * STEP_MS, T)
    out.series.append(SeriesBatch(1, T, []))
    assert [record.source for record in out.records if isinstance(record, Tick)] == [Source(3, 70, i) for i in range(3)]
    assert out.next_source() == Source(3, 70, 3)
    assert {record.partitions for record in out.records if isinstance(record, Tick)} == {4}

"""Rounds of the heartbeat: which of them has come through everything."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.beat import Beats

PARTITIONS = 3
heard = st.lists(st.tuples(st.integers(-1, PARTITIONS), st.integers(0, 20)), max_size=40)


@given(heard)
def test_a_round_has_passed_when_every_partition_has_brought_it_or_a_later_one(beats: list[tuple[int, int]]) -> None:
    """In whatever order they come, however often; a partition that there isn't brings nothing; it never goes back."""
    now, passed = Beats(), [0]
    for partition, ms in beats:
        now = now.heard(partition, ms, PARTITIONS)
        passed.append(now.passed_ms)
    newest = [max((ms for partition, ms in beats if partition == number), default=0) for number in range(PARTITIONS)]
    assert now.passed_ms == min(newest)
    assert passed == sorted(passed)
    assert set(now.newest) <= set(range(PARTITIONS))

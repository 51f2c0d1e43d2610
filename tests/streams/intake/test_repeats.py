"""The memory of repeats: exactly the last N offsets, before and after a restart."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.intake.repeats import RepeatMemory


def arrays(items: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Identities, and offsets as running sums of the steps."""
    identities = np.array([identity for identity, _ in items], np.uint64)
    return identities, np.cumsum([step for _, step in items], dtype=np.int64)


_items = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 4)), max_size=60)


@given(_items, st.integers(0, 12))
def test_a_mention_is_a_repeat_if_its_identity_stood_at_one_of_the_last_offsets(
    items: list[tuple[int, int]], limit: int
) -> None:
    """The rule, checked against the plain way of saying it."""
    identities, offsets = arrays(items)
    fresh = RepeatMemory(limit).first_seen(identities, offsets)
    for index, (identity, offset) in enumerate(zip(identities, offsets, strict=True)):
        before = (identities[:index] == identity) & (offsets[:index] >= offset - limit)
        assert fresh[index] == (not before.any())


@given(_items, st.integers(0, 12), st.integers(0, 60))
def test_a_restart_remembers_exactly_the_same(items: list[tuple[int, int]], limit: int, cut: int) -> None:
    """Reading the last N offsets again gives the same memory and so the same decisions."""
    identities, offsets = arrays(items)
    cut = min(cut, len(items))
    running = RepeatMemory(limit)
    running.first_seen(identities[:cut], offsets[:cut])
    commit = int(offsets[cut - 1]) + 1 if cut else 0
    again = offsets[:cut] >= commit - limit
    rebuilt = RepeatMemory(limit)
    rebuilt.first_seen(identities[:cut][again], offsets[:cut][again])
    assert rebuilt.remembered() == (running.remembered() if again.any() else {})
    after = running.first_seen(identities[cut:], offsets[cut:])
    assert after.tolist() == rebuilt.first_seen(identities[cut:], offsets[cut:]).tolist()


@given(_items, _items)
def test_an_undone_batch_leaves_no_trace(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    """What a batch that failed has brought is forgotten, what was before isn't."""
    identities, offsets = arrays(first + second)
    cut = len(first)
    memory = RepeatMemory(10)
    memory.first_seen(identities[:cut], offsets[:cut])
    memory.settle()
    once = memory.first_seen(identities[cut:], offsets[cut:])
    memory.undo()
    assert memory.first_seen(identities[cut:], offsets[cut:]).tolist() == once.tolist()


def test_memory_is_bounded() -> None:
    """What is too old is thrown out now and then."""
    memory = RepeatMemory(1_000)
    for start in range(0, 20_000, 500):
        offsets = np.arange(start, start + 500)
        memory.first_seen(offsets.astype(np.uint64), offsets)
        assert len(memory._last) <= 1_000 * 1.25 + 1_500

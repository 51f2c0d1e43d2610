"""One person is one voice, in a bounded memory."""

from detectors.author_cap import GENERATION_MIN, MOST_AUTHORS, AuthorCap

YES = [True]


def test_somebody_who_writes_every_minute_counts_once_in_a_half_hour_or_two() -> None:
    """And again when nothing is remembered of him."""
    cap = AuthorCap()
    said = [cap.count([7], YES, minute)[0] for minute in range(GENERATION_MIN)]
    assert said.count(True) == 1
    cap.forget(3 * GENERATION_MIN)
    assert cap.count([7], YES, 3 * GENERATION_MIN) == [True]


def test_half_hours_may_come_in_any_order() -> None:
    """In a backlog one source partition is hours ahead of the others."""
    cap = AuthorCap()
    assert cap.count([7], YES, 10 * GENERATION_MIN) == [True]
    assert cap.count([7], YES, 0) == [True]
    assert cap.count([7], YES, 1 * GENERATION_MIN) == [False]


def test_where_very_many_are_angry_everybody_counts() -> None:
    """For the rest of that half hour and in the next; then again nobody does twice."""
    cap = AuthorCap()
    crowd = list(range(1, MOST_AUTHORS + 2))
    assert all(cap.count(crowd, [True] * len(crowd), 0))
    assert cap.count([1], YES, 1) == [True]
    assert cap.count([1, 1], [True, True], GENERATION_MIN) == [True, True]
    assert cap.count([1, 1], [True, True], 2 * GENERATION_MIN) == [False, False]


def test_a_restored_memory_goes_on_and_batches_change_nothing() -> None:
    """Also where it has just become too much to remember."""
    writers = [n % 300 for n in range(900)]
    at_once, in_steps = AuthorCap(), AuthorCap()
    whole = at_once.count(writers, [True] * len(writers), 0)
    parts = []
    for start in range(0, len(writers), 70):
        some = writers[start : start + 70]
        parts += in_steps.count(some, [True] * len(some), 0)
        in_steps = AuthorCap.from_state(in_steps.to_state())
    assert parts == whole
    assert in_steps.to_state() == at_once.to_state() == {0: None}

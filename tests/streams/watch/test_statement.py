"""When a level is told."""

from streams.watch.statement import RESTATE_MS, Statement

NOW = 1_000_000


def _told(statement: Statement, rate: float, now_ms: int) -> bool:
    due = statement.due(rate, now_ms)
    if due:
        statement.done(rate, now_ms)
    return due


def test_a_new_a_changed_and_an_old_level_is_told() -> None:
    """New; not the same again at once; when it is twice as rare; when a minute has passed."""
    statement = Statement()
    moments = [(4.0, 0), (4.0, 1_000), (3.0, 2_000), (1.5, 3_000), (1.5, 3_000 + RESTATE_MS - 1), (1.5, 3_000 + RESTATE_MS)]
    assert [_told(statement, rate, NOW + after_ms) for rate, after_ms in moments] == [True, False, False, True, False, True]
    assert statement.since_ms == NOW


def test_a_level_that_has_ended_is_told_once() -> None:
    """And its next beginning is a new one."""
    statement = Statement()
    assert [_told(statement, rate, NOW + i) for i, rate in enumerate([4.0, 40.0, 40.0, 4.0])] == [True, True, False, True]
    assert statement.since_ms == NOW + 3


def test_what_was_never_worth_a_word_isnt_told() -> None:
    """Peace is no news."""
    assert not _told(Statement(), 30.0, NOW)

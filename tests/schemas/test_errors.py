"""Errors for people: exit codes, and a config's problems one below the other."""

import pytest

from schemas.enums import Refusal
from schemas.errors import (
    CheckFailedError,
    ConfigError,
    FencedError,
    Problem,
    RebatoError,
    RecordError,
    StateError,
    UndecodableError,
    UnknownVersionError,
    UnreachableError,
    UsageError,
)


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (CheckFailedError("the answer is no"), 1),
        (StateError("can't be kept"), 1),
        (FencedError("another owns it"), 1),
        (UsageError("wrong use"), 2),
        (UnreachableError("no answer"), 2),
        (ConfigError("rebato.yaml", []), 2),
    ],
)
def test_exit_codes_are_those_of_the_contract(error: RebatoError, exit_code: int) -> None:
    """1: it ran and the answer is no, or it broke; 2: wrong use or config."""
    assert error.exit_code == exit_code


@pytest.mark.parametrize(
    ("problems", "text"),
    [
        ([Problem(3, "brands", "must be a list.")], "f.yaml has 1 problem:\n  line 3   brands  must be a list."),
        ([Problem(None, "kafka", "unknown.")], "f.yaml has 1 problem:\n  kafka  unknown."),
        (
            [Problem(3, "a", "one."), Problem(12, "a.long.name", "two.")],
            "f.yaml has 2 problems:\n  line 3   a            one.\n  line 12  a.long.name  two.",
        ),
    ],
)
def test_a_config_error_lists_every_problem(problems: list[Problem], text: str) -> None:
    """Line, field and remedy in columns."""
    assert str(ConfigError("f.yaml", problems)) == text


def test_a_record_error_knows_its_reason() -> None:
    """The label in metrics and in the dead-letter topic."""
    assert UndecodableError("x").reason is RecordError.reason is Refusal.UNDECODABLE
    assert UnknownVersionError(9, 1).reason is Refusal.UNKNOWN_VERSION
    assert "record version 9; this rebato reads 1 to 1" in str(UnknownVersionError(9, 1))

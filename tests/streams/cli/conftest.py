"""Running `rebato` as a person does: arguments in; exit code, stdout and stderr out."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog

from streams.cli.main import run


class Outcome(NamedTuple):
    """What a person sees of a command that has ended."""

    code: int
    out: str
    err: str


Rebato = Callable[..., Outcome]


@pytest.fixture
def rebato(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Rebato:
    """Runs a command in an empty folder, on a terminal that is wide enough for any line."""
    monkeypatch.chdir(tmp_path)
    structlog.reset_defaults()  # as in a process of its own
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str | Path) -> Outcome:
        code = run([str(argument) for argument in arguments])
        return Outcome(code, *capfd.readouterr())

    return call

"""How far a command is."""

from io import StringIO

import pytest
from rich.console import Console

from streams.cli import progress as module
from streams.cli.progress import progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that the test sets."""
    now = [0.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


def test_a_quick_command_shows_nothing(clock: list[float]) -> None:
    """Nothing flickers by."""
    out = StringIO()
    with progress("lines", console=Console(file=out)) as steps:
        steps.advance(5)
        clock[0] = 1.9
        steps.advance(5)
    assert (steps.done, out.getvalue()) == (10, "")


def test_a_file_gets_plain_lines_now_and_then(clock: list[float]) -> None:
    """After 2 s, then every 10 s."""
    out = StringIO()
    with progress("lines", 4_000, Console(file=out)) as steps:
        for second in range(1, 15):
            clock[0] = second
            steps.advance(100)
    assert out.getvalue() == "lines: 200 of 4,000\nlines: 1,200 of 4,000\n"


def test_a_terminal_gets_a_bar_that_goes_away(clock: list[float]) -> None:
    """With the number of steps."""
    out = StringIO()
    with progress("lines", 4_000, Console(file=out, force_terminal=True, width=100)) as steps:
        clock[0] = 3.0
        steps.advance(100)
        steps.advance(200)
    assert "300/4000" in out.getvalue()

"""The command line as a whole: help, exit codes, and what becomes of an error."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from structlog.testing import capture_logs
from typer.core import TyperGroup

from streams.cli.lazy import Lazy, load_command
from streams.cli.main import COMMANDS
from tests.streams.cli.conftest import Rebato

HEAVY = ("pydantic", "numpy", "aiokafka", "faust", "httpx", "yaml", "msgspec", "structlog")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adds the command `fail`."""
    monkeypatch.setitem(COMMANDS, "fail", Lazy("tests.streams.cli.broken_app:app", "Fails."))


def _commands() -> Iterator[tuple[str, typer.core.TyperCommand]]:
    """Every command and subcommand with its full name."""
    for name, lazy in COMMANDS.items():
        command = load_command(name, lazy)
        below = command.commands.items() if isinstance(command, TyperGroup) else []
        yield from ((f"{name} {sub}", found) for sub, found in below)  # type: ignore[misc]  # typer's are TyperCommands
        if not below:
            yield name, command  # type: ignore[misc]  # the same


def test_help_lists_every_command_with_its_line(rebato: Rebato) -> None:
    """The first thing that somebody sees."""
    code, out, _ = rebato("--help")
    assert code == 0
    for name, lazy in COMMANDS.items():
        assert name in out
        assert lazy.help in out


def test_help_imports_no_command() -> None:
    """It answers at once; libraries are loaded by the command that needs them."""
    script = (
        "import sys; from streams.cli.main import run; run(['--help']);"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_each_command_has_an_example_and_begins_with_a_sentence() -> None:
    """`--help` of each ends with how it is used."""
    for name, command in _commands():
        assert (command.epilog or "").startswith(f"Example: rebato {name.split()[0]}"), name
        assert (command.help or "").split("\n")[0].rstrip().endswith((".", "?", ":")), name


def test_a_typo_gets_a_guess(rebato: Rebato) -> None:
    """Exit code 2, as for any wrong use."""
    code, _, err = rebato("confg")
    assert (code, "Did you mean 'config'?" in err) == (2, True)


def test_no_command_shows_the_help(rebato: Rebato) -> None:
    """It is wrong use all the same."""
    code, out, err = rebato()
    assert code == 2
    assert "Watch brands" in out + err


def test_the_version_is_that_of_the_package(rebato: Rebato) -> None:
    """For bug reports."""
    code, out, _ = rebato("--version")
    assert (code, out.startswith("rebato 0.")) == (0, True)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize(
    ("how", "code", "text"),
    [
        ("usage", 2, "brokers: nothing answers at localhost:1. Start Kafka, or change kafka.brokers.\n"),
        ("no", 1, "the check failed.\n"),
        ("ctrl-c", 130, ""),
    ],
)
def test_an_error_for_people_is_its_text_and_its_exit_code(how: str, code: int, text: str, rebato: Rebato) -> None:
    """Nothing else on stderr, nothing on stdout."""
    assert rebato("fail", how) == (code, "", text)


@pytest.mark.usefixtures("broken")
def test_an_error_of_our_own_is_one_line_and_its_traceback_is_in_the_log(rebato: Rebato, tmp_path: Path) -> None:
    """Under the same id; the exit code isn't one of the three that mean something."""
    code, _, err = rebato("fail", "own")
    log = (tmp_path / "state/rebato/errors.log").read_text(encoding="utf-8")
    assert (code, err.count("\n")) == (70, 1)
    assert "ZeroDivisionError, id " in err
    assert "Traceback" not in err
    assert err.partition("id ")[2][:8] in log
    assert "Traceback" in log


@pytest.mark.usefixtures("broken")
def test_an_error_of_our_own_needs_no_folder_to_write_to(
    rebato: Rebato, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only container, for one."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    code, _, err = rebato("fail", "own")
    assert (code, err.endswith("Run it again with REBATO_DEBUG=1 to see where.\n")) == (70, True)


@pytest.mark.usefixtures("broken")
def test_an_error_of_our_own_is_in_the_log_of_a_process_that_has_one(rebato: Rebato) -> None:
    """A role's log goes where its operator looks."""
    with capture_logs() as events:
        _, _, err = rebato("fail", "own")
    assert "Details are in the log" in err
    assert [(event["event"], event["error_id"]) for event in events] == [("process.failed", err.partition("id ")[2][:8])]


@pytest.mark.usefixtures("broken")
def test_debug_shows_the_traceback(rebato: Rebato, monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever asks for it."""
    monkeypatch.setenv("REBATO_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        rebato("fail", "own")


def test_a_reader_that_goes_away_is_no_error() -> None:
    """`rebato config schema | head -1`."""
    command = f"{sys.executable} -m streams.cli config schema | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_ctrl_c_ends_a_command_cleanly(tmp_path: Path) -> None:
    """Exit code 130 as shells have it, not a word on stderr, and nothing half written."""
    target = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "streams.cli", "score", "--input", "-", "--output", str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        deadline_s = time.monotonic() + 60
        while not target.with_name("out.jsonl.part").exists() and time.monotonic() < deadline_s:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert (process.returncode, told, list(tmp_path.iterdir())) == (130, b"", [])

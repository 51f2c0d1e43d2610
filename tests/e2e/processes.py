"""Runs rebato's commands as processes of their own, waits for what they do, and shows their last lines when they don't."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.kafka import end_with_parent

T = TypeVar("T")
REBATO = [sys.executable, "-m", "streams.cli"]
CALL_WITHIN_S = 120.0
_LOOK_EVERY_S = 0.05
_REST = 4  # a look that reads whole topics takes a core from those who are waited for: rest that many times as long
_SHOWN_LINES = 25


def rebato(*arguments: str | Path, within_s: float = CALL_WITHIN_S) -> subprocess.CompletedProcess[str]:
    """A command that ended by itself: its exit code and what it printed."""
    return subprocess.run([*REBATO, *map(str, arguments)], capture_output=True, text=True, timeout=within_s)


async def arebato(*arguments: str | Path, code: int = 0, within_s: float = CALL_WITHIN_S) -> str:
    """What a command printed on stdout. Fails with all it said when its exit code isn't ``code``."""
    done = await asyncio.to_thread(lambda: rebato(*arguments, within_s=within_s))
    said = f"rebato {' '.join(map(str, arguments))} ended with {done.returncode}, not {code}:\n{done.stdout}{done.stderr}"
    assert done.returncode == code, said
    return done.stdout


class Process:
    """One `rebato …` that runs until it is ended, with its output in a file."""

    def __init__(self, log: Path, *arguments: str | Path) -> None:
        """Starts it. ``log`` is appended to, so a process that is started again keeps its story in one file."""
        self._log = log
        self._arguments = [*map(str, arguments)]
        self._said_before = log.stat().st_size if log.exists() else 0
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [*REBATO, *self._arguments], stdout=file, stderr=file, preexec_fn=end_with_parent
            )

    @property
    def running(self) -> bool:
        """Whether it hasn't ended."""
        return self._process.poll() is None

    @property
    def begun(self) -> bool:
        """Whether a role of it has got as far as its first line, or it has ended: before, SIGTERM kills the interpreter."""
        return b"role.started" in self._log.read_bytes()[self._said_before :] or not self.running

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def kill(self) -> None:
        """`kill -9`, as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def again(self) -> "Process":
        """The same command anew."""
        return Process(self._log, *self._arguments)

    def ask_to_end(self) -> None:
        """SIGTERM, once: a second one might meet the interpreter on its way out."""
        if self.running:
            self._process.send_signal(signal.SIGTERM)

    def ended(self, within_s: float = 30.0) -> int:
        """The exit code; fails when it doesn't come in time."""
        try:
            return self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"not ended {within_s:g} s after SIGTERM:\n{self.last_lines()}") from None

    def last_lines(self) -> str:
        """The end of what it said."""
        lines = self._log.read_text(errors="replace").splitlines()[-_SHOWN_LINES:]
        return "\n".join([f"--- {' '.join(self._arguments)}", *lines])


class Not:
    """A false answer that says what there is instead, for `Group.until`."""

    def __init__(self, instead: object) -> None:
        self._instead = instead

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return str(self._instead)


class Group:
    """Processes that belong together; a context manager that leaves none behind."""

    def __init__(self, folder: Path, config: Path) -> None:
        """``folder`` takes a log a process."""
        self._folder = folder
        self._config = config
        self.members: dict[str, Process] = {}

    def run(self, name: str, *roles: str) -> Process:
        """Starts `rebato run` with these roles, under a name of its own."""
        process = Process(self._folder / f"{name}.log", "run", *roles, "--config", self._config)
        self.members[name] = process
        return process

    def kill_and_restart(self, name: str) -> None:
        """`kill -9`, and the same command anew at once."""
        self.members[name].kill()
        self.members[name] = self.members[name].again()

    async def until(self, ask: Callable[[], T | Not | None], what: str, within_s: float = 120.0) -> T:
        """The first true answer. Fails with everybody's last lines when it doesn't come, or when a process has ended."""
        deadline_s = time.monotonic() + within_s
        answer = None
        while time.monotonic() < deadline_s:
            asked_s = time.monotonic()
            answer = await asyncio.to_thread(ask)
            took_s = time.monotonic() - asked_s
            if answer and not isinstance(answer, Not):
                return answer
            ended = [name for name, process in self.members.items() if not process.running]
            assert not ended, f"{ended} ended while waiting: {what}\n{self.last_lines()}"
            await asyncio.sleep(max(_LOOK_EVERY_S, _REST * took_s))
        raise AssertionError(f"not within {within_s:g} s: {what}; the last answer was {answer!r}\n{self.last_lines()}")

    async def end(self, within_s: float = 30.0) -> dict[str, int]:
        """The exit codes after SIGTERM to all at once, when all have begun."""
        deadline_s = time.monotonic() + CALL_WITHIN_S
        while not all(each.begun for each in self.members.values()) and time.monotonic() < deadline_s:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_EVERY_S)
        for process in self.members.values():
            process.ask_to_end()
        codes = [await asyncio.to_thread(process.ended, within_s) for process in self.members.values()]
        return dict(zip(self.members, codes, strict=True))

    def last_lines(self) -> str:
        """The end of what each of them said."""
        return "\n".join(process.last_lines() for process in self.members.values())

    def __enter__(self) -> "Group":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.members.values():
            if process.running:
                process.kill()

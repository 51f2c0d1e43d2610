"""Runs processes, restarts those that die, and ends them all together.

Rules:

- A dead child is started again after a growing wait (`Backoff`).
- Exit code 2 means that a person must mend something: all are ended, and the supervisor ends with 2 too.
- TERM and INT end all: TERM to each, 10 s to finish, then KILL; a second one kills at once, and the supervisor ends with
  128 + its number. HUP is passed on (the config is read again).
- Children outlive no supervisor, even one that was killed: each holds the read end of a pipe as its standard input
  (`end_with_parent`), which the kernel closes.
- Children stand in sessions of their own, so Ctrl-C reaches them once, as TERM, in our order.
"""

import asyncio
import os
import signal
import sys
import threading
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress

from streams.backoff import Backoff

MUST_MEND = 2
STOP_WITHIN_S = 10.0
OWN_NAME = "rebato"
_CHUNK_BYTES = 65_536
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

Emit = Callable[[str, str], None]
"""Takes the name of a process and one line of it."""


class Supervisor:
    """Keeps one process a name running."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        emit: Emit,
        *,
        environment: Mapping[str, str] | None = None,
        backoff: Callable[[], Backoff] = Backoff,
        stop_within_s: float = STOP_WITHIN_S,
    ) -> None:
        """`commands`: argument vectors by name. `emit` gets every line of the children and our own (as `rebato`)."""
        self._commands = commands
        self._emit = emit
        self._environment = dict(os.environ if environment is None else environment)
        self._backoff = backoff
        self._stop_within_s = stop_within_s
        self._stopping = asyncio.Event()
        self._running: dict[str, Process] = {}
        self._exit_code = 0

    async def run(self) -> int:
        """Runs until a signal or `stop`; returns the exit code: 0, 2 when a child ended with 2, 128 + a second signal."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._signalled, number)
        try:
            async with asyncio.TaskGroup() as keepers:
                for name in self._commands:
                    keepers.create_task(self._keep(name))
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
        return self._exit_code

    def stop(self) -> None:
        """Ends all children in order; `run` returns when they are gone."""
        self._stopping.set()

    def pids(self) -> dict[str, int]:
        """The process id of each child that runs."""
        return {name: process.pid for name, process in self._running.items()}

    def _signalled(self, number: signal.Signals) -> None:
        again = number is not signal.SIGHUP and self._stopping.is_set()
        if again:
            self._exit_code = 128 + number
        elif number is not signal.SIGHUP:
            self.stop()
            return
        for process in self._running.values():
            _send(process, signal.SIGKILL if again else number)

    async def _keep(self, name: str) -> None:
        backoff = self._backoff()
        while not self._stopping.is_set():
            started_s = time.monotonic()
            code = await self._live(name)
            if self._stopping.is_set():
                return
            if code == MUST_MEND:
                self._emit(OWN_NAME, f"{name} can't run until what it says is mended; ending the others")
                self._exit_code = MUST_MEND
                self.stop()
                return
            lived_s = time.monotonic() - started_s
            wait_s = backoff.after(lived_s)
            self._emit(OWN_NAME, f"{name} {_how(code)} after {lived_s:.0f} s; starting it again in {wait_s:g} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait_s)

    async def _live(self, name: str) -> int:
        """Runs the process once; returns its exit code."""
        process = await asyncio.create_subprocess_exec(
            *self._commands[name], stdin=PIPE, stdout=PIPE, stderr=STDOUT, env=self._environment, start_new_session=True
        )
        self._running[name] = process
        ender = asyncio.create_task(self._end_when_stopping(process))
        try:
            async for line in _lines(process):
                self._emit(name, line)
            return await process.wait()
        finally:
            ender.cancel()
            del self._running[name]

    async def _end_when_stopping(self, process: Process) -> None:
        await self._stopping.wait()
        _send(process, signal.SIGTERM)
        await asyncio.sleep(self._stop_within_s)
        _send(process, signal.SIGKILL)


def end_with_parent() -> None:
    """Makes this process end when the supervisor that started it is gone: TERM to itself, 10 s later the hard way."""
    threading.Thread(target=_end_at_end_of_input, name="end-with-parent", daemon=True).start()


def _end_at_end_of_input() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_WITHIN_S)
    os._exit(1)


def _send(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(number)


async def _lines(process: Process) -> AsyncIterator[str]:
    """Lines of the output, of any length, broken characters replaced."""
    if process.stdout is None:
        return
    rest = b""
    while chunk := await process.stdout.read(_CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace")
    if rest:
        yield rest.decode(errors="replace")


def _how(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"

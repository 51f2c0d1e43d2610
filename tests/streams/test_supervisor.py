"""The supervisor: what dies comes back, what ends ends together."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from streams.backoff import Backoff
from streams.supervisor import Supervisor

_PYTHON = [sys.executable, "-u", "-c"]
_DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); [signal.pause() for _ in iter(int, 1)]"
_LIVE = "import signal, os; print('up', os.getpid()); signal.pause()"


class Lines:
    """Collects what the supervisor emits."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str]] = []

    def __call__(self, name: str, line: str) -> None:
        self.all.append((name, line))

    def of(self, name: str) -> list[str]:
        """Lines of one process."""
        return [line for owner, line in self.all if owner == name]


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110  another process knows no event of ours
            await asyncio.sleep(0.01)


def _alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def _fast() -> Backoff:
    return Backoff(first_s=0.01, most_s=0.02)


async def test_a_killed_child_comes_back_and_the_others_stay() -> None:
    """Each role is a process of its own: one death is one restart."""
    lines = Lines()
    supervisor = Supervisor({"intake": [*_PYTHON, _LIVE], "watch": [*_PYTHON, _LIVE]}, lines, backoff=_fast)
    running = asyncio.create_task(supervisor.run())
    await _until(lambda: len(lines.of("intake")) == len(lines.of("watch")) == 1)
    before = supervisor.pids()
    os.kill(before["watch"], signal.SIGKILL)
    await _until(lambda: len(lines.of("watch")) == 2)
    assert supervisor.pids()["intake"] == before["intake"]
    assert "watch was killed by signal 9" in lines.of("rebato")[0]
    supervisor.stop()
    assert await asyncio.wait_for(running, 10) == 0


async def test_a_config_error_of_one_child_ends_all_with_its_message() -> None:
    """Restarting can't mend what a person must: exit code 2 is passed on."""
    lines = Lines()
    broken = "import sys; print('rebato.yaml has 1 problem'); sys.exit(2)"
    supervisor = Supervisor({"watch": [*_PYTHON, broken], "intake": [*_PYTHON, _LIVE]}, lines)
    assert await asyncio.wait_for(supervisor.run(), 20) == 2
    assert lines.of("watch") == ["rebato.yaml has 1 problem"]
    assert "watch can't run" in lines.of("rebato")[0]


async def test_a_child_that_ignores_term_is_killed_after_the_deadline() -> None:
    """TERM first, so that state is handed over; KILL at the end, so that the machine can go down."""
    lines = Lines()
    supervisor = Supervisor({"watch": [*_PYTHON, _DEAF]}, lines, stop_within_s=0.2)
    running = asyncio.create_task(supervisor.run())
    await _until(lambda: lines.of("watch") == ["up"])
    os.kill(os.getpid(), signal.SIGTERM)
    assert await asyncio.wait_for(running, 10) == 0
    assert supervisor.pids() == {}


async def test_a_second_term_kills_at_once() -> None:
    """Somebody is in a hurry: state is in Kafka anyway."""
    lines = Lines()
    supervisor = Supervisor({"watch": [*_PYTHON, _DEAF], "intake": [*_PYTHON, _DEAF]}, lines, stop_within_s=600)
    running = asyncio.create_task(supervisor.run())
    await _until(lambda: lines.of("watch") == lines.of("intake") == ["up"])
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)
    assert await asyncio.wait_for(running, 10) in (130, 143)  # in which order the kernel hands them over it doesn't say
    assert supervisor.pids() == {}


async def test_hup_is_passed_on() -> None:
    """One signal to the supervisor makes every role read its config again."""
    lines = Lines()
    listener = "import signal; signal.signal(signal.SIGHUP, lambda *_: print('again')); print('up')\nwhile 1: signal.pause()"
    supervisor = Supervisor({"watch": [*_PYTHON, listener]}, lines)
    running = asyncio.create_task(supervisor.run())
    await _until(lambda: lines.of("watch") == ["up"])
    os.kill(os.getpid(), signal.SIGHUP)
    await _until(lambda: lines.of("watch") == ["up", "again"])
    supervisor.stop()
    await asyncio.wait_for(running, 10)


async def test_long_and_broken_lines_come_through() -> None:
    """A traceback with a megabyte of text in it must not stop the pipe."""
    lines = Lines()
    talker = "import sys; sys.stdout.buffer.write(b'x' * 1_000_000 + b'\\n\\xff\\nend'); sys.stdout.flush(); sys.exit(2)"
    await asyncio.wait_for(Supervisor({"watch": [*_PYTHON, talker]}, lines).run(), 20)
    assert [len(lines.of("watch")[0]), *lines.of("watch")[1:]] == [1_000_000, "\ufffd", "end"]


def test_children_end_when_the_supervisor_is_killed() -> None:
    """kill -9 of the supervisor leaves no role behind that would still write."""
    child = f"from streams.supervisor import end_with_parent; end_with_parent(); {_LIVE}"
    parent = (
        "import asyncio; from streams.supervisor import Supervisor\n"
        f"asyncio.run(Supervisor({{'watch': {[*_PYTHON, child]!r}}}, lambda name, line: print(line)).run())"
    )
    with subprocess.Popen([*_PYTHON, parent], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline().split()[1])
        assert _alive(pid)
        process.kill()
    deadline = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < deadline:
        os.sched_yield()
    assert not _alive(pid)

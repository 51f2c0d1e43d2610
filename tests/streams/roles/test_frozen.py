"""A process of any role whose event loop stands still says that it isn't ready, and is ended with a reason within 30 s."""

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from schemas.config.model import Config
from streams.embedded import EmbeddedBroker
from streams.engine.vitals import FROZEN_S, HUNG_S, Vitals
from streams.engine.watchdog import EXIT_CODE, Watchdog
from streams.roles.role import Role
from streams.topics_admin import topic_specs
from tests.kafka import end_with_parent
from tests.ports import free_row

FOUND_WITHIN_S = 30
ENDED_WITHIN_S = 90.0


@dataclass
class Process:
    """One role, its log and what its probe says."""

    role: Role
    log: Path
    port: int
    process: subprocess.Popen[bytes]

    def ready(self) -> str:
        """What `/-/ready` answers; "" before it answers at all."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=2) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            return error.read().decode()
        except (URLError, OSError):
            return ""


def _start(folder: Path, broker: EmbeddedBroker, role: Role, first_port: int) -> Process:
    config = folder / f"{role}.yaml"
    config.write_text(
        f"brands: auto\nkafka: {{brokers: '{broker.address}'}}\nmonitoring: {{port: {first_port}}}\n"
        f"sources: {{folder: {{path: '{folder}'}}}}\n"
    )
    log = folder / f"{role}.log"
    command = [sys.executable, "-m", "tests.streams.roles.freezable", role, str(config)]
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, preexec_fn=end_with_parent)
    return Process(role, log, role.port(first_port), process)


async def _until(true: Callable[[], bool], within_s: float, what: str) -> None:
    end_s = time.monotonic() + within_s
    while not await asyncio.to_thread(true):
        assert time.monotonic() < end_s, what
        await asyncio.sleep(0.2)


@pytest.mark.slow
@pytest.mark.embedded
async def test_every_role_that_freezes_is_found_and_ended(embedded: EmbeddedBroker, tmp_path: Path) -> None:
    """Their loops are blocked all at once; first the probes know it, then each process is ended by its own watchdog."""
    await asyncio.to_thread(lambda: embedded.create(*(spec.name for spec in topic_specs(Config(brands="auto")))))
    port = free_row(len(Role))
    processes = [_start(tmp_path, embedded, role, port) for role in Role]
    try:
        for each in processes:
            await _until(lambda each=each: each.ready() == "ok\n", 90, f"{each.role}: {each.log.read_text()}")
        for each in processes:
            each.process.send_signal(signal.SIGUSR1)
        for each in processes:
            await _until(lambda each=each: "the event loop hasn't moved" in each.ready(), FROZEN_S, f"{each.role} is ready")
        for each in processes:
            assert await asyncio.to_thread(each.process.wait, ENDED_WITHIN_S) == EXIT_CODE, each.role
            found = re.search(r"the event loop hasn't moved for (\d+) s", each.log.read_text())
            assert found, each.role
            assert int(found[1]) <= FOUND_WITHIN_S, each.role
    finally:
        for each in processes:
            each.process.kill()
            each.process.wait()


class _Clock:
    now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def test_work_that_never_comes_round_is_found_though_the_event_loop_moves() -> None:
    """A wait without an end: nothing else in the process notices."""
    clock = _Clock()
    vitals = Vitals(clock)
    watchdog = Watchdog(vitals, FROZEN_S)
    vitals.join()
    vitals.turn()
    clock.now_s += 31
    vitals.tick()
    assert (vitals.ready(), watchdog.problem()) == ("its work hasn't come round for 31 s", None)
    clock.now_s += HUNG_S - 30
    vitals.tick()
    assert watchdog.problem() == "its work hasn't come round for 91 s"
    vitals.turn()
    assert vitals.ready() is None


def test_a_process_without_such_work_isnt_asked_for_it() -> None:
    """Stages have their deadlines elsewhere."""
    clock = _Clock()
    vitals = Vitals(clock)
    clock.now_s += 1_000
    vitals.tick()
    assert vitals.healthy() is None


def test_the_probe_knows_before_the_watchdog_acts() -> None:
    """So that nothing is sent there any more."""
    clock = _Clock()
    vitals = Vitals(clock)
    vitals.join()
    clock.now_s += 11
    assert vitals.ready() == "the event loop hasn't moved for 11 s"
    assert vitals.healthy() is None


_HOLDS_THE_LOCK = """
import ctypes, time
from streams.engine.vitals import Vitals
from streams.engine.watchdog import Watchdog
vitals = Vitals()
Watchdog(vitals, 2.0).start()
for _ in range(15):
    time.sleep(0.1)
    vitals.tick()
ctypes.PyDLL(None).sleep(600)
"""


def test_code_that_never_gives_the_interpreter_back_is_ended_too() -> None:
    """No thread of Python runs then, the watchdog's neither; the log has the stack that shows where it was."""
    done = subprocess.run([sys.executable, "-c", _HOLDS_THE_LOCK], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Timeout" in done.stderr
    assert 'File "<string>", line 10' in done.stderr

"""Ending: in order when asked once, at once when asked twice, by force when it takes too long."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

_PROGRAM = """
    import asyncio, sys, time
    import structlog
    from streams import stopping

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

    stopping.WITHIN_S = {within_s}

    async def main():
        asked = asyncio.Event()
        stopping.stop_on_signals(asked.set)
        print("up", flush=True)
        await asked.wait()
        print("ending", flush=True)
        {ending}

    {run}(main())
"""


def _started(ending: str, within_s: float = 60.0, run: str = "__import__('uvloop').run") -> "subprocess.Popen[str]":
    program = textwrap.dedent(_PROGRAM).format(ending=ending, within_s=within_s, run=run)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def _next_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_ends_in_order(number: signal.Signals) -> None:
    """What is under way is finished first."""
    with _started("await asyncio.sleep(0.01); print('done', flush=True)") as process:
        process.send_signal(number)
        assert (_next_line(process), _next_line(process)) == ("ending\n", "done\n")
        assert process.wait(20) == 0


@pytest.mark.parametrize("ending", ["await asyncio.sleep(600)", "time.sleep(600)", "exec('while True: pass')"])
@pytest.mark.parametrize("run", ["__import__('uvloop').run", "asyncio.run"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_second_signal_ends_at_once(ending: str, run: str, number: signal.Signals, code: int) -> None:
    """Whatever the process is doing, even if its event loop stands still."""
    with _started(ending, run=run) as process:
        process.send_signal(signal.SIGTERM)
        assert _next_line(process) == "ending\n"
        process.send_signal(number)
        assert process.wait(20) == code


def test_an_end_that_takes_too_long_is_forced() -> None:
    """The supervisor must not have to."""
    with _started("await asyncio.sleep(600)", within_s=0.05) as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == os.EX_SOFTWARE


@pytest.mark.parametrize("waits", ["time.sleep(600)", "asyncio.run(asyncio.sleep(600))"])
def test_before_it_works_a_signal_ends_it_at_once(waits: str) -> None:
    """Nothing is in flight, so that is no failure."""
    begins = "import asyncio, time\nfrom streams import stopping\nstopping.stop_while_starting()\nprint('up', flush=True)\n"
    with subprocess.Popen([sys.executable, "-c", begins + waits], stdout=subprocess.PIPE, text=True) as process:
        assert _next_line(process) == "up\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0

"""How a process ends when it is told to.

- SIGTERM before it works: at once, with code 0. Nothing is in flight.
- The first SIGTERM or SIGINT: in order. What is in flight is settled, offsets are committed, the group is left.
- A second one: at once, with 128 + its number (143 or 130), whatever the process is doing. What was in flight is done
  again by whoever comes next, as after a kill.
- An end that takes longer than `WITHIN_S`: by force, with code 70.
"""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger()

WITHIN_S = 10.0
"""As long as Docker and our own supervisor wait before they kill."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)


def stop_while_starting() -> None:
    """Lets SIGTERM end the process until `stop_on_signals`: its default does nothing in a container's first process."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def stop_on_signals(stop: Callable[[], None]) -> None:
    """Calls `stop` on the first signal. To be called in the main thread, on the running event loop."""
    loop = asyncio.get_running_loop()

    def first(asked: signal.Signals) -> None:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, _end_at_once)  # not SIG_DFL: the kernel keeps that from a container's first process
        log.info("process.ending", signal=asked.name, within_s=WITHIN_S)
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # the thread inherits it: a signal that it got woke nobody
        threading.Thread(target=_end_when_late, name="end-when-late", daemon=True).start()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        stop()

    for number in SIGNALS:
        loop.add_signal_handler(number, first, number)


def _end_at_once(number: int, _: object) -> None:
    _exit(128 + number)


def _end_when_late() -> None:
    time.sleep(WITHIN_S)
    log.critical("process.hangs", reason=f"it has not ended for {WITHIN_S:g} s", exit_code=os.EX_SOFTWARE)
    _exit(os.EX_SOFTWARE)


def _exit(code: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

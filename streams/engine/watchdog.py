"""Ends a process that hangs, so that its supervisor can start a new one.

A thread of the operating system, because it must run when the event loop doesn't. A process that was frozen for longer
than the limit is ended too when it thaws: by then its partitions belong to others.

Code that never gives the interpreter's lock back stops this thread too. For that there is a second one, outside of the
interpreter (faulthandler's), which this one puts off at each look. Both leave the stacks of all threads in the log.
"""

import faulthandler
import os
import sys
import threading
from collections.abc import Callable

import structlog

from streams.engine.vitals import Vitals

log = structlog.get_logger()

EXIT_CODE = os.EX_SOFTWARE
"""70: an error of our own, as for whatever else in a process can't go on."""

_LOOK_S = 1.0
_STOP_WITHIN_S = 20.0  # checkpoint 5 s, leaving the group, closing producers; more means that it hangs


def _exit(code: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    faulthandler.dump_traceback(sys.__stderr__ or 2)
    os._exit(code)


class Watchdog:
    """Watches from ``start`` to ``stop``."""

    def __init__(self, vitals: Vitals, frozen_s: float, end_process: Callable[[int], None] = _exit) -> None:
        """``frozen_s``: how long the event loop may stand still. ``end_process`` must not return."""
        self._vitals = vitals
        self._frozen_s = frozen_s
        self._end_process = end_process
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begins to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watches no longer."""
        self._stopped.set()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()

    def problem(self) -> str | None:
        """Why the process has to end, or ``None``."""
        if self._vitals.stopping_for_s > _STOP_WITHIN_S:
            return f"it has not ended for {self._vitals.stopping_for_s:.0f} s"
        return self._vitals.healthy(self._frozen_s)

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK_S):
            faulthandler.dump_traceback_later(self._frozen_s, exit=True, file=sys.__stderr__ or 2)
            if problem := self.problem():
                log.critical("process.hangs", reason=problem, exit_code=EXIT_CODE)
                self._end_process(EXIT_CODE)
                return

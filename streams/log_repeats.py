"""Keeps noisy libraries short: a message passes once in 10 s and says how often it was held back; a traceback is a line.

A broker that goes away is no mistake in a program: where in aiokafka it was noticed helps nobody at night.
"""

import logging
import time
from collections.abc import Callable

NOISY = ("aiokafka", "kafka", "faust", "mode")
REPEAT_AFTER_S = 10.0
MAX_REMEMBERED = 1_000  # messages; beyond them all are forgotten, which lets some through too early


class RepeatFilter(logging.Filter):
    """For a handler: judges the noisy loggers' records by the text that their author wrote, without its arguments."""

    def __init__(
        self,
        repeat_after_s: float = REPEAT_AFTER_S,
        clock: Callable[[], float] = time.monotonic,
        *,
        tracebacks: bool = False,
    ) -> None:
        """`tracebacks`: show those of libraries whole."""
        super().__init__()
        self._tracebacks = tracebacks
        self._repeat_after_s = repeat_after_s
        self._clock = clock
        self._passed_s: dict[tuple[str, str], float] = {}
        self._held_back: dict[tuple[str, str], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """False for a repeat. Sets `held_back` on a record that passes after some that didn't."""
        if not _is_theirs(record):
            return True
        key, now_s = (record.name, str(record.msg)), self._clock()
        if now_s - self._passed_s.get(key, float("-inf")) < self._repeat_after_s:
            self._held_back[key] = self._held_back.get(key, 0) + 1
            return False
        if len(self._passed_s) >= MAX_REMEMBERED:
            self._passed_s.clear()
            self._held_back.clear()
        self._passed_s[key] = now_s
        if held_back := self._held_back.pop(key, 0):
            record.held_back = held_back
        if record.exc_info and not self._tracebacks:
            record.msg, record.args = f"{record.getMessage()}: {record.exc_info[1]!r}", None
            record.exc_info = record.exc_text = None
        return True


def _is_theirs(record: logging.LogRecord) -> bool:
    """Whether a noisy library wrote it, or asyncio about an error of one that nobody has looked at."""
    if record.name.partition(".")[0] in NOISY:
        return True
    error = record.exc_info[1] if record.exc_info else None
    return record.name == "asyncio" and type(error).__module__.partition(".")[0] in NOISY

"""Keeps a library from flooding the log: aiokafka writes hundreds of lines a second while a broker is away."""

import logging
import time
from collections.abc import Callable


class RateLimit(logging.Filter):
    """Lets each message template through once in ``every_s`` seconds."""

    def __init__(self, every_s: float = 30.0, clock_s: Callable[[], float] = time.monotonic) -> None:
        """``every_s``: about as often as a person wants to be told of the same thing."""
        super().__init__()
        self._every_s = every_s
        self._clock_s = clock_s
        self._last_s: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be written."""
        now_s = self._clock_s()
        kind = (record.name, str(record.msg))
        if now_s - self._last_s.get(kind, float("-inf")) < self._every_s:
            return False
        self._last_s[kind] = now_s
        return True


def quieten(library: str, limit: RateLimit) -> None:
    """Adds ``limit`` to every logger of ``library`` that exists: a filter on the parent doesn't see its children's."""
    for name in list(logging.root.manager.loggerDict):
        if name == library or name.startswith(f"{library}."):
            logging.getLogger(name).addFilter(limit)

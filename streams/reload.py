"""Takes a changed config file over without a restart.

Rules:

- A valid file is applied, an invalid one is refused: the old config stays, and it is said why, once for each content.
- A file found changed is read when two looks some seconds apart found the same, so that a half-written one isn't.
- SIGHUP reads it at once. With `reload: signal` nothing else does.
- Files that the config names for planned events are watched with it: a change of theirs counts as one of the config.
- What is fixed when a process starts (`FIXED`) is named, not changed.
"""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import structlog

from schemas.config.load import Loaded
from schemas.config.model import Config
from schemas.errors import UsageError
from streams.rhythm import to_next

log = structlog.get_logger()

FIXED = ("kafka", "sources", "intake", "state", "processes", "monitoring", "heartbeat", "time", "logs", "reload")
POLL_S = 2.0

_Stamp = tuple[tuple[int, int, int, int] | None, ...]
_Content = tuple[bytes | None, ...]


class Reloader:
    """Watches one config file for one process."""

    def __init__(
        self,
        started: Loaded,
        path: Path,
        load: Callable[[], Loaded],
        apply: Callable[[Loaded], None],
        refuse: Callable[[UsageError], None],
        accept: Callable[[], None] = lambda: None,
    ) -> None:
        """`started`: what the process runs with. `load` reads `path` anew and raises `UsageError` with the problems.

        `apply` gets each new valid config, `refuse` why one was refused, `accept` is told of each file that is valid, were
        it only put back as it was; all run in the event loop.
        """
        self._current = started
        self._path = path
        self._load = load
        self._apply = apply
        self._refuse = refuse
        self._accept = accept
        self._stamp = self._stamped()
        self._taken = self._content()
        self._seen = self._taken

    async def run(self, poll_s: float = POLL_S) -> None:
        """Watches until it is cancelled."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        try:
            while True:
                await asyncio.sleep(to_next(poll_s))
                if self._current.config.reload == "watch":
                    self.look()
        finally:
            loop.remove_signal_handler(signal.SIGHUP)

    def look(self) -> None:
        """Reads the file anew if its content is new and was the same at the last look."""
        stamp = self._stamped()
        if stamp == self._stamp and self._seen == self._taken:
            return
        self._stamp = stamp
        content = self._content()
        if content != self._taken and content == self._seen:
            self.reload()
        self._seen = content

    def reload(self) -> None:
        """Reads the file and applies or refuses it."""
        self._taken = self._content()
        try:
            loaded = self._load()
        except UsageError as error:
            log.error("config.refused", file=str(self._path), problems=str(error))
            self._refuse(error)
            return
        except Exception as error:  # of our own: a file must not end the watch for the next one
            log.exception("config.failed", file=str(self._path))
            self._refuse(UsageError(f"{self._path}: reading it failed ({type(error).__name__}): see the log. Change it."))
            return
        self._accept()
        if loaded.config != self._current.config:
            fixed = needs_restart(self._current.config, loaded.config)
            self._current = loaded
            self._stamp, self._taken = self._stamped(), self._content()  # it may name other files now
            self._apply(loaded)
            log.info("config.applied", file=str(self._path), config=loaded.hash)
            if fixed:
                log.warning("config.needs_restart", settings=fixed)

    def _stamped(self) -> _Stamp:
        """What changes whenever a file does: a large config isn't read at each look."""
        return tuple(map(_stamp, self._files))

    def _content(self) -> _Content:
        return tuple(map(_bytes, self._files))

    @property
    def _files(self) -> list[Path]:
        return [self._path, *self._current.files]


def _stamp(path: Path) -> tuple[int, int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def needs_restart(old: Config, new: Config) -> list[str]:
    """Names of the settings that differ and are fixed when a process starts.

    >>> needs_restart(Config(brands="auto"), Config(brands="auto", language="es", logs="json"))
    ['logs']
    """
    return [name for name in FIXED if getattr(old, name) != getattr(new, name)]

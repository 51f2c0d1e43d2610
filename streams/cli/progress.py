"""How far a long command is, on stderr: a bar on a terminal, elsewhere a line now and then; nothing in the first 2 s."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

QUIET_S = 2.0
LINE_EVERY_S = 10.0


class Steps:
    """Counts what is done; `advance` is cheap enough for every batch."""

    def __init__(self, label: str, total: int | None, console: Console) -> None:
        self.done = 0
        self._label = label
        self._total = total
        self._console = console
        self._next_s = monotonic() + QUIET_S
        self._bar: Progress | None = None

    def advance(self, count: int = 1) -> None:
        """Adds `count` steps and shows them when it is time to."""
        self.done += count
        if self._bar:
            self._bar.update(self._bar.task_ids[0], completed=self.done)
        elif monotonic() >= self._next_s:
            self._show()

    def _show(self) -> None:
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )
            self._bar.add_task(self._label, total=self._total, completed=self.done)
            self._bar.start()
        else:
            self._next_s = monotonic() + LINE_EVERY_S
            of = f" of {self._total:,}" if self._total else ""
            self._console.print(f"{self._label}: {self.done:,}{of}", highlight=False)

    def close(self) -> None:
        """Takes the bar away."""
        if self._bar:
            self._bar.stop()


@contextmanager
def progress(label: str, total: int | None = None, console: Console | None = None) -> Iterator[Steps]:
    """Steps to advance while the block runs. `total` is None when nobody knows it."""
    steps = Steps(label, total, console or Console(file=sys.stderr))
    try:
        yield steps
    finally:
        steps.close()

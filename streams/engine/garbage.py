"""Loading makes a hundred objects a key and no cycles: looking for cycles among them all, again and again, takes longer."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_loads = 0


def collect_rarely() -> None:
    """For stages whose records make tens of thousands of objects and no cycles.

    Looking for those after every 700 costs intake a tenth of all, and watch half of what it takes to read a brand's state.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@contextmanager
def collecting_later() -> Iterator[None]:
    """Cycles aren't looked for while the block runs, nor while any other such block does. On one event loop."""
    global _loads
    _loads += 1
    gc.disable()
    try:
        yield
    finally:
        _loads -= 1
        if not _loads:
            gc.enable()

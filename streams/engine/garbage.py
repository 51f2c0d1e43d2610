"""When cycles of objects are looked for. Loading makes a hundred objects a key, and each record thousands, and no cycles:
looking among them all, again and again, takes longer than the work.
"""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from streams.rhythm import to_next

_EVERY_S = 60.0
_ALL_EACH = 60

_loads = 0


def collect_rarely() -> None:
    """For stages whose records make tens of thousands of objects and no cycles; `collect_each_minute` finds those of others.

    Looking for them after every 700 costs intake a tenth of all, and watch half of what it takes to read a brand's state;
    after every 100,000 it is still 3 to 9 %.
    """
    gc.freeze()
    gc.set_threshold(1_000_000, 20, 20)


async def collect_each_minute() -> None:
    """Looks for cycles for ever, among what isn't old, and each hour among all: a connection that broke leaves some."""
    for minute in count(1):
        await asyncio.sleep(to_next(_EVERY_S))
        if not _loads:
            gc.collect(1 if minute % _ALL_EACH else 2)


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

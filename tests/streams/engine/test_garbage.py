"""Who looks for cycles when: nobody while something loads, a timer where little is looked for otherwise."""

import asyncio
import gc
import weakref

import pytest

from streams.engine.garbage import collect_each_minute, collecting_later


class _Cycle:
    def __init__(self) -> None:
        self.itself = self


def test_cycles_are_looked_for_again_when_the_last_load_has_ended() -> None:
    """Partitions load side by side, and a load may fail."""
    first, second = collecting_later(), collecting_later()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()
    with pytest.raises(OSError, match="away"), collecting_later():
        raise OSError("away")
    assert gc.isenabled()


async def test_cycles_of_a_process_that_makes_few_objects_go_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock, whatever the thresholds are."""
    monkeypatch.setattr("streams.engine.garbage._EVERY_S", 0.05)
    gone = asyncio.Event()
    watching = weakref.ref(_Cycle(), lambda _: gone.set())
    gc.disable()
    try:
        collecting = asyncio.create_task(collect_each_minute())
        async with asyncio.timeout(10):
            await gone.wait()
        assert watching() is None
        collecting.cancel()
    finally:
        gc.enable()

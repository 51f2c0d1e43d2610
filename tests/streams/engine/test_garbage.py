"""While something loads, nobody looks for cycles; afterwards somebody does again."""

import gc

import pytest

from streams.engine.garbage import collecting_later


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

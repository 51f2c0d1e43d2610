"""Stages as a rebuild makes them."""

import msgspec

from alerts.position import DeskPosition, decode_position
from schemas.signal import Source
from schemas.wire import encode
from streams.engine.stage import Stage
from streams.rebuild.stages import Trusting


class _Kept(Stage):
    """A stage with this position, which does nothing."""

    def __init__(self, position: DeskPosition) -> None:
        self._position = position

    def position(self) -> bytes:
        return encode(self._position)


def test_incidents_forget_having_read_further_than_a_topic_that_was_made_anew_goes() -> None:
    """Else all levels of the new one would be skipped, and nothing would ring any more."""
    sources = {0: Source(0, 99, 3), 1: Source(1, 100, 0), -7: Source(-7, 1_700_000_000_000, 0)}
    position = DeskPosition(digests=sources, alerts={0: Source(0, 5, 0), 2: Source(2, 1, 0)})
    trusting = Trusting(_Kept(position), {0: 100, 1: 100}, {0: 5})
    left = msgspec.structs.replace(position, digests={p: sources[p] for p in (0, -7)}, alerts={})
    assert decode_position(trusting.position()) == left

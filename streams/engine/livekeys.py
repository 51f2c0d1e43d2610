"""Which live keys to write again, so that all of them lie within the last part of a changelog. Pure.

A changelog can't be read for ever: an embedded broker drops the oldest records, and a long log loads slowly. So each
checkpoint carries, beside what changed, some of the keys that were written longest ago. A key comes to the front of
that queue after ``live`` bytes of such rewriting. When every ``span - live`` changed bytes bring ``live`` rewritten
ones, that is after ``span`` bytes of log at the latest:

    rewritten bytes = changed bytes · live / (span − live)

At a span of four times the live state this adds a third to what is written.
"""

from collections import OrderedDict
from collections.abc import Mapping

from schemas.errors import StateError
from streams.engine.changelog import Replay, Written, record_bytes

_MOST_LIVE_SHARE = 0.8  # beyond it, each changed byte would rewrite four or more
_ROOMY = 4


class LiveKeys:
    """The last value of every live key of one partition, and when it was written."""

    def __init__(self, replay: Replay, span_bytes: int, bounded: bool) -> None:
        """Takes over what a load has read.

        ``span_bytes``: length of log in which every live key must lie. ``bounded``: the broker keeps no more, so state
        that doesn't fit is an error; otherwise the span grows to four times the state.
        """
        self._written: OrderedDict[bytes, Written] = replay.written
        self._span_bytes = span_bytes
        self._bounded = bounded
        self._debt_bytes = 0.0
        self.live_bytes = sum(record_bytes(key, each.value) for key, each in self._written.items())
        """Bytes of all live keys' records."""

    def values(self) -> dict[bytes, bytes]:
        """The last value of every live key."""
        return {key: each.value for key, each in self._written.items()}

    def load_from(self, frame: Mapping[bytes, bytes | None], frame_offset: int) -> int:
        """The offset from which on every live key has a record, once ``frame`` is written at ``frame_offset``."""
        stalest = next((key for key in self._written if key not in frame), None)
        return frame_offset if stalest is None else self._written[stalest].offset

    def frame(self, changed: Mapping[bytes, bytes | None]) -> dict[bytes, bytes | None]:
        """``changed`` and the keys that are due to be written again; raises StateError if the state is too large."""
        changed_bytes = sum(record_bytes(key, value) for key, value in changed.items())
        live_bytes = self.live_bytes + self._growth_bytes(changed)
        span_bytes = self._span_for(live_bytes)
        self._debt_bytes += changed_bytes * live_bytes / (span_bytes - live_bytes)
        frame = dict(changed)
        for key, written in self._written.items():
            if self._debt_bytes <= 0:
                break
            self._debt_bytes -= record_bytes(key, written.value)
            frame.setdefault(key, written.value)
        return frame

    def record(self, frame: Mapping[bytes, bytes | None], frame_offset: int) -> None:
        """Notes that ``frame`` is durable; its first record lies at or after ``frame_offset``."""
        self.live_bytes += self._growth_bytes(frame)
        for key, value in frame.items():
            self._written.pop(key, None)
            if value is not None:
                self._written[key] = Written(value, frame_offset)

    def _growth_bytes(self, frame: Mapping[bytes, bytes | None]) -> int:
        after = sum(record_bytes(key, value) for key, value in frame.items() if value is not None)
        before = [(key, self._written[key].value) for key in frame if key in self._written]
        return after - sum(record_bytes(key, value) for key, value in before)

    def _span_for(self, live_bytes: int) -> int:
        if not self._bounded:
            return max(self._span_bytes, _ROOMY * live_bytes)
        most = int(self._span_bytes * _MOST_LIVE_SHARE)
        if live_bytes > most:
            raise StateError(
                f"the state of this partition is {live_bytes:,} bytes; this broker can keep {most:,}: "
                "use Kafka itself instead of the embedded broker, or watch fewer brands"
            )
        return self._span_bytes

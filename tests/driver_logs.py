"""Topics in memory: lists of records that only grow, as the driver's parts read and write them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from schemas.alert import decode_alert
from schemas.digest import decode_batch
from schemas.incident import decode_incident
from schemas.series import decode_series
from schemas.signal import decode_signal
from streams.engine.stage import Output

DECODERS: dict[str, Callable[[bytes], Any]] = {
    "digests": decode_batch,
    "signals": decode_signal,
    "incidents": decode_incident,
    "alerts": decode_alert,
    "series": decode_series,
}


class Stored(NamedTuple):
    """A record in its partition; its offset is its place there."""

    append_ms: int
    key: bytes | None
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()


class Logs:
    """All topics. `now_ms` is the time that records are stamped with, and the only clock of the driver."""

    def __init__(self) -> None:
        self.now_ms = 0
        self._topics: dict[tuple[str, int], list[Stored]] = defaultdict(list)

    def partition(self, topic: str, partition: int) -> list[Stored]:
        """The records of a partition; it exists from the first look at it."""
        return self._topics[topic, partition]

    def append(self, output: Output) -> None:
        """Writes one record."""
        stored = Stored(self.now_ms, output.key, output.value, output.headers)
        self._topics[output.topic, output.partition].append(stored)

    def read(self, topic: str) -> list[Any]:
        """All records of a topic, decoded, partition after partition; what a crash has written twice is here twice."""
        decode = DECODERS.get(topic, bytes)
        return [
            decode(record.value)
            for (name, _), records in sorted(self._topics.items())
            if name == topic
            for record in records
        ]

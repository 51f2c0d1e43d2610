"""A stage that counts its records by key and sends each count on."""

from collections.abc import Iterator

from streams.engine.stage import InputRecord, Output, Stage


class CountingStage(Stage):
    """Counts records by key; ``failing`` maps values to the exceptions that they raise, one a try."""

    def __init__(
        self,
        states: dict[bytes, bytes],
        position: bytes | None,
        output_topic: str,
        failing: dict[bytes, list[Exception]] | None = None,
    ) -> None:
        self.counts = {key: int(state) for key, state in states.items()}
        self.last_offset = int(position or b"-1")
        self._output_topic = output_topic
        self._failing = {} if failing is None else failing
        self._changed: set[bytes] = set()

    def apply(self, record: InputRecord) -> list[Output]:
        key = record.key or b""
        self.counts[key] = self.counts.get(key, 0) + 1
        self._changed.add(key)
        if errors := self._failing.get(record.value):
            raise errors.pop()
        self.last_offset = record.offset
        return [Output(self._output_topic, record.partition, key, b"%d" % self.counts[key])]

    def changed(self) -> Iterator[tuple[bytes, bytes | None]]:
        yield from ((key, b"%d" % self.counts[key]) for key in self._changed)
        self._changed.clear()

    def position(self) -> bytes:
        return b"%d" % self.last_offset

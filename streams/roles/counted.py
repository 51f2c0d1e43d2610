"""A stage that tells what it puts out, so that metrics stay out of the stages themselves."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from streams.engine.stage import InputRecord, Output, Stage


class CountedStage:
    """Does what the stage inside does."""

    def __init__(self, inner: Stage, states: Mapping[bytes, bytes], tell: Callable[[Sequence[Output]], None]) -> None:
        """`states`: those that `inner` was made of. `tell` gets the outputs of each record."""
        self.inner = inner
        self._tell = tell
        self._keys = set(states)

    @property
    def keys(self) -> int:
        """Keys in its state, as of the last checkpoint."""
        return len(self._keys)

    def apply(self, record: InputRecord) -> list[Output]:
        """As `Stage.apply`."""
        outputs = self.inner.apply(record)
        self._tell(outputs)
        return outputs

    def changed(self) -> Iterator[tuple[bytes, bytes | None]]:
        """As `Stage.changed`."""
        for key, state in self.inner.changed():
            (self._keys.discard if state is None else self._keys.add)(key)
            yield key, state

    def position(self) -> bytes:
        """As `Stage.position`."""
        return self.inner.position()

"""One partition of a stage as a process that can die: the real runner, over topics and a changelog in memory.

Nothing here waits for anything, so the runner's coroutines run to their end in one go, without an event loop.
"""

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar, cast

from streams.engine.hooks import Hooks
from streams.engine.keeper import Loaded, Progress, StateKeeper
from streams.engine.outbox import Outbox
from streams.engine.runner import Limits, PartitionRunner
from streams.engine.stage import InputRecord, Output, StageFactory
from tests.driver_crash import Killed, Moment, Order
from tests.driver_logs import Logs

T = TypeVar("T")


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result; it may let others go on (a bare yield), but must not wait."""
    try:
        while coroutine.send(None) is None:
            pass
    except StopIteration as end:
        return cast(T, end.value)
    coroutine.close()
    raise AssertionError("a coroutine waited, and nothing would ever wake it")


class Changelog:
    """What has become durable of one partition. Takes checkpoints whole or not at all."""

    def __init__(self) -> None:
        self.order = Order()
        self._states: dict[bytes, bytes] = {}
        self._position: bytes | None = None

    async def load(self, partition: int, progress: Progress | None = None) -> Loaded:
        """The last checkpoint."""
        return Loaded(dict(self._states), self._position)

    async def checkpoint(self, partition: int, changed: Mapping[bytes, bytes | None], position: bytes) -> None:
        """Takes one."""
        self.order.reach(Moment.BEFORE_SAVING)
        for key, state in changed.items():
            self._states.pop(key, None)
            if state is not None:
                self._states[key] = state
        self._position = position

    def states(self, partition: int) -> dict[bytes, bytes]:
        """As `load`."""
        return dict(self._states)

    async def release(self, partition: int) -> None:
        """Nothing to give back."""


class Sends:
    """Writes into the topics; may die half-way."""

    def __init__(self, logs: Logs) -> None:
        self.order = Order()
        self._logs = logs

    async def send(self, outputs: Sequence[Output]) -> list[Any]:
        """Writes them in order."""
        self.order.reach(Moment.BEFORE_SENDING)
        dies = bool(outputs) and self.order.strikes(Moment.WHILE_SENDING)
        for output in outputs[: len(outputs) // 2] if dies else outputs:
            self._logs.append(output)
        if dies:
            self.order.reach(Moment.WHILE_SENDING)
        return []

    async def wait(self, sent: list[Any]) -> None:
        """They are there already."""

    async def deliver(self, outputs: Sequence[Output]) -> None:
        """As `send`."""
        await self.send(outputs)


class StageProcess:
    """One partition of a stage, from start to death and on to the next start."""

    def __init__(
        self, topic: str, partition: int, factory: StageFactory, logs: Logs, checkpoint_every: int, hooks: Hooks
    ) -> None:
        self.alive = False
        self._topic, self._partition = topic, partition
        self._factory = factory
        self._logs = logs
        self._limits = Limits(held_records=checkpoint_every)
        self._hooks = hooks
        self._changelog = Changelog()
        self._committed = 0
        self._read = 0
        self.start()

    @property
    def behind(self) -> bool:
        """Whether records wait for it."""
        return self._read < len(self._input)

    @property
    def _input(self) -> list[Any]:
        return self._logs.partition(self._topic, self._partition)

    def start(self) -> None:
        """A new process: the last checkpoint, then the log from the commit on."""
        self._sends = Sends(self._logs)
        self.obey(Order())
        keeper, outbox = cast(StateKeeper, self._changelog), cast(Outbox, self._sends)
        self._runner = PartitionRunner(
            self._partition, self._factory, keeper, outbox, "mentions.dead", self._topic, self._hooks, self._limits
        )
        self.alive = True
        at_once(self._runner.load(0, len(self._input)))
        self._read = self._committed

    def obey(self, order: Order) -> None:
        """When to die."""
        self.order = self._changelog.order = self._sends.order = order

    def kill(self) -> None:
        """Memory is gone."""
        self.alive = False

    def run(self) -> bool:
        """Reads all that there is; returns whether there was anything. It may be dead afterwards."""
        worked = self.alive and self.behind
        try:
            while self.alive and self.behind:
                self._take()
        except Killed:
            self.kill()
        return worked

    def write(self, output: Output) -> None:
        """Writes a record of the process's own, beside the stage."""
        self._logs.append(output)

    def _take(self) -> None:
        offset, stored = self._read, self._input[self._read]
        self.order.count()
        record = InputRecord(self._partition, offset, stored.append_ms, stored.key, stored.value)
        at_once(self._runner.handle(record, lambda: self._commit(offset)))
        self._read = offset + 1

    def _commit(self, offset: int) -> None:
        self.order.reach(Moment.BEFORE_ACK)
        self._committed = offset + 1

"""The partitions that this process owns at the moment: loaded when they come, handed over when they go."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog

from schemas.errors import StateError
from streams.engine.garbage import collecting_later
from streams.engine.hooks import Hooks
from streams.engine.keeper import Progress, StateKeeper
from streams.engine.offsets import OffsetProbe
from streams.engine.outbox import Outbox
from streams.engine.runner import Ack, PartitionRunner
from streams.engine.settings import EngineSettings
from streams.engine.stage import InputRecord, StageFactory
from streams.engine.vitals import PartitionVitals, Vitals

log = structlog.get_logger()

_TELL_EVERY_S = 2.0
_MOST_WAITING = 4  # records of a partition; a record may be a whole batch of digests


class Partitions:
    """One runner for each partition assigned."""

    def __init__(
        self,
        settings: EngineSettings,
        factory: StageFactory,
        hooks: Hooks,
        vitals: Vitals,
        keeper: StateKeeper,
        outbox: Outbox,
        probe: OffsetProbe,
        fail: Callable[[Exception], None],
    ) -> None:
        """``fail`` is told of every error; the process has to end then."""
        self._settings = settings
        self._factory = factory
        self._hooks = hooks
        self._vitals = vitals
        self._keeper = keeper
        self._outbox = outbox
        self._probe = probe
        self._fail = fail
        self._runners: dict[int, PartitionRunner] = {}
        self._loads: dict[int, asyncio.Task[None]] = {}
        self._ends: dict[int, int] = {}
        self._forgetting: asyncio.Task[None] | None = None
        self._percent: dict[int, int] = {}  # of a partition that loads

    async def take(self, record: InputRecord, ack: Ack) -> None:
        """Handles a record that Faust delivers; never raises, because Faust would carry on with the next one."""
        runner = self._runners.get(record.partition)
        if runner is None:
            return  # revoked while it was under way
        if loading := [each for each in self._loads.values() if not each.done()]:
            await asyncio.wait(loading)  # for all: work on the records of one would hold up the loads of the others
        waiting = runner.waiting
        if len(waiting) >= _MOST_WAITING:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not runner.loaded or self._runners.get(record.partition) is not runner:  # revoked meanwhile
            return
        handling = self._guard(runner.handle(record, ack))
        if waiting or runner.busy:  # records of other partitions needn't wait, too
            task = asyncio.create_task(handling)
            waiting.append(task)
            task.add_done_callback(waiting.remove)
        else:
            await handling

    def assign(self, partitions: set[int]) -> None:
        """Begins to load the partitions that have come."""
        for partition in sorted(partitions - self._runners.keys()):
            runner = PartitionRunner(
                partition,
                self._factory,
                self._keeper,
                self._outbox,
                self._settings.dead_topic,
                self._settings.input_topic,
                self._hooks,
                self._settings.limits,
            )
            self._runners[partition] = runner
            self._loads[partition] = asyncio.create_task(self._guard(self._load(runner)))
        self._forgetting = asyncio.create_task(self._keeper.release_others(set(self._runners)))
        self._vitals.join()
        self._show()

    async def revoke(self) -> None:
        """Gives all partitions up after a last checkpoint, as far as that is possible in time."""
        runners, loads = list(self._runners.values()), list(self._loads.values())
        self._runners.clear()
        self._loads.clear()
        for load in loads:
            load.cancel()
        await asyncio.gather(*loads, return_exceptions=True)
        await asyncio.gather(*(self._hand_over(runner) for runner in runners))
        self._show()

    async def checkpoint(self) -> None:
        """Makes durable what all of them have applied."""
        runners = list(self._runners.values())
        for runner in runners:  # one at a time: while one is written, the others take records
            await runner.checkpoint(due_among=len(runners))
        self._show()

    async def look(self) -> None:
        """Asks Kafka where the input ends; raises StateError if that is before what has been read."""
        runners = dict(self._runners)
        if not runners:
            return
        applied = {partition: runner.applied for partition, runner in runners.items()}  # more may come meanwhile
        with suppress(StateError):  # while Kafka is away there is nothing to compare with
            self._ends |= await self._probe.ends(runners)
        for partition, runner in runners.items():
            if runner.loaded and not runner.closed and self._ends[partition] <= applied[partition]:
                runner.check_end(self._ends[partition])

    async def _load(self, runner: PartitionRunner) -> None:
        first, self._ends[runner.partition] = await self._probe.span(runner.partition)
        with collecting_later():
            await runner.load(first, self._ends[runner.partition], self._teller(runner.partition))
        self._show()

    async def _hand_over(self, runner: PartitionRunner) -> None:
        try:
            await asyncio.wait_for(runner.checkpoint(), self._settings.hand_over_s)
        except (TimeoutError, StateError) as error:  # the replay of the next owner repairs it
            log.warning("partition.given_up_without_checkpoint", partition=runner.partition, reason=repr(error))
        await runner.close()

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # whatever it is, the process ends in order and its successor repeats
            self._fail(error)

    def _show(self) -> None:
        self._vitals.show(
            {
                number: PartitionVitals(
                    runner.loaded, runner.applied, runner.durable, self._ends.get(number, 0), self._percent.get(number, 0)
                )
                for number, runner in self._runners.items()
            }
        )

    def _teller(self, partition: int) -> Progress:
        """Shows how far a load is, and logs it if it takes long."""
        told_s = time.monotonic()
        self._percent[partition] = 0

        def tell(read: int, total: int) -> None:
            nonlocal told_s
            self._percent[partition] = percent = 100 * read // max(total, 1)
            self._show()
            if time.monotonic() - told_s >= _TELL_EVERY_S:
                told_s = time.monotonic()
                log.info("state.loading", partition=partition, percent=percent)

        return tell

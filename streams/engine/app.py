"""Runs a stage as a process of a consumer group: Faust delivers, the runners apply, the keeper keeps.

Any error ends the process: its supervisor starts a new one, which goes on from the last checkpoint.
"""

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from pathlib import Path

import faust
import structlog
import uvloop

from schemas.errors import MissingTopicError, StateError, UnreachableError, UsageError
from streams.async_kafka import Membership
from streams.engine import faustquiet
from streams.engine.faustapp import consumer_of, make_app
from streams.engine.garbage import collect_each_minute
from streams.engine.hooks import Hooks
from streams.engine.keeper import StateKeeper
from streams.engine.offsets import OffsetProbe
from streams.engine.outbox import Outbox
from streams.engine.partitions import Partitions
from streams.engine.settings import EngineSettings
from streams.engine.stage import StageFactory
from streams.engine.vitals import Vitals
from streams.engine.watchdog import Watchdog
from streams.rhythm import to_next
from streams.stopping import stop_on_signals

log = structlog.get_logger()

Beside = AbstractAsyncContextManager[None]

_TICK_S = 2.0  # each wake-up of an idle process costs about 0.2 ms: no timer is faster than it must be
_LOOK_S = 10.0  # for lag, and for an input that ends before our position
_RETRY_S = 2.0
_STOP_S = 10.0


def run_stage(
    settings: EngineSettings,
    factory: StageFactory,
    hooks: Hooks | None = None,
    vitals: Vitals | None = None,
    beside: Beside | None = None,
) -> None:
    """Runs the stage until SIGTERM or SIGINT; blocks, and must be called in the main thread.

    ``beside`` is entered in its event loop before Kafka is looked for, and left after the last checkpoint, while what
    ``Hooks.ready`` gave still sends.

    Raises what ended it otherwise: StateError, or UsageError if a topic isn't as the config says. A process that hangs
    is ended with exit code 70.
    """
    for name in ("faust", "mode", faustquiet.__name__):  # they warn of their own sensors and timers at every rebalance
        logging.getLogger(name).setLevel(logging.ERROR)
    vitals = vitals or Vitals()
    watchdog = Watchdog(vitals, settings.frozen_s)
    watchdog.start()
    try:
        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # for the loop of Faust's own thread too
        with asyncio.Runner() as loop:
            loop.run(_run(settings, factory, hooks, vitals, beside))
    finally:
        watchdog.stop()


async def _run(
    settings: EngineSettings, factory: StageFactory, hooks: Hooks | None, vitals: Vitals, beside: Beside | None
) -> None:
    process = StageProcess(settings, factory, hooks, vitals, beside)
    stop_on_signals(process.stop)
    await process.run()


class StageProcess:
    """One member of the group. ``run_stage`` is the way to use it; tests run it in their own loop."""

    def __init__(
        self,
        settings: EngineSettings,
        factory: StageFactory,
        hooks: Hooks | None = None,
        vitals: Vitals | None = None,
        beside: Beside | None = None,
    ) -> None:
        """Must be made within a running event loop; connects to nothing yet."""
        self._settings = settings
        self._beside = beside or nullcontext()
        self._vitals = vitals or Vitals()
        self._outbox = Outbox(settings.kafka, settings.deadline_s)
        self._keeper = StateKeeper(
            settings.kafka,
            settings.changelog,
            settings.stage,
            embedded=settings.embedded,
            deadline_s=settings.deadline_s,
            compress=settings.compress_states,
        )
        self._probe = OffsetProbe(settings.kafka, settings.input_topic, settings.deadline_s)
        self._partitions = Partitions(
            settings,
            factory,
            hooks or Hooks(),
            self._vitals,
            self._keeper,
            self._outbox,
            self._probe,
            self._fail,
        )
        self._stopping = asyncio.Event()
        self._failure: Exception | None = None

    def stop(self) -> None:
        """Lets ``run`` end after a last checkpoint."""
        self._vitals.stop()
        self._stopping.set()

    async def run(self) -> None:
        """Runs until ``stop``; raises what went wrong."""
        ticking = asyncio.create_task(self._tick())
        try:
            async with self._beside:
                await self._wait_for_kafka()
                if not self._stopping.is_set():
                    await self._check_topics()
                    await self._work()
        finally:
            self.stop()
            await self._keeper.close()
            await self._outbox.close()
            await self._probe.close()
            ticking.cancel()
        if self._failure is not None:
            raise self._failure

    async def _wait_for_kafka(self) -> None:
        told = False
        while not self._stopping.is_set():
            try:
                await self._probe.connect()
                return
            except UnreachableError as error:
                if not told:
                    log.warning("kafka.away", reason=str(error), retry_every_s=_RETRY_S)
                told = True
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), _RETRY_S)

    async def _check_topics(self) -> None:
        await self._outbox.start()
        for topic in (self._settings.input_topic, self._settings.changelog):
            _check_partitions(topic, await self._outbox.partitions(topic), self._settings.partitions)

    async def _work(self) -> None:
        with tempfile.TemporaryDirectory(prefix="rebato-") as folder:
            app, membership = make_app(self._settings, self._partitions, Path(folder)), Membership()
            saving = asyncio.create_task(self._every(self._settings.checkpoint_s, self._partitions.checkpoint))
            duties = [
                asyncio.create_task(collect_each_minute()),
                asyncio.create_task(self._every(_LOOK_S, self._partitions.look)),
                asyncio.create_task(self._every(_TICK_S, lambda: _check_member(app, membership))),
            ]
            try:
                await self._serve(app)
            finally:
                for duty in duties:
                    duty.cancel()
                await self._partitions.revoke()  # waits for a checkpoint that is under way, and takes the last one
                saving.cancel()
                await self._end(app)

    async def _serve(self, app: faust.App) -> None:
        """Returns when the process has to end. A start waits for the group, which may never come."""
        serving = asyncio.create_task(_start_and_wait(app))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (serving, stopping):
            task.cancel()
        await asyncio.gather(serving, stopping, return_exceptions=True)
        if app.crash_reason is not None:
            self._fail(StateError(f"Faust has ended: {app.crash_reason!r}"))

    async def _end(self, app: faust.App) -> None:
        try:
            await asyncio.wait_for(app.stop(), _STOP_S)
        except TimeoutError:
            self._fail(StateError(f"Faust has not ended within {_STOP_S:g} s"))

    async def _tick(self) -> None:
        while True:
            self._vitals.tick()
            await asyncio.sleep(to_next(_TICK_S))

    async def _every(self, seconds: float, duty: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(to_next(seconds))
            try:
                await duty()
            except Exception as error:  # whatever it is, the process ends in order and its successor repeats
                self._fail(error)
                return

    def _fail(self, error: Exception) -> None:
        if self._failure is None:
            self._failure = error
            log.error("stage.failed", stage=self._settings.stage, reason=str(error) or repr(error))
        self.stop()


async def _start_and_wait(app: faust.App) -> None:
    await app.start()
    await app.wait_until_stopped()


async def _check_member(app: faust.App, membership: Membership) -> None:
    consumer = consumer_of(app)
    if consumer is not None and (problem := membership.problem(consumer)):
        raise StateError(problem)


def _check_partitions(topic: str, found: int, wanted: int) -> None:
    if found == 0:
        raise MissingTopicError(f"there is no topic {topic}: `rebato topics create` makes it")
    if found != wanted:
        raise UsageError(
            f"topic {topic} has {found} partitions and the config says {wanted}: set `kafka.partitions` to {found}, or "
            "make the topics anew and run `rebato state rebuild`"
        )

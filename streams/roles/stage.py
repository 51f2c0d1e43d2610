"""Runs a stage of the engine as a role: with metrics, health and a config that may change."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from schemas.config.load import Loaded
from schemas.config.model import Config
from schemas.enums import Refusal
from schemas.signal import Trouble
from schemas.topics import Topics
from streams.engine.app import run_stage
from streams.engine.hooks import Hooks
from streams.engine.settings import EngineSettings
from streams.engine.stage import InputRecord, Output, Stage
from streams.engine.vitals import Vitals
from streams.metrics import Metrics
from streams.roles.counted import CountedStage
from streams.roles.start import Order, beside, started

S = TypeVar("S", bound=Stage)


class StageRole(ABC, Generic[S]):
    """What the roles watch, incidents and notify have in common; each says how its stage is made and counted."""

    compress_states = True
    """Not where the stage does it."""

    def __init__(self, order: Order, metrics: Metrics, vitals: Vitals) -> None:
        """`vitals`: those of the engine that runs the stage."""
        self.order = order
        self.metrics = metrics
        self.loaded = order.loaded
        self.topics = Topics(order.loaded.config.kafka.topic_prefix)
        self.stages: dict[int, S] = {}
        self.vitals = vitals
        self.failure: Exception | None = None
        """What made the role end its process."""
        self._counted: dict[int, CountedStage] = {}
        self._notices = order.notices()

    @property
    @abstractmethod
    def input_topic(self) -> str:
        """The topic that it reads."""

    @abstractmethod
    def make(self, partition: int, states: dict[bytes, bytes], position: bytes | None) -> S:
        """The stage of a partition, under the newest config."""

    @abstractmethod
    def reconfigure(self, stage: S) -> None:
        """Hands the newest config to a stage."""

    def count(self, partition: int, outputs: Sequence[Output]) -> None:
        """Counts what the stage of a partition has put out."""

    def factory(self, partition: int, states: dict[bytes, bytes], position: bytes | None) -> Stage:
        """A `StageFactory`."""
        stage = self.make(partition, states, position)
        self.stages[partition] = stage
        counted = CountedStage(stage, states, lambda outputs: self.count(partition, outputs))
        self._counted[partition] = counted
        return counted

    def troubles(self) -> Iterable[Trouble]:
        """What is wrong now with what the role does, besides that it may be behind."""
        return ()

    def hooks(self) -> Hooks:
        """Callbacks for the engine; a role with effects of its own adds to them."""
        return Hooks(saved=self.saved, dropped=self.dropped, lost=self.lost, dead=self.dead)

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """Is entered in the engine's loop while the stage runs."""
        reloader = self.order.reloader(self.metrics, self._apply, self._notices)
        check = self.order.self_check(self.metrics, self.vitals, self._notices, self.troubles)
        async with beside(reloader, self._notices, check):
            yield

    def saved(self, partition: int, stage: Stage, seconds: float) -> None:
        """A checkpoint took so long."""
        self.metrics.checkpoints.observe(seconds)
        self.metrics.state_keys.set(sum(each.keys for each in self._counted.values()))

    def dropped(self, partition: int) -> None:
        """The partition is somebody else's now."""
        self.stages.pop(partition, None)
        self._counted.pop(partition, None)

    def lost(self, partition: int, records: int) -> None:
        """Retention was faster."""
        self.metrics.lost.inc(records)
        self._notices.lost(self.input_topic, records)

    def dead(self, record: InputRecord, reason: Refusal) -> None:
        """A record was put aside."""
        self.metrics.dead.labels(reason).inc()

    def _apply(self, loaded: Loaded) -> None:
        self.loaded = loaded
        for stage in self.stages.values():
            self.reconfigure(stage)


def run_role(order: Order, kind: Callable[[Order, Metrics, Vitals], StageRole[S]]) -> None:
    """Runs the role until SIGTERM or SIGINT. Raises what ended it otherwise."""
    vitals = Vitals()
    with started(order, vitals) as metrics:
        role = kind(order, metrics, vitals)
        metrics.show_vitals(vitals)
        run_stage(_settings(order, role), role.factory, role.hooks(), vitals, role.beside())
        if role.failure is not None:
            raise role.failure


def heartbeat_s(config: Config) -> float:
    """Seconds between two signs of life to the consumer group: two may be missed."""
    return config.kafka.session_timeout.total_seconds() * 0.3


def _settings(order: Order, role: StageRole[S]) -> EngineSettings:
    config = order.loaded.config
    return EngineSettings(
        kafka=config.kafka,
        group=f"{config.kafka.topic_prefix}rebato-{order.role}",
        stage=order.role,
        input_topic=role.input_topic,
        changelog=role.topics.state(order.role),
        dead_topic=role.topics.dead,
        partitions=config.kafka.partitions,
        embedded=order.embedded,
        compress_states=role.compress_states,
        checkpoint_s=config.state.checkpoint.total_seconds(),
        session_timeout_s=config.kafka.session_timeout.total_seconds(),
        heartbeat_s=heartbeat_s(config),
    )

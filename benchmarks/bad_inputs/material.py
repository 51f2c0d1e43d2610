"""Good records and states to spoil: what the demo's story leaves in every topic and changelog."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from detectors.text.scorer import TextScorer
from schemas.config.model import Config
from streams.demo import story
from streams.engine.stage import InputRecord, StageFactory
from streams.stages.incidents import IncidentsStage
from streams.stages.notify import NotifyStage
from streams.stages.watch import WatchStage
from tests.driver import HASH, INPUTS, Driver, demo_config
from tests.driver_logs import Stored

STAGES = tuple(INPUTS)
_FROM = story.DAY - timedelta(hours=3)  # so that there is a crisis, an end, and no more than a day
_MOST = 1_500


@dataclass(frozen=True, slots=True)
class Kept:
    """A stage's state as a changelog has it."""

    states: dict[bytes, bytes]
    position: bytes


@dataclass(frozen=True, slots=True)
class Material:
    """By stage: the records that it reads, and what it keeps after them."""

    config: Config
    inputs: dict[str, list[Stored]]
    kept: dict[str, Kept]
    mentions: list[dict[str, Any]]

    def factory(self, stage: str) -> StageFactory:
        """How the stage is made in production."""
        return factory_of(stage, self.config)


def factory_of(stage: str, config: Config) -> StageFactory:
    """How a stage is made in production."""
    makers: dict[str, StageFactory] = {
        "watch": lambda partition, states, position: WatchStage(config, states, position),
        "incidents": lambda partition, states, position: IncidentsStage(config, HASH, states, position),
        "notify": lambda partition, states, position: NotifyStage(config, states, position),
    }
    return makers[stage]


def make_material() -> Material:
    """Plays the story on one partition. Takes some seconds."""
    config = demo_config(partitions=1)
    driver = Driver(config, TextScorer.packaged())
    mentions = [each for each in story.mentions() if _at(each) >= _FROM]
    for _, group in groupby(mentions, key=lambda mention: mention["observed_at"][:15]):
        batch = list(group)
        driver.pipe_in(batch)
        driver.advance(int(_at(batch[-1]).timestamp() * 1000))
    inputs = {stage: list(driver.logs.partition(topic, 0)) for stage, topic in INPUTS.items()}
    kept = {stage: _kept(factory_of(stage, config), records) for stage, records in inputs.items()}
    return Material(config, {stage: records[-_MOST:] for stage, records in inputs.items()}, kept, mentions[-_MOST:])


def _at(mention: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(mention["observed_at"].replace("Z", "+00:00")).astimezone(UTC)


def _kept(make: StageFactory, records: list[Stored]) -> Kept:
    stage = make(0, {}, None)
    states: dict[bytes, bytes] = {}
    for offset, record in enumerate(records):
        stage.apply(InputRecord(0, offset, record.append_ms, record.key, record.value))
        for key, state in stage.changed():
            states.pop(key, None)
            if state is not None:
                states[key] = state
    return Kept(states, stage.position())

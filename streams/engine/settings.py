"""Settings of the engine around one stage. Defaults are those that kill tests were run with."""

from dataclasses import dataclass, field

from schemas.config.model import Kafka
from streams.engine.runner import Limits
from streams.engine.vitals import FROZEN_S


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Where a stage reads, where its state lies, and its times."""

    kafka: Kafka
    """The cluster and how to log in to it; names and sizes of topics are those below."""
    group: str
    """The consumer group: one for each stage of an installation."""
    stage: str
    """The stage's name in logs and errors."""
    input_topic: str
    changelog: str
    dead_topic: str
    partitions: int
    """Partitions of the input topic and of the changelog: fixed when they are created."""
    embedded: bool = False
    """Whether the broker is the embedded one."""
    compress_states: bool = True
    """Not where the stage does it."""
    checkpoint_s: float = 2.0
    """Time between checkpoints: the most that a crash replays, and about the age of what a restart finds."""
    limits: Limits = field(default_factory=Limits)
    deadline_s: float = 30.0
    """For each exchange with Kafka: longer than a broker's restart."""
    session_timeout_s: float = 10.0
    """How long a killed process holds its partitions."""
    heartbeat_s: float = 3.0
    commit_interval_s: float = 2.0
    hand_over_s: float = 5.0
    """The most that a last checkpoint may take before a partition is given up."""
    frozen_s: float = FROZEN_S
    """The watchdog ends a process whose event loop hasn't moved for this long."""

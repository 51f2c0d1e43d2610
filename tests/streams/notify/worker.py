"""A notify process: ``python -m tests.streams.notify.worker CONFIG EMBEDDED``; CONFIG is JSON, EMBEDDED 0 or 1."""

import json
import logging
import os
import signal
import sys

from schemas.config.model import Config
from schemas.topics import Topics
from streams.engine.app import run_stage
from streams.engine.hooks import Hooks, Send
from streams.engine.settings import EngineSettings
from streams.engine.stage import Stage
from streams.engine.vitals import Vitals
from streams.notify.build import make_loop
from streams.stages.notify import NotifyStage

HEARTBEAT_S = 1.0


def main(text: str, embedded: bool) -> None:
    """Runs until it is killed or terminated."""
    logging.basicConfig(level=logging.WARNING)
    config = Config.model_validate(json.loads(text))
    topics = Topics(config.kafka.topic_prefix)
    vitals = Vitals()
    failures: list[Exception] = []

    def fail(error: Exception) -> None:
        failures.append(error)
        os.kill(os.getpid(), signal.SIGTERM)

    loop = make_loop(lambda: config, vitals, HEARTBEAT_S, fail, lambda *_: None)

    def ready(partition: int, stage: Stage, send: Send) -> None:
        assert isinstance(stage, NotifyStage)
        loop.ready(partition, stage, send)

    settings = EngineSettings(
        kafka=config.kafka,
        group=f"{config.kafka.topic_prefix}notify",
        stage="notify",
        input_topic=topics.alerts,
        changelog=topics.state("notify"),
        dead_topic=topics.dead,
        partitions=config.kafka.partitions,
        embedded=embedded,
        checkpoint_s=0.5,
        session_timeout_s=config.kafka.session_timeout.total_seconds(),
        heartbeat_s=HEARTBEAT_S,
    )
    hooks = Hooks(ready=ready, applied=lambda partition, _: loop.applied(partition), dropped=loop.dropped)
    run_stage(settings, lambda partition, states, position: NotifyStage(config, states, position), hooks, vitals)
    if failures:
        raise failures[0]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "1")

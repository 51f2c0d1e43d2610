"""A worker process around the counting stage: ``python -m tests.streams.engine.counting_worker SETTINGS``.

``SETTINGS`` is JSON: the fields of ``EngineSettings`` (``kafka`` as in a config) and ``output_topic``.
"""

import json
import logging
import sys

from schemas.config.model import Kafka
from streams.engine.app import run_stage
from streams.engine.settings import EngineSettings
from tests.streams.engine.counting import CountingStage


def main(settings: str) -> None:
    """Runs until it is killed or terminated."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    fields = json.loads(settings)
    output_topic = fields.pop("output_topic")
    run_stage(
        EngineSettings(kafka=Kafka(**fields.pop("kafka")), **fields),
        lambda partition, states, position: CountingStage(states, position, output_topic),
    )


if __name__ == "__main__":
    main(sys.argv[1])

"""Fixtures that the tests share: brokers and the folder of real data."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from streams.embedded import EmbeddedBroker
from tests.kafka import RealKafka, missing_tools

settings.register_profile("steady", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("steady")


def skip_or_fail(reason: str) -> None:
    """Skips the test on a desk and fails it in CI, where everything must run."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"required when CI=true: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealKafka]:
    """A running Apache Kafka for the whole session. Tests use topic and group names of their own."""
    if missing := missing_tools():
        skip_or_fail(f"a real Kafka needs {' and '.join(missing)}")
    broker = RealKafka(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def embedded() -> Iterator[EmbeddedBroker]:
    """An empty embedded broker of the test's own."""
    with EmbeddedBroker() as broker:
        yield broker


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real replays, named by ``REBATO_DATA``."""
    folder = Path(os.environ.get("REBATO_DATA", "nowhere"))
    if not folder.is_dir():
        skip_or_fail("REBATO_DATA doesn't name the folder of real replays")
    return folder

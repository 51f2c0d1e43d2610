"""What ends everything must be sure: a broker that is away looks as if it had no topics."""

import pytest

from schemas.config.model import Config
from schemas.errors import MissingTopicError, StateError, UnreachableError, UsageError
from streams.cli.run import what_is_sure
from tests.kafka import RealKafka

MISSING = MissingTopicError("there is no topic mentions: `rebato topics create` makes it")


def _config(brokers: str) -> Config:
    return Config(brands="auto", kafka={"brokers": brokers, "topic_prefix": "unsure."})


@pytest.mark.parametrize("error", [MISSING, UnreachableError("mentions can't be described: timed out.")])
def test_while_no_broker_answers_the_process_is_started_again(error: UsageError) -> None:
    """Exit code 1, and what was seen."""
    found = what_is_sure(error, _config("127.0.0.1:1"))
    assert isinstance(found, StateError)
    assert str(error) in str(found)


@pytest.mark.kafka
def test_what_a_broker_confirms_ends_everything(kafka: RealKafka) -> None:
    """Exit code 2: only a person can mend it."""
    found = what_is_sure(MISSING, _config(kafka.address))
    assert isinstance(found, UsageError)
    assert "rebato topics create" in str(found)

"""A Kafka broker inside this process: librdkafka's mock cluster out of the ``confluent-kafka`` wheel.

For a first look and for tests without Java or Docker. It speaks Kafka's protocol over TCP on loopback, so aiokafka
and Faust run on it (Faust with ``topic_allow_declare=False`` and ``topic_disable_leader=True``), other processes too.

What it can't do:

- every topic is created at its first use, with 4 partitions; there is no CreateTopics;
- it keeps about 5 MB a partition and then drops the oldest records, whatever a topic's retention;
- it compacts nothing;
- transactions are accepted but not carried out: what was aborted stays readable, a fenced producer still writes, and
  aiokafka reads some of such records as corrupt (``streams.engine.keeper`` does without them here);
- it forgets everything when it is closed.
"""

from types import TracebackType
from typing import Self

from confluent_kafka import Producer

PARTITIONS = 4
"""Partitions of every topic: the mock cluster's default, which can't be set from Python."""

_START_DEADLINE_S = 10.0


class EmbeddedBroker:
    """One broker with an ``address``; a context manager that closes it.

    >>> with EmbeddedBroker() as broker:
    ...     broker.create("mentions")
    ...     broker.address.startswith("127.0.0.1:")
    True
    """

    def __init__(self) -> None:
        """Starts the broker: it answers when this returns."""
        self._cluster: Producer | None = Producer(
            {"bootstrap.servers": "in-process", "test.mock.num.brokers": 1, "log_level": 0}
        )
        (broker,) = self._cluster.list_topics(timeout=_START_DEADLINE_S).brokers.values()
        self.address = f"{broker.host}:{broker.port}"
        """``host:port`` on loopback."""

    def create(self, *topics: str) -> None:
        """Makes each topic exist, with ``PARTITIONS`` partitions; does nothing to one that exists."""
        if self._cluster is None:
            raise RuntimeError("the embedded broker is closed")
        for topic in topics:
            self._cluster.list_topics(topic, timeout=_START_DEADLINE_S)

    def close(self) -> None:
        """Ends the broker and forgets all its records; does nothing the second time."""
        self._cluster = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

"""Waits until a cluster answers."""

import time
from collections.abc import Callable

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from schemas.config.model import Kafka
from schemas.errors import UnreachableError
from streams.librdkafka import client_settings, unreachable, why_unreachable

_ASK_S = 2.0
_EMBEDDED_PREFIX = "mockCluster"  # what librdkafka calls its mock clusters


def wait_for_kafka(kafka: Kafka, within_s: float, tell: Callable[[str], None]) -> bool:
    """Whether the cluster that answers is an embedded broker. `tell` gets one line when it has to wait.

    Raises `UnreachableError` after `within_s` seconds, and at once `UsageError` when the login is refused.
    """
    admin = AdminClient(client_settings(kafka))
    deadline_s = time.monotonic() + within_s
    told = False
    while True:
        started_s = time.monotonic()
        try:
            return bool(admin.list_topics(timeout=_ASK_S).cluster_id.startswith(_EMBEDDED_PREFIX))
        except KafkaException as error:
            reason = why_unreachable(kafka)
            if time.monotonic() >= deadline_s or not isinstance(reason, UnreachableError):
                raise reason from error
        if not told:
            silent = str(reason) == str(unreachable(kafka.brokers))
            tell(f"Kafka at {kafka.brokers} does not answer yet; waiting for it" if silent else f"{reason} Trying again.")
            told = True
        time.sleep(max(0.0, min(_ASK_S, deadline_s - time.monotonic()) - (time.monotonic() - started_s)))

"""Consumer groups, as an administrator sees them: who is in one, and what it has committed."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from schemas.config.model import Kafka
from schemas.errors import UsageError
from streams.librdkafka import client_settings, why_unreachable

_TIMEOUT_S = 15.0
_NO_GROUP = (KafkaError.GROUP_ID_NOT_FOUND, KafkaError._UNKNOWN_GROUP)


class Groups:
    """One cluster. Every call raises `UsageError` when Kafka doesn't answer or refuses."""

    def __init__(self, kafka: Kafka) -> None:
        """Connects at the first call."""
        self._kafka = kafka
        self._admin = AdminClient(client_settings(kafka))

    def members(self, group: str) -> list[str]:
        """The hosts of the group's members; none when there is no such group."""
        future = self._admin.describe_consumer_groups([group], request_timeout=_TIMEOUT_S)[group]
        try:
            return sorted(str(member.host).lstrip("/") for member in future.result(_TIMEOUT_S).members)
        except KafkaException as error:
            if error.args[0].code() in _NO_GROUP:
                return []
            raise self._problem(error) from error

    def committed(self, group: str, topic: str, partitions: int) -> dict[int, int]:
        """What the group has committed of each partition, where it has."""
        asked = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, number) for number in range(partitions)])
        future = self._admin.list_consumer_group_offsets([asked], request_timeout=_TIMEOUT_S)[group]
        try:
            found = future.result(_TIMEOUT_S).topic_partitions
        except KafkaException as error:
            if error.args[0].code() in _NO_GROUP:
                return {}
            raise self._problem(error) from error
        return {each.partition: each.offset for each in found if each.offset >= 0}

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        """Sets the group's offsets; Kafka refuses it while the group has members."""
        places = [TopicPartition(topic, partition, offset) for partition, offset in sorted(offsets.items())]
        asked = ConsumerGroupTopicPartitions(group, places)
        future = self._admin.alter_consumer_group_offsets([asked], request_timeout=_TIMEOUT_S)[group]
        refused = [each.error for each in self._result(future).topic_partitions if each.error is not None]
        if refused:
            raise UsageError(f"Kafka refuses the offsets of {group}: {refused[0].str()}")

    def spans(self, topic: str, partitions: int) -> list[tuple[int, int]]:
        """The first offset that Kafka holds of each partition, and the one after the last."""
        firsts, ends = (self._offsets(topic, partitions, spec) for spec in (OffsetSpec.earliest(), OffsetSpec.latest()))
        return list(zip(firsts, ends, strict=True))

    def _offsets(self, topic: str, partitions: int, spec: OffsetSpec) -> list[int]:
        places = [TopicPartition(topic, number) for number in range(partitions)]
        futures = self._admin.list_offsets(dict.fromkeys(places, spec), request_timeout=_TIMEOUT_S)
        return [int(self._result(futures[place]).offset) for place in places]

    def _result(self, future: Future[Any]) -> Any:
        try:
            return future.result(_TIMEOUT_S)
        except KafkaException as error:
            raise self._problem(error) from error

    def _problem(self, error: KafkaException) -> UsageError:
        problem = error.args[0]
        return why_unreachable(self._kafka) if problem.retriable() else UsageError(f"Kafka refuses: {problem.str()}")

"""The epoch of the topic `mentions`: tells its offsets from those of a topic of the same name that was there before.

Counting remembers the highest offset by (epoch, partition). A topic that is deleted and made anew starts again at offset
0; as Kafka gives it another id, it has another epoch, and nothing of it is taken for old.
"""

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from schemas.config.model import Kafka
from schemas.errors import MissingTopicError, UnreachableError
from streams.librdkafka import client_settings

_TIMEOUT_S = 10.0
_MASK = 0x7FFF_FFFF
FIRST = 1
"""The epoch on a broker that gives its topics no ids, or can't tell them: the embedded one."""


def topic_epoch(kafka: Kafka, topic: str) -> int:
    """31 bits of the topic's id, which is random; `FIRST` where it has none. Raises as `find_epoch` and `present` do."""
    return present(topic, find_epoch(kafka, topic))


def present(topic: str, epoch: int | None) -> int:
    """The epoch. Raises `MissingTopicError` when `find_epoch` has found no such topic."""
    if epoch is None:
        raise MissingTopicError(f"there is no topic {topic}. Run `rebato topics create`.")
    return epoch


def find_epoch(kafka: Kafka, topic: str) -> int | None:
    """The same, but None when there is no such topic. Raises `UnreachableError` when no broker says so."""
    admin = AdminClient(client_settings(kafka))
    try:
        future = admin.describe_topics(TopicCollection([topic]), request_timeout=_TIMEOUT_S)[topic]
        topic_id = future.result().topic_id
    except KafkaException as error:
        if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            return None
        raise UnreachableError(f"{topic} can't be described: {error.args[0].str()}.") from error
    return (topic_id.get_most_significant_bits() & _MASK) or FIRST

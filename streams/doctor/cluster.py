"""Does Kafka answer, are the topics right, do the roles keep up, and is our clock right? Nothing is written."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from schemas.config.model import Config
from schemas.errors import UsageError
from schemas.topics import Topics
from streams.doctor.finding import Finding, bad, good, worth_a_look
from streams.librdkafka import client_settings
from streams.roles.role import Role
from streams.topics_admin import TopicsAdmin

_TIMEOUT_S = 10.0
_LAG_RECORDS = 10_000
_NO_GROUP = (KafkaError.GROUP_ID_NOT_FOUND,)
_SETTLING = (
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.NOT_COORDINATOR,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError._TIMED_OUT,
)
_SETTLE_S = 25.0
_ASK_AGAIN_S = 0.2
_SKEW_S = 2.0  # more than NTP leaves


def check_cluster(config: Config) -> Iterator[Finding]:
    """Kafka, topics, one finding a role that reads, and the clock."""
    try:
        topics = TopicsAdmin(config)
        existing = topics.existing()
    except UsageError as error:
        yield bad("kafka", str(error), "Nothing else can be checked without it.")
        return
    yield good("kafka", f"{config.kafka.brokers} answers")
    try:
        differences = topics.check()
    except UsageError as error:
        yield bad("topics", str(error), "So they aren't compared with the config.")
        return
    for difference in differences:
        found = f"{difference.topic}: {difference.setting} is {difference.found}, not {difference.wanted}"
        yield bad("topics", found, difference.remedy)
    if not differences:
        yield good("topics", "all are as the config asks")
    reader = _Reader(AdminClient(client_settings(config.kafka)), config)
    try:
        for role, topic in reader.inputs().items():
            if topic in existing:
                yield _patiently(partial(reader.role, role, topic))
        if reader.topics.digests in existing:
            yield _patiently(reader.clock)
    except KafkaException as error:
        yield bad("groups", f"Kafka doesn't say how far the roles are: {error.args[0].str()}", _remedy(error.args[0]))


def _remedy(error: KafkaError) -> str:
    denied = (KafkaError.GROUP_AUTHORIZATION_FAILED, KafkaError.TOPIC_AUTHORIZATION_FAILED)
    return "Grant this user DESCRIBE on groups and topics." if error.code() in denied else "Look at the brokers' logs."


def _patiently(check: Callable[[], Finding]) -> Finding:
    """The finding, asked for again while the cluster is still settling: topics made a moment ago, a broker restarted."""
    deadline_s = time.monotonic() + _SETTLE_S
    while True:
        try:
            return check()
        except KafkaException as error:
            if error.args[0].code() not in _SETTLING or time.monotonic() > deadline_s:
                raise
        time.sleep(_ASK_AGAIN_S)


@dataclass(slots=True)
class _Reader:
    admin: AdminClient
    config: Config

    @property
    def topics(self) -> Topics:
        return Topics(self.config.kafka.topic_prefix)

    def inputs(self) -> dict[Role, str]:
        """What each role reads."""
        names = self.topics
        return {
            Role.INTAKE: names.mentions,
            Role.WATCH: names.digests,
            Role.INCIDENTS: names.signals,
            Role.NOTIFY: names.alerts,
        }

    def role(self, role: Role, topic: str) -> Finding:
        """Whether a process of the role runs, and how many records lie before it."""
        group = f"{self.config.kafka.topic_prefix}rebato-{role}"
        lag, members = self._lag(group, topic), self._members(group)
        if not members:
            return worth_a_look(str(role), f"no process runs; {lag:,} records wait", f"Run `rebato run {role}`.")
        told = f"{members} running, {lag:,} records behind"
        return (
            good(str(role), told)
            if lag < _LAG_RECORDS
            else worth_a_look(str(role), told, "Start another: they share the work.")
        )

    def clock(self) -> Finding:
        """Whether the newest record bears a time that is still to come here: every tick of intake is one."""
        newest_ms = max(self._offsets(self.topics.digests, OffsetSpec.max_timestamp(), "timestamp").values(), default=-1)
        if newest_ms < 0:
            return good("clock", "nothing to compare it with yet")
        ahead_s = newest_ms / 1000 - time.time()
        if ahead_s > _SKEW_S:
            return bad("clock", f"this machine's clock is {ahead_s:.0f} s or more behind the broker's", "Run NTP on both.")
        return good("clock", f"not behind the broker's; the newest record came {-ahead_s:,.0f} s ago")

    def _members(self, group: str) -> int:
        """Processes of the group; 0 when nobody ever joined it."""
        try:
            described = self.admin.describe_consumer_groups([group], request_timeout=_TIMEOUT_S)[group].result()
        except KafkaException as error:
            if error.args[0].code() in _NO_GROUP:
                return 0
            raise
        return len(described.members)

    def _committed(self, group: str, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """By a consumer that never joins: the admin client's own call crashes the process when the coordinator moves."""
        consumer = Consumer({**client_settings(self.config.kafka), "group.id": group, "enable.auto.commit": "false"})
        try:
            asked = [TopicPartition(topic, number) for number in partitions]
            return {each.partition: each.offset for each in consumer.committed(asked, timeout=_TIMEOUT_S)}
        finally:
            consumer.close()

    def _lag(self, group: str, topic: str) -> int:
        ends = self._offsets(topic, OffsetSpec.latest(), "offset")
        firsts = self._offsets(topic, OffsetSpec.earliest(), "offset")
        committed = self._committed(group, topic, ends)
        return sum(end - max(committed.get(number, -1), firsts[number]) for number, end in ends.items())

    def _offsets(self, topic: str, spec: OffsetSpec, field: str) -> dict[int, int]:
        partitions = self.admin.list_topics(topic, timeout=_TIMEOUT_S).topics[topic].partitions
        asked = {TopicPartition(topic, number): spec for number in partitions}
        answers = self.admin.list_offsets(asked, request_timeout=_TIMEOUT_S)
        return {where.partition: getattr(future.result(), field) for where, future in answers.items()}

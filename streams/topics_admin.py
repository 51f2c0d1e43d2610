"""Creates the topics that a config asks for, and says how existing ones differ from it.

Rules:

- Topics are made here and nowhere else, never by accident.
- All topics carry the broker's append time: retention counts from arrival, whatever times a replayed mention has,
  and intake measures a mention's clock against it.
- Another number of partitions would move brands to other partitions and orphan their state: it is never changed here.
"""

import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigEntry, ConfigResource, NewTopic, ResourceType

from schemas.config.model import Config
from schemas.errors import UsageError
from schemas.topics import Topics, TopicSpec
from streams.librdkafka import client_settings, metadata, unreachable

STATEFUL_STAGES = ("watch", "incidents", "notify")
_DEAD_RECORD_BYTES = 2_097_152  # a refused record of 1 MiB and the headers that say why
_TIMEOUT_S = 10.0
_COMPACTED = {
    "cleanup.policy": "compact",
    "segment.bytes": str(64 * 1024 * 1024),
    "segment.ms": str(10 * 60_000),
    # A process that loads its state reads for minutes at most: what it has yet to read isn't taken away under it.
    "min.compaction.lag.ms": str(60 * 60_000),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting of a topic that isn't as the config asks, and how to mend it."""

    topic: str
    setting: str
    found: str
    wanted: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.setting} is {self.found}, the config asks for {self.wanted}. {self.remedy}"


def topic_specs(config: Config) -> list[TopicSpec]:
    """Every topic of the pipeline, as the config asks for it.

    >>> [spec.name for spec in topic_specs(Config(brands="auto"))][:3]
    ['mentions', 'mentions.dead', 'digests']
    """
    kafka, names = config.kafka, Topics(config.kafka.topic_prefix)
    keep = {name: int(getattr(kafka.retention, name).total_seconds() * 1000) for name in type(kafka.retention).model_fields}
    return [
        TopicSpec(names.mentions, kafka.source_partitions, keep["mentions"]),
        TopicSpec(names.dead, kafka.source_partitions, keep["dead"], _DEAD_RECORD_BYTES),
        TopicSpec(names.digests, kafka.partitions, keep["digests"]),
        TopicSpec(names.series, kafka.partitions, keep["series"]),
        TopicSpec(names.signals, kafka.partitions, keep["signals"]),
        TopicSpec(names.incidents, kafka.partitions, None),
        TopicSpec(names.alerts, kafka.partitions, keep["alerts"]),
        *(TopicSpec(names.state(stage), kafka.partitions, None) for stage in STATEFUL_STAGES),
    ]


def topic_settings(spec: TopicSpec) -> dict[str, str]:
    """The topic's settings in Kafka's words."""
    settings = {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(spec.max_record_bytes)}
    if spec.retention_ms is None:
        return settings | _COMPACTED
    return settings | {"cleanup.policy": "delete", "retention.ms": str(spec.retention_ms)}


class TopicsAdmin:
    """Talks to the cluster about the topics of one config."""

    def __init__(self, config: Config) -> None:
        """Connects lazily: nothing is sent before the first call."""
        self._kafka = config.kafka
        self._specs = topic_specs(config)
        self._admin = AdminClient(client_settings(config.kafka))

    def existing(self) -> dict[str, tuple[int, int]]:
        """(partitions, replication) of every topic of the cluster. Raises `UnreachableError`."""
        topics = metadata(self._admin, self._kafka).topics
        return {
            name: (len(topic.partitions), min((len(p.replicas) for p in topic.partitions.values()), default=0))
            for name, topic in topics.items()
        }

    def create(self) -> list[str]:
        """Creates what is missing; returns the names. Raises `UsageError` when one exists with other partitions."""
        existing = self.existing()
        self._refuse_other_partitions(existing)
        missing = [spec for spec in self._specs if spec.name not in existing]
        new = [
            NewTopic(
                spec.name,
                num_partitions=spec.partitions,
                replication_factor=self._kafka.replication,
                config=topic_settings(spec),
            )
            for spec in missing
        ]
        futures = self._admin.create_topics(new, request_timeout=_TIMEOUT_S) if new else {}
        created = [name for name, future in futures.items() if _created(name, future)]
        if missing:
            self._refuse_other_partitions(self._when_all_are_known())
        return created

    def check(self) -> list[Difference]:
        """Every difference between the cluster and the config, missing topics first.

        Raises `UnreachableError`, and `UsageError` where the cluster doesn't tell the topics' settings.
        """
        existing = self.existing()
        return self._coarse_differences(existing) + self._setting_differences(existing)

    def _coarse_differences(self, existing: Mapping[str, tuple[int, int]]) -> list[Difference]:
        missing = [
            Difference(spec.name, "topic", "missing", f"{spec.partitions} partitions", "Run `rebato topics create`.")
            for spec in self._specs
            if spec.name not in existing
        ]
        return missing + self._shape_differences(existing)

    def refuse_unusable(self) -> None:
        """Raises `UsageError` for topics that are missing or have other partitions, `UnreachableError`."""
        found = self._coarse_differences(self.existing())
        if broken := [each for each in found if each.setting in ("topic", "partitions")]:
            raise UsageError("\n".join(map(str, broken)))

    def _when_all_are_known(self) -> dict[str, tuple[int, int]]:
        """`existing`, once it has every topic: brokers learn of a new one a moment after it was created."""
        deadline_s = time.monotonic() + _TIMEOUT_S
        existing = self.existing()
        while not all(spec.name in existing for spec in self._specs):
            if time.monotonic() > deadline_s:
                raise unreachable(self._kafka.brokers)
            existing = self.existing()
        return existing

    def _refuse_other_partitions(self, existing: Mapping[str, tuple[int, int]]) -> None:
        if other := [d for d in self._shape_differences(existing) if d.setting == "partitions"]:
            raise UsageError("\n".join(map(str, other)))

    def _shape_differences(self, existing: Mapping[str, tuple[int, int]]) -> list[Difference]:
        out = []
        for spec in self._specs:
            partitions, replication = existing.get(spec.name, (spec.partitions, self._kafka.replication))
            if partitions != spec.partitions:
                out.append(_partitions_differ(spec, partitions, Topics(self._kafka.topic_prefix)))
            if replication != self._kafka.replication:
                remedy = "Use `kafka-reassign-partitions`, or set kafka.replication to what is there."
                wanted = str(self._kafka.replication)
                out.append(Difference(spec.name, "replication", str(replication), wanted, remedy))
        return out

    def _setting_differences(self, existing: Mapping[str, tuple[int, int]]) -> list[Difference]:
        specs = [spec for spec in self._specs if spec.name in existing]
        resources = {ConfigResource(ResourceType.TOPIC, spec.name): spec for spec in specs}
        if not resources:
            return []
        futures = self._admin.describe_configs(list(resources), request_timeout=_TIMEOUT_S)
        out = []
        for resource, future in futures.items():
            out += _settings_differ(resources[resource], _described(resource.name, future), self._kafka.brokers)
        return out


def _described(name: str, future: Future[dict[str, ConfigEntry]]) -> dict[str, str]:
    """The topic's settings."""
    try:
        return {setting: entry.value for setting, entry in future.result().items()}
    except KafkaException as error:
        problem = error.args[0]
        raise UsageError(f"the settings of {name} can't be read: {problem.str()}.{_describe_remedy(problem)}") from error


def _describe_remedy(problem: KafkaError) -> str:
    remedies = {
        KafkaError.TOPIC_AUTHORIZATION_FAILED: " Grant DESCRIBE_CONFIGS on the topics to this user.",
        KafkaError._TIMED_OUT: " The broker of `rebato run --embedded` has no settings to check: ask a real Kafka.",
    }
    return remedies.get(problem.code(), "")


def _created(name: str, future: Future[None]) -> bool:
    """True when this call made the topic, False when another did so meanwhile."""
    try:
        future.result(timeout=_TIMEOUT_S)
    except KafkaException as error:
        problem = error.args[0]
        if problem.code() == KafkaError.TOPIC_ALREADY_EXISTS:
            return False
        raise UsageError(f"{name} can't be created: {problem.str()}{_create_remedy(problem)}") from error
    return True


def _create_remedy(problem: KafkaError) -> str:
    remedies = {
        KafkaError.TOPIC_AUTHORIZATION_FAILED: " Grant CREATE on the cluster to this user.",
        KafkaError.CLUSTER_AUTHORIZATION_FAILED: " Grant CREATE on the cluster to this user.",
        KafkaError.INVALID_REPLICATION_FACTOR: " Set `kafka.replication` to at most the number of brokers.",
    }
    return remedies.get(problem.code(), "")


def _partitions_differ(spec: TopicSpec, found: int, names: Topics) -> Difference:
    setting = "kafka.source_partitions" if spec.name in (names.mentions, names.dead) else "kafka.partitions"
    remedy = f"Set `{setting}: {found}`, or delete the topic with its state and create it anew."
    return Difference(spec.name, "partitions", str(found), str(spec.partitions), remedy)


def _settings_differ(spec: TopicSpec, found: Mapping[str, str], brokers: str) -> list[Difference]:
    tool = f"kafka-configs.sh --bootstrap-server {brokers} --alter --entity-type topics --entity-name {spec.name}"
    return [
        Difference(spec.name, name, found[name], wanted, f"Run `{tool} --add-config {name}={wanted}`.")
        for name, wanted in topic_settings(spec).items()
        if found.get(name, wanted) != wanted
    ]

"""Topics: created as the config asks, compared, and never repartitioned behind anybody's back."""

import time

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from schemas.config.model import Config, Kafka
from schemas.errors import UnreachableError, UsageError
from streams.doctor.cluster import check_cluster
from streams.embedded import PARTITIONS, EmbeddedBroker
from streams.topics_admin import TopicsAdmin, topic_settings, topic_specs
from tests.kafka import RealKafka


def _config(brokers: str, prefix: str, **kafka: int) -> Config:
    return Config(brands="auto", kafka=Kafka(brokers=brokers, topic_prefix=prefix, **kafka))  # type: ignore[arg-type]  # pydantic checks


def wait_for_topic(kafka: RealKafka, topic: str) -> None:
    """Waits until the broker's metadata has the topic."""
    admin, deadline_s = AdminClient({"bootstrap.servers": kafka.address}), time.monotonic() + 10
    while topic not in admin.list_topics(timeout=5).topics:
        assert time.monotonic() < deadline_s


def _settings(kafka: RealKafka, topic: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, topic)
    admin = AdminClient({"bootstrap.servers": kafka.address})
    described = admin.describe_configs([resource])[resource].result()
    return {name: entry.value for name, entry in described.items()}


@pytest.mark.kafka
def test_create_makes_every_topic_once(kafka: RealKafka) -> None:
    """The second run has nothing to do, and nothing to complain about."""
    admin = TopicsAdmin(_config(kafka.address, "once.", source_partitions=3, partitions=2))
    created = admin.create()
    assert sorted(created) == sorted(spec.name for spec in topic_specs(_config("localhost:9092", "once.")))
    assert admin.create() == []
    assert admin.check() == []
    assert admin.existing()["once.mentions"] == (3, 1)
    assert admin.existing()["once.watch.state"] == (2, 1)


@pytest.mark.kafka
def test_state_is_compacted_and_traffic_expires(kafka: RealKafka) -> None:
    """State for ever, mentions for seven days, all stamped by the broker."""
    TopicsAdmin(_config(kafka.address, "kept.")).create()
    state, mentions = _settings(kafka, "kept.notify.state"), _settings(kafka, "kept.mentions")
    assert (state["cleanup.policy"], state["segment.bytes"], state["segment.ms"]) == ("compact", "67108864", "600000")
    assert (mentions["cleanup.policy"], mentions["retention.ms"]) == ("delete", str(7 * 86_400_000))
    assert mentions["message.timestamp.type"] == "LogAppendTime"


@pytest.mark.kafka
def test_check_names_every_difference_and_its_remedy(kafka: RealKafka) -> None:
    """Missing topics, other settings, other partitions: all at once."""
    kafka.create_topic(
        "other.digests", partitions=7, config={"retention.ms": "1000", "message.timestamp.type": "LogAppendTime"}
    )
    wait_for_topic(kafka, "other.digests")
    differences = TopicsAdmin(_config(kafka.address, "other.")).check()
    assert len(differences) == len(topic_specs(_config("localhost:9092", ""))) + 1
    found = {(d.topic, d.setting): d for d in differences}
    assert "rebato topics create" in found["other.mentions", "topic"].remedy
    assert "`kafka.partitions: 7`" in found["other.digests", "partitions"].remedy
    assert "--add-config retention.ms=259200000" in found["other.digests", "retention.ms"].remedy


@pytest.mark.kafka
def test_another_number_of_partitions_is_refused(kafka: RealKafka) -> None:
    """A brand's state lies in the partition that crc32 modulo N says: N is fixed."""
    kafka.create_topic("fixed.signals", partitions=7)
    with pytest.raises(UsageError, match=r"fixed\.signals: partitions is 7, the config asks for 4.*kafka\.partitions: 7"):
        TopicsAdmin(_config(kafka.address, "fixed.")).create()


@pytest.mark.kafka
def test_more_replicas_than_brokers_says_so(kafka: RealKafka) -> None:
    """One line with a remedy instead of a broker's error code."""
    with pytest.raises(UsageError, match=r"Set `kafka\.replication` to at most the number of brokers"):
        TopicsAdmin(_config(kafka.address, "wide.", replication=3)).create()


def test_a_missing_cluster_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the address that was tried."""
    monkeypatch.setattr("streams.topics_admin._TIMEOUT_S", 0.2)
    with pytest.raises(UnreachableError, match=r"Kafka at 127\.0\.0\.1:1 does not answer\. Start it"):
        TopicsAdmin(_config("127.0.0.1:1", "")).check()


def test_the_dead_letter_topic_takes_more_than_a_producer_sends() -> None:
    """What is refused goes there whole, with headers that say why."""
    settings = {spec.name: topic_settings(spec) for spec in topic_specs(_config("localhost:9092", ""))}
    assert int(settings["mentions.dead"]["max.message.bytes"]) > int(settings["mentions"]["max.message.bytes"])


@pytest.mark.embedded
def test_a_broker_that_tells_no_settings_is_asked_for_them_by_a_check_alone(
    embedded: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """librdkafka's mock cluster knows no DescribeConfigs; what reads the topics needs none of it."""
    monkeypatch.setattr("streams.topics_admin._TIMEOUT_S", 1.0)
    admin = TopicsAdmin(_config(embedded.address, "", source_partitions=PARTITIONS, partitions=PARTITIONS))
    embedded.create(*(spec.name for spec in topic_specs(Config(brands="auto"))))
    admin.refuse_unusable()
    with pytest.raises(UsageError, match=r"can't be read: .* `rebato run --embedded` has no settings to check"):
        admin.check()
    config = _config(embedded.address, "", source_partitions=PARTITIONS, partitions=PARTITIONS)
    assert [(found.check, found.remedy == "") for found in check_cluster(config)] == [("kafka", True), ("topics", False)]

"""The epoch of `mentions`: another one for each topic that ever had that name."""

import pytest
from confluent_kafka.admin import AdminClient

from schemas.config.model import Kafka
from schemas.errors import UsageError
from streams.epoch import topic_epoch
from tests.kafka import RealKafka
from tests.streams.test_topics_admin import wait_for_topic


@pytest.mark.kafka
def test_a_topic_made_anew_has_another_epoch(kafka: RealKafka) -> None:
    """Its offsets begin at 0 again: none of them may be taken for counted."""
    settings = Kafka(brokers=kafka.address)
    epochs = []
    for _ in range(2):
        kafka.create_topic("epochal")
        wait_for_topic(kafka, "epochal")
        epochs += [topic_epoch(settings, "epochal"), topic_epoch(settings, "epochal")]
        admin = AdminClient({"bootstrap.servers": kafka.address})
        admin.delete_topics(["epochal"])["epochal"].result(10)
    assert epochs[0] == epochs[1] != epochs[2] == epochs[3]
    assert all(0 < epoch < 2**31 for epoch in epochs)


@pytest.mark.kafka
def test_no_topic_is_one_clear_line(kafka: RealKafka) -> None:
    """With the command that makes it."""
    with pytest.raises(UsageError, match="rebato topics create"):
        topic_epoch(Kafka(brokers=kafka.address), "nowhere")

"""An observer of sources that adds up, and what lies in `mentions`."""

from collections import Counter
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from schemas.config.model import Config
from schemas.enums import Refusal
from streams.embedded import PARTITIONS, EmbeddedBroker
from streams.sources.observe import Door
from tests.streams.intake.making import config


@dataclass
class Seen:
    """Counts by door, reason and answer."""

    doors: Counter[Door] = field(default_factory=Counter)
    reasons: Counter[Refusal] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)

    def accepted(self, door: Door, n: int) -> None:
        self.doors[door] += n

    def rejected(self, reason: Refusal, n: int) -> None:
        self.reasons[reason] += n

    def answered(self, status: int) -> None:
        self.answers[status] += 1


def kafka_config(broker: EmbeddedBroker, **changes: object) -> Config:
    """A config for the broker."""
    return config(kafka={"brokers": broker.address}, **changes)


async def all_mentions(broker: EmbeddedBroker) -> list[ConsumerRecord]:
    """Every record of `mentions`, partition by partition."""
    found: list[ConsumerRecord] = []
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address, auto_offset_reset="earliest", enable_auto_commit=False)
    async with consumer:
        places = [TopicPartition("mentions", number) for number in range(PARTITIONS)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        while [place for place, end in ends.items() if await consumer.position(place) < end]:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += records
    return sorted(found, key=lambda record: (record.partition, record.offset))

"""The deciding stage behind an embedded broker, for commands that ask something of it."""

import asyncio
import threading

import msgspec
from confluent_kafka import Consumer, Producer, TopicPartition

from schemas.config.model import Config, Kafka
from schemas.topics import partition_of
from streams.embedded import PARTITIONS
from streams.engine.keeper import StateKeeper
from streams.engine.stage import InputRecord
from streams.stages.incidents import IncidentsStage

ID = "lacocinera-surge-201302261208"
GROUP_PARTITION = partition_of("food", PARTITIONS)
BRANDS = [
    {"id": "lacocinera", "names": ["La Cocinera"], "group": "food"},
    {"id": "ikea", "names": ["IKEA"], "group": "food"},
]


class Worker:
    """Decides the group's partition of signals in a thread and keeps its state, as the role does."""

    def __init__(self, address: str, settings: Config) -> None:
        self._address = address
        self._stage = IncidentsStage(settings, "hash", {}, None)
        self._keeper = StateKeeper(Kafka(brokers=address), "incidents.state", "incidents", embedded=True)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        consumer = Consumer({"bootstrap.servers": self._address, "group.id": "worker"})
        consumer.assign([TopicPartition("signals", GROUP_PARTITION, 0)])
        producer = Producer({"bootstrap.servers": self._address})
        loop = asyncio.new_event_loop()
        loop.run_until_complete(self._keeper.load(GROUP_PARTITION))
        while not self._ended.is_set():
            message = consumer.poll(0.05)
            if message is None or message.error() is not None:
                continue
            record = InputRecord(GROUP_PARTITION, message.offset(), 0, message.key(), message.value() or b"")
            for output in self._stage.apply(record):
                producer.produce(output.topic, output.value, output.key, output.partition)
            producer.flush()
            loop.run_until_complete(self._checkpoint(message.offset()))
        consumer.close()
        loop.run_until_complete(self._keeper.release(GROUP_PARTITION))
        loop.close()

    async def _checkpoint(self, offset: int) -> None:
        position = msgspec.msgpack.encode([offset, self._stage.position()])
        await self._keeper.checkpoint(GROUP_PARTITION, dict(self._stage.changed()), position)

    def end(self) -> None:
        """Stops the thread."""
        self._ended.set()
        self._thread.join()

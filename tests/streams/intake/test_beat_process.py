"""Intake writes heartbeats where it reads, and passes them on to every partition of digests."""

from collections import defaultdict

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.digest import decode_batch
from schemas.enums import IntakeOutcome
from streams.embedded import PARTITIONS, EmbeddedBroker
from tests.streams.intake.making import mention
from tests.streams.intake.test_process import Seen, kafka_config, read_all, running, send, wait_until

pytestmark = pytest.mark.embedded


async def _rounds(broker: EmbeddedBroker) -> dict[int, set[tuple[int, int]]]:
    """By partition of digests: source partition and round of the beats in it."""
    found: dict[int, set[tuple[int, int]]] = defaultdict(set)
    places = [TopicPartition("digests", number) for number in range(PARTITIONS)]
    async with AIOKafkaConsumer(bootstrap_servers=broker.address, auto_offset_reset="earliest") as consumer:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        while [place for place, end in ends.items() if await consumer.position(place) < end]:
            for place, records in (await consumer.getmany(timeout_ms=200)).items():
                for record in records:
                    batch, _ = decode_batch(record.value)
                    found[place.partition] |= {(beat.partition, beat.ms) for beat in batch.beats}
    return found


async def test_each_round_reaches_every_partition_of_digests_from_every_source_partition(embedded: EmbeddedBroker) -> None:
    """Beside mentions, which are counted as without."""
    embedded.create("mentions", "mentions.dead", "digests")
    live = kafka_config(embedded, time="live", heartbeat={"url": "https://hc.example/x", "every": "1 s"})
    seen = Seen()
    async with running(live, seen):
        await send(embedded, [mention(id=str(number)) for number in range(8)])
        await wait_until(lambda: seen.rows == 8)
        whole: set[int] = set()
        while len(whole) < 3:
            rounds = await _rounds(embedded)
            sources = [{ms for source, ms in rounds[d] if source == s} for d in range(PARTITIONS) for s in range(PARTITIONS)]
            whole = set.intersection(*sources)
    assert seen.outcomes == {IntakeOutcome.COUNTED: 8}
    assert not (await read_all(embedded)).dead


async def test_without_the_setting_and_in_a_replay_nothing_beats(embedded: EmbeddedBroker) -> None:
    """A replay's topic holds what its files said and nothing else."""
    embedded.create("mentions", "mentions.dead", "digests")
    seen = Seen()
    async with running(kafka_config(embedded, heartbeat={"url": "https://hc.example/x", "every": "1 s"}), seen):
        await send(embedded, [mention(id="1")])
        await wait_until(lambda: seen.rows == 1)
    assert not any((await _rounds(embedded)).values())

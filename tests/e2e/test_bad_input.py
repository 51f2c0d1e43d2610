"""Broken records among good ones, through Kafka: each is put aside with its reason, and the good ones are counted."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

import pytest
from confluent_kafka import KafkaError, Message, Producer

from schemas.enums import Refusal
from streams.receivers import Receivers
from tests.e2e.processes import Group, Not, arebato
from tests.e2e.readback import dead_by_reason, read_counts, read_topic
from tests.e2e.scene import said, write_scene
from tests.kafka import RealKafka
from tests.streams.intake.broken import broken_lines

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
_PREFIX = "bad."
_BROKEN, _GOOD = 5_000, 1_000
_LARGEST_BYTES = 1_500_000


def _send(brokers: str, values: list[bytes]) -> None:
    failures: list[KafkaError] = []
    producer = Producer({"bootstrap.servers": brokers, "message.max.bytes": _LARGEST_BYTES, "linger.ms": 20})

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failures.append(error)

    for value in values:
        producer.produce(f"{_PREFIX}mentions", value, on_delivery=delivered)
        producer.poll(0)
        if len(producer) > _GOOD:
            producer.flush()
    producer.flush()
    assert not failures, failures[0]


def _good(number: int) -> bytes:
    return json.dumps(said(f"good-{number}", datetime.now(UTC), f"Telar abre su tienda {number}")).encode()


async def test_what_is_broken_is_put_aside_by_reason_and_stops_nothing(kafka: RealKafka, tmp_path: Path) -> None:
    """5,000 broken records of every kind, one in 100 up to 1 MB, and 1,000 good ones in between."""
    broken = list(broken_lines(_BROKEN))
    expected = Counter(reason.value for _, reason in broken)
    mixed = [value for pair in zip_longest(broken, map(_good, range(_GOOD))) for value in _values(pair)]
    async with Receivers() as receivers:
        config = write_scene(tmp_path, kafka.address, receivers, _PREFIX, time="live")
        await arebato("topics", "create", "--config", config)
        with Group(tmp_path, config) as group:
            for role in ("intake", "watch"):
                group.run(role, role)
            await asyncio.to_thread(_send, kafka.address, mixed)

            def counted() -> bool | Not:
                found = {brand: each.mentions + each.late for brand, each in read_counts(kafka.address, _PREFIX).items()}
                return found == {"telar": _GOOD} or Not(found)

            def put_aside() -> bool | Not:
                found = dead_by_reason(kafka.address, _PREFIX)
                return found.total() >= _BROKEN or Not(found)

            await group.until(counted, "the good ones are counted")
            await group.until(put_aside, "the broken ones are put aside")
            assert await group.end() == {"intake": 0, "watch": 0}, group.last_lines()
        assert dead_by_reason(kafka.address, _PREFIX) == expected
        listed = json.loads(await arebato("dead", "list", "--json", "--last", "1", "--config", config))
        assert listed["counts"] == expected
        (newest,) = listed["newest"]
        shown = json.loads(await arebato("dead", "show", newest["place"], "--json", "--config", config))
        assert shown["headers"]["reason"] == newest["reason"]
        assert all(name in shown["headers"] for name in ("topic", "partition", "offset"))
        originals = {value for value, _ in broken}
        assert {record.value() for record in read_topic(kafka.address, f"{_PREFIX}mentions.dead")} <= originals


def _values(pair: tuple[tuple[bytes, Refusal] | None, bytes | None]) -> list[bytes]:
    broken, good = pair
    return [*([broken[0]] if broken else []), *([good] if good else [])]

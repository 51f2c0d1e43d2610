"""The role intake on a broker: everything counted once, everything refused found again, whatever is killed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from schemas.config.model import Config
from schemas.digest import Watermark, decode_batch
from schemas.enums import IntakeOutcome, Refusal
from schemas.errors import UnreachableError, UsageError
from streams.embedded import PARTITIONS, EmbeddedBroker
from streams.intake.process import run_intake
from tests.kafka import RealKafka
from tests.streams.intake.broken import broken_lines
from tests.streams.intake.making import OBSERVED, config, mention, scorer

pytestmark = pytest.mark.embedded
DEADLINE_S = 90.0


@dataclass
class Seen:
    """An observer that adds up."""

    outcomes: Counter[IntakeOutcome] = field(default_factory=Counter)
    reasons: Counter[Refusal] = field(default_factory=Counter)
    rows: int = 0
    lost_records: int = 0

    def mentions(self, source: str, outcome: IntakeOutcome, n: int) -> None:
        self.outcomes[outcome] += n

    def digests(self, n: int) -> None:
        self.rows += n

    def refused(self, reason: Refusal, n: int) -> None:
        self.reasons[reason] += n

    def watermark(self, partition: int, ms: int) -> None:
        pass

    def lag(self, partition: int, n: int) -> None:
        pass

    def lost(self, partition: int, n: int) -> None:
        self.lost_records += n


@dataclass
class Read:
    """What lies in `digests` and `mentions.dead`."""

    counted: Counter[tuple[int, int, str]] = field(default_factory=Counter)  # source partition, offset, brand
    dead: Counter[tuple[int, int, str]] = field(default_factory=Counter)  # partition, offset, reason
    dead_values: dict[tuple[int, int], bytes | None] = field(default_factory=dict)
    watermarks: dict[int, list[Watermark]] = field(default_factory=dict)


async def wait_until(condition: Callable[[], bool]) -> None:
    """Returns as soon as it holds; fails after 90 s."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 (what is waited for sets no event)
            await asyncio.sleep(0.02)


def kafka_config(broker: EmbeddedBroker, **changes: object) -> Config:
    return config(kafka={"brokers": broker.address}, **changes)


@asynccontextmanager
async def running(settings: Config, observer: Seen) -> AsyncIterator[asyncio.Task[None]]:
    """Intake as a task, ended in an orderly way."""
    stop = asyncio.Event()
    task = asyncio.create_task(run_intake(settings, scorer(), observer, stop))
    try:
        yield task
        stop.set()
        async with asyncio.timeout(DEADLINE_S):
            await task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def send(broker: EmbeddedBroker, values: list[bytes]) -> None:
    """Mentions in turn to each partition."""
    async with AIOKafkaProducer(bootstrap_servers=broker.address, max_request_size=3_000_000) as producer:
        for index, value in enumerate(values):
            await producer.send("mentions", value, partition=index % PARTITIONS)


async def read_all(broker: EmbeddedBroker | RealKafka, prefix: str = "") -> Read:
    """Everything that lies there now."""
    found = Read()
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address, auto_offset_reset="earliest", enable_auto_commit=False)
    async with consumer:
        topics = f"{prefix}digests", f"{prefix}mentions.dead"
        places = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        while [place for place, end in ends.items() if await consumer.position(place) < end]:
            for place, records in (await consumer.getmany(timeout_ms=200)).items():
                for record in records:
                    _add(found, place, record)
    return found


def _add(found: Read, place: TopicPartition, record: object) -> None:
    if place.topic.endswith("digests"):
        batch, columns = decode_batch(record.value)
        rows = zip(columns.partition.tolist(), columns.offset.tolist(), columns.brand.tolist(), strict=True)
        found.counted.update((partition, offset, batch.brands[brand]) for partition, offset, brand in rows)
        found.watermarks.setdefault(place.partition, []).extend(batch.watermarks)
        return
    headers = {name: value.decode() for name, value in record.headers}
    where = int(headers["partition"]), int(headers["offset"])
    found.dead[(*where, headers["reason"])] += 1
    found.dead_values[where] = record.value


async def test_every_mention_is_counted_once_and_every_refused_one_is_in_the_dead_letter_topic(
    embedded: EmbeddedBroker,
) -> None:
    """Good ones around broken ones are counted exactly; original bytes, place and reason of the others are kept."""
    embedded.create("mentions", "mentions.dead", "digests")
    values = [mention(id=str(n)) if n % 3 else b"{broken %d" % n for n in range(400)]
    await send(embedded, values)
    seen = Seen()
    async with running(kafka_config(embedded), seen):
        await wait_until(lambda: sum(seen.outcomes.values()) == len(values))
    found = await read_all(embedded)
    good = [n for n in range(400) if n % 3]
    assert found.counted == Counter((n % PARTITIONS, n // PARTITIONS, "ikea") for n in good)
    assert found.dead == Counter((n % PARTITIONS, n // PARTITIONS, "not_json") for n in range(0, 400, 3))
    assert found.dead_values[0, 0] == b"{broken 0"
    assert seen.reasons == {Refusal.NOT_JSON: 134}


async def test_a_restart_goes_on_where_it_was_and_still_knows_repeats(embedded: EmbeddedBroker) -> None:
    """What was committed isn't counted again; the identities before the commit are read back for the memory."""
    embedded.create("mentions", "mentions.dead", "digests")
    for _ in range(2):
        await send(embedded, [mention(id=str(n)) for n in range(200)])
        seen = Seen()
        async with running(kafka_config(embedded), seen):
            await wait_until(lambda seen=seen: sum(seen.outcomes.values()) == 200)
    assert seen.outcomes == {IntakeOutcome.REPEAT: 200}
    assert (await read_all(embedded)).counted == Counter((n % 4, n // 4, "ikea") for n in range(200))


async def test_a_kill_in_the_middle_loses_nothing(embedded: EmbeddedBroker) -> None:
    """What was sent but not committed is sent again under the same offset, in order: its reader skips it."""
    embedded.create("mentions", "mentions.dead", "digests")
    values = [mention(id=str(n)) if n % 10 else b"[%d]" % n for n in range(3_000)]
    await send(embedded, values)
    counted = {(n % 4, n // 4, "ikea") for n in range(3_000) if n % 10} | {(0, 750, "ikea")}
    dead = {(n % 4, n // 4, "not_an_object") for n in range(0, 3_000, 10)}
    settings = kafka_config(embedded, intake={"batch": 100})
    for enough in (300, 700):
        seen = Seen()
        task = asyncio.create_task(run_intake(settings, scorer(), seen, asyncio.Event()))
        await wait_until(lambda seen=seen, enough=enough: sum(seen.outcomes.values()) >= enough)
        task.cancel()
        await asyncio.wait([task])
    seen = Seen()
    async with running(settings, seen):
        await send(embedded, [mention(id="last")])
        async with asyncio.timeout(DEADLINE_S):
            while (found := await read_all(embedded)).counted.keys() < counted or found.dead.keys() < dead:
                pass
    found = await read_all(embedded)
    assert (set(found.counted), set(found.dead)) == (counted, dead)


async def test_every_partition_of_digests_learns_the_time(embedded: EmbeddedBroker) -> None:
    """Live, the watermark of an idle partition follows the clock, and never goes back."""
    embedded.create("mentions", "mentions.dead", "digests")
    seen = Seen()
    async with running(kafka_config(embedded, time="live"), seen) as task:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                marks = (await read_all(embedded)).watermarks
                if len(marks) == PARTITIONS and all({m.partition for m in each} == set(range(4)) for each in marks.values()):
                    break
        assert not task.done()
    for each in marks.values():
        for partition in range(4):
            times = [mark.ms for mark in each if mark.partition == partition]
            assert times == sorted(times)


async def test_a_missing_topic_is_said_in_one_line(embedded: EmbeddedBroker) -> None:
    """Another number of partitions than the config's is refused before anything is read."""
    embedded.create("mentions", "mentions.dead", "digests")
    settings = config(kafka={"brokers": embedded.address, "partitions": 3})
    with pytest.raises(UsageError, match="digests has 4 partitions, the config says 3"):
        await run_intake(settings, scorer(), Seen(), asyncio.Event())


async def test_a_missing_broker_is_said_in_one_line() -> None:
    """The text names the address and the remedy."""
    settings = config(kafka={"brokers": "127.0.0.1:1"})
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:1"):
        await run_intake(settings, scorer(), Seen(), asyncio.Event())


async def test_mentions_that_are_not_of_today_are_refused_as_future_when_live(embedded: EmbeddedBroker) -> None:
    """Live, a clock that is far ahead of the broker's is found out; the past isn't refused."""
    embedded.create("mentions", "mentions.dead", "digests")
    await send(embedded, [mention(observed_at="2099-01-01T00:00:00Z"), mention(observed_at=OBSERVED)])
    seen = Seen()
    async with running(kafka_config(embedded, time="live"), seen):
        await wait_until(lambda: sum(seen.outcomes.values()) == 2)
    assert seen.reasons == {Refusal.FUTURE: 1}
    assert seen.outcomes[IntakeOutcome.COUNTED] == 1


async def test_five_thousand_broken_lines_all_lie_in_the_dead_letter_topic(embedded: EmbeddedBroker) -> None:
    """No crash, no stall, every one found with its reason; the good ones between them are counted exactly."""
    embedded.create("mentions", "mentions.dead", "digests")
    broken = [(value[:900_000], reason) for value, reason in broken_lines(5_000) if len(value) < 200_000]
    values = [line for number, (value, _) in enumerate(broken) for line in (value, mention(id=str(number)))]
    seen = Seen()
    async with running(kafka_config(embedded), seen):
        await send(embedded, values)
        await wait_until(lambda: sum(seen.outcomes.values()) >= len(values))
    found = await read_all(embedded)
    places = [(number % PARTITIONS, number // PARTITIONS) for number in range(len(values))]
    assert found.dead == Counter((*places[2 * n], reason.value) for n, (_, reason) in enumerate(broken))
    assert found.dead_values == {places[2 * n]: value for n, (value, _) in enumerate(broken)}
    assert found.counted == Counter((*place, "ikea") for place in places[1::2])

"""Texts of mentions, read back by partition and offset."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaProducer

from schemas.config.model import Kafka
from schemas.signal import Sample
from streams.embedded import EmbeddedBroker
from streams.notify.samples import MOST, READINGS, SampleReader
from streams.quotes import quote_of

pytestmark = pytest.mark.embedded
AT_MS = 1_700_000_000_000


def _mention(text: str, at_ms: int = AT_MS, **more: str) -> bytes:
    observed = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
    return json.dumps({"id": "1", "source": "x", "observed_at": observed, "text": text, **more}).encode()


def _sample(offset: int, at_ms: int = AT_MS, copies: int = 1) -> Sample:
    return Sample(0, 1, offset, at_ms, 0.9, copies)


async def _write(broker: EmbeddedBroker, *records: bytes) -> SampleReader:
    broker.create("mentions")
    async with AIOKafkaProducer(bootstrap_servers=broker.address) as producer:
        for record in records:
            await producer.send_and_wait("mentions", record, partition=1)
    return SampleReader(Kafka(brokers=broker.address), "mentions")


async def test_texts_come_back_in_the_order_asked_for(embedded: EmbeddedBroker) -> None:
    """With time, network, link and number of copies."""
    reader = await _write(embedded, _mention("uno"), _mention("dos", url="https://x.example/2"), _mention("tres"))
    quotes = await reader.read([_sample(1, copies=7), _sample(0)])
    assert [(quote.text, quote.at_ms, quote.network) for quote in quotes] == [("dos", AT_MS, "x"), ("uno", AT_MS, "x")]
    assert (quotes[0].url, quotes[0].copies) == ("https://x.example/2", 7)


async def test_what_lies_no_longer_there_is_left_out(embedded: EmbeddedBroker) -> None:
    """Beyond the end, or dropped: the embedded broker keeps 5 MB of a partition."""
    filler = [bytes(900_000)] * 8
    reader = await _write(embedded, _mention("dropped"), *filler, _mention("kept"))
    assert [quote.text for quote in await reader.read([_sample(0), _sample(9), _sample(99)])] == ["kept"]


async def test_another_mention_at_the_same_offset_is_not_shown(embedded: EmbeddedBroker) -> None:
    """The topic was recreated: the time tells."""
    reader = await _write(embedded, _mention("another", AT_MS + 60_000))
    assert await reader.read([_sample(0)]) == []


async def test_a_question_that_is_known_by_the_second_is_shown(embedded: EmbeddedBroker) -> None:
    """Those that wait are; sources tell milliseconds."""
    reader = await _write(embedded, _mention("¿lleva caballo?", AT_MS + 713), _mention("a second later", AT_MS + 1_000))
    assert [quote.text for quote in await reader.read([_sample(0), _sample(1)])] == ["¿lleva caballo?"]


async def test_copies_are_shown_once_and_counted(embedded: EmbeddedBroker) -> None:
    """Five times the same joke tells less than five voices; never more than five."""
    texts = ["carne de caballo en la lasaña, qué asco", "Carne de caballo en la lasaña, ¡qué asco! @amigo"]
    texts += [
        f"voz número {word} sin nada igual"
        for word in ("alfa beta", "gamma delta", "epsilon zeta", "eta theta", "iota kappa")
    ]
    reader = await _write(embedded, *map(_mention, texts))
    quotes = await reader.read([_sample(offset) for offset in range(len(texts))])
    assert len(quotes) == MOST
    assert quotes[0].copies == 2


async def test_a_storm_of_alerts_opens_few_connections(embedded: EmbeddedBroker) -> None:
    """Hundreds at the same time took a gigabyte; who doesn't get a turn in time goes without samples."""
    reader = await _write(embedded, _mention("uno"))
    reading = asyncio.gather(*(reader.read([_sample(0)]) for _ in range(40)))
    most = 0
    while not reading.done():
        names = [task.get_coro().__qualname__ for task in asyncio.all_tasks()]  # type: ignore[union-attr]
        most = max(most, sum(name.startswith("Fetcher._fetch_requests_routine") for name in names))
        await asyncio.sleep(0.01)
    texts = [[quote.text for quote in quotes] for quotes in await reading]
    assert 1 <= most <= READINGS
    assert texts.count(["uno"]) >= READINGS
    assert {tuple(each) for each in texts} <= {("uno",), ()}


async def test_a_broker_that_is_away_costs_no_more_than_the_samples() -> None:
    """An alert without samples is better than one that comes late."""
    assert await SampleReader(Kafka(brokers="127.0.0.1:1"), "mentions").read([_sample(0)]) == []


async def test_nothing_asked_for_needs_no_broker() -> None:
    """An alert about ourselves has no samples."""
    assert await SampleReader(Kafka(brokers="127.0.0.1:1"), "mentions").read([]) == []


@pytest.mark.parametrize(
    "raw",
    [
        None,
        b"",
        b"{not json",
        b"[]",
        b'{"x": ' + b"[" * 30_000,
        b'{"text": 5, "source": "x", "observed_at": "2023-11-14T22:13:20Z"}',
        b'{"source": "x", "observed_at": "2023-11-14T22:13:20Z"}',
        b'{"text": "no zone", "source": "x", "observed_at": "2023-11-14T22:13:20"}',
        b'{"text": "year one", "source": "x", "observed_at": "0001-01-01T00:00:00+23:00"}',
        b'{"text": "  ", "source": "x", "observed_at": "2023-11-14T22:13:20Z"}',
        '{"text": "\ud800", "source": "x", "observed_at": "2023-11-14T22:13:20Z"}'.encode("utf-8", "surrogatepass"),
    ],
)
def test_a_record_that_is_no_mention_is_left_out(raw: bytes | None) -> None:
    """Whatever lies in the topic."""
    assert quote_of(raw, _sample(0)) is None

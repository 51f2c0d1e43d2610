"""What intake costs, counted instead of timed: calls a mention, sends and waits a batch, forms a brand."""

import asyncio
from dataclasses import dataclass

import pytest

from schemas.config.model import Brand
from schemas.digest import Watermark, encode_batch
from schemas.topics import Topics
from streams.intake.fold import fold_one
from streams.intake.names import NameFinder
from streams.intake.outlet import Outlet
from streams.intake.records import RawRecord
from streams.intake.split import split
from streams.intake.stage import IntakeBatch, IntakeStage
from tests.calls import calls
from tests.streams.intake.making import config, mention, records, scorer

SMALL, LARGE, PARTITIONS = 1_000, 3_000, 2


def values(count: int) -> list[RawRecord]:
    """Mentions of which two in three name a brand, each by somebody else and with a text of its own."""
    texts = ["IKEA sofa {}: never again, it broke after a week", "@LaCocinera ¿qué tal? {}", "nobody is named in {}"]
    return records(
        mention(
            id=str(n), text=texts[n % 3].format(n), lang="es", author={"id": f"u{n}", "handle": f"@u{n}", "followers": n}
        )
        for n in range(count)
    )


def calls_a_mention(score: bool) -> float:
    """What one more mention in a batch adds, split and encoded."""
    settings = config(intake={"score": score})
    batches = [values(SMALL), values(LARGE)]

    def cost(batch: list[RawRecord]) -> int:
        stage = IntakeStage(settings, scorer())
        return calls(lambda: encoded(stage.process(batch)))

    cost(batches[0])  # what is made once
    small, large = map(cost, batches)
    return (large - small) / (LARGE - SMALL)


def encoded(batch: IntakeBatch) -> list[bytes]:
    return [encode_batch(piece) for pieces in split(batch, PARTITIONS, 1, 4, []).values() for piece in pieces]


@pytest.mark.parametrize("score", [False, True])
def test_a_mention_costs_few_calls(score: bool) -> None:
    """A batch is worked on by columns: what is done for each mention alone must stay little."""
    assert calls_a_mention(score) <= 20


@dataclass
class Broker:
    """Takes what a producer of aiokafka takes, and counts."""

    sends: int = 0

    async def send(self, topic: str, value: bytes, partition: int) -> "asyncio.Future[None]":
        self.sends += 1
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


async def steps(batch: IntakeBatch) -> tuple[int, int]:
    """Sends, and calls in all, that putting the batch out takes beside encoding it."""
    broker = Broker()
    outlet = Outlet(broker, Topics(), PARTITIONS, 1, 4, 1)
    loop = asyncio.get_running_loop()
    turns = 0

    def turn() -> None:
        nonlocal turns
        turns += 1
        loop.call_soon(turn)

    loop.call_soon(turn)
    await outlet.batch(batch, [Watermark(0, 1)], 0)
    return broker.sends, turns


async def test_a_batch_costs_one_send_a_partition_however_many_mentions_it_has() -> None:
    """And the loop turns no more often for many."""
    small = await steps(IntakeStage(config(), scorer()).process(values(SMALL)))
    large = await steps(IntakeStage(config(), scorer()).process(values(LARGE)))
    assert small == large
    assert small[0] == PARTITIONS


def test_finding_names_costs_the_same_whatever_the_number_of_brands() -> None:
    """One automaton reads the text once."""
    texts = [f"Nueva{n % 7} and some other words" for n in range(500)]

    def cost(brands: int) -> int:
        finder = NameFinder([Brand(id=f"b{n}", names=[f"Nueva{n}"]) for n in range(brands)], fold_one)
        return calls(lambda: finder.find(texts))

    assert cost(10) == cost(500)

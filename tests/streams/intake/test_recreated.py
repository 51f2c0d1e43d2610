"""The topic of mentions is deleted and made anew while it is read."""

import asyncio
from functools import partial

import pytest
from confluent_kafka.admin import AdminClient

from schemas.enums import IntakeOutcome
from schemas.errors import StateError, UnreachableError
from streams.epoch import find_epoch
from streams.intake.guard import TopicGuard
from streams.intake.process import run_intake
from tests.kafka import RealKafka
from tests.streams.intake.making import mention, scorer
from tests.streams.intake.test_process import Seen, wait_until
from tests.streams.intake.test_process_on_kafka import PARTITIONS, made, send
from tests.streams.test_topics_admin import wait_for_topic

APPEND = {"message.timestamp.type": "LogAppendTime"}


@pytest.mark.kafka
async def test_intake_ends_with_a_line_and_its_successor_counts_the_new_topic_from_its_beginning(kafka: RealKafka) -> None:
    """Offsets that the group committed for the old topic don't count for the new one, which has as many."""
    prefix, topic = "recreated.", "recreated.mentions"
    settings = made(kafka, prefix)
    find = partial(find_epoch, settings.kafka, topic)
    before, after = Seen(), Seen()
    first = find()
    running = asyncio.create_task(run_intake(settings, scorer(), before, asyncio.Event(), find_epoch=find))
    await send(kafka, prefix, [mention(id=str(n)) for n in range(200)])
    await wait_until(lambda: before.outcomes[IntakeOutcome.COUNTED] == 200)
    admin = AdminClient({"bootstrap.servers": kafka.address})
    admin.delete_topics([topic])[topic].result(10)
    kafka.create_topic(topic, PARTITIONS, APPEND)
    wait_for_topic(kafka, topic)
    with pytest.raises(StateError, match=f"{topic} was deleted.* while it was read"):
        await asyncio.wait_for(running, 60)
    await send(kafka, prefix, [mention(id=f"new{n}") for n in range(300)])
    assert before.outcomes[IntakeOutcome.COUNTED] == 200
    assert find() != first
    stop = asyncio.Event()
    running = asyncio.create_task(run_intake(settings, scorer(), after, stop, find_epoch=find))
    await wait_until(lambda: after.outcomes[IntakeOutcome.COUNTED] == 300)
    stop.set()
    await running


async def test_a_broker_that_is_away_says_nothing_about_its_topics() -> None:
    """Only an answer can say that the topic is another one, or gone; then it stays said."""
    answers: list[int | Exception | None] = [7, UnreachableError("away"), None]

    def find() -> int | None:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    guard = TopicGuard("mentions", 7, find)
    await guard.ask()
    await guard.ask()
    guard.check()
    with pytest.raises(StateError, match="mentions was deleted while it was read"):
        await guard.ask()
    with pytest.raises(StateError, match="deleted"):
        guard.check()

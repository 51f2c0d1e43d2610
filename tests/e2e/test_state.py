"""State that is lost is recomputed: counts are those of the files, and nobody is told anything twice."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from schemas.enums import Channel, Transition
from streams.demo import story
from streams.receivers import Receivers
from streams.topics_admin import STATEFUL_STAGES
from tests.e2e.processes import Group, Not, arebato, rebato
from tests.e2e.readback import mail_alert, read_counts, read_outbox
from tests.e2e.scene import mentions_by_brand, write_scene, write_story
from tests.kafka import RealKafka

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
_ROLES = ("intake", "watch", "incidents", "notify")
_HIGH_NOON = story.DAY + timedelta(hours=12, minutes=45)  # both brands burn


def _start(group: Group) -> None:
    for role in _ROLES:
        group.run(role, role)


def _lose_state(kafka: RealKafka, prefix: str) -> None:
    """Deletes the changelogs of all stages."""
    admin = AdminClient({"bootstrap.servers": kafka.address})
    topics = [f"{prefix}{stage}.state" for stage in STATEFUL_STAGES]
    for future in admin.delete_topics(topics).values():
        future.result(30)


def _age_digests(kafka: RealKafka, prefix: str) -> None:
    """Drops the older half of each partition, as retention does."""
    admin = AdminClient({"bootstrap.servers": kafka.address})
    ends = {p: TopicPartition(f"{prefix}digests", p) for p in range(4)}
    for future in admin.delete_records(
        [TopicPartition(each.topic, p, _end(kafka, each) // 2) for p, each in ends.items()]
    ).values():
        future.result(30)


def _end(kafka: RealKafka, where: TopicPartition) -> int:
    from confluent_kafka import Consumer

    consumer = Consumer({"bootstrap.servers": kafka.address, "group.id": "ends"})
    try:
        return int(consumer.get_watermark_offsets(where, timeout=10)[1])
    finally:
        consumer.close()


async def _counted(group: Group, kafka: RealKafka, prefix: str, expected: Counter[str]) -> None:
    def counted() -> bool | Not:
        found = {brand: each.mentions for brand, each in read_counts(kafka.address, prefix).items()}
        return found == expected or Not(found)

    await group.until(counted, f"{expected} are counted", 180)


async def test_lost_state_is_recomputed_in_the_midst_of_a_crisis(kafka: RealKafka, tmp_path: Path) -> None:
    """All changelogs are gone while two brands burn; after a rebuild the crisis goes on where it was."""
    prefix = "lost."
    learn, outbreak, rest = await asyncio.to_thread(write_story, tmp_path, _HIGH_NOON)
    async with Receivers() as receivers:
        config = write_scene(tmp_path, kafka.address, receivers, prefix)
        await arebato("topics", "create", "--config", config)
        with Group(tmp_path, config) as group:
            _start(group)
            await arebato("replay", learn, "--config", config, "--learn-only")
            await arebato("replay", outbreak, "--config", config, "--speed", "900")
            expected = mentions_by_brand([learn, outbreak])
            await _counted(group, kafka, prefix, expected)
            await group.until(lambda: _all_sent(kafka, prefix), "everybody is told", 120)
            refused = await asyncio.to_thread(rebato, "state", "rebuild", "--config", config)
            assert refused.returncode == 2
            assert "lost.rebato-watch has 1 member (127.0.0.1): end `rebato run watch` first" in refused.stderr
            shown = json.loads(await arebato("state", "show", "fogones", "--config", config, "--json"))
            assert shown["marks"]["mentions"] == expected["fogones"]
            assert set((await group.end()).values()) == {0}, group.last_lines()

        told = [each.raw for each in receivers.taken]
        negative = {brand: each.negative for brand, each in read_counts(kafka.address, prefix).items()}
        _lose_state(kafka, prefix)
        missing = await asyncio.to_thread(rebato, "state", "rebuild", "--config", config)
        assert (missing.returncode, "Run `rebato topics create`" in missing.stderr) == (2, True)
        await arebato("topics", "create", "--config", config)
        await arebato("state", "show", "fogones", "--config", config, code=1)
        dry = json.loads(await arebato("state", "rebuild", "--config", config, "--dry-run", "--json"))
        assert [each["stage"] for each in dry["stages"]] == list(STATEFUL_STAGES)
        assert read_counts(kafka.address, prefix) == {}
        assert "days back" in await arebato("state", "rebuild", "--config", config)
        found = read_counts(kafka.address, prefix)
        assert {brand: each.mentions for brand, each in found.items()} == expected
        assert {brand: each.negative for brand, each in found.items()} == negative
        assert "fogones" in await arebato("state", "show", "fogones", "--config", config)

        with Group(tmp_path, config) as group:
            _start(group)
            await arebato("replay", rest, "--config", config, "--speed", "1800")
            await _counted(group, kafka, prefix, expected + mentions_by_brand([rest]))
            await group.until(lambda: _all_over(kafka, prefix), "all is resolved and told", 120)
            assert set((await group.end()).values()) == {0}, group.last_lines()
        assert [each.raw for each in receivers.taken[: len(told)]] == told
        outbox = read_outbox(kafka.address, prefix)
        assert {brand for alert in outbox.alerts.values() for brand in alert.incident.brands} == set(story.ONSETS)
        for channel in Channel:
            assert len({alert.id for alert in outbox.alerts.values()}) == len(outbox.alerts), channel
        once = Counter(each.headers["webhook-id"] for each in receivers.of(Channel.WEBHOOK))
        assert set(once.values()) == {1}
        assert once.keys() == outbox.sent(Channel.WEBHOOK)
        mails = Counter(map(mail_alert, receivers.of(Channel.EMAIL)))
        assert (set(mails.values()), mails.keys()) == ({1}, outbox.sent(Channel.EMAIL))


async def test_mentions_teach_what_digests_have_forgotten(kafka: RealKafka, tmp_path: Path) -> None:
    """Digests are kept for a shorter time than mentions: with `--from mentions` every mention counts once all the same."""
    prefix = "aged."
    learn, outbreak, rest = await asyncio.to_thread(write_story, tmp_path, _HIGH_NOON)
    expected = mentions_by_brand([learn, outbreak])
    async with Receivers() as receivers:
        config = write_scene(tmp_path, kafka.address, receivers, prefix, intake={"batch": 200})
        await arebato("topics", "create", "--config", config)
        with Group(tmp_path, config) as group:
            for role in ("intake", "watch"):
                group.run(role, role)
            await arebato("replay", learn, "--config", config)
            await arebato("replay", outbreak, "--config", config)
            await _counted(group, kafka, prefix, expected)
            assert set((await group.end()).values()) == {0}, group.last_lines()
        before = read_counts(kafka.address, prefix)
        _age_digests(kafka, prefix)
        await arebato("state", "rebuild", "watch", "--config", config)
        digests = read_counts(kafka.address, prefix)
        assert all(0 < digests[brand].mentions < expected[brand] for brand in expected)
        await arebato("state", "rebuild", "watch", "--from", "mentions", "--config", config)
        assert read_counts(kafka.address, prefix) == before
        with Group(tmp_path, config) as group:
            for role in ("intake", "watch"):
                group.run(role, role)
            await arebato("replay", rest, "--config", config)
            await _counted(group, kafka, prefix, expected + mentions_by_brand([rest]))


def _all_sent(kafka: RealKafka, prefix: str) -> bool | Not:
    outbox = read_outbox(kafka.address, prefix)
    brands = {brand for alert in outbox.alerts.values() for brand in alert.incident.brands}
    return (outbox.settled and brands == set(story.ONSETS)) or Not((brands, outbox.outcomes))


def _all_over(kafka: RealKafka, prefix: str) -> bool | Not:
    outbox = read_outbox(kafka.address, prefix)
    ids = {alert.incident.id for alert in outbox.alerts.values()}
    ends = {alert.incident.id for alert in outbox.alerts.values() if alert.transition is Transition.RESOLVED}
    return (outbox.settled and ends == ids) or Not((ids - ends, outbox.outcomes))

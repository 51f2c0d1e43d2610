"""`kill -9` of watch workers: every mention is counted once, and every alert arrives."""

import asyncio
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.enums import Channel, Transition
from streams.receivers import Receivers
from tests.e2e.processes import Group, Not, arebato
from tests.e2e.readback import Outbox, mail_alert, read_counts, read_outbox
from tests.e2e.scene import brand_field_counts, mentions_by_brand, write_scene, write_story
from tests.kafka import RealKafka

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
_WATCHERS = ("watch-1", "watch-2")
_KILLS = 5
_BETWEEN_S = (2.0, 8.0)
_SEED = 20130225


def _start(group: Group) -> None:
    for role in ("intake", "incidents", "notify"):
        group.run(role, role)
    for name in _WATCHERS:
        group.run(name, "watch")


async def _killed_while(replaying: "asyncio.Future[Any]", group: Group, kills: int) -> int:
    """Kills a random worker at random moments until the replay has ended; how many there were."""
    chance, killed = random.Random(_SEED), 0
    while killed < kills:
        await asyncio.wait([replaying], timeout=chance.uniform(*_BETWEEN_S))
        if replaying.done():
            break
        group.kill_and_restart(chance.choice(_WATCHERS))
        killed += 1
    return killed


async def _backtest(config: Path, *files: Path) -> dict[str, Any]:
    """The report of the same pipeline over the same files, without Kafka."""
    inputs = [word for file in files for word in ("--input", file)]
    report: dict[str, Any] = json.loads(await arebato("backtest", "--config", config, "--json", "-", *inputs))
    return report


def _told(report: dict[str, Any], after: str = "") -> set[str]:
    """Ids of the incidents that somebody was told of, opened after a time (RFC 3339)."""
    return {each["id"] for each in report["incidents"] if each["alerts"] and each["opened_at"] > after}


async def _finished(group: Group, kafka: RealKafka, prefix: str, expected: dict[str, int], resolved: int) -> Outbox:
    """The outbox, once all is counted and so many incidents are resolved and told."""

    def counted() -> bool | Not:
        found = read_counts(kafka.address, prefix)
        return {brand: each.mentions + each.late for brand, each in found.items()} == expected or Not(found)

    def over() -> Outbox | Not:
        outbox = read_outbox(kafka.address, prefix)
        ends = {a.incident.id for a in outbox.alerts.values() if a.transition is Transition.RESOLVED}
        return outbox if outbox.settled and len(ends) >= resolved else Not((ends, len(outbox.alerts), outbox.outcomes))

    await group.until(counted, f"{expected} are counted", 180)
    return await group.until(over, f"{resolved} incidents are resolved and everybody is told", 120)


def _subjects(outbox: Outbox) -> set[tuple[str, str]]:
    """Brand and kind of what somebody was told of."""
    return {(alert.incident.brand, alert.incident.kind.value) for alert in outbox.alerts.values()}


def _arrived_once(receivers: Receivers, outbox: Outbox) -> None:
    """Everything that was sent has arrived; what has a key arrived under it, and what has none once."""
    keys: dict[Channel, Callable[[Any], str]] = {
        Channel.WEBHOOK: lambda each: each.headers["webhook-id"],
        Channel.EMAIL: mail_alert,
    }
    for channel, key in keys.items():
        assert {key(each) for each in receivers.of(channel)} == outbox.sent(channel), channel
    assert len(receivers.of(Channel.SLACK)) == len(outbox.sent(Channel.SLACK))
    paged = [outbox.alerts[alert].incident for alert in outbox.sent(Channel.PAGERDUTY)]
    events = {(each.body["dedup_key"], each.body["event_action"]) for each in receivers.of(Channel.PAGERDUTY)}
    assert {key.split(":")[0] for key, action in events if action == "trigger"} == {each.id for each in paged}
    sent = sorted((outbox.alerts[alert] for alert in outbox.sent(Channel.PAGERDUTY)), key=lambda a: a.incident.revision)
    newest = {alert.incident.id: alert for alert in sent}
    ended = {incident for incident, alert in newest.items() if alert.transition is Transition.RESOLVED}
    triggered = {key for key, action in events if action == "trigger" and key.split(":")[0] in ended}
    assert triggered <= {key for key, action in events if action == "resolve"}


async def test_five_kills_of_watch_lose_and_double_nothing(kafka: RealKafka, tmp_path: Path) -> None:
    """Counts equal those of the files, and whoever a run without Kafka would have told is told, on every channel."""
    prefix = "kills."
    learn, day = await asyncio.to_thread(write_story, tmp_path)
    expected = mentions_by_brand([learn, day])
    async with Receivers() as receivers:
        config = write_scene(tmp_path, kafka.address, receivers, prefix)
        report = await _backtest(config, learn, day)
        assert {brand: each["mentions"] for brand, each in report["brands"].items()} == expected
        await arebato("topics", "create", "--config", config)
        with Group(tmp_path, config) as group:
            _start(group)

            async def replay() -> None:
                await arebato("replay", learn, "--config", config, "--learn-only")
                await arebato("replay", day, "--config", config, "--speed", "600")

            replaying = asyncio.ensure_future(replay())
            await group.until(lambda: bool(read_counts(kafka.address, prefix)), "watch has saved a state")
            killed = await _killed_while(replaying, group, _KILLS)
            await replaying
            wanted = _told(report, after="2013-02-25T11:50")
            outbox = await _finished(group, kafka, prefix, expected, len(wanted))
            assert killed == _KILLS, "the replay was over before"
            assert set((await group.end()).values()) == {0}, group.last_lines()
        found = read_counts(kafka.address, prefix)
        assert {brand: each.mentions for brand, each in found.items()} == expected
        assert {each.late for each in found.values()} == {0}
        negative = {brand: each["negative"] for brand, each in report["brands"].items()}
        assert {brand: each.negative for brand, each in found.items()} == negative
        assert {alert.incident.id for alert in outbox.alerts.values()} == wanted
        _arrived_once(receivers, outbox)
        for channel in Channel:
            assert {outbox.alerts[alert].incident.id for alert in outbox.sent(channel)} == wanted, channel


@pytest.mark.data
async def test_a_week_of_a_real_brand_survives_a_kill(kafka: RealKafka, data_dir: Path, tmp_path: Path) -> None:
    """14,000 real mentions as fast as they go, `brands: auto`, both workers killed: the same counts, the same crisis told.

    At full speed a partition runs hours ahead of another, and which copies of a text are the first depends on it: the
    minutes in which an incident opens and resolves may be others than in a backtest.
    """
    prefix = "week."
    file = data_dir / "replays" / "airline_sentiment2015feb.jsonl.gz"
    expected = brand_field_counts(file)
    async with Receivers() as receivers:
        config = write_scene(tmp_path, kafka.address, receivers, prefix, brands="auto", intake={"batch": 150})
        report = await _backtest(config, file)
        await arebato("topics", "create", "--config", config)
        with Group(tmp_path, config) as group:
            _start(group)
            replaying = asyncio.ensure_future(arebato("replay", file, "--config", config))
            await group.until(lambda: bool(read_counts(kafka.address, prefix)), "watch has saved a state")
            group.kill_and_restart(_WATCHERS[0])
            group.kill_and_restart(_WATCHERS[1])
            await replaying
            await _finished(group, kafka, prefix, expected, 0)
            wanted = {(each["brand"], each["kind"]) for each in report["incidents"] if each["alerts"]}

            def told() -> bool | Not:
                outbox = read_outbox(kafka.address, prefix)
                return (outbox.settled and _subjects(outbox) >= wanted) or Not(_subjects(outbox))

            await group.until(told, f"{wanted} are told", 120)
            assert set((await group.end()).values()) == {0}, group.last_lines()
        found = read_counts(kafka.address, prefix)
        assert {brand: (each.mentions, each.late) for brand, each in found.items()} == {
            brand: (count, 0) for brand, count in expected.items()
        }
        outbox = read_outbox(kafka.address, prefix)
        assert _subjects(outbox) == wanted
        _arrived_once(receivers, outbox)

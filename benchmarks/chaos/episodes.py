"""Faults that destroy what is counted: each has topics of its own on the same brokers, and its own truth.

- retention: mentions are deleted before intake has read them: they are counted as lost, and a `system` alert rings
- recreated: the topic of mentions is deleted and made anew while roles run: they stop with a clear line, or go on with a
  new epoch; what was said before the deletion and read is counted once, and what is said after it too
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from benchmarks.chaos.checker import read_brands
from benchmarks.chaos.faults import Kind
from benchmarks.harness import Bench, Running
from benchmarks.path import recent
from schemas.enums import Channel
from streams.receivers import Receivers
from streams.topics_admin import TopicsAdmin

MENTIONS = 400
_WITHIN_S = 60.0
_TOLD_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.1
_ASK_S = 5.0


@dataclass(frozen=True, slots=True)
class Episode:
    """How one ended."""

    kind: Kind
    seconds: float
    said: int
    counted: int
    problems: list[str]


async def episode(kind: Kind, bench: Bench, receivers: Receivers) -> Episode:
    """Plays it in an entered bench with a prefix of its own and no other roles."""
    started_s = time.monotonic()
    play = _retention if kind is Kind.RETENTION else _recreated
    try:
        said, wanted, problems = await asyncio.to_thread(play, bench)
        counted = await asyncio.to_thread(_counted, bench)
        if counted != wanted:
            problems.append(f"{kind}: {wanted} mentions of brands should be counted, {counted} are")
        if kind is Kind.RETENTION and not await _rang(bench, receivers):
            problems.append(f"{kind}: no system alert told of the loss within {_TOLD_WITHIN_S:g} s")
    except RuntimeError as error:
        said, counted, problems = 0, 0, [f"{kind}: {error}"]
    finally:
        await asyncio.to_thread(bench.end, *bench.members)
    return Episode(kind, time.monotonic() - started_s, said, counted, problems)


def _values(bench: Bench, first_id: int) -> list[bytes]:
    brands = bench.config.model_dump()["brands"]
    named = [{"id": each["id"], "names": each["names"], "handles": each["handles"]} for each in brands]
    return recent(MENTIONS, named, unnamed_share=0.0, several_share=0.0, copies_share=0.0, first_id=first_id)


def _start(bench: Bench, *roles: str) -> list[Running]:
    running = [bench.role(role, "--set", "state.checkpoint=1 s") for role in roles]
    bench.until_ready(*running, within_s=_WITHIN_S)
    return running


def _retention(bench: Bench) -> tuple[int, int, list[str]]:
    """Said, what must be counted, problems."""
    topic = bench.topics.mentions
    intake, *_ = _start(bench, "intake", "watch", "incidents", "notify")
    bench.fill(topic, _values(bench, 0))
    bench.until_committed("intake", topic, MENTIONS, _WITHIN_S)
    bench.end(intake)
    bench.fill(topic, _values(bench, MENTIONS))
    bench.until(lambda: sum(bench.ends(topic)) >= 2 * MENTIONS, "all that was said can be read", _WITHIN_S)
    ends = bench.ends(topic)
    cut = ends[0] - MENTIONS // (2 * len(ends))
    admin = AdminClient({"bootstrap.servers": bench.address, "log_level": 0})
    for future in admin.delete_records([TopicPartition(topic, 0, cut)]).values():
        future.result(_WITHIN_S)
    deleted = cut - MENTIONS // len(ends)
    (intake,) = _start(bench, "intake")
    bench.until_committed("intake", topic, 2 * MENTIONS, _WITHIN_S)
    bench.until(lambda: _counted(bench) >= 2 * MENTIONS - deleted, "all that is left is counted", _WITHIN_S)
    lost = intake.metric("rebato_lost_records_total")
    problems = [] if lost == deleted else [f"retention: {deleted} mentions were deleted unread, the metric says {lost:g}"]
    return 2 * MENTIONS, 2 * MENTIONS - deleted, problems


def _recreated(bench: Bench) -> tuple[int, int, list[str]]:
    """The same for a topic that is made anew behind the roles' backs."""
    topic = bench.topics.mentions
    (intake, _) = _start(bench, "intake", "watch")
    bench.fill(topic, _values(bench, 0))
    bench.until(lambda: _counted(bench) >= MENTIONS, "all is counted", _WITHIN_S)
    admin = AdminClient({"bootstrap.servers": bench.address, "log_level": 0})
    for future in admin.delete_topics([topic]).values():
        future.result(_WITHIN_S)
    _await(lambda: topic not in admin.list_topics(timeout=_ASK_S).topics, _WITHIN_S)
    TopicsAdmin(bench.config).create()
    _await(lambda: not intake.running, _WITHIN_S)
    problems = [] if not intake.running else ["recreated: intake went on as if nothing had happened"]
    if "recreated" not in intake.log.read_text():
        problems.append(f"recreated: intake doesn't say what happened: {intake.last_lines()}")
    bench.end(intake)
    bench.fill(topic, _values(bench, MENTIONS))
    _start(bench, "intake")
    _await(lambda: _counted(bench) >= 2 * MENTIONS, _WITHIN_S)
    return 2 * MENTIONS, 2 * MENTIONS, problems


def _await(ask: Callable[[], bool], within_s: float) -> None:
    deadline_s = time.monotonic() + within_s
    while not ask() and time.monotonic() < deadline_s:
        time.sleep(_LOOK_EVERY_S)


def _counted(bench: Bench) -> int:
    brands = read_brands(bench.address, bench.topics.prefix)
    return sum(each.mentions + each.late for each in brands.values())


async def _rang(bench: Bench, receivers: Receivers) -> bool:
    """Whether the webhook was told that mentions of this installation were lost."""
    deadline_s = time.monotonic() + _TOLD_WITHIN_S
    while time.monotonic() < deadline_s:
        if any(bench.topics.mentions in each.raw.decode() for each in receivers.of(Channel.WEBHOOK)):
            return True
        await asyncio.sleep(_LOOK_EVERY_S)
    return False

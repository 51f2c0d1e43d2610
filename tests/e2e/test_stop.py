"""SIGTERM: every role settles what is in flight, commits, leaves its group and ends within 10 s; a second one at once."""

import asyncio
import json
import os
from collections import Counter
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from schemas.config.load import load_config
from schemas.enums import Channel
from streams.rebuild.groups import Groups
from streams.receivers import Receivers
from streams.roles.role import Role
from streams.stopping import WITHIN_S
from tests.conftest import skip_or_fail
from tests.e2e.processes import Group, Not, arebato
from tests.e2e.readback import read_counts, read_outbox
from tests.e2e.scene import SILENT_UNTIL, mentions_by_brand, said, write_scene, write_story
from tests.kafka import RealKafka, missing_tools
from tests.ports import free_row

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
_TOKEN = "a-token-of-the-test"
_OWN_SLACK_S = 3.0  # of the interpreter and this test around the 10 s


async def test_every_role_ends_in_order_under_load_and_nothing_is_lost(kafka: RealKafka, tmp_path: Path) -> None:
    """All roles are ended while a story is replayed at full speed and somebody posts; the next ones finish it."""
    prefix = "stop."
    learn, day = await asyncio.to_thread(write_story, tmp_path)
    expected = mentions_by_brand([learn, day])
    port = free_row(1)
    async with Receivers() as receivers:
        sources = {"http": {"port": port, "token": _TOKEN}}
        config = write_scene(tmp_path, kafka.address, receivers, prefix, sources=sources, intake={"batch": 50})
        await arebato("topics", "create", "--config", config)
        posted = 0
        with Group(tmp_path, config) as group:
            for role in Role:
                group.run(role, role)
            replaying = asyncio.ensure_future(arebato("replay", learn, day, "--config", config))
            await group.until(lambda: bool(read_counts(kafka.address, prefix)), "watch has saved a state")
            await group.until(lambda: _post(port, 0), "the door is open")
            posting = asyncio.create_task(_post_until_refused(port))
            codes = await group.end(WITHIN_S + _OWN_SLACK_S)
            posted = 1 + await posting
            assert codes == dict.fromkeys(map(str, Role), 0), group.last_lines()
            groups = Groups(load_config(config, {}).config.kafka)
            assert [role for role in Role if groups.members(f"{prefix}rebato-{role}")] == []
        await replaying
        expected["telar"] += posted

        with Group(tmp_path, config) as group:
            for role in Role:
                group.run(role, role)

            def counted() -> bool | Not:
                found = {b: each.mentions + each.late for b, each in read_counts(kafka.address, prefix).items()}
                return found == expected or Not((found, expected))

            await group.until(counted, "all is counted", 180)
            await group.until(lambda: read_outbox(kafka.address, prefix).settled, "everybody is told", 120)
            assert set((await group.end()).values()) == {0}, group.last_lines()
        once = Counter(each.headers["webhook-id"] for each in receivers.of(Channel.WEBHOOK))
        assert once == Counter(read_outbox(kafka.address, prefix).sent(Channel.WEBHOOK))


async def test_with_a_broker_that_hangs_a_role_ends_in_time_and_a_second_term_at_once(tmp_path: Path) -> None:
    """Nothing can be settled then: it is repeated by whoever comes next, as after a kill."""
    if missing := missing_tools():
        skip_or_fail(f"a real Kafka needs {' and '.join(missing)}")
    kafka = RealKafka(tmp_path / "kafka")
    kafka.start()
    hurried, patient = (Role.INTAKE, Role.WATCH), (Role.INCIDENTS, Role.NOTIFY)
    try:
        async with Receivers() as receivers:
            config = write_scene(tmp_path, kafka.address, receivers, "")
            learn, *_ = await asyncio.to_thread(write_story, tmp_path)
            await arebato("topics", "create", "--config", config)
            with Group(tmp_path, config) as group:
                for role in (*hurried, *patient):
                    group.run(role, role)
                await arebato("replay", learn, "--config", config)
                await group.until(lambda: bool(read_counts(kafka.address, "")), "all run")
                kafka.freeze()
                for role in (*hurried, *patient):
                    group.members[role].ask_to_end()
                for role in hurried:
                    log = tmp_path / f"{role}.log"
                    await asyncio.to_thread(_until_said, log, "process.ending")
                    group.members[role].ask_to_end()
                assert [group.members[role].ended(_OWN_SLACK_S) for role in hurried] == [143, 143]
                ended = [group.members[role].ended(WITHIN_S + _OWN_SLACK_S) for role in patient]
                assert set(ended) <= {0, 1, os.EX_SOFTWARE}, group.last_lines()
    finally:
        kafka.thaw()
        kafka.kill()


def _until_said(log: Path, word: str) -> None:
    while word not in log.read_text():
        os.sched_yield()


def _post(port: int, number: int) -> bool:
    mention = said(f"posted-{number}", SILENT_UNTIL, "Telar, qué bien")
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {_TOKEN}"}
    request = Request(f"http://127.0.0.1:{port}/v1/mentions", json.dumps(mention).encode(), headers)
    try:
        with urlopen(request, timeout=10) as answer:
            return bool(answer.status == 202)
    except OSError:
        return False


async def _post_until_refused(port: int) -> int:
    """How many mentions were accepted."""
    number = 1
    while await asyncio.to_thread(_post, port, number):
        number += 1
    return number - 1

"""From a fresh Kafka to people: everything that a user can do at once, with all roles under `rebato run`."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml

from schemas.config.load import load_config
from schemas.config.secret import resolve_secret
from schemas.enums import Channel
from streams.demo import story
from streams.demo.told import brands_of
from streams.receivers import Received, Receivers
from streams.roles.role import Role
from tests.e2e.processes import Group, Not, arebato
from tests.e2e.readback import read_counts, read_incidents
from tests.e2e.scene import SILENT_UNTIL, mentions_by_brand, said, write_scene, write_story
from tests.kafka import RealKafka
from tests.ports import free_row

pytestmark = [pytest.mark.kafka, pytest.mark.slow]
_PREFIX = "whole."
_TOKEN = "a-token-of-the-test"
_WITHIN_S = 150.0
_STOP_WITHIN_S = 10.0
_HIGH_NOON = story.DAY + timedelta(hours=12, minutes=45)  # both brands burn, the first reminders are to come
_AN_HOUR_ON = story.DAY + timedelta(hours=13, minutes=40)


def _post(port: int, mention: dict[str, object], token: str = _TOKEN) -> int:
    """The status of the answer to `POST /v1/mentions`."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = Request(f"http://127.0.0.1:{port}/v1/mentions", json.dumps(mention).encode(), headers)
    try:
        with urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def _events(receivers: Receivers, kind: str) -> dict[str, str]:
    """The incident's id by brand, of webhook events of a kind (`opened`, `resolved`, …)."""
    bodies: list[dict[str, Any]] = [each.body for each in receivers.of(Channel.WEBHOOK)]
    found = [body["data"]["incident"] for body in bodies if body["type"] == f"incident.{kind}"]
    return {incident["brand"]: incident["id"] for incident in found}


def _channels_of(brand: str, messages: list[Received]) -> set[Channel]:
    """Where somebody was told of the brand."""
    return {each.channel for each in messages if brand in brands_of(each)}


def _signed(received: Received, secret: str) -> bool:
    """Whether the signature is that of Standard Webhooks 1.0.0 over exactly these bytes."""
    headers = received.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + received.raw
    digest = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
    return hmac.compare_digest(headers["webhook-signature"], f"v1,{base64.b64encode(digest).decode()}")


async def test_a_crisis_goes_from_kafka_to_people_and_obeys_them(kafka: RealKafka, tmp_path: Path) -> None:
    """Read from top to bottom: it is one story."""
    learn, outbreak, burning, ending = await asyncio.to_thread(write_story, tmp_path, _HIGH_NOON, _AN_HOUR_ON)
    metrics_port = free_row(len(Role) + 1)
    http_port = metrics_port + len(Role)
    async with Receivers() as receivers:
        sources = {"http": {"port": http_port, "token": _TOKEN}}
        config = write_scene(
            tmp_path, kafka.address, receivers, _PREFIX,
            sources=sources, monitoring={"port": metrics_port}, reload="watch",
        )  # fmt: skip
        await arebato("topics", "check", "--config", config, code=1)
        await arebato("topics", "create", "--config", config)
        await arebato("topics", "check", "--config", config)
        with Group(tmp_path, config) as group:
            group.run("rebato")

            await arebato("replay", learn, "--config", config, "--learn-only")
            await arebato("replay", outbreak, "--config", config, "--speed", "900")

            def told_everywhere() -> str | Not:
                channels = {brand: _channels_of(brand, receivers.taken) for brand in story.ONSETS}
                opened = _events(receivers, "opened")
                return opened["fogones"] if set(map(frozenset, channels.values())) == {frozenset(Channel)} else Not(channels)

            incident = await group.until(told_everywhere, "both brands have rung on every channel", _WITHIN_S)
            assert {brand for each in receivers.taken for brand in brands_of(each)} == set(story.ONSETS), "a calm brand rang"
            webhook = load_config(config, {}).config.alerts.webhook
            assert webhook is not None
            key = resolve_secret(webhook.secret, webhook.secret_file) or ""
            assert all(_signed(each, key) for each in receivers.of(Channel.WEBHOOK))

            listed = json.loads(await arebato("incidents", "list", "--config", config, "--json"))["incidents"]
            (shared,) = [each for each in listed if each["id"] == incident]
            assert (shared["kind"], shared["brands"]) == ("contagion", ["fogones", "lumbre"])
            assert incident in await arebato("incidents", "show", incident, "--config", config)
            assert "Fogones" in await arebato("top", "--once", "--config", config)
            await arebato("doctor", "--config", config)

            by = ["--author", "ana", "--comment", "we are at it", "--config", config]
            await arebato("incidents", "ack", incident, *by)
            await arebato("incidents", "silence", "lumbre", "--for", "2 h", *by)
            await group.until(
                lambda: _events(receivers, "acknowledged").get("fogones") == incident or None,
                "the channels know of the acknowledgement", _WITHIN_S,
            )  # fmt: skip
            before = len(receivers.taken)
            await arebato("replay", burning, "--config", config, "--speed", "900")
            expected = mentions_by_brand([learn, outbreak, burning])
            await group.until(lambda: _are_counted(kafka, expected), f"{expected} are counted", _WITHIN_S)
            await arebato("replay", ending, "--config", config, "--speed", "1800")
            await group.until(
                lambda: incident in _events(receivers, "resolved").values() or Not(read_incidents(kafka.address, _PREFIX)),
                "it is resolved", _WITHIN_S,
            )  # fmt: skip
            await group.until(
                lambda: _resolved_page(receivers, incident) or None,
                "the pager is told of the end", _WITHIN_S,
            )  # fmt: skip
            late = [each for each in receivers.taken[before:] if each.channel is Channel.WEBHOOK]
            nagging = [each.body for each in late if each.body["type"] == "incident.reminder"]
            for body in nagging:
                assert body["data"]["incident"]["brand"] not in story.ONSETS or _after(body, hours=2), body
            assert all(set(brands_of(each)) <= set(story.ONSETS) for each in receivers.taken)

            assert _post(http_port, said("refused", SILENT_UNTIL, "Telar"), token="wrong") == 401
            expected += mentions_by_brand([ending])
            await group.until(lambda: _are_counted(kafka, expected), f"{expected} are counted", _WITHIN_S)
            assert await asyncio.to_thread(_post, http_port, said("posted", SILENT_UNTIL, "Telar, qué bien")) == 202
            expected["telar"] += 1
            await group.until(lambda: _are_counted(kafka, expected), "what was posted is counted")
            settings = yaml.safe_load(config.read_text())
            settings["brands"].append({"id": "nueva", "names": ["Marca Nueva"]})
            config.write_text(yaml.safe_dump(settings, allow_unicode=True))
            numbers = iter(range(1_000_000))

            def watched() -> bool:
                _post(http_port, said(f"new-{next(numbers)}", SILENT_UNTIL, "Marca Nueva abre hoy"))
                return "nueva" in read_counts(kafka.address, _PREFIX)

            await group.until(watched, "the brand that was added to the file is watched")

            asked_s = time.monotonic()
            assert await group.end(_STOP_WITHIN_S) == {"rebato": 0}, group.last_lines()
            assert time.monotonic() - asked_s < _STOP_WITHIN_S


def _are_counted(kafka: RealKafka, expected: Counter[str]) -> bool | Not:
    """Whether watch has counted exactly these mentions of each brand."""
    found = {brand: each.mentions for brand, each in read_counts(kafka.address, _PREFIX).items()}
    return found == expected or Not(found)


def _resolved_page(receivers: Receivers, incident: str) -> bool:
    """Whether every page of the incident that was opened is closed."""
    events = [each.body for each in receivers.of(Channel.PAGERDUTY) if each.body["dedup_key"].startswith(incident)]
    opened = {event["dedup_key"] for event in events if event["event_action"] == "trigger"}
    return bool(opened) and opened <= {event["dedup_key"] for event in events if event["event_action"] == "resolve"}


def _after(body: dict[str, Any], hours: int) -> bool:
    """Whether the event is of a time when the silence and the acknowledgement may be over."""
    return bool(body["timestamp"] >= (_HIGH_NOON + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M"))

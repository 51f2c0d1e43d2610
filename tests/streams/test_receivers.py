"""The receivers refuse what the real ones refuse."""

import json
from typing import Any

import httpx
import pytest

from schemas.enums import Channel
from streams.receiver_rules import pager_problems, slack_problem
from streams.receivers import Fault, Receivers

TRIGGER = {
    "routing_key": "0123456789abcdef0123456789abcdef",
    "event_action": "trigger",
    "dedup_key": "a",
    "payload": {"summary": "s", "source": "rebato", "severity": "critical"},
}


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (None, "no_text"),
        ({}, "no_text"),
        ({"text": "a"}, ""),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3001}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "a" * 151}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "a"}}] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": []}]}, "invalid_blocks"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 2900}}] * 5}, "msg_blocks_too_long"),
        ({"blocks": ["text"]}, "invalid_blocks"),
    ],
)
def test_slack_refuses_what_breaks_its_limits(body: Any, word: str) -> None:
    """By the word that Slack answers with."""
    assert slack_problem(body) == word


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, 0),
        ({"routing_key": "short"}, 1),
        ({"event_action": "shout"}, 1),
        ({"dedup_key": "a" * 256}, 1),
        ({"event_action": "resolve", "payload": None}, 0),
        ({"event_action": "resolve", "dedup_key": ""}, 1),
        ({"payload": None}, 1),
        ({"payload": {"summary": "a" * 1025, "source": "", "severity": "loud"}}, 3),
    ],
)
def test_pagerduty_refuses_what_breaks_its_rules(changes: dict[str, Any], problems: int) -> None:
    """One error for each."""
    assert len(pager_problems({**TRIGGER, **changes})) == problems


async def test_what_is_refused_is_not_kept() -> None:
    """A test that counts arrivals counts what a person would have seen."""
    async with Receivers() as receivers, httpx.AsyncClient() as client:
        answers = [await client.post(receivers.url(channel), content=b"nonsense") for channel in _BY_HTTP]
        assert [answer.status_code for answer in answers] == [400, 400, 400]
        assert receivers.taken == []


async def test_faults_come_in_the_order_they_were_asked_for_and_end() -> None:
    """Each as often as it was told."""
    async with Receivers() as receivers, httpx.AsyncClient() as client:
        receivers.fail(Channel.PAGERDUTY, Fault.ERROR, times=2)
        receivers.fail(Channel.PAGERDUTY, Fault.LIMIT, seconds=5)
        answers = [await client.post(receivers.url(Channel.PAGERDUTY), content=json.dumps(TRIGGER)) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [500, 500, 429, 202]
        assert answers[2].headers["Retry-After"] == "5"
        assert len(receivers.of(Channel.PAGERDUTY)) == 1


async def test_whoever_waits_in_vain_is_told() -> None:
    """A deadline, not a hang."""
    async with Receivers() as receivers:
        with pytest.raises(TimeoutError):
            await receivers.wait_for(1, within_s=0.05)


_BY_HTTP = (Channel.SLACK, Channel.PAGERDUTY, Channel.WEBHOOK)

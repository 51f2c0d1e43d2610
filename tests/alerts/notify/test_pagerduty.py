"""PagerDuty: a life of an incident as its API sees it."""

from pathlib import Path
from typing import Any

import httpx

from alerts.notify.pagerduty import send_pagerduty
from alerts.notify.result import Dead, Retry, SendResult, Sent
from alerts.render.facts import facts
from schemas.config.model import Pagerduty
from schemas.enums import Channel, Transition
from schemas.incident import Incident
from streams.receivers import Fault, Receivers
from tests.alerts.render import cases

ROUTING_KEY = "0123456789abcdef0123456789abcdef"


async def _send(
    client: httpx.AsyncClient, receivers: Receivers, transition: Transition, incident: Incident, key: str = ROUTING_KEY
) -> SendResult:
    alert = cases.alert(transition, incident, "pagerduty")
    settings = Pagerduty(routing_key=key, url=receivers.url(Channel.PAGERDUTY))
    return await send_pagerduty(client, settings, alert, facts(alert, cases.QUOTES, cases.EN))


def _actions(receivers: Receivers) -> list[tuple[Any, Any]]:
    return [(each.body["event_action"], each.body["dedup_key"].rpartition(":")[2]) for each in receivers.taken]


async def test_a_trigger_and_its_resolve_are_taken(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """The receiver checks PagerDuty's rules for events."""
    sent = await _send(client, receivers, Transition.OPENED, cases.INCIDENT)
    assert sent == Sent(f"{cases.INCIDENT.id}:critical")
    await _send(client, receivers, Transition.RESOLVED, cases.RESOLVED)
    assert _actions(receivers) == [
        ("trigger", "critical"),
        ("resolve", "watch"),
        ("resolve", "warning"),
        ("resolve", "critical"),
    ]


async def test_an_acknowledgement_covers_all_keys_so_far(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """Whichever of them rang."""
    await _send(client, receivers, Transition.ACKNOWLEDGED, cases.ACKNOWLEDGED)
    assert {action for action, _ in _actions(receivers)} == {"acknowledge"}


async def test_a_wrong_routing_key_is_dead(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """400 is final."""
    result = await _send(client, receivers, Transition.OPENED, cases.INCIDENT, key="short")
    assert result == Dead("http_400")
    assert receivers.taken == []


async def test_a_resolve_that_fails_halfway_is_tried_again_whole(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """Repeated events are harmless: their keys are the same."""
    receivers.fail(Channel.PAGERDUTY, Fault.LIMIT, seconds=3)
    result = await _send(client, receivers, Transition.RESOLVED, cases.RESOLVED)
    assert result == Retry("http_429", 3.0, whole_destination=True)
    assert await _send(client, receivers, Transition.RESOLVED, cases.RESOLVED) == Sent(f"{cases.INCIDENT.id}:critical")


async def test_an_empty_routing_key_is_tried_again(client: httpx.AsyncClient, receivers: Receivers, tmp_path: Path) -> None:
    """The file is being written."""
    (tmp_path / "key").write_text("\n")
    alert = cases.alert(Transition.OPENED, destination="pagerduty")
    settings = Pagerduty(routing_key_file=tmp_path / "key", url=receivers.url(Channel.PAGERDUTY))
    assert await send_pagerduty(client, settings, alert, facts(alert, [], cases.EN)) == Retry("secret_missing")

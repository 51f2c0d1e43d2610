"""Slack's webhook: what counts as taken, what is tried again, and what never works."""

import logging
from pathlib import Path

import httpx
import pytest
from aiohttp import web

from alerts.notify.result import Dead, InDoubt, Retry, SendResult, Sent
from alerts.notify.slack import send_slack
from alerts.render.facts import facts
from schemas.config.model import Slack
from schemas.enums import Channel, Transition
from streams.receivers import Fault, Receivers
from tests.alerts.notify.conftest import serve
from tests.alerts.render import cases

FACTS = facts(cases.alert(Transition.OPENED), cases.QUOTES, cases.EN)


async def _send(client: httpx.AsyncClient, url: str, *, repeat: bool = False) -> SendResult:
    return await send_slack(client, Slack(webhook_url=url), FACTS, repeat=repeat)


async def test_a_message_that_slack_would_take_arrives(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """The receiver checks Slack's limits."""
    assert await _send(client, receivers.url(Channel.SLACK)) == Sent("")
    (taken,) = receivers.taken
    assert "LA COCINERA" in taken.body["text"]


async def test_what_may_be_a_repeat_says_so(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """Slack has no key by which it could drop a repeat."""
    await _send(client, receivers.url(Channel.SLACK), repeat=True)
    assert "may be a repeat" in str(receivers.taken[0].body)


async def test_a_limit_freezes_the_destination_as_long_as_slack_asks(
    client: httpx.AsyncClient, receivers: Receivers
) -> None:
    """Slack disables apps that ignore 429."""
    receivers.fail(Channel.SLACK, Fault.LIMIT, seconds=7)
    assert await _send(client, receivers.url(Channel.SLACK)) == Retry("http_429", 7.0, whole_destination=True)


async def test_a_removed_webhook_is_dead(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """404 `no_service`: nobody but a person can mend it. The receiver's words stay out of the reason."""
    receivers.fail(Channel.SLACK, Fault.REFUSE)
    assert await _send(client, receivers.url(Channel.SLACK)) == Dead("http_404")


async def test_a_server_error_is_tried_again(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """5xx, and without a wish of the receiver's."""
    receivers.fail(Channel.SLACK, Fault.ERROR)
    assert await _send(client, receivers.url(Channel.SLACK)) == Retry("http_500")


async def test_a_connection_lost_after_the_request_is_in_doubt(client: httpx.AsyncClient, receivers: Receivers) -> None:
    """It was taken, in fact: a retry arrives twice."""
    receivers.fail(Channel.SLACK, Fault.DROP)
    result = await _send(client, receivers.url(Channel.SLACK))
    assert isinstance(result, InDoubt)
    assert len(receivers.taken) == 1


async def test_a_receiver_that_is_silent_is_in_doubt(
    client: httpx.AsyncClient, receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request may have been read."""
    monkeypatch.setattr("alerts.notify.http.TIMEOUT_S", 0.2)
    receivers.fail(Channel.SLACK, Fault.SLOW, seconds=1)
    assert isinstance(await _send(client, receivers.url(Channel.SLACK)), InDoubt)


async def test_nobody_listening_is_tried_again(client: httpx.AsyncClient) -> None:
    """Port 1 of loopback refuses."""
    assert await _send(client, "http://127.0.0.1:1/slack") == Retry("unreachable")


async def test_a_rotated_secret_counts_at_the_next_send(
    client: httpx.AsyncClient, receivers: Receivers, tmp_path: Path
) -> None:
    """The file is read at each send; one that is missing may come back."""
    file = tmp_path / "slack"
    settings = Slack(webhook_url_file=file)
    assert await send_slack(client, settings, FACTS, repeat=False) == Retry("secret_unreadable")
    file.write_text(receivers.url(Channel.SLACK) + "\n")
    assert await send_slack(client, settings, FACTS, repeat=False) == Sent("")


async def test_no_address_gets_into_logs_or_reasons(
    client: httpx.AsyncClient, receivers: Receivers, caplog: pytest.LogCaptureFixture
) -> None:
    """The address of a webhook is its secret."""
    caplog.set_level(logging.INFO)
    receivers.fail(Channel.SLACK, Fault.ERROR)
    results = [await _send(client, receivers.url(Channel.SLACK)), await _send(client, "http://127.0.0.1:1/T0/B0/SECRET")]
    assert "/slack" not in caplog.text + str(results)
    assert "SECRET" not in caplog.text + str(results)


async def test_a_yes_that_means_no_is_dead(client: httpx.AsyncClient) -> None:
    """Slack's Web API answers 200 and `{"ok": false}`."""

    async def no(_: web.Request) -> web.Response:
        return web.json_response({"ok": False, "error": "invalid_auth"})

    port, runner = await serve(no)
    result = await _send(client, f"http://127.0.0.1:{port}/")
    await runner.cleanup()
    assert result == Dead("refused_in_body")

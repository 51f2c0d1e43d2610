"""Slack incoming webhook (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).

Takes JSON, answers `ok`. It has no key of its own: a repeat can't be recognised, so one that may be a repeat says so.
Its errors are bare words; only known ones get into a reason, for the body is somebody else's text.
"""

import httpx
import msgspec

from alerts.notify.http import Reply, post
from alerts.notify.result import Dead, Retry, SendResult, Sent
from alerts.notify.secret import read_secret
from alerts.render.facts import Facts
from alerts.render.slack import render_slack
from schemas.config.model import Slack


async def send_slack(client: httpx.AsyncClient, settings: Slack, facts: Facts, *, repeat: bool) -> SendResult:
    """How posting the message ended; `repeat`: an earlier send of it is in doubt."""
    url = read_secret(settings.webhook_url, settings.webhook_url_file)
    if isinstance(url, Retry):
        return url
    reply = await post(client, url, msgspec.json.encode(render_slack(facts, repeat)))
    if not isinstance(reply, Reply):
        return reply
    return Dead("refused_in_body") if _refuses(reply.body) else Sent("")


def _refuses(body: str) -> bool:
    """Whether a 200 carries `{"ok": false}`, as Slack's Web API answers."""
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return False
    return isinstance(answer, dict) and answer.get("ok") is False

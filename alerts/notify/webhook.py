"""Any HTTP endpoint, signed as in Standard Webhooks; the alert's id is the `webhook-id`, so that a repeat is recognised."""

import time

import httpx

from alerts.notify.http import Reply, post
from alerts.notify.result import Dead, Retry, SendResult, Sent
from alerts.notify.secret import read_secret
from alerts.notify.signature import signed_headers, signing_key
from alerts.render.facts import Facts
from alerts.render.webhook import render_webhook
from schemas.alert import Alert
from schemas.config.model import Webhook


async def send_webhook(client: httpx.AsyncClient, settings: Webhook, alert: Alert, facts: Facts) -> SendResult:
    """How posting the body ended. Without a secret only the id and the time are sent beside it."""
    body, now_s = render_webhook(alert, facts), int(time.time())
    headers = {"webhook-id": alert.id, "webhook-timestamp": str(now_s)}
    if settings.secret or settings.secret_file:
        secret = read_secret(settings.secret, settings.secret_file)
        if isinstance(secret, Retry):
            return secret
        try:
            headers = signed_headers(signing_key(secret), alert.id, now_s, body)
        except ValueError as error:
            return Dead(f"bad_secret: {error}")
    reply = await post(client, str(settings.url), body, headers)
    return Sent(alert.id) if isinstance(reply, Reply) else reply

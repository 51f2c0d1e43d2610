"""PagerDuty Events API v2: each event is taken with 202; 400 is final, 429 and 5xx are tried again.

The events of one alert go one after the other; on a retry all of them go again, which their dedup keys make harmless.
"""

import httpx
import msgspec

from alerts.notify.http import Reply, post
from alerts.notify.result import Retry, SendResult, Sent
from alerts.notify.secret import read_secret
from alerts.render.facts import Facts
from alerts.render.pagerduty import render_pagerduty
from schemas.alert import Alert
from schemas.config.model import Pagerduty


async def send_pagerduty(client: httpx.AsyncClient, settings: Pagerduty, alert: Alert, facts: Facts) -> SendResult:
    """How sending the alert's events ended: the first failure, or `Sent` with the last dedup key."""
    routing_key = read_secret(settings.routing_key, settings.routing_key_file)
    if isinstance(routing_key, Retry):
        return routing_key
    key = ""
    for event in render_pagerduty(alert, facts):
        reply = await post(client, str(settings.url), msgspec.json.encode({"routing_key": routing_key, **event}))
        if not isinstance(reply, Reply):
            return reply
        key = str(event["dedup_key"])
    return Sent(key)

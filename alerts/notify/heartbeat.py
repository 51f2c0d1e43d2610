"""The heartbeat's last step: tells a service outside that everything works. That service calls somebody when it isn't told.

| kind | what is sent |
|---|---|
| `ping` | GET or POST to the check's address, as Healthchecks, Cronitor, Dead Man's Snitch or Uptime Kuma want it |
| `alertmanager` | an alert `Watchdog` to `/api/v2/alerts` that always fires, and ends after four rounds without a beat |
"""

import json
from datetime import UTC, datetime, timedelta

import httpx

from alerts.notify.http import Reply, ask, post
from alerts.notify.result import Retry, SendResult, Sent
from alerts.notify.secret import read_secret
from schemas.config.heartbeat import Heartbeat

_LIVES_ROUNDS = 4
_WATCHDOG = "Watchdog"
_SAYS = "rebato works: this alert always fires. Page somebody when it stops coming."


async def send_heartbeat(client: httpx.AsyncClient, settings: Heartbeat, at: datetime) -> SendResult:
    """How telling it ended; `at` is now, aware of its zone."""
    url = read_secret(settings.url, settings.url_file)
    if isinstance(url, Retry):
        return url
    if settings.kind == "alertmanager":
        reply = await post(client, f"{url.rstrip('/')}/api/v2/alerts", watchdog(at, settings.every))
    else:
        reply = await ask(client, settings.method.upper(), url)
    return Sent("") if isinstance(reply, Reply) else reply


def watchdog(at: datetime, every: timedelta) -> bytes:
    """The body for Alertmanager: one alert that fires until four rounds after `at`.

    >>> json.loads(watchdog(datetime(2026, 11, 28, 12, tzinfo=UTC), timedelta(minutes=1)))[0]["endsAt"]
    '2026-11-28T12:04:00Z'
    """
    alert = {
        "labels": {"alertname": _WATCHDOG, "service": "rebato", "severity": "none"},
        "annotations": {"summary": _SAYS},
        "startsAt": _written(at),
        "endsAt": _written(at + _LIVES_ROUNDS * every),
    }
    return json.dumps([alert]).encode()


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")

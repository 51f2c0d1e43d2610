"""Sends an alert to its destination, whatever channel that is, in the language and zone of its brand."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

import httpx

from alerts.notify.email import send_email
from alerts.notify.http import make_client
from alerts.notify.pagerduty import send_pagerduty
from alerts.notify.result import NOT_CONFIGURED, Dead, SendResult
from alerts.notify.slack import send_slack
from alerts.notify.webhook import send_webhook
from alerts.outbox_steps import Send
from alerts.render.facts import facts
from alerts.render.quote import Quote
from alerts.render.view import view_of
from schemas.config.model import Config
from schemas.enums import Channel


class Notifier:
    """All channels of the config, behind one call. A context manager that closes its connections."""

    def __init__(self, config: Callable[[], Config]) -> None:
        """`config` gives the config as it is now: a changed one counts from the next send on."""
        self._config = config
        self._clients: dict[bool, httpx.AsyncClient] = {}

    async def send(self, step: Send, quotes: list[Quote]) -> SendResult:
        """How the send ended; `Dead` when the destination is no longer in the config."""
        config, alert = self._config(), step.alert
        said = facts(alert, quotes, view_of(config, alert.incident.brand))
        alerts = config.alerts
        match alert.destination:
            case Channel.SLACK if alerts.slack:
                return await send_slack(self._client(config), alerts.slack, said, repeat=step.in_doubt)
            case Channel.EMAIL if alerts.email:
                return await send_email(alerts.email, alert, said, step.root, repeat=step.in_doubt)
            case Channel.PAGERDUTY if alerts.pagerduty:
                return await send_pagerduty(self._client(config), alerts.pagerduty, alert, said)
            case Channel.WEBHOOK if alerts.webhook:
                return await send_webhook(self._client(config), alerts.webhook, alert, said)
        return Dead(NOT_CONFIGURED)

    def lives_ms(self) -> dict[str, int]:
        """After how long alerts expire, by destination."""
        configured = {str(channel): getattr(self._config().alerts, channel) for channel in Channel}
        return {name: int(each.expire_after.total_seconds() * 1000) for name, each in configured.items() if each}

    async def close(self) -> None:
        """Closes all connections."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _client(self, config: Config) -> httpx.AsyncClient:
        private = config.alerts.private_networks
        return self._clients.setdefault(private, self._clients.get(private) or make_client(private))

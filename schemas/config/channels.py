"""The settings of the channels: how and to whom alerts go. A secret has a file of its own, or is in the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, WithJsonSchema

from schemas.config.base import Settings
from schemas.config.durations import Duration, Period
from schemas.config.web import SecretAddress
from schemas.enums import Severity


def _address(text: str) -> str:
    name, _, domain = text.strip().rpartition("@")
    if not name or not domain or any(c.isspace() or not c.isprintable() or c in "<>," for c in text.strip()):
        raise ValueError("must be a mail address. Try `guardia@example.com`.")
    return text.strip()


Address = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string", "format": "email"})]


class Destination(Settings):
    """What every channel has in common."""

    min_severity: Severity = Field(Severity.WARNING, description="what is less severe isn't sent here")
    expire_after: Period = Field(
        timedelta(hours=1), description="what couldn't be sent for so long is given up, and said so"
    )


class Slack(Destination):
    """Slack incoming webhook, or whatever takes the same."""

    needs_secret: ClassVar[bool] = True
    webhook_url: SecretAddress = Field(None, description="the webhook's address; in the environment only")
    webhook_url_file: Path | None = Field(None, description="file with that address", examples=["/run/secrets/slack"])


class Smtp(Settings):
    """Mail server."""

    host: str = Field("localhost", min_length=1, description="its name or address")
    port: int = Field(587, ge=1, le=65535, description="587 with STARTTLS, 465 with TLS, 25 between servers")
    starttls: Literal["required", "off"] = Field("required", description="`off` sends mail in the clear, unless `tls` is on")
    tls: bool = Field(False, description="TLS from the first byte (port 465); `starttls` is then not used")
    username: str | None = Field(None, description="for servers that want a login")
    password: SecretStr | None = Field(None, description="its password; in the environment only")
    password_file: Path | None = Field(None, description="file with the password", examples=["/run/secrets/smtp"])


class Email(Destination):
    """Mail to people."""

    to: list[Address] = Field(min_length=1, description="who gets it", examples=[["guardia@example.com"]])
    sender: Address = Field("rebato@localhost", description="the address in From")
    smtp: Smtp = Field(Smtp(), description="the server that takes the mail")


class Pagerduty(Destination):
    """PagerDuty Events API v2."""

    needs_secret: ClassVar[bool] = True
    min_severity: Severity = Field(Severity.CRITICAL, description="what is less severe isn't sent here")
    routing_key: SecretStr | None = Field(None, description="the integration's key; in the environment only")
    routing_key_file: Path | None = Field(None, description="file with the key", examples=["/run/secrets/pagerduty"])
    url: HttpUrl = Field(
        HttpUrl("https://events.pagerduty.com/v2/enqueue"), description="where events go; the EU has its own"
    )


class Webhook(Destination):
    """Any HTTP endpoint; signed as in Standard Webhooks when a secret is given."""

    min_severity: Severity = Field(Severity.WATCH, description="what is less severe isn't sent here")
    url: HttpUrl = Field(description="where alerts are posted as JSON", examples=["https://example.com/rebato"])
    secret: SecretStr | None = Field(None, description="key of the signature, `whsec_…`; in the environment only")
    secret_file: Path | None = Field(None, description="file with the key", examples=["/run/secrets/webhook"])


class GroupWait(Settings):
    """How long a first alert waits for more to come."""

    critical: Duration = Field(timedelta(seconds=5), description="of a critical incident")
    other: Duration = Field(timedelta(seconds=60), description="of any other")


class Alerts(Settings):
    """How and to whom alerts go."""

    slack: Slack | None = Field(None, description="Slack, or whatever takes its webhooks")
    email: Email | None = Field(None, description="mail")
    pagerduty: Pagerduty | None = Field(None, description="PagerDuty, or whatever takes its events")
    webhook: Webhook | None = Field(None, description="any HTTP endpoint")
    group_wait: GroupWait = Field(GroupWait(), description="how long a first alert waits for more to come")
    reminders: list[Period] = Field(
        [timedelta(minutes=m) for m in (15, 30, 60, 120, 240)],
        description="when an open incident that nobody acknowledged and that isn't calm is told again; the last one repeats",
    )
    ack_for: Period = Field(timedelta(hours=4), description="an acknowledgement holds so long")
    calm_for: Period = Field(timedelta(minutes=30), description="calm for so long, and the incident is resolved")
    linger: Duration = Field(
        timedelta(hours=2),
        description="what starts again so soon after its end is the same incident",
    )
    private_networks: bool = Field(
        False, description="whether a webhook or the heartbeat may point into a private address range"
    )
    console_url: HttpUrl | None = Field(
        None, description="the page that alerts link to", examples=["https://rebato.example.com"]
    )

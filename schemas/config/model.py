"""The tree of settings. Everything has a default but the brands; a brand may override what `BrandOverrides` lists."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, SecretStr, StringConstraints

from schemas.config.durations import Duration
from schemas.enums import Severity


class Settings(BaseModel):
    """Base of every part: frozen, and an unknown setting is a mistake, not a wish."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("unknown time zone. Use an IANA name such as `Europe/Madrid`.") from error
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
Language = Literal["es", "en"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
LEVELS = {"quiet": 0.25, "balanced": 1.0, "sensitive": 4.0}  # false alarms a brand and month
_PER_MONTHS = {"brand-month": 1.0, "brand-week": 7 / 30.4, "brand-year": 12.0}


class Sensitivity(Settings):
    """How many false alarms are acceptable."""

    false_alarms: float = Field(1.0, gt=0, le=1000)
    per: Literal["brand-month", "brand-week", "brand-year"] = "brand-month"

    @property
    def per_month(self) -> float:
        """False alarms a brand and month.

        >>> Sensitivity(false_alarms=12, per="brand-year").per_month
        1.0
        """
        return self.false_alarms / _PER_MONTHS[self.per]


def _level(value: object) -> object:
    return {"false_alarms": LEVELS[value]} if isinstance(value, str) and value in LEVELS else value


SensitivitySetting = Annotated[Sensitivity, BeforeValidator(_level)]


class Promise(Settings):
    """How fast questions and complaints are answered."""

    answer_within: Duration = timedelta(minutes=30)
    at_most: Duration = timedelta(hours=24)


class Floors(Settings):
    """Below these nobody is called, however strange it is; counted over the window of the evidence, at least 15 min."""

    mentions: int = Field(8, ge=1)
    authors: int = Field(5, ge=1)
    texts: int = Field(4, ge=1)


class Brand(Settings):
    """What is watched, and what differs for it. `None` = as the installation."""

    id: Slug
    names: list[Name] = Field(min_length=1)
    not_when: list[Name] = []
    handles: dict[str, str] = {}
    group: Slug | None = None
    sensitivity: SensitivitySetting | None = None
    promise: Promise | None = None
    floors: Floors | None = None
    timezone: Zone | None = None
    language: Language | None = None

    @property
    def group_key(self) -> str:
        """The key of its incidents: the group, or the brand itself when it has none."""
        return self.group or self.id


class Destination(Settings):
    """What every channel has in common."""

    min_severity: Severity = Severity.WARNING
    expire_after: Duration = timedelta(hours=1)


class Slack(Destination):
    """Incoming webhook; exactly one of the two is given."""

    webhook_url: SecretStr | None = None
    webhook_url_file: Path | None = None


class Smtp(Settings):
    """Mail server."""

    host: str = "localhost"
    port: int = Field(587, ge=1, le=65535)
    starttls: Literal["required", "off"] = "required"
    tls: bool = False
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None


class Email(Destination):
    """Mail to people."""

    to: list[str] = Field(min_length=1)
    sender: str = "rebato@localhost"
    smtp: Smtp = Smtp()


class Pagerduty(Destination):
    """PagerDuty Events API v2."""

    min_severity: Severity = Severity.CRITICAL
    routing_key: SecretStr | None = None
    routing_key_file: Path | None = None
    url: HttpUrl = HttpUrl("https://events.pagerduty.com/v2/enqueue")


class Webhook(Destination):
    """Any HTTP endpoint; signed as in Standard Webhooks when a secret is given."""

    min_severity: Severity = Severity.WATCH
    url: HttpUrl
    secret: SecretStr | None = None
    secret_file: Path | None = None


class GroupWait(Settings):
    """How long a first alert waits for more to come."""

    critical: Duration = timedelta(seconds=5)
    other: Duration = timedelta(seconds=60)


class Alerts(Settings):
    """How and to whom alerts go."""

    slack: Slack | None = None
    email: Email | None = None
    pagerduty: Pagerduty | None = None
    webhook: Webhook | None = None
    group_wait: GroupWait = GroupWait()
    reminders: list[Duration] = [timedelta(minutes=m) for m in (15, 30, 60, 120, 240)]
    ack_for: Duration = timedelta(hours=4)
    calm_for: Duration = timedelta(minutes=30)
    linger: Duration = timedelta(hours=2)
    private_networks: bool = False  # may a webhook point into private address ranges
    console_url: HttpUrl | None = None


class Retention(Settings):
    """How long topics are kept."""

    mentions: Duration = timedelta(days=7)
    dead: Duration = timedelta(days=14)
    digests: Duration = timedelta(days=3)
    signals: Duration = timedelta(days=7)
    alerts: Duration = timedelta(days=7)
    series: Duration = timedelta(days=90)


class Kafka(Settings):
    """The cluster and its topics."""

    brokers: str = "localhost:9092"
    topic_prefix: str = Field("", pattern=r"^[A-Za-z0-9._-]*$")
    source_partitions: int = Field(4, ge=1, le=1024)
    partitions: int = Field(4, ge=1, le=1024)
    replication: int = Field(1, ge=1, le=9)
    retention: Retention = Retention()
    session_timeout: Duration = timedelta(seconds=10)


class HttpSource(Settings):
    """`POST /v1/mentions`."""

    host: str = "127.0.0.1"
    port: int = Field(8088, ge=0, le=65535)
    token: SecretStr | None = None
    token_file: Path | None = None


class FolderSource(Settings):
    """A folder whose JSON-lines files are taken in."""

    path: Path
    poll: Duration = timedelta(seconds=2)


class Sources(Settings):
    """Where mentions come from, besides the topic itself."""

    http: HttpSource | None = None
    folder: FolderSource | None = None


class Intake(Settings):
    """How mentions are read."""

    repeats: int = Field(200_000, ge=0)  # identities remembered a source partition
    batch: int = Field(4_000, ge=1, le=100_000)
    negative_from: float = Field(0.5, gt=0, lt=1)


class State(Settings):
    """How often state is made durable."""

    checkpoint: Duration = timedelta(seconds=2)


class Monitoring(Settings):
    """Metrics and health of each role; ports are given to roles in order, 0 = any free one."""

    host: str = "127.0.0.1"
    port: int = Field(9464, ge=0, le=65000)


class Config(Settings):
    """A whole config file."""

    brands: list[Brand] | Literal["auto"]
    sensitivity: SensitivitySetting = Sensitivity()
    promise: Promise = Promise()
    floors: Floors = Floors()
    alerts: Alerts = Alerts()
    kafka: Kafka = Kafka()
    sources: Sources = Sources()
    intake: Intake = Intake()
    state: State = State()
    monitoring: Monitoring = Monitoring()
    time: Literal["live", "replay"] = "live"
    timezone: Zone = "UTC"
    language: Language = "en"
    reload: Literal["watch", "signal"] = "watch"
    logs: Literal["console", "json"] = "console"

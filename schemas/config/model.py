"""The tree of settings. Everything has a default but the brands; a brand may override what it lists itself.

The parts for channels and for Kafka have modules of their own and are named here too.
"""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, SecretStr, Tag, model_validator

from schemas.config.base import Language, Name, Settings, Slug, Zone, merged, rule
from schemas.config.channels import Alerts, Destination, Email, GroupWait, Pagerduty, Slack, Smtp, Webhook
from schemas.config.detector import Detector, DetectorSetting
from schemas.config.durations import Period, write_duration
from schemas.config.events import Events, misdirected
from schemas.config.heartbeat import Heartbeat
from schemas.config.kafka import Kafka, Retention
from schemas.config.promise import Promise

__all__ = [
    "LEVELS",
    "Alerts",
    "Brand",
    "Config",
    "Destination",
    "Detector",
    "DetectorSetting",
    "Email",
    "Floors",
    "FolderSource",
    "GroupWait",
    "Heartbeat",
    "HttpSource",
    "Intake",
    "Kafka",
    "Lag",
    "Language",
    "Monitoring",
    "Name",
    "Pagerduty",
    "Processes",
    "Promise",
    "Retention",
    "Sensitivity",
    "SensitivitySetting",
    "Settings",
    "Slack",
    "Slug",
    "Smtp",
    "Sources",
    "State",
    "Webhook",
    "Zone",
]

LEVELS = {"quiet": 0.25, "balanced": 1.0, "sensitive": 4.0}  # false alarms a brand and month
_PER_MONTHS = {"brand-month": 1.0, "brand-week": 7 / 30.4, "brand-year": 12.0}


class Sensitivity(Settings):
    """How many false alarms are acceptable."""

    false_alarms: float = Field(1.0, gt=0, le=1000, description="alarms per brand and period")
    per: Literal["brand-month", "brand-week", "brand-year"] = Field("brand-month", description="the period")

    @property
    def per_month(self) -> float:
        """False alarms a brand and month.

        >>> Sensitivity(false_alarms=12, per="brand-year").per_month
        1.0
        """
        return self.false_alarms / _PER_MONTHS[self.per]


def _level(value: object) -> object:
    """A level's word as its figures, the period included: a word means the same wherever it stands."""
    if not isinstance(value, str):
        return value
    if value not in LEVELS:
        raise ValueError("must be `quiet`, `balanced` or `sensitive`, or `{ false_alarms: 1, per: brand-month }`.")
    return {"false_alarms": LEVELS[value], "per": "brand-month"}


Level = Literal["quiet", "balanced", "sensitive"]
SensitivitySetting = Annotated[Sensitivity, BeforeValidator(_level, json_schema_input_type=Sensitivity | Level)]


class Floors(Settings):
    """Below these nobody is called, however strange it is; counted over the window of the evidence, at least 15 min."""

    mentions: int = Field(8, ge=1, description="negative mentions")
    authors: int = Field(5, ge=1, description="different people")
    texts: int = Field(4, ge=1, description="different texts")


def _bare(handles: dict[str, str]) -> dict[str, str]:
    """Handles without the @ that people write."""
    if empty := [network for network, handle in handles.items() if not handle.strip().lstrip("@")]:
        raise rule("is empty. Write the brand's own account there, or remove the line.", empty[0])
    return {network: handle.strip().lstrip("@") for network, handle in handles.items()}


class Brand(Settings):
    """What is watched, and what differs for it. `None` = as the installation."""

    id: Slug = Field(description="its name in metrics, topics and commands", examples=["lacocinera"])
    names: list[Name] = Field(
        min_length=1, description="what people call it, @handles and #hashtags too", examples=[["La Cocinera"]]
    )
    not_when: list[Name] = Field(
        [], description="words that say it is not this brand", examples=[["la cocinera de mi abuela"]]
    )
    handles: Annotated[dict[str, str], AfterValidator(_bare)] = Field(
        {}, description="its own accounts, by network: what they write is an answer", examples=[{"x": "LaCocinera"}]
    )
    group: Slug | None = Field(None, description="brands that catch each other's crises", examples=["food"])
    sensitivity: SensitivitySetting | None = Field(None, description="as below, for this brand")
    promise: Promise | None = Field(None, description="as below, for this brand")
    floors: Floors | None = Field(None, description="as below, for this brand")
    timezone: Zone | None = Field(None, description="as below, for this brand", examples=["Europe/Madrid"])
    language: Language | None = Field(None, description="as below, for this brand")

    @property
    def group_key(self) -> str:
        """The key of its incidents: the group, or the brand itself when it has none."""
        return self.group or self.id


class HttpSource(Settings):
    """`POST /v1/mentions`."""

    host: str = Field("127.0.0.1", min_length=1, description="the address to listen on; 0.0.0.0 for all")
    port: int = Field(8088, ge=0, le=65535, description="0 takes any free one")
    token: SecretStr | None = Field(
        None, description="what senders show: `Authorization: Bearer …`; in the environment only"
    )
    token_file: Path | None = Field(None, description="file with the token", examples=["/run/secrets/ingest"])


class FolderSource(Settings):
    """A folder whose JSON-lines files are taken in."""

    path: Path = Field(description="the folder; files named .jsonl or .jsonl.gz", examples=["/var/spool/rebato"])
    poll: Period = Field(timedelta(seconds=2), description="how often it is looked at")


class Sources(Settings):
    """Where mentions come from, besides the topic itself."""

    http: HttpSource | None = Field(None, description="POST /v1/mentions")
    folder: FolderSource | None = Field(None, description="a folder of JSON-lines files")


class Intake(Settings):
    """How mentions are read."""

    repeats: int = Field(200_000, ge=0, le=10_000_000, description="identities remembered a partition, to drop repeats")
    batch: int = Field(4_000, ge=1, le=100_000, description="mentions read at once, at most")
    negative_from: float = Field(0.5, gt=0, lt=1, description="a mention is negative from this probability on")
    score: bool = Field(True, description="whether texts are read; without, mentions are only counted, none is negative")


class State(Settings):
    """How often state is made durable."""

    checkpoint: Period = Field(timedelta(seconds=2), description="what is recomputed after a crash, at most")


class Processes(Settings):
    """How many processes `rebato run` starts of each role; more than `kafka.partitions` have nothing to do."""

    sources: int = Field(1, ge=1, le=1, description="one: its port and its folder can't be shared")
    intake: int = Field(1, ge=1, le=64, description="the first to grow: it reads the texts")
    watch: int = Field(1, ge=1, le=64, description="windows and evidence")
    incidents: int = Field(1, ge=1, le=64, description="what is open")
    notify: int = Field(1, ge=1, le=64, description="who is told")


_LEAST_LAG_S = 30.0  # it is looked at every 10 s, and in silence intake tells time every 15 s


def _measurable(value: timedelta) -> timedelta:
    if value.total_seconds() < _LEAST_LAG_S:
        raise ValueError("must be at least 30 s. Try `2 min`.")
    return value


class Lag(Settings):
    """How far a process may be behind its input before that rings."""

    time: Annotated[Period, AfterValidator(_measurable)] = Field(
        timedelta(minutes=2), description="longer behind than this rings, as does hearing nothing at all for so long"
    )
    records: int = Field(1_000_000, ge=1, description="more records that wait than this ring")


class Monitoring(Settings):
    """Metrics and health of each role, and when rebato rings about itself; ports are given to roles in order."""

    host: str = Field("127.0.0.1", min_length=1, description="the address to listen on; 0.0.0.0 for all")
    port: int = Field(9464, ge=0, le=65000, description="the first role's, the next the next; 0: any free one")
    lag: Lag = Field(Lag(), description="how far a process may be behind before that rings")
    undelivered: Period = Field(
        timedelta(minutes=5), description="a destination that hasn't taken an alert for so long is told to the others"
    )


def repeated_ids(ids: Iterable[object]) -> list[tuple[int, str]]:
    """The positions of ids that an earlier brand has, each with what is wrong.

    >>> repeated_ids(["ikea", "delta", "ikea"])
    [(2, 'brands[0] has this id already. Give each brand its own.')]
    """
    first: dict[str, int] = {}
    found = []
    for index, brand_id in enumerate(ids):
        if isinstance(brand_id, str) and first.setdefault(brand_id, index) != index:
            found.append((index, f"brands[{first[brand_id]}] has this id already. Give each brand its own."))
    return found


def _own_ids(brands: list[Brand]) -> list[Brand]:
    for index, message in repeated_ids(brand.id for brand in brands):
        raise rule(message, index, "id")
    return brands


def _list_or_auto(value: object) -> str:
    return "auto" if isinstance(value, str) else "list"


def _only_auto(value: object) -> object:
    if value != "auto":
        raise ValueError("must be a list of brands, each with an `id` and `names`; or `auto`: as the mentions name them.")
    return value


_Listed = Annotated[list[Brand], Field(min_length=1), AfterValidator(_own_ids), Tag("list")]
_Auto = Annotated[Literal["auto"], BeforeValidator(_only_auto), Tag("auto")]


class Config(Settings):
    """A whole config file."""

    brands: Annotated[_Listed | _Auto, Discriminator(_list_or_auto)] = Field(
        description="what is watched, each with an `id` and `names`; or `auto`: as the mentions name it", examples=["auto"]
    )
    sensitivity: SensitivitySetting = Field(
        Sensitivity(),
        description="acceptable false alarms: `quiet` (0.25 a brand and month), `balanced` (1), `sensitive` (4)",
    )
    promise: Promise = Field(Promise(), description="how fast questions and complaints are answered")
    floors: Floors = Field(Floors(), description="below these nobody is called, however strange it is")
    alerts: Alerts = Field(Alerts(), description="how and to whom alerts go")
    kafka: Kafka = Field(Kafka(), description="the cluster and its topics")
    sources: Sources = Field(Sources(), description="where mentions come from, besides the topic itself")
    events: Events = Field([], description="what is planned and makes people talk more, or `ics`: a calendar of that")
    events_file: Path | None = Field(
        None, description="where `rebato events` writes; default: the config's name with .events.yaml, beside it"
    )
    intake: Intake = Field(Intake(), description="how mentions are read")
    detector: DetectorSetting = Field(
        Detector(), description="`crisis`; `none` counts and rings for nothing; or one of river's, by its name"
    )
    processes: Processes = Field(Processes(), description="how many of each role")
    state: State = Field(State(), description="how often state is made durable")
    monitoring: Monitoring = Field(Monitoring(), description="metrics, health, and when rebato rings about itself")
    heartbeat: Heartbeat | None = Field(None, description="a sign of life to a service outside, which calls when it stops")
    time: Literal["live", "replay"] = Field("live", description="`replay` uses no wall clock: `rebato replay` drives it")
    timezone: Zone = Field("UTC", description="hours of the week, and times in alerts", examples=["Europe/Madrid"])
    language: Language = Field("en", description="of alerts and page")
    reload: Literal["watch", "signal"] = Field("watch", description="a changed file is taken over at once, or on SIGHUP")
    logs: Literal["console", "json"] = Field("console", description="how log lines are written")

    @model_validator(mode="after")
    def _promises_in_order(self) -> Self:
        own = [] if self.brands == "auto" else [(("brands", i), brand.promise) for i, brand in enumerate(self.brands)]
        for place, promise in ((), None), *own:
            whole = merged(self.promise, promise)
            if whole.at_most < whole.answer_within:
                within = write_duration(whole.answer_within)
                at_most = write_duration(whole.at_most)
                said = f"must not be shorter ({at_most}) than `answer_within` ({within}). Try `{within}`."
                raise rule(said, *place, "promise", "at_most")
        return self

    @model_validator(mode="after")
    def _events_of_known_brands(self) -> Self:
        for index, entry in enumerate([] if self.brands == "auto" else self.events):
            for place, said in misdirected(entry.brands, entry.group, self.brands_and_groups):
                raise rule(said, "events", index, *place)
        return self

    @property
    def brands_and_groups(self) -> list[tuple[str, str | None]]:
        """Id and group of each listed brand."""
        return [] if self.brands == "auto" else [(brand.id, brand.group) for brand in self.brands]

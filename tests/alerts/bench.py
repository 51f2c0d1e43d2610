"""A desk on a bench: says levels, lets time pass, commands, and looks at what is written."""

from dataclasses import dataclass, field
from typing import Any

from alerts.desk import Decisions, IncidentDesk
from schemas.alert import Alert
from schemas.config.model import Config
from schemas.enums import Kind, Outcome
from schemas.incident import Incident
from schemas.signal import Command, Delivery, Figures, Signal, SignalRecord, Source, Tick

START_MS = 1_361_880_480_000  # 2013-02-26 12:08:00 UTC
SECOND = 1_000
MINUTE = 60_000
HOUR = 60 * MINUTE

WARNING: dict[str, Any] = {"rate": 0.5}
CRITICAL: dict[str, Any] = {"rate": 0.01, "evidence": 6.0, "rising": True}
BETWEEN: dict[str, Any] = {"rate": 2.0, "evidence": 2.0}
CALM: dict[str, Any] = {"rate": 9.0, "evidence": 1.0}


def config(**changes: Any) -> Config:
    """A config with every channel, `brands: auto` and the defaults."""
    alerts = {
        "slack": {"webhook_url": "https://hooks.example.com/s"},
        "pagerduty": {"routing_key": "k"},
        "webhook": {"url": "https://example.com/hook", "min_severity": "warning"},
    } | changes.pop("alerts", {})
    return Config.model_validate({"brands": "auto", "alerts": alerts} | changes)


def figures(**changes: Any) -> Figures:
    """A loud quarter of an hour: 412 mentions where 30 are usual."""
    usual = {
        "mentions": 412,
        "mentions_expected": 30.0,
        "negative": 290,
        "negative_expected": 6.6,
        "authors": 288,
        "texts": 240,
    }
    return Figures(**{**usual, **changes})


def level(
    at_ms: int = START_MS,
    rate: float = 0.5,
    evidence: float = 3.0,
    brand: str = "lacocinera",
    kind: Kind = Kind.SURGE,
    offset: int = 1,
    **changes: Any,
) -> Signal:
    """A level of a brand."""
    fields: dict[str, Any] = {
        "since_ms": at_ms - MINUTE,
        "evidence_window_s": 900,
        "figures": figures(),
        "group": "food",
    } | changes
    return Signal(
        v=1,
        source=Source(0, offset, 0),
        brand=brand,
        kind=kind,
        at_ms=at_ms,
        evidence=evidence,
        false_alarms_per_month=rate,
        **fields,
    )


@dataclass
class Bench:
    """One desk and all that it has written. Time is `now_ms`; every call takes one offset."""

    config: Config = field(default_factory=config)
    now_ms: int = START_MS
    offset: int = 0
    alerts: list[Alert] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    log: list[tuple[SignalRecord, Source]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = IncidentDesk(self.config, "hash")
        self.tick()

    def feed(self, record: SignalRecord) -> Decisions:
        """Lets the desk read one record."""
        at = Source(3, self.offset, 0)
        self.offset += 1
        self.log.append((record, at))
        decisions = self.desk.apply(record, at)
        self.alerts += decisions.alerts
        self.incidents += decisions.incidents
        return decisions

    def say(self, **changes: Any) -> Decisions:
        """A level, now."""
        return self.feed(level(at_ms=self.now_ms, offset=self.offset, **changes))

    def tick(self, partition: int = 0, partitions: int = 1) -> Decisions:
        """A tick, now."""
        return self.feed(Tick(1, Source(partition, self.offset, 0), self.now_ms, partitions))

    def wait(self, duration_ms: int, step_ms: int = 10 * SECOND, **restated: Any) -> list[Alert]:
        """Time passes in ticks; a level is restated each minute if one is given. The alerts of that time."""
        before = len(self.alerts)
        said_ms, end_ms = self.now_ms, self.now_ms + duration_ms
        while self.now_ms < end_ms:
            self.now_ms = min(end_ms, self.now_ms + step_ms)
            self.tick()
            if restated and (self.now_ms - said_ms >= MINUTE or self.now_ms == end_ms):
                self.say(**restated)
                said_ms = self.now_ms
        return self.alerts[before:]

    def command(self, action: str, **fields: Any) -> Decisions:
        """A command of ana's, now."""
        usual: dict[str, Any] = {"author": "ana", "id": f"c{self.offset}", "at_ms": self.now_ms}
        return self.feed(Command(v=1, action=action, **usual | fields))

    def deliver(self, alert: Alert, outcome: Outcome, detail: str = "") -> Decisions:
        """How the sending of an alert ended."""
        source = Source(0, self.offset, 0)
        return self.feed(Delivery(1, source, alert.id, alert.incident.id, alert.destination, outcome, self.now_ms, detail))

    @property
    def last(self) -> Incident:
        """The newest record of an incident."""
        return self.incidents[-1]

    def said(self, since: int = 0) -> list[tuple[str, str]]:
        """Destination and transition of each alert."""
        return [(a.destination, str(a.transition)) for a in self.alerts[since:]]


def whats(bench: Bench) -> list[str]:
    """The story of the newest record."""
    return [entry.what for entry in bench.last.timeline]


def burning(**changes: Any) -> Bench:
    """A warning that slack and the webhook have been told of, two minutes old."""
    bench = Bench(config(**changes))
    bench.say(**WARNING)
    bench.wait(2 * MINUTE, **WARNING)
    assert bench.said() == [("slack", "opened"), ("webhook", "opened")]
    return bench

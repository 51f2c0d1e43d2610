"""Every metric of rebato: one registry a process, of which a role exports its own part.

Rules: base units, `_total` for counters; label values come from enums, the configured partitions and `SOURCES`
only, and each is there from the start with 0, so that a rate is right from the first event on. Brands are a label only of
gauges about what people have judged, and at most 500 of them (`streams.verdict_gauges`).
Families of other roles exist, so that no code asks, but aren't exported.
"""

import itertools
import math
import time
from collections.abc import Iterable
from functools import partial
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from schemas.config.model import Config, Sources
from schemas.enums import Audit, BeatOutcome, Channel, Counted, IntakeOutcome, Kind, Outcome, Refusal, Severity
from streams.engine.vitals import Vitals
from streams.roles.role import Role
from streams.sources.observe import ANSWERS

OTHER = "other"
SOURCES = tuple(dict.fromkeys([*Sources.model_fields, "bluesky", "mastodon", "rss", "mail", OTHER]))
_RELOADS = ("applied", "refused")
_CHECKPOINT_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
# From a second to an hour: the promise is 2 min from an alarming mention to the message on somebody's screen.
_DELIVERY_S = (1, 2, 5, 10, 20, 30, 60, 90, 120, 180, 300, 600, 1800, 3600)
_STATEFUL = (Role.WATCH, Role.INCIDENTS, Role.NOTIFY)
_READERS = (Role.INTAKE, *_STATEFUL)


def source_label(source: str) -> str:
    """The label of a mention's source: its part before the colon when it is known, else `other`.

    >>> source_label("rss:elpais"), source_label("myspace")
    ('rss', 'other')
    """
    network = source.partition(":")[0]
    return network if network in SOURCES else OTHER


class Metrics:
    """All families. `registry` holds those that `role` exports."""

    def __init__(self, role: Role, config: Config) -> None:
        """Makes each family with all of its label values at 0."""
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library forgot to annotate it
        self.registry = CollectorRegistry()
        self._role = role
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        build = self._gauge("build_info", "1, labelled with what runs here", ["version", "role"])
        build.labels(version("rebato"), role).set(1)
        self.reloads = self._counter("config_reloads", "Changed config files, by what became of them", outcome=_RELOADS)
        self._make_reading(config)
        self._make_intake()
        self._make_stages()
        self._make_verdicts()
        self._make_own()

    def _make_reading(self, config: Config) -> None:
        source_role = self._role is Role.INTAKE
        partitions = config.kafka.source_partitions if source_role else config.kafka.partitions
        self.partitions = range(partitions)
        """The input partitions of this role."""
        self.lag = self._gauge("lag_records", "Input records yet to be read", ["partition"], _READERS)
        self.watermark_delay = self._gauge(
            "watermark_delay_seconds", "How far log time is behind the clock", ["partition"], (Role.INTAKE, Role.WATCH)
        )
        for number in self.partitions:
            self.lag.labels(str(number))
            self.watermark_delay.labels(str(number))
        self.assigned = self._gauge("assigned_partitions", "Input partitions that this process reads", [], _READERS)
        self.dead = self._counter("dead_records", "Records put aside, by reason", _READERS, reason=Refusal)
        self.lost = self._counter("lost_records", "Records that retention deleted before they were read", _READERS)
        self.state_keys = self._gauge("state_keys", "Keys in the state of this process", [], _STATEFUL)
        self.checkpoints = self._histogram("checkpoint_seconds", "Time that a checkpoint takes", _CHECKPOINT_S, _STATEFUL)

    def _make_intake(self) -> None:
        intake = (Role.INTAKE,)
        self.mentions = self._counter(
            "mentions", "Mentions read, by source and outcome", intake, source=SOURCES, outcome=IntakeOutcome
        )
        self.digests = self._counter("digests", "Digests written: mentions times the brands that they match", intake)
        self.accepted = self._counter(
            "accepted_mentions",
            "Mentions taken from outside and written to Kafka",
            (Role.SOURCES,),
            source=list(Sources.model_fields),
        )
        self.rejected = self._counter("rejected_mentions", "Mentions refused at the door", (Role.SOURCES,), reason=Refusal)
        self.answers = self._counter(
            "http_answers", "Answers of POST /v1/mentions, by status", (Role.SOURCES,), status=map(str, ANSWERS)
        )

    def _make_stages(self) -> None:
        self.signals = self._counter("signals", "Signals stated, by kind", (Role.WATCH,), kind=Kind)
        self.late = self._counter("late_digests", "Digests that came after their window had closed", (Role.WATCH,))
        incidents, notify = (Role.INCIDENTS,), (Role.NOTIFY,)
        self.incidents_open = self._gauge("incidents_open", "Incidents that aren't resolved", ["severity"], incidents)
        for severity in Severity:
            self.incidents_open.labels(severity)
        self.alerts = self._counter(
            "alerts", "Alerts whose delivery has ended, by channel and outcome", notify, channel=Channel, outcome=Outcome
        )
        self.delivery = self._histogram(
            "alert_delivery_seconds", "From the mentions that decided it to the arrival of an alert", _DELIVERY_S, notify
        )

    def _make_verdicts(self) -> None:
        """What people say of incidents; `streams.verdict_gauges` says which brands are there."""
        incidents = (Role.INCIDENTS,)
        self.verdicts = self._gauge("incident_verdicts", "Verdicts that stand, by brand", ["brand", "verdict"], incidents)
        self.precision = self._gauge(
            "incident_precision_ratio", "Share of real ones among a brand's judged incidents", ["brand"], incidents
        )
        self.learned = self._gauge(
            "learned_budget_ratio", "A brand's budget after all verdicts, against the configured one", ["brand"], incidents
        )
        self.held_back = self._gauge(
            "brands_held_back",
            "Brands that ring at less than their configured budget",
            [],
            incidents,
        )
        self.achieved = self._gauge(
            "incidents_achieved_per_brand_month", "Incidents a brand-month, faded over 30 days", ["counted"], incidents
        )
        for how in Counted:
            self.achieved.labels(how).set(math.nan)
        self.allowed = self._gauge(
            "incidents_budget_per_brand_month", "False alarms that the config allows a brand-month", [], incidents
        )
        self.watched = self._gauge(
            "incidents_watched_brand_months", "Time that the achieved rate is taken over, faded likewise", [], incidents
        )

    def _make_own(self) -> None:
        """What rebato finds about itself."""
        self.behind = self._gauge("behind_seconds", "For how long this process has been behind its input", [], _READERS)
        self.audit = self._counter(
            "audit_findings", "Promises about incidents and alerts found broken", (Role.INCIDENTS, Role.NOTIFY), check=Audit
        )
        notify = (Role.NOTIFY,)
        self.beats = self._counter("heartbeats", "Heartbeats that came through everything", notify, outcome=BeatOutcome)
        self.beaten = self._gauge("heartbeat_timestamp_seconds", "When a heartbeat was last taken outside", [], notify)
        self.beat_every = self._gauge("heartbeat_every_seconds", "How often it is to beat; 0 = not at all", [], notify)

    def show_vitals(self, vitals: Vitals) -> None:
        """Makes the gauges of a stage say what its vitals say when they are read."""
        self.assigned.set_function(lambda: len(vitals.partitions))
        for number in self.partitions:
            self.lag.labels(str(number)).set_function(partial(_lag, vitals, number))

    def _registry_for(self, roles: Iterable[Role]) -> CollectorRegistry | None:
        return self.registry if self._role in roles else None

    def _counter(self, name: str, text: str, roles: Iterable[Role] = Role, **labels: Iterable[str]) -> Counter:
        counter = Counter(f"rebato_{name}", text, list(labels), registry=self._registry_for(roles))
        if labels:
            for values in itertools.product(*labels.values()):
                counter.labels(*values)
        return counter

    def _gauge(self, name: str, text: str, labels: list[str], roles: Iterable[Role] = Role) -> Gauge:
        return Gauge(f"rebato_{name}", text, labels, registry=self._registry_for(roles))

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], roles: Iterable[Role]) -> Histogram:
        return Histogram(f"rebato_{name}", text, buckets=buckets, registry=self._registry_for(roles))


def _lag(vitals: Vitals, partition: int) -> float:
    found = vitals.partitions.get(partition)
    return found.lag if found else 0


def behind_s(log_ms: int) -> float:
    """How far log time is behind the clock; 0 before it has begun, and where it is ahead, as after the end of a replay.

    >>> behind_s(0), behind_s(1 << 60)
    (0.0, 0.0)
    """
    return max(0.0, time.time() - log_ms / 1000) if log_ms else 0.0

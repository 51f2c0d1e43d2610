"""What would have rung: the pipeline over files, without Kafka and without a clock."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from alerts.desk import IncidentDesk
from schemas.alert import Alert
from schemas.config.model import Config, Sensitivity, Slack
from schemas.enums import Flag, IntakeOutcome, Refusal
from schemas.incident import Incident
from schemas.signal import SignalRecord, Source
from streams.backtest.rings import Ring, rings
from streams.intake.records import RawRecord
from streams.intake.scores import Scorer
from streams.intake.stage import IntakeBatch
from streams.pipeline import Pipeline, Step, telling

BATCH = 4_000
TAIL_MS = 6 * 3_600_000  # time goes on after the last mention, so that what is open can resolve
OPENS_WITHIN_MS = 60_000  # of the last mention: a level is stated when its minute is over; later it is the file that ended
KEPT_REFUSALS = 1_000
OTHER_BUDGETS = (0.5, 2.0)  # times the budget: what else would have rung

Progress = Callable[[int], None]  # records so far
Watching = Callable[[Step], None]  # whoever wants more of each step than what is kept here


@dataclass(slots=True)
class BrandCounts:
    """Mentions of one brand."""

    mentions: int = 0
    negative: int = 0
    first_ms: int = 0  # the first of them


@dataclass(slots=True)
class Backtest:
    """Everything that a run found; `streams.backtest.report` writes it."""

    mentions: int = 0  # valid and new
    refused: Counter[Refusal] = field(default_factory=Counter)
    refusals: list[tuple[int, Refusal, str]] = field(
        default_factory=list
    )  # (line over all files, reason, detail), the first ones
    duplicates: int = 0
    late: int = 0
    first_ms: int = 0
    last_ms: int = 0
    brands: dict[str, BrandCounts] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)  # by id, as last seen
    alerts: list[Alert] = field(default_factory=list)
    rarest: dict[str, float] = field(default_factory=dict)  # by incident: its least rate of false alarms a month
    other_budgets: dict[float, list[Ring]] = field(default_factory=dict)  # what rings at these multiples of the budget
    levels: list[SignalRecord] = field(default_factory=list)  # as watch stated them, to decide again with another config

    @property
    def rung(self) -> list[Incident]:
        """Incidents that somebody was told of, oldest first."""
        told = {alert.incident.id for alert in self.alerts}
        return [i for i in self.incidents.values() if i.id in told]

    @property
    def rings(self) -> list[Ring]:
        """The same brand by brand, with those that are one story as one."""
        return rings(self.incidents, self.alerts)

    def watched_ms(self, brand: str) -> int:
        """How long a brand was spoken of: from its first mention on; 0 for one that nobody mentions."""
        counts = self.brands.get(brand, BrandCounts())
        return max(0, self.last_ms - (counts.first_ms or self.first_ms)) if counts.mentions else 0

    def part_of(self, incident: Incident, brand: str) -> Incident:
        """Of an incident that brands share, the brand's own from before they did; else the incident itself."""
        own = next((member.incident for member in incident.members if member.brand == brand), incident.id)
        return self.incidents.get(own, incident)


def backtest(
    config: Config,
    config_hash: str,
    records: Iterable[RawRecord],
    scorer: Scorer,
    progress: Progress,
    watching: Watching = lambda _: None,
    budgets: Sequence[float] = OTHER_BUDGETS,
) -> Backtest:
    """Runs the pipeline over records in order of time; the config's budget, and others (times it) beside it."""
    config = alone(config)
    run = Backtest()
    pipeline = Pipeline(config, config_hash, scorer)
    seen = 0
    for batch in _batches(records):
        run.first_ms = run.first_ms or min((r.append_ms for r in batch if r.append_ms), default=0)
        run.last_ms = max(run.last_ms, batch[-1].append_ms)  # the time so far, whatever a single line claims
        step = pipeline.feed(batch, run.last_ms)
        seen += len(batch)
        if step.intake:
            _count(run, step.intake, config.intake.negative_from)
        _decided(run, step)
        watching(step)
        progress(seen)
    if run.last_ms:
        step = pipeline.feed([], run.last_ms + TAIL_MS)
        _decided(run, step)
        watching(step)
    run.late = sum(brand.late for brand in pipeline.watch.brands.values())
    for times in budgets:
        run.other_budgets[times] = decide_again(run, _with_budget(config, times), config_hash)
    return run


def alone(config: Config) -> Config:
    """The config for a run of its own: time is the file's, and where nobody is told yet, somebody on Slack is."""
    channels = (config.alerts.slack, config.alerts.email, config.alerts.pagerduty, config.alerts.webhook)
    changes: dict[str, object] = {"time": "replay"}
    if not any(channels):
        changes["alerts"] = config.alerts.model_copy(update={"slack": Slack.model_construct()})
    return config.model_copy(update=changes)


def _with_budget(config: Config, times: float) -> Config:
    def scaled(sensitivity: Sensitivity) -> Sensitivity:
        return sensitivity.model_copy(update={"false_alarms": sensitivity.false_alarms * times})

    brands = config.brands
    if not isinstance(brands, str):
        brands = [b.model_copy(update={"sensitivity": scaled(b.sensitivity)}) if b.sensitivity else b for b in brands]
    return config.model_copy(update={"sensitivity": scaled(config.sensitivity), "brands": brands})


def _batches(records: Iterable[RawRecord]) -> Iterator[list[RawRecord]]:
    source = iter(records)
    while batch := list(islice(source, BATCH)):
        yield batch


def _count(run: Backtest, batch: IntakeBatch, negative_from: float) -> None:
    for (_, outcome), n in batch.counts.items():
        if outcome is IntakeOutcome.REPEAT:
            run.duplicates += n
        elif outcome is not IntakeOutcome.REFUSED:
            run.mentions += n
    for refused in batch.refused:
        run.refused[refused.reason] += 1
        if len(run.refusals) < KEPT_REFUSALS:
            run.refusals.append((refused.record.offset, refused.reason, refused.detail))
    rows = batch.columns
    if not len(rows):
        return
    inbound = (rows.flags & Flag.OUTBOUND) == 0
    negative = inbound & (rows.negativity >= negative_from)
    mentions = np.bincount(rows.brand[inbound], minlength=len(batch.brands)).tolist()
    negatives = np.bincount(rows.brand[negative], minlength=len(batch.brands)).tolist()
    for number, (name, said, angry) in enumerate(zip(batch.brands, mentions, negatives, strict=True)):
        counts = run.brands.setdefault(name, BrandCounts())
        if said and not counts.mentions:
            counts.first_ms = int(rows.observed_ms[inbound & (rows.brand == number)].min())
        counts.mentions += said
        counts.negative += angry


def _happened(run: Backtest, incident: Incident) -> bool:
    """Whether it opened before the files ended: that nobody speaks or answers after their end means nothing."""
    return incident.opened_ms <= run.last_ms + OPENS_WITHIN_MS


def _decided(run: Backtest, step: Step) -> None:
    run.levels.extend(step.signals)
    run.alerts.extend(alert for alert in step.alerts if _happened(run, alert.incident))
    for incident in step.incidents:
        if not _happened(run, incident):
            continue
        run.incidents[incident.id] = incident
        rate = incident.false_alarms_per_month
        run.rarest[incident.id] = min(rate, run.rarest.get(incident.id, rate))


def decide_again(run: Backtest, config: Config, config_hash: str) -> list[Ring]:
    """What would have rung with this config (`alone`); the levels are the run's."""
    desk = IncidentDesk(config, config_hash)
    found: dict[str, Incident] = {}
    alerts: list[Alert] = []
    for offset, record in telling(run.levels, desk):
        decisions = desk.apply(record, Source(0, offset, 0))
        found.update({i.id: i for i in decisions.incidents if _happened(run, i)})
        alerts += decisions.alerts
    return rings(found, alerts)

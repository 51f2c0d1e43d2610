"""The whole pipeline without IO and without a clock: mentions in, alerts out.

    records ─▶ intake ─▶ digests ─▶ watch ─▶ signals ─▶ desk ─▶ alerts, incidents
               validate, repeats,   windows, evidence    thresholds, the life
               brands, text         of every brand       of incidents

Between the same three parts Kafka's topics lie when the agents run them; `rebato backtest` and the tests call this.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from alerts.desk import IncidentDesk
from schemas.alert import Alert
from schemas.config.model import Config
from schemas.digest import NO_ROWS, DigestBatch, Watermark
from schemas.incident import Incident
from schemas.series import Point
from schemas.signal import SignalRecord, Source, Tick
from schemas.wire import VERSION
from streams.intake.records import RawRecord
from streams.intake.scores import Scorer
from streams.intake.stage import IntakeBatch, IntakeStage
from streams.watch.core import WatchCore
from streams.watch.zones import zones_of


@dataclass(slots=True)
class Step:
    """What a batch of records led to, in order."""

    intake: IntakeBatch | None = None
    signals: list[SignalRecord] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)


class Pipeline:
    """Every part with one partition, one after the other."""

    def __init__(self, config: Config, config_hash: str, scorer: Scorer) -> None:
        self.intake = IntakeStage(config, scorer)
        self.watch = WatchCore(config, zones_of(config))
        self.desk = IncidentDesk(config, config_hash)
        self._digests = 0  # offsets of the topics that aren't there
        self._signals = 0

    def feed(self, records: Sequence[RawRecord], watermark_ms: int, learn_until_ms: int = 0) -> Step:
        """Takes in records of source partition 0 in order of offsets; then the time is `watermark_ms` (log time)."""
        marks = [Watermark(0, watermark_ms)]
        if not records:
            return self._decide(Step(), DigestBatch(VERSION, self.intake.epoch, 1, marks, learn_until_ms))
        taken = self.intake.process(records)
        batch = DigestBatch(
            VERSION, self.intake.epoch, 1, marks, learn_until_ms, rows=len(taken.columns), brands=taken.brands,
            groups=taken.groups, networks=taken.networks, term_words=dict(taken.term_words), handles=taken.handles,
        )  # fmt: skip
        return self._decide(Step(taken), batch)

    def _decide(self, step: Step, batch: DigestBatch) -> Step:
        columns = step.intake.columns if step.intake else NO_ROWS
        signals, series = self.watch.apply(batch, columns, Source(0, self._digests, 0))
        self._digests += 1
        step.signals = signals
        step.points.extend(point for points in series for point in points.points)
        for place, record in telling(signals, self.desk):
            decisions = self.desk.apply(record, Source(0, self._signals + place, 0))
            step.alerts.extend(decisions.alerts)
            step.incidents.extend(decisions.incidents)
        self._signals += len(signals)
        return step


def telling(records: Sequence[SignalRecord], desk: IncidentDesk) -> Iterator[tuple[int, SignalRecord]]:
    """The records with their positions, without ticks that another one follows while the desk waits for nothing.

    A backtest is told the time once a minute and more, and is mostly calm.
    """
    for position, (record, following) in enumerate(zip_longest(records, records[1:])):
        if not (isinstance(record, Tick) and isinstance(following, Tick)) or desk.waits:
            yield position, record

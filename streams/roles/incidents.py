"""The role `incidents`: signals in, incidents and alerts out."""

from collections import Counter
from collections.abc import Iterable, Sequence

import structlog

from alerts.brand import BrandIncidents
from alerts.feedback import Learned
from alerts.standing import together
from schemas.enums import IncidentState, Severity
from schemas.incident import Incident, decode_incident
from schemas.signal import Trouble
from schemas.wire import RecordDecoder
from streams.engine.stage import Output, Stage
from streams.engine.vitals import Vitals
from streams.metrics import Metrics
from streams.roles.stage import StageRole, run_role
from streams.roles.start import Order
from streams.selfcheck import AuditCheck
from streams.stages.incidents import IncidentsStage
from streams.verdict_gauges import VerdictGauges

log = structlog.get_logger()
_decode_state = RecordDecoder[BrandIncidents](BrandIncidents)


class IncidentsRole(StageRole[IncidentsStage]):
    """Thresholds and the life of incidents."""

    def __init__(self, order: Order, metrics: Metrics, vitals: Vitals) -> None:
        super().__init__(order, metrics, vitals)
        self._open: dict[int, dict[str, Severity]] = {}
        self._verdicts = VerdictGauges(metrics)
        self._audit = AuditCheck(order.role, lambda finding: metrics.audit.labels(finding.check).inc())

    @property
    def input_topic(self) -> str:
        """The signals."""
        return self.topics.signals

    def make(self, partition: int, states: dict[bytes, bytes], position: bytes | None) -> IncidentsStage:
        """The incidents of one partition of the signals."""
        stage = IncidentsStage(self.loaded.config, self.loaded.hash, states, position, _log)
        self._open[partition] = {}
        for raw in states.values():
            for incident in _kept(raw):
                self._note(partition, incident)
        self._show()
        return stage

    def reconfigure(self, stage: IncidentsStage) -> None:
        """From its next tick on."""
        stage.reconfigure(self.loaded.config, self.loaded.hash)

    def count(self, partition: int, outputs: Sequence[Output]) -> None:
        """Open incidents by severity."""
        changed = [output for output in outputs if output.topic == self.topics.incidents]
        for output in changed:
            self._note(partition, decode_incident(output.value))
        if changed:
            self._show()

    def troubles(self) -> Iterable[Trouble]:
        """What the auditor finds in the desks."""
        return self._audit.look(finding for stage in self.stages.values() for finding in stage.audit())

    def saved(self, partition: int, stage: Stage, seconds: float) -> None:
        """What people have said, and how often it rings, is shown as often as it is kept."""
        super().saved(partition, stage, seconds)
        self._verdicts.show(together(each.standing() for each in self.stages.values()))

    def dropped(self, partition: int) -> None:
        """Its incidents are somebody else's to count."""
        super().dropped(partition)
        self._open.pop(partition, None)
        self._show()
        self._verdicts.show(together(each.standing() for each in self.stages.values()))

    def _note(self, partition: int, incident: Incident) -> None:
        if incident.state is IncidentState.RESOLVED:
            self._open[partition].pop(incident.id, None)
        else:
            self._open[partition][incident.id] = incident.severity

    def _show(self) -> None:
        counts = Counter(severity for partition in self._open.values() for severity in partition.values())
        for severity in Severity:
            self.metrics.incidents_open.labels(severity).set(counts[severity])


def _log(learned: Learned) -> None:
    log.info(
        "budget.learned",
        brand=learned.brand,
        verdict=learned.verdict.value,
        about=learned.about,
        author=learned.author,
        before_per_month=round(learned.before_per_month, 4),
        per_month=round(learned.per_month, 4),
        configured_per_month=learned.configured_per_month,
    )


def _kept(raw: bytes) -> list[Incident]:
    return [track.life.incident for track in _decode_state(raw).tracks.values() if track.life is not None]


def run(order: Order) -> None:
    """Runs until SIGTERM or SIGINT."""
    run_role(order, IncidentsRole)

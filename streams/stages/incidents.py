"""The stage `incidents`: one partition of the topic `signals` in, alerts and records of incidents out.

The deciding is in `alerts.desk`; here are its bytes and its topics.
"""

from collections.abc import Callable, Iterator, Mapping

from alerts.audit import Finding
from alerts.desk import Decisions, IncidentDesk
from alerts.feedback import Learned
from alerts.standing import Standing
from schemas.alert import Alert, Heartbeat
from schemas.config.model import Config
from schemas.errors import RecordError, StateError
from schemas.incident import Incident
from schemas.signal import Source, decode_signal
from schemas.topics import Topics, partition_of
from schemas.wire import VERSION, encode
from streams.engine.stage import InputRecord, Output


class IncidentsStage:
    """The incidents of one signals partition. State keys are brands."""

    def __init__(
        self,
        config: Config,
        config_hash: str,
        states: Mapping[bytes, bytes],
        position: bytes | None,
        tell: Callable[[Learned], None] = lambda learned: None,
    ) -> None:
        """Takes over the state of the last checkpoint. `tell` hears of budgets that a verdict has moved.

        Raises `StateError` when this version can't read the state.
        """
        self._tell = tell
        self._desk = IncidentDesk(config, config_hash)
        self._topics = Topics(config.kafka.topic_prefix)
        self._partitions = config.kafka.partitions
        try:
            self._desk.restore({key.decode(): state for key, state in states.items()}, position)
        except (RecordError, UnicodeDecodeError) as error:
            raise StateError(
                f"the kept state of incidents can't be read ({error}). The version that wrote it still reads it; "
                "`rebato state rebuild incidents` recomputes what this one needs"
            ) from error

    def reconfigure(self, config: Config, config_hash: str) -> None:
        """Takes over a config; the topics and their partitions stay those of the start."""
        self._desk.reconfigure(config, config_hash)

    def apply(self, record: InputRecord) -> list[Output]:
        """The records that a signals record leads to. Raises `RecordError` on bytes that are none."""
        at = Source(record.partition, record.offset, 0)
        decisions = self._desk.apply(decode_signal(record.value), at, record.append_ms or None)
        outputs = self._outputs(decisions)
        for learned in decisions.learned:
            self._tell(learned)
        return [*outputs, self._heartbeat(record.partition, decisions.beat_ms)] if decisions.beat_ms else outputs

    def audit(self) -> list[Finding]:
        """The open incidents that lack a next step."""
        return self._desk.audit()

    def standing(self) -> Standing:
        """What verdicts say, and how often it has rung."""
        return self._desk.standing()

    def changed(self) -> Iterator[tuple[bytes, bytes | None]]:
        """The states of the brands that have changed since the last checkpoint."""
        yield from ((name.encode(), state) for name, state in self._desk.changed().items())
        self._desk.taken()

    def position(self) -> bytes:
        """Clock, sources read, silences and commands."""
        return self._desk.position()

    def _outputs(self, decisions: Decisions) -> list[Output]:
        incidents = [self._output(self._topics.incidents, incident, incident.id) for incident in decisions.incidents]
        return incidents + [self._output(self._topics.alerts, alert, alert.incident.id) for alert in decisions.alerts]

    def _heartbeat(self, partition: int, ms: int) -> Output:
        """`alerts` has as many partitions as `signals`: each gets the beat of its own number."""
        return Output(self._topics.alerts, partition, None, encode(Heartbeat(VERSION, partition, ms)))

    def _output(self, topic: str, record: Incident | Alert, incident: str) -> Output:
        """Everything about an incident lies in one partition, in order."""
        return Output(topic, partition_of(incident, self._partitions), incident.encode(), encode(record))

"""The stage `notify`: one partition of the topic `alerts` in, outcomes of deliveries out to `signals`.

What is due is decided in `alerts.outbox`; sending is done beside the stage, by `streams.notify.loop`. A destination that
refuses an alert for good, or lets it expire, is a trouble of ours: the other destinations are told.
"""

from collections.abc import Iterator, Mapping

import msgspec

from alerts.notify.result import NOT_CONFIGURED
from alerts.outbox import Outbox
from schemas.alert import Alert, Heartbeat, Receipt, decode_alert
from schemas.config.model import Config
from schemas.enums import Fault, Outcome, Transition
from schemas.errors import RecordError, StateError
from schemas.signal import Delivery, Source, Trouble
from schemas.topics import Topics, partition_of
from schemas.wire import VERSION, encode
from streams.engine.stage import InputRecord, Output
from streams.system_signal import speaker_of_receipts, system_output

_PREFIX = "i:"  # an incident's id may begin with anything, a state key may not


class NotifyStage:
    """The outbox of one alerts partition. State keys are incidents."""

    def __init__(self, config: Config, states: Mapping[bytes, bytes], position: bytes | None) -> None:
        """Takes over the state of the last checkpoint. Raises `StateError` when this version can't read it."""
        self._topics = Topics(config.kafka.topic_prefix)
        self._live = config.time == "live"
        self._partitions = config.kafka.partitions
        try:
            kept = {key.decode().removeprefix(_PREFIX): state for key, state in states.items()}
            self.outbox = Outbox(kept, position, self._partitions)
        except (RecordError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise StateError(
                f"the kept state of notify can't be read ({error}). The version that wrote it still reads it; "
                "`rebato state rebuild notify` recomputes what this one needs"
            ) from error

    def apply(self, record: InputRecord) -> list[Output]:
        """The outcome of the delivery that this record ends, if it does, and the trouble that it shows; or a heartbeat.

        Raises `RecordError` on bytes that are none.
        """
        decoded = decode_alert(record.value)
        settled = self.outbox.apply(decoded, record.offset, record.append_ms)
        if isinstance(decoded, Heartbeat):
            return self._passed_on(record)
        if settled is None or not isinstance(decoded, Receipt):
            return []
        told = [self._delivery(settled, decoded, Source(record.partition, record.offset, 0))]
        return [*told, self._trouble(decoded, record)] if _is_trouble(settled, decoded) else told

    def changed(self) -> Iterator[tuple[bytes, bytes | None]]:
        """The states of the incidents that have changed since the last checkpoint; `None` for a forgotten one."""
        for incident in sorted(self.outbox.changed):
            yield f"{_PREFIX}{incident}".encode(), self.outbox.state(incident)
        self.outbox.changed.clear()

    def position(self) -> bytes:
        """How far the log has been read."""
        return self.outbox.position()

    def _delivery(self, alert: Alert, receipt: Receipt, source: Source) -> Output:
        group = alert.incident.group
        delivery = Delivery(
            v=VERSION,
            source=source,
            alert=alert.id,
            incident=alert.incident.id,
            destination=alert.destination,
            outcome=receipt.outcome,
            at_ms=receipt.at_ms,
            detail=receipt.detail,
        )
        return Output(self._topics.signals, partition_of(group, self._partitions), group.encode(), encode(delivery))

    def _passed_on(self, record: InputRecord) -> list[Output]:
        """What has come through this partition is told to partition 0, which waits for all of them."""
        return [Output(self._topics.alerts, 0, None, record.value)] if record.partition else []

    def _trouble(self, receipt: Receipt, record: InputRecord) -> Output:
        trouble = Trouble(Fault.DESTINATION, receipt.destination, receipt.detail)
        source = Source(speaker_of_receipts(record.partition), record.offset, 0)
        return system_output(trouble, source, receipt.at_ms if self._live else 0, self._topics, self._partitions)


def _is_trouble(alert: Alert, receipt: Receipt) -> bool:
    """A channel that the config has dropped is none, nor is an end that expires because its beginning never arrived.

    What ends in doubt has waited in vain for an answer until it expired.
    """
    if receipt.outcome in (Outcome.EXPIRED, Outcome.IN_DOUBT):
        return alert.transition is not Transition.RESOLVED
    return receipt.outcome is Outcome.FAILED and receipt.detail != NOT_CONFIGURED

"""What crosses the topic `alerts`, the outbox: alerts, and notify's own records about sending them.

notify knows of its attempts only what it has read here, so its state is a function of this log.
"""

import uuid

import msgspec

from schemas.enums import Outcome, Transition
from schemas.incident import Incident
from schemas.signal import Source
from schemas.wire import Ms, RecordDecoder

_NAMESPACE = uuid.UUID("6f1f8f5e-5a0e-5d0c-9b2e-7265626174ff")


class Alert(msgspec.Struct, frozen=True, tag="alert"):
    """One message about an incident to one destination."""

    v: int
    id: str  # uuid5 of (incident, revision, destination)
    source: Source
    destination: str  # name of a channel in the config: slack, email, pagerduty, webhook
    transition: Transition
    at_ms: Ms  # log time of the decision
    incident: Incident


class Attempt(msgspec.Struct, frozen=True, tag="attempt"):
    """Written and acknowledged before a send: after a crash the send is in doubt."""

    v: int
    alert: str
    incident: str
    destination: str
    number: int  # from 1
    at_ms: Ms  # wall clock


class Receipt(msgspec.Struct, frozen=True, tag="receipt"):
    """The end of an alert's delivery (or of one attempt, when `retry_at_ms` is set)."""

    v: int
    alert: str
    incident: str
    destination: str
    outcome: Outcome
    at_ms: Ms  # wall clock
    attempt: int
    detail: str = ""
    retry_at_ms: Ms = 0  # > 0: not the end, try again then
    destination_until_ms: Ms = 0  # > 0: the receiver asked (Retry-After) to leave the whole destination alone until then


class Heartbeat(msgspec.Struct, frozen=True, tag="heartbeat"):
    """A round of the heartbeat that has come through one partition of `alerts`; those of the others go on to partition 0."""

    v: int
    partition: int
    ms: Ms  # the round: wall clock of its beginning


AlertRecord = Alert | Attempt | Receipt | Heartbeat
_decode = RecordDecoder[AlertRecord](AlertRecord)


def alert_id(incident: str, revision: int, destination: str) -> str:
    """The id that every replay derives again.

    >>> alert_id("ikea-surge-1", 2, "slack") == alert_id("ikea-surge-1", 2, "slack")
    True
    """
    return str(uuid.uuid5(_NAMESPACE, f"{incident}\n{revision}\n{destination}"))


def decode_alert(raw: bytes) -> AlertRecord:
    """The record. Raises `RecordError`."""
    return _decode(raw)

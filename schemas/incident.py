"""An incident: a crisis with a stable id and a life. The newest record of an id on the topic `incidents` is the incident."""

import msgspec

from schemas.enums import IncidentState, Kind, Severity
from schemas.signal import Figures, Trouble
from schemas.wire import RecordDecoder

MERGED = "merged into "


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One line of an incident's story: when, what, and who if a person."""

    at_ms: int
    what: str
    severity: Severity
    author: str = ""


class Member(msgspec.Struct, frozen=True, array_like=True):
    """A brand of a contagion: the alarm of it that is part of the incident."""

    brand: str
    incident: str  # id of its own incident, before it became one with the others
    joined_ms: int
    severity: Severity
    figures: Figures  # as last stated, without samples and chart
    ended_ms: int = 0  # when it was calm again; 0 = it isn't
    words: list[str] = []  # what it shares with those before it


class Neighbour(msgspec.Struct, frozen=True, array_like=True):
    """A brand of the same group that rang before, or the brand itself: why it is watched more closely, or where it went."""

    brand: str
    incident: str
    rang_ms: int
    words: list[str] = []  # what is new in both; none = they talk of different things


class Incident(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole incident, as every alert carries it. Times are ms since the epoch, log time; 0 = not yet."""

    v: int
    id: str
    brand: str
    group: str
    kind: Kind
    state: IncidentState
    severity: Severity
    peak_severity: Severity
    opened_ms: int
    since_ms: int  # when the evidence first rose
    revision: int  # counts every transition and reminder
    figures: Figures  # as last stated
    evidence: float
    false_alarms_per_month: float
    budget_per_month: float  # the threshold: false alarms allowed a brand and month
    evidence_window_s: int = 900
    brands: list[str] = []  # more than one after contagion
    updated_ms: int = 0
    resolved_ms: int = 0
    peak_ms: int = 0
    peak_evidence: float = 0.0
    peak_figures: Figures = Figures()
    rising: bool = False
    learning: bool = False
    acked_by: str = ""
    acked_until_ms: int = 0
    resolved_why: str = ""  # calm, false_alarm, brand_removed, not_restated, merged into ID
    notified: list[str] = []  # destinations that an alert about it was written for
    timeline: list[Entry] = []
    config_hash: str = ""
    trouble: Trouble | None = None  # what an incident of kind `system` is about
    members: list[Member] = []  # of a contagion, the earliest first
    spread_to: list[str] = []  # members that have joined since the last alert
    neighbour: Neighbour | None = None
    peak_brand: str = ""  # whose the peak's figures are: of several brands, one
    rounds: int = 0  # how often it has had to ring anew at a severity that had rung: keys of pagers count it
    rang_from: dict[Severity, int] = {}  # at each worst severity: since which round; none = an older program has rung

    @property
    def merged_into(self) -> str:
        """The id of the contagion that it has become part of, or of the surge that it has become; "" = none."""
        why = self.resolved_why
        return why.removeprefix(MERGED) if why.startswith(MERGED) else ""


_decode = RecordDecoder[Incident](Incident)


def decode_incident(raw: bytes) -> Incident:
    """The incident. Raises `RecordError`."""
    return _decode(raw)

"""What has rung: brand by brand, the incidents that people take for one, and when they were first told. Pure.

1. It rang when the first alert about it was sent, not when it opened: a watch tells nobody, and a first alert waits.
2. What has become another incident of the same brand (a topic that grows into a surge) is one with it and counts once: as
   what people were told of first, at that alert. The later one is how it went on.
3. An incident that brands share counts for each of them, from the first alert that was about that brand.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.vigilance import SPREADS
from schemas.alert import Alert
from schemas.enums import Kind
from schemas.incident import Incident


@dataclass(frozen=True, slots=True)
class Ring:
    """What one brand's people take for one incident."""

    brand: str
    root: str  # id of the incident that all of it has become in the end
    told_ms: int  # the first alert
    parts: tuple[Incident, ...]  # those that people were told of, the first told first

    @property
    def incident(self) -> Incident:
        """The one that people were told of first."""
        return self.parts[0]

    @property
    def is_lead(self) -> bool:
        """Whether the figures are the brand's own; those of an incident that brands share are of the first."""
        return self.incident.brand == self.brand

    def is_like(self, other: "Ring") -> bool:
        """Whether both overlap in time, for one brand and kind; what has spread began as a surge."""
        if self.brand != other.brand or not self._kinds & other._kinds:
            return False
        return self._opened_ms <= other._ended_ms and other._opened_ms <= self._ended_ms

    @property
    def _kinds(self) -> set[Kind]:
        return {SPREADS if part.kind is Kind.CONTAGION else part.kind for part in self.parts}

    @property
    def _opened_ms(self) -> int:
        return min(part.opened_ms for part in self.parts)

    @property
    def _ended_ms(self) -> int:
        return max(part.resolved_ms or 1 << 60 for part in self.parts)


def rings(incidents: Mapping[str, Incident], alerts: Iterable[Alert]) -> list[Ring]:
    """What rang, the first told first. `incidents`: by id, as last seen; alerts about others are left out."""
    told: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for alert in sorted(alerts, key=lambda each: each.at_ms):
        if alert.incident.id not in incidents:
            continue
        for brand in brands_of(alert.incident):
            incident = _shared(incidents[alert.incident.id], brand, incidents)
            told[brand, root(incident, incidents)].setdefault(incident.id, alert.at_ms)
    found = [
        Ring(brand, last, min(parts.values()), tuple(incidents[part] for part in parts))
        for (brand, last), parts in told.items()
    ]
    return sorted(found, key=lambda ring: (ring.told_ms, ring.brand))


def untold(incident: Incident, brand: str = "") -> Ring:
    """An incident that nobody was told of, at the time when it opened."""
    return Ring(brand or incident.brand, incident.id, incident.opened_ms, (incident,))


def root(incident: Incident, incidents: Mapping[str, Incident]) -> str:
    """The id of the incident that it has become in the end; its own where it has become none of these."""
    passed = set[str]()
    while incident.merged_into in incidents and incident.id not in passed:
        passed.add(incident.id)
        incident = incidents[incident.merged_into]
    return incident.id


def brands_of(incident: Incident) -> list[str]:
    """The brands that it is about."""
    return incident.brands or [incident.brand]


def _shared(incident: Incident, brand: str, incidents: Mapping[str, Incident]) -> Incident:
    """The incident that the brand shares with others, where its own has become part of that; else its own."""
    kept = incidents.get(incident.merged_into)
    return kept if kept and kept.brand != brand and brand in brands_of(kept) else incident

"""Where every brand stands, from the topics `series` and `incidents`. Pure."""

from collections import defaultdict, deque
from collections.abc import Mapping

from schemas.enums import IncidentState, Severity
from schemas.incident import Incident
from schemas.series import Point, SeriesBatch
from streams.cli.table import SPARK_WIDTH, Board, Row

_MINUTE_MS = 60_000
_WINDOW_MS = 15 * _MINUTE_MS
_FORGET_MS = 24 * 60 * _MINUTE_MS


class Standings:
    """Takes records in as they come; `board` is what to show of them."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        """`names`: what people call a brand, by its id; the id itself where it is missing."""
        self._names = names or {}
        self._points: dict[str, Point] = {}
        self._negative: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=SPARK_WIDTH))
        self._incidents: dict[str, Incident] = {}
        self.now_ms = 0
        """The newest log time seen."""

    def add_series(self, batch: SeriesBatch) -> None:
        """Takes a record of `series`; older points than those known are left out."""
        self.now_ms = max(self.now_ms, batch.at_ms)
        for point in batch.points:
            known = self._points.get(point.brand)
            if known is not None and known.at_ms >= point.at_ms:
                continue
            if known is not None:
                quiet = min((point.at_ms - known.at_ms) // _MINUTE_MS - 1, SPARK_WIDTH)
                self._negative[point.brand].extend([0] * quiet)
            self._negative[point.brand].append(point.negative_last_min)
            self._points[point.brand] = point

    def add_incident(self, incident: Incident) -> None:
        """Takes a record of `incidents`: the newest revision of an id is the incident."""
        known = self._incidents.get(incident.id)
        if known is None or incident.revision >= known.revision:
            self._incidents[incident.id] = incident
            self.now_ms = max(self.now_ms, incident.updated_ms)

    def board(self, title: str, mentions_per_s: float | None = None) -> Board:
        """The worst first, then the most talked of against normal."""
        rows = {brand: self._row(point) for brand, point in self._points.items() if self.now_ms - point.at_ms < _FORGET_MS}
        order = sorted(rows, key=lambda brand: (_rank(rows[brand].severity), rows[brand].ratio), reverse=True)
        if not order:
            return Board(title, [], mentions_per_s)
        spark = tuple(self._negative[order[0]])
        return Board(title, [rows[brand] for brand in order], mentions_per_s, spark, rows[order[0]].brand)

    def _row(self, point: Point) -> Row:
        incident = self._worst(point.brand)
        silent = self.now_ms - point.at_ms >= _WINDOW_MS  # nobody states a brand of which nobody speaks
        mentions, negative = (0, 0) if silent else (point.mentions, point.negative)
        return Row(
            brand=self._names.get(point.brand, point.brand),
            mentions=mentions,
            expected=point.mentions_expected,
            negative_share=negative / mentions if mentions else 0.0,
            expected_share=point.negative_expected / point.mentions_expected if point.mentions_expected else 0.0,
            severity=incident.severity if incident else None,
            since_s=(self.now_ms - incident.since_ms) / 1000 if incident else 0.0,
            note=self._note(point, incident),
        )

    def _note(self, point: Point, incident: Incident | None) -> str:
        if incident is None:
            return "learning what is normal" if point.learning else ""
        of_first = incident.members and incident.brand != point.brand
        notes = [f"same crisis as {self._names.get(incident.brand, incident.brand)}"] if of_first else []
        notes += [f"acknowledged by {incident.acked_by}"] if incident.state is IncidentState.ACKNOWLEDGED else []
        return ", ".join(notes)

    def _worst(self, brand: str) -> Incident | None:
        found = [each for each in self._incidents.values() if each.state is not IncidentState.RESOLVED]
        mine = [each for each in found if _burns_for(each, brand)]
        return max(mine, key=lambda each: each.severity.rank, default=None)


def _rank(severity: Severity | None) -> int:
    return -1 if severity is None else severity.rank


def _burns_for(incident: Incident, brand: str) -> bool:
    if incident.members:
        return any(member.brand == brand and not member.ended_ms for member in incident.members)
    return brand == incident.brand or brand in incident.brands

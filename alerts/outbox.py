"""The outbox of one partition of `alerts`: which sends are due, as a function of the log (alerts, attempts, receipts).

`apply` takes in the records in their order; `due` says what to do now. The outbox knows of attempts and receipts only
what it has read, so whoever has read the same log goes on where the last one stopped. Delivery is at least once: a send
whose receipt is missing is made again, under the same alert id, which receivers with a key of their own recognise.
"""

from collections.abc import Collection, Mapping

import msgspec

from alerts.audit import Finding, audit_lane
from alerts.outbox_lane import Lane
from alerts.outbox_steps import Step
from schemas.alert import Alert, AlertRecord, Heartbeat, Receipt
from schemas.beat import Beats
from schemas.errors import UnknownVersionError
from schemas.wire import VERSION

FORGET_RESOLVED_MS = 3_600_000
FORGET_SILENT_MS = 7 * 86_400_000
"""The topic's retention: nothing older can come again."""
DEFAULT_LIFE_MS = 3_600_000
_SWEEP_EVERY_MS = 60_000


class _State(msgspec.Struct):
    """One incident's lanes by destination, as they are kept."""

    v: int
    lanes: dict[str, Lane]


class _Position(msgspec.Struct):
    v: int
    applied: int
    swept_ms: int
    beats: Beats = Beats()


_states = msgspec.msgpack.Decoder(_State)
_positions = msgspec.msgpack.Decoder(_Position)


class Outbox:
    """All unsettled alerts of a partition, and what must be remembered of settled ones."""

    def __init__(
        self, states: Mapping[str, bytes] | None = None, position: bytes | None = None, partitions: int = 1
    ) -> None:
        """`states` (by incident) and `position` as `state` and `position` gave them; raises `UnknownVersionError`.

        `partitions`: how many `alerts` has.
        """
        self._partitions = partitions
        self._lanes = {incident: _lanes(raw) for incident, raw in (states or {}).items()}
        kept = _positions.decode(position) if position else _Position(VERSION, -1, 0)
        self.applied = kept.applied
        """Offset of the last record applied; −1 before the first."""
        self._swept_ms = kept.swept_ms
        self.beats = kept.beats
        """Which rounds of the heartbeat have come through which partitions of `alerts`; partition 0 hears of all."""
        self.changed: set[str] = set()
        """Incidents whose state has changed; whoever writes them clears it."""

    def apply(self, record: AlertRecord, offset: int, append_ms: int) -> Alert | None:
        """Takes in a record, stamped `append_ms` by the broker; returns the alert that it settles, if it does."""
        self.applied = offset
        settled = None
        if isinstance(record, Heartbeat):
            self.beats = self.beats.heard(record.partition, record.ms, self._partitions)
            return None
        if isinstance(record, Alert):
            lane = self._lanes.setdefault(record.incident.id, {}).setdefault(record.destination, Lane())
            incident, known = record.incident.id, lane.add(record, append_ms)
        else:
            incident = record.incident
            found = self._lanes.get(incident, {}).get(record.destination)
            known = found is not None
            lane = found or Lane()
            if isinstance(record, Receipt):
                settled = lane.receipt(record)
            else:
                lane.attempt(record, append_ms)
        if known:
            lane.touched_ms = max(lane.touched_ms, append_ms)
            self.changed.add(incident)
        self._sweep(append_ms)
        return settled

    def due(
        self, now_ms: int, lives_ms: Mapping[str, int], busy: Collection[str] = (), frozen: Mapping[str, int] | None = None
    ) -> list[Step]:
        """What to do at `now_ms` (wall clock).

        `lives_ms`: after how long alerts to a destination expire, an hour where it isn't named. `busy`: ids of alerts
        of which a step is under way. `frozen`: until when a destination asked to be left alone, beyond what the log says.
        """
        until = self._frozen(frozen or {})
        return [
            step
            for lanes in self._lanes.values()
            for name, lane in lanes.items()
            for step in lane.steps(now_ms, busy, until.get(name, 0), lives_ms.get(name, DEFAULT_LIFE_MS))
        ]

    def heartbeat_ms(self, partition: int) -> int:
        """The newest round of the heartbeat that has come through all of `alerts`. Partition 0 alone knows."""
        return 0 if partition else self.beats.passed_ms

    def audit(self, now_ms: int) -> list[Finding]:
        """The waiting alerts that nobody will send, or that nobody sends although it is time (wall clock)."""
        until = self._frozen({})
        return [
            finding
            for incident, lanes in self._lanes.items()
            for name, lane in lanes.items()
            for finding in audit_lane(incident, lane, until.get(name, 0), now_ms)
        ]

    def failing(self) -> dict[str, tuple[int, str]]:
        """Destinations where something waits that was tried in vain: since when (wall clock, ms), and why the last time."""
        found: dict[str, tuple[int, str]] = {}
        for lanes in self._lanes.values():
            for name, lane in lanes.items():
                if lane.waiting and lane.failing_since_ms:
                    here = lane.failing_since_ms, lane.failing_why
                    found[name] = min(found.get(name, here), here)
        return found

    @property
    def idle(self) -> bool:
        """Whether nothing waits: until the next record nothing can be due."""
        return not any(lane.waiting for lanes in self._lanes.values() for lane in lanes.values())

    def noted(self, alert: Alert, number: int) -> bool:
        """Whether the receipt of attempt `number` of this alert, or a later one, has been read."""
        lane = self._lanes.get(alert.incident.id, {}).get(alert.destination)
        waiting = lane.find(alert.id) if lane else None
        return waiting is None or (waiting.attempts >= number and not waiting.open)

    def state(self, incident: str) -> bytes | None:
        """The state of an incident; `None` once it is forgotten."""
        lanes = self._lanes.get(incident)
        return msgspec.msgpack.encode(_State(VERSION, lanes)) if lanes else None

    def position(self) -> bytes:
        """What belongs to the whole partition."""
        return msgspec.msgpack.encode(_Position(VERSION, self.applied, self._swept_ms, self.beats))

    def _frozen(self, more: Mapping[str, int]) -> dict[str, int]:
        until = dict(more)
        for lanes in self._lanes.values():
            for name, lane in lanes.items():
                until[name] = max(until.get(name, 0), lane.frozen_until_ms)
        return until

    def _sweep(self, now_ms: int) -> None:
        """Forgets incidents of which nothing waits and nothing can come again."""
        if now_ms - self._swept_ms < _SWEEP_EVERY_MS:
            return
        self._swept_ms = now_ms
        for incident in [name for name, lanes in self._lanes.items() if all(_over(lane, now_ms) for lane in lanes.values())]:
            del self._lanes[incident]
            self.changed.add(incident)


def _over(lane: Lane, now_ms: int) -> bool:
    keep_ms = FORGET_RESOLVED_MS if lane.resolved else FORGET_SILENT_MS
    return not lane.waiting and now_ms - lane.touched_ms > keep_ms


def _lanes(raw: bytes) -> dict[str, Lane]:
    state = _states.decode(raw)
    if state.v > VERSION:
        raise UnknownVersionError(state.v, VERSION)
    return state.lanes

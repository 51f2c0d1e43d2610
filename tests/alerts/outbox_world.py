"""A log of alerts and a notify process on it that can die at any point, without Kafka and without a clock."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from alerts.outbox import Outbox
from alerts.outbox_backoff import retry_at_ms
from alerts.outbox_steps import Send, Settle, Step
from schemas.alert import Alert, AlertRecord, Attempt, Receipt, alert_id
from schemas.enums import IncidentState, Outcome, Transition
from schemas.signal import Source
from tests.alerts.render.cases import INCIDENT

MINUTE_MS = 60_000
START_MS = 1_700_000_000_000
HOUR_MS = 60 * MINUTE_MS
LIVES_MS = {"slack": HOUR_MS, "email": HOUR_MS}


def make_alert(revision: int, transition: Transition, destination: str = "slack", incident: str = "ikea-1") -> Alert:
    """An alert of an incident."""
    state = IncidentState.RESOLVED if transition is Transition.RESOLVED else IncidentState.OPEN
    return Alert(
        v=1,
        id=alert_id(incident, revision, destination),
        source=Source(0, revision, 0),
        destination=destination,
        transition=transition,
        at_ms=START_MS,
        incident=msgspec.structs.replace(INCIDENT, id=incident, revision=revision, state=state),
    )


class Killed(Exception):  # noqa: N818 — not an error: the process is gone
    """`kill -9`."""


@dataclass
class World:
    """The topic, the receivers and the one process that reads it."""

    now_ms: int = START_MS
    log: list[tuple[int, AlertRecord]] = field(default_factory=list)
    received: list[Alert] = field(default_factory=list)
    answer: Callable[[Alert], Outcome | None] = lambda _: Outcome.SENT  # None = retry
    saved: tuple[int, dict[str, bytes], bytes | None] = (0, {}, None)
    outbox: Outbox = field(default_factory=Outbox)
    read: int = 0
    repeats_in_doubt: int = 0

    def write(self, record: AlertRecord) -> None:
        """Appends to the log."""
        self.log.append((self.now_ms, record))

    def catch_up(self) -> list[Alert]:
        """Applies what is unread; returns what it settled."""
        settled = []
        while self.read < len(self.log):
            at_ms, record = self.log[self.read]
            settled.append(self.outbox.apply(record, self.read, at_ms))
            self.read += 1
        return [alert for alert in settled if alert]

    def checkpoint(self) -> None:
        """Saves the state, as the stage's keeper would."""
        states = dict(self.saved[1])
        for incident in self.outbox.changed:
            state = self.outbox.state(incident)
            states.pop(incident, None)
            if state is not None:
                states[incident] = state
        self.outbox.changed.clear()
        self.saved = (self.read, states, self.outbox.position())

    def restart(self) -> None:
        """A new process: the last checkpoint, then the log."""
        self.read, states, position = self.saved
        self.outbox = Outbox(states, position)
        self.catch_up()

    def due(self) -> list[Step]:
        """What is due now, everything read."""
        self.catch_up()
        return self.outbox.due(self.now_ms, LIVES_MS)

    def perform(self, step: Step, die_at: int = 0) -> None:
        """Does one step; raises `Killed` before the attempt (1), before the send (2), or before the receipt (3)."""
        if isinstance(step, Settle):
            self._die(die_at, 1)
            self.write(self._receipt(step.alert, step.number, step.outcome, step.detail))
            return
        self._die(die_at, 1)
        self.write(Attempt(1, step.alert.id, step.alert.incident.id, step.alert.destination, step.number, self.now_ms))
        self._die(die_at, 2)
        outcome = self._deliver(step)
        self._die(die_at, 3)
        retry_ms = 0 if outcome else retry_at_ms(step.alert.id, step.number, self.now_ms)
        self.write(self._receipt(step.alert, step.number, outcome or Outcome.FAILED, "", retry_ms))

    def run(self, minutes: int = 120) -> None:
        """Lets time pass until nothing waits, at most so many minutes."""
        for _ in range(minutes * 12):
            while steps := self.due():
                for step in steps:
                    self.perform(step)
            self.now_ms += 5_000

    def _deliver(self, step: Send) -> Outcome | None:
        outcome = self.answer(step.alert)
        self.repeats_in_doubt += step.in_doubt
        if outcome is Outcome.SENT:
            self.received.append(step.alert)
        return outcome

    def _receipt(self, alert: Alert, number: int, outcome: Outcome, detail: str, retry_ms: int = 0) -> Receipt:
        return Receipt(1, alert.id, alert.incident.id, alert.destination, outcome, self.now_ms, number, detail, retry_ms)

    def _die(self, die_at: int, here: int) -> None:
        if die_at == here:
            raise Killed


def outcomes(world: World) -> dict[str, Outcome]:
    """How each alert ended, by its id."""
    return {
        record.alert: record.outcome for _, record in world.log if isinstance(record, Receipt) and not record.retry_at_ms
    }

"""The role `notify`: alerts in, messages to people out."""

import os
import signal
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from schemas.alert import Alert
from schemas.enums import BeatOutcome, Channel, Outcome, Transition
from schemas.signal import Trouble
from streams.engine.hooks import Hooks, Send
from streams.engine.stage import Stage
from streams.engine.vitals import Vitals
from streams.metrics import Metrics
from streams.notify.build import make_loop
from streams.notify.heartbeat import HeartbeatTeller
from streams.roles.stage import StageRole, heartbeat_s, run_role
from streams.roles.start import Order
from streams.selfcheck import AuditCheck, undelivered
from streams.stages.notify import NotifyStage

_URGENT = (Transition.OPENED, Transition.ESCALATED)


class NotifyRole(StageRole[NotifyStage]):
    """The outbox, and the senders beside it."""

    def __init__(self, order: Order, metrics: Metrics, vitals: Vitals) -> None:
        super().__init__(order, metrics, vitals)
        beat_s = heartbeat_s(order.loaded.config)
        self._loop = make_loop(lambda: self.loaded.config, vitals, beat_s, self._fail, self._settled)
        self._audit = AuditCheck(order.role, lambda finding: metrics.audit.labels(finding.check).inc())
        self._heartbeat = HeartbeatTeller(order.loaded.config, self._beat)
        heartbeat = order.loaded.config.heartbeat
        metrics.beat_every.set(heartbeat.every.total_seconds() if heartbeat else 0)

    @property
    def input_topic(self) -> str:
        """The alerts."""
        return self.topics.alerts

    def make(self, partition: int, states: dict[bytes, bytes], position: bytes | None) -> NotifyStage:
        """The outbox of one partition of the alerts."""
        return NotifyStage(self.loaded.config, states, position)

    def reconfigure(self, stage: NotifyStage) -> None:
        """The senders ask for the config at each send; the outbox needs none of it."""

    def hooks(self) -> Hooks:
        """The senders follow what the stage has read."""
        return Hooks(
            ready=self._ready, applied=self._applied, saved=self.saved, dropped=self.dropped, lost=self.lost, dead=self.dead
        )

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[None]:
        """At the end, sends that are under way may finish and leave their receipts."""
        async with super().beside():
            try:
                yield
            finally:
                await self._heartbeat.close()
                await self._loop.close()

    def troubles(self) -> Iterable[Trouble]:
        """Destinations that take nothing, and what the auditor finds in the outboxes."""
        now_ms = int(time.time() * 1000)
        outboxes = [stage.outbox for stage in self.stages.values()]
        limit_ms = int(self.order.loaded.config.monitoring.undelivered.total_seconds() * 1000)
        known = self._configured()
        yield from undelivered((outbox.failing() for outbox in outboxes), known, now_ms, limit_ms)
        yield from self._audit.look(finding for outbox in outboxes for finding in outbox.audit(now_ms))

    def _configured(self) -> set[str]:
        return {channel for channel in Channel if getattr(self.loaded.config.alerts, channel) is not None}

    def _ready(self, partition: int, _: Stage, send: Send) -> None:
        """Its sender begins."""
        self._loop.ready(partition, self.stages[partition], send)

    def dropped(self, partition: int) -> None:
        """Its sender begins nothing more."""
        self._loop.dropped(partition)
        super().dropped(partition)

    def _applied(self, partition: int, _: Stage) -> None:
        self._loop.applied(partition)
        self._heartbeat.passed(self.stages[partition].outbox.heartbeat_ms(partition))

    def _beat(self, outcome: BeatOutcome) -> None:
        self.metrics.beats.labels(outcome).inc()
        if outcome is BeatOutcome.SENT:
            self.metrics.beaten.set_to_current_time()

    def _fail(self, error: Exception) -> None:
        """Ends the process in order; `run_role` raises the error then."""
        self.failure = self.failure or error
        os.kill(os.getpid(), signal.SIGTERM)

    def _settled(self, alert: Alert, outcome: Outcome) -> None:
        if alert.destination in list(Channel):
            self.metrics.alerts.labels(alert.destination, outcome).inc()
        live = self.loaded.config.time == "live"
        if live and outcome is Outcome.SENT and alert.transition in _URGENT:
            self.metrics.delivery.observe(max(0.0, time.time() - alert.at_ms / 1000))


def run(order: Order) -> None:
    """Runs until SIGTERM or SIGINT."""
    run_role(order, NotifyRole)

"""What notify does beside its stage: attempt, delivery, receipt; and the people who get the messages."""

from dataclasses import dataclass, field
from typing import Any

from alerts.outbox_steps import Send, Settle, Step
from alerts.render.distinct import distinct
from alerts.render.facts import facts
from alerts.render.quote import Quote
from alerts.render.slack import render_slack
from alerts.render.view import view_of
from schemas.alert import Alert, Attempt, Receipt
from schemas.config.model import Config
from schemas.enums import Outcome
from schemas.wire import VERSION, encode
from streams.engine.stage import Output
from streams.notify.samples import MOST
from streams.quotes import quote_of
from streams.stages.notify import NotifyStage
from tests.driver_crash import Killed, Moment
from tests.driver_logs import Logs
from tests.driver_stage import StageProcess


@dataclass(slots=True)
class Receivers:
    """Everything that arrived, oldest first; a repeat is here twice."""

    alerts: list[Alert] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)  # as Slack would get each of them


class Sender:
    """Delivers what the outbox of one partition says is due."""

    def __init__(self, partition: int, process: StageProcess, config: Config, logs: Logs, receivers: Receivers) -> None:
        self._partition = partition
        self._process = process
        self._config, self._logs, self._receivers = config, logs, receivers

    def run(self, stage: NotifyStage) -> bool:
        """Does what is due, once the stage has read everything; returns whether anything was. May kill the process."""
        steps = [] if self._process.behind else stage.outbox.due(self._logs.now_ms, {})
        try:
            for step in steps:
                self._perform(step)
        except Killed:
            self._process.kill()
        return bool(steps)

    def _perform(self, step: Step) -> None:
        order, alert = self._process.order, step.alert
        order.reach(Moment.BEFORE_ATTEMPT)
        if isinstance(step, Settle):
            self._write(alert, self._receipt(step, step.outcome, step.detail))
            return
        self._write(alert, Attempt(VERSION, alert.id, alert.incident.id, alert.destination, step.number, self._logs.now_ms))
        order.reach(Moment.BEFORE_DELIVERY)
        self._deliver(step)
        order.reach(Moment.BEFORE_RECEIPT)
        self._write(alert, self._receipt(step, Outcome.SENT, ""))

    def _deliver(self, step: Send) -> None:
        alert = step.alert
        shown = facts(alert, self._quotes(alert), view_of(self._config, alert.incident.brand))
        self._receivers.alerts.append(alert)
        self._receivers.bodies.append(render_slack(shown, step.in_doubt))

    def _quotes(self, alert: Alert) -> list[Quote]:
        quotes = []
        for sample in alert.incident.figures.samples:
            stored = self._logs.partition("mentions", sample.partition)[sample.offset]
            if quote := quote_of(stored.value, sample):
                quotes.append(quote)
        return distinct(quotes, MOST)

    def _receipt(self, step: Step, outcome: Outcome, detail: str) -> Receipt:
        alert = step.alert
        return Receipt(
            VERSION, alert.id, alert.incident.id, alert.destination, outcome, self._logs.now_ms, step.number, detail
        )

    def _write(self, alert: Alert, record: Attempt | Receipt) -> None:
        self._process.write(Output("alerts", self._partition, alert.incident.id.encode(), encode(record)))

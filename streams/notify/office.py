"""What the senders of all partitions of this process share: channels, samples, places, freezes, and whom to tell."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Protocol

import structlog

from alerts.notify.notifier import Notifier
from alerts.notify.result import InDoubt, SendResult
from alerts.outbox_steps import Send
from alerts.render.quote import Quote
from schemas.alert import Alert
from schemas.enums import Outcome
from schemas.incident import Incident
from schemas.signal import Sample
from streams.engine.vitals import Vitals
from streams.notify.wakefulness import Wakefulness

log = structlog.get_logger()

PLACES = 4
"""Sends at the same time to one destination: enough for several incidents, few enough for a small mail server."""


class Samples(Protocol):
    """Reads mentions back."""

    async def read(self, samples: list[Sample]) -> list[Quote]:
        """What they say; those that can't be read any more are left out. Never raises."""


class Office:
    """Shared by all senders; on one event loop."""

    def __init__(
        self,
        alerts_topic: str,
        notifier: Notifier,
        samples: Samples,
        vitals: Vitals,
        wakefulness: Wakefulness,
        fail: Callable[[Exception], None],
        settled: Callable[[Alert, Outcome], None],
    ) -> None:
        """`fail` ends the process; `settled` counts how alerts ended."""
        self.alerts_topic = alerts_topic
        self.frozen: dict[str, int] = {}
        """Until when (wall clock, ms) a destination asked to be left alone, whichever partition heard it."""
        self._notifier = notifier
        self._samples = samples
        self._vitals = vitals
        self._wakefulness = wakefulness
        self.fail = fail
        """To be told of what makes going on impossible."""
        self._settled = settled
        self._places: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PLACES))
        self._readings: dict[tuple[str, int], asyncio.Task[list[Quote]]] = {}

    def awake(self) -> bool:
        """Whether this process may trust that its partitions are its own."""
        return self._wakefulness.awake()

    @property
    def rest_s(self) -> float:
        """How long a sender with nothing to send may rest."""
        return self._wakefulness.rest_s

    def joined(self) -> None:
        """The group has given this process a partition."""
        self._wakefulness.renew()

    def caught_up(self, partition: int, applied: int) -> bool:
        """Whether the stage has read to where the partition ended when it was last looked at."""
        vitals = self._vitals.partitions.get(partition)
        return vitals is not None and vitals.loaded and max(applied, vitals.applied) >= vitals.end - 1

    def lives_ms(self) -> dict[str, int]:
        """After how long alerts expire, by destination."""
        return self._notifier.lives_ms()

    def place(self, destination: str) -> asyncio.Semaphore:
        """To be held during a send."""
        return self._places[destination]

    def freeze(self, destination: str, until_ms: int) -> None:
        """Leaves the destination alone until then."""
        self.frozen[destination] = max(self.frozen.get(destination, 0), until_ms)

    async def quotes(self, incident: Incident) -> list[Quote]:
        """The incident's samples, read back; once for all destinations that ask while they are read."""
        key = (incident.id, incident.revision)
        if key not in self._readings:
            reading = asyncio.create_task(self._samples.read(incident.figures.samples))
            self._readings[key] = reading
            reading.add_done_callback(lambda _: self._readings.pop(key))
        return await asyncio.shield(self._readings[key])

    async def send(self, step: Send, quotes: list[Quote]) -> SendResult:
        """How the send ended; a mistake of our own is in doubt: it must neither lose the alert nor stop the others."""
        started_s = time.monotonic()
        try:
            result = await self._notifier.send(step, quotes)
        except Exception as error:
            log.exception("alert.send_failed", alert=step.alert.id, destination=step.alert.destination)
            result = InDoubt(f"our_mistake: {type(error).__name__}")
        log.info(
            "alert.attempted",
            alert=step.alert.id,
            destination=step.alert.destination,
            incident=step.alert.incident.id,
            transition=step.alert.transition.value,
            severity=step.alert.incident.severity.value,
            attempt=step.number,
            result=type(result).__name__,
            seconds=round(time.monotonic() - started_s, 3),
        )
        return result

    def settled(self, alert: Alert, outcome: Outcome, detail: str) -> None:
        """An alert's delivery has ended."""
        log.info(
            "alert.settled",
            alert=alert.id,
            destination=alert.destination,
            incident=alert.incident.id,
            outcome=outcome.value,
            detail=detail,
        )
        self._settled(alert, outcome)

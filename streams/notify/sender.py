"""Sends what the outbox of one partition says is due, and writes attempts and receipts into its log.

    attempt written and acknowledged → still awake and owner? → send → receipt written and acknowledged

1. Nothing is sent before the stage has read to where the partition ended when it was loaded: a receipt may lie there.
2. An alert of which a step is under way is busy until the stage has read that step's receipt.
3. Steps of different incidents and destinations run side by side.
4. After the partition is dropped no send begins; one that has begun is finished, and its receipt still helps.
"""

import asyncio
import time
from contextlib import suppress

import structlog

from alerts.notify.result import Dead, InDoubt, Retry, SendResult, Sent
from alerts.outbox_backoff import asked_ms, retry_at_ms
from alerts.outbox_steps import Send, Settle, Step
from schemas.alert import Attempt, Receipt
from schemas.enums import Outcome
from schemas.errors import StateError
from schemas.wire import VERSION, encode
from streams.engine.hooks import Send as Deliver
from streams.engine.stage import Output
from streams.notify.office import Office
from streams.notify.underway import UnderWay
from streams.rhythm import to_next
from streams.stages.notify import NotifyStage

log = structlog.get_logger()

_TICK_S = 0.25
_DETAIL_CHARS = 200


class PartitionSender:
    """One partition from its load until it is dropped."""

    def __init__(self, partition: int, stage: NotifyStage, deliver: Deliver, office: Office, underway: UnderWay) -> None:
        """Starts nothing: `run` does."""
        self.stage = stage
        """The stage that counts; replaced when the engine rebuilds it."""
        self._partition = partition
        self._deliver = deliver
        self._office = office
        self._underway = underway
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._dropped = False

    def wake(self) -> None:
        """A record has been applied."""
        self._news.set()

    def drop(self) -> None:
        """No send begins any more."""
        self._dropped = True
        self._news.set()

    async def run(self) -> None:
        """Sends until dropped, then waits for the sends that have begun, each bounded by its channel's timeouts."""
        while not self._dropped:
            self._news.clear()
            ready = self._office.awake() and self._office.caught_up(self._partition, self.stage.outbox.applied)
            if ready:
                self._begin()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self._rest_s() if ready else _TICK_S)
        await asyncio.gather(*self._tasks)

    def _rest_s(self) -> float:
        """A record of the log wakes it anyway; time alone makes something due only where something waits."""
        return to_next(self._office.rest_s) if self.stage.outbox.idle else _TICK_S

    def _begin(self) -> None:
        outbox, office = self.stage.outbox, self._office
        self._underway.forget_noted(outbox)
        for step in outbox.due(_now_ms(), office.lives_ms(), self._underway.busy, office.frozen):
            self._underway.begin(step)
            task = asyncio.create_task(self._perform(step))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _perform(self, step: Step) -> None:
        written = False
        try:
            if isinstance(step, Settle):
                await self._settle(step, step.outcome, step.detail)
                written = True
            else:
                written = await self._attempt(step)
        except StateError as error:
            self._office.fail(error)
        finally:
            (self._underway.written if written else self._underway.broken_off)(step)
        self._news.set()

    async def _attempt(self, step: Send) -> bool:
        """Makes one attempt; returns whether a receipt is written: not when it was broken off."""
        alert = step.alert
        quotes = await self._office.quotes(alert.incident)
        async with self._office.place(alert.destination):
            if not self._still_ours():
                return False
            attempt = Attempt(VERSION, alert.id, alert.incident.id, alert.destination, step.number, _now_ms())
            await self._write(step, encode(attempt))
            if not self._still_ours():
                return False
            result = await self._office.send(step, quotes)
        await self._receive(step, result)
        return True

    def _still_ours(self) -> bool:
        return not self._dropped and self._office.awake()

    async def _receive(self, step: Send, result: SendResult) -> None:
        match result:
            case Sent(key, note):
                repeat = "sent again after an attempt in doubt: it may have arrived twice" if step.in_doubt else ""
                await self._settle(step, Outcome.SENT, "; ".join(part for part in (key, note, repeat) if part))
            case Dead(reason):
                await self._settle(step, Outcome.FAILED, reason)
            case InDoubt(reason):
                await self._postpone(step, Outcome.IN_DOUBT, Retry(reason))
            case Retry():
                await self._postpone(step, Outcome.FAILED, result)

    async def _settle(self, step: Step, outcome: Outcome, detail: str) -> None:
        await self._write(step, encode(self._receipt(step, outcome, detail)))
        self._office.settled(step.alert, outcome, detail)

    async def _postpone(self, step: Send, outcome: Outcome, retry: Retry) -> None:
        now_ms = _now_ms()
        again_ms = retry_at_ms(step.alert.id, step.number, now_ms, retry.after_s)
        until_ms = now_ms + asked_ms(retry.after_s) if retry.whole_destination else 0
        self._office.freeze(step.alert.destination, until_ms)
        await self._write(step, encode(self._receipt(step, outcome, retry.reason, again_ms, until_ms)))
        log.warning("alert.postponed", alert=step.alert.id, destination=step.alert.destination, reason=retry.reason)

    def _receipt(self, step: Step, outcome: Outcome, detail: str, retry_ms: int = 0, until_ms: int = 0) -> Receipt:
        alert = step.alert
        return Receipt(
            v=VERSION,
            alert=alert.id,
            incident=alert.incident.id,
            destination=alert.destination,
            outcome=outcome,
            at_ms=_now_ms(),
            attempt=step.number,
            detail=detail[:_DETAIL_CHARS],
            retry_at_ms=retry_ms,
            destination_until_ms=until_ms,
        )

    async def _write(self, step: Step, value: bytes) -> None:
        key = step.alert.incident.id.encode()
        await self._deliver([Output(self._office.alerts_topic, self._partition, key, value)])


def _now_ms() -> int:
    return time.time_ns() // 1_000_000

"""Tells the service outside of each round of the heartbeat that has come through everything.

It stands beside the senders and shares nothing with them, so that no slow channel delays it. What took longer than
`heartbeat.within` isn't told: a pipeline that is half an hour behind is no live one.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from alerts.notify.heartbeat import send_heartbeat
from alerts.notify.http import make_client
from alerts.notify.result import Sent
from schemas.config.model import Config
from schemas.enums import BeatOutcome

log = structlog.get_logger()

RETRIES_S = (2.0, 8.0)
"""Waits between attempts; then the next round is soon enough."""


class HeartbeatTeller:
    """One a process; the owner of partition 0 of `alerts` has something to tell."""

    def __init__(
        self, config: Config, told: Callable[[BeatOutcome], None], clock_s: Callable[[], float] = time.time
    ) -> None:
        """`told` counts what became of each round."""
        self._settings = config.heartbeat if config.time == "live" else None
        self._private = config.alerts.private_networks
        self._told = told
        self._clock_s = clock_s
        self._round_ms = 0
        self._task: asyncio.Task[None] | None = None

    def passed(self, ms: int) -> None:
        """The newest round that has come through everything; to be called in the event loop as often as one likes."""
        if self._settings is None or ms <= self._round_ms:
            return
        self._round_ms = ms
        late_s = self._clock_s() - ms / 1000
        if late_s > self._settings.within.total_seconds():
            log.warning("heartbeat.late", seconds=round(late_s))
            self._told(BeatOutcome.LATE)
        elif self._task is None or self._task.done():
            self._task = asyncio.create_task(self._tell())

    async def close(self) -> None:
        """Gives up what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _tell(self) -> None:
        for wait_s in (0.0, *RETRIES_S):
            await asyncio.sleep(wait_s)
            if await self._attempt():
                self._told(BeatOutcome.SENT)
                return
        self._told(BeatOutcome.FAILED)

    async def _attempt(self) -> bool:
        if self._settings is None:
            return True
        async with make_client(self._private) as client:
            try:
                result = await send_heartbeat(client, self._settings, datetime.fromtimestamp(self._clock_s(), UTC))
            except Exception as error:  # a mistake of our own must not end the senders: that the beat is missing tells it
                log.exception("heartbeat.failed", error=type(error).__name__)
                return False
        if not isinstance(result, Sent):
            log.warning("heartbeat.not_taken", reason=result.reason)
        return isinstance(result, Sent)

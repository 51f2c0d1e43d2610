"""Sends alerts beside the stage `notify`: starts a sender for each partition of this process and ends it."""

import asyncio
from collections import defaultdict

from streams.engine.hooks import Send as Deliver
from streams.notify.office import Office
from streams.notify.sender import PartitionSender
from streams.notify.underway import UnderWay
from streams.stages.notify import NotifyStage

_FINISH_S = 5.0


class NotifyLoop:
    """One a process. `ready`, `applied` and `dropped` are to be called by the engine's hooks of the same names."""

    def __init__(self, office: Office) -> None:
        """Sends nothing until a partition is ready."""
        self._office = office
        self._senders: dict[int, PartitionSender] = {}
        self._underway: dict[int, UnderWay] = defaultdict(UnderWay)
        self._runs: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Begins no send any more, waits 5 s for those under way, and gives up the rest: they are in doubt."""
        for partition in list(self._senders):
            self.dropped(partition)
        if self._runs:
            _, late = await asyncio.wait(self._runs, timeout=_FINISH_S)
            for run in late:
                run.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def ready(self, partition: int, stage: NotifyStage, deliver: Deliver) -> None:
        """The partition is loaded, or its stage has been rebuilt; `deliver` writes into the log."""
        if partition in self._senders:
            self._senders[partition].stage = stage
            return
        self._office.joined()
        sender = PartitionSender(partition, stage, deliver, self._office, self._underway[partition])
        self._senders[partition] = sender
        run = asyncio.create_task(self._guard(sender))
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)

    def applied(self, partition: int) -> None:
        """The stage has read a record: something may be due."""
        if sender := self._senders.get(partition):
            sender.wake()

    def dropped(self, partition: int) -> None:
        """The partition isn't ours any more: no send of it begins."""
        if sender := self._senders.pop(partition, None):
            sender.drop()

    async def _guard(self, sender: PartitionSender) -> None:
        try:
            await sender.run()
        except Exception as error:  # whatever it is, the process ends in order and its successor goes on
            self._office.fail(error)

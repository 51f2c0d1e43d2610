"""Offsets are committed, in order, when all that they led to is acknowledged; never while a send is in flight."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from streams.engine.deadline import deadline

_WAITING = 2  # batches that may wait for their acknowledgement while the next one is worked on
_DEADLINE_S = 30.0  # an idempotent send never gives up by itself

Sends = Sequence["asyncio.Future[Any]"]


class Acks:
    """Waits for sends and commits, beside the loop that makes them. Raises in `add` and `drain` when a send failed."""

    def __init__(self, consumer: AIOKafkaConsumer, epoch: int) -> None:
        """`epoch` is written beside each commit: another topic of the same name begins anew."""
        self._consumer = consumer
        self._epoch = str(epoch)
        self._waiting: asyncio.Queue[tuple[Mapping[TopicPartition, int], Sends]] = asyncio.Queue(_WAITING)
        self._idle = asyncio.Event()
        self._idle.set()
        self._task = asyncio.create_task(self._run())

    async def add(self, positions: Mapping[TopicPartition, int], sends: Sends) -> None:
        """Commits `positions` once all of `sends` have arrived; waits while too many batches are on their way."""
        self._idle.clear()
        await self._or_failed(self._waiting.put((positions, sends)))

    async def drain(self) -> None:
        """Returns when everything that was added is committed."""
        await self._or_failed(self._idle.wait())

    async def close(self) -> None:
        """Gives up what isn't committed: it will be read again."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _or_failed(self, what: Any) -> None:
        waiting = asyncio.ensure_future(what)
        try:
            await asyncio.wait([waiting, self._task], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if self._task.done() and not self._task.cancelled():
            self._task.result()

    async def _run(self) -> None:
        while True:
            positions, sends = await self._waiting.get()
            async with deadline(_DEADLINE_S, "sending digests"):
                await asyncio.gather(*sends)
            if positions:
                await self._commit(positions)
            if self._waiting.empty():
                self._idle.set()

    async def _commit(self, positions: Mapping[TopicPartition, int]) -> None:
        async with deadline(_DEADLINE_S, "committing what was read of mentions"):
            # When the group has given the partitions to another process, that one begins at the commit before and repeats.
            with suppress(CommitFailedError, IllegalStateError):
                await self._consumer.commit({where: (offset, self._epoch) for where, offset in positions.items()})

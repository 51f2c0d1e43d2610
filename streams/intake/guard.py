"""Notices that the topic of mentions was deleted or made anew behind our back.

Its offsets begin at 0 again. Read on under the old epoch, the first of them would be taken for counted, and later ones would
be counted again after the next start. So the process ends, and its successor begins with the new topic's epoch.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from schemas.errors import StateError, UnreachableError
from streams.epoch import present

EVERY_S = 15.0
"""How often it is asked beside the reading; before partitions are read after an assignment it is asked anyway."""

FindEpoch = Callable[[], int | None]
"""Blocks; the topic's epoch now, None if there is no such topic. Raises `UnreachableError`."""


async def watched(topic: str, find: FindEpoch) -> "TopicGuard":
    """A guard of the topic as it is now. Raises `MissingTopicError` when there is none, `UnreachableError`."""
    return TopicGuard(topic, present(topic, await asyncio.to_thread(find)), find)


class TopicGuard:
    """Asks for the epoch now and then."""

    def __init__(self, topic: str, epoch: int, find: FindEpoch) -> None:
        self.epoch = epoch
        """The one with which this process counts."""
        self._topic = topic
        self._find = find
        self._problem: StateError | None = None

    def check(self) -> None:
        """Raises StateError when `run` has found another topic."""
        if self._problem is not None:
            raise self._problem

    async def ask(self) -> None:
        """Asks at once. Raises StateError when it is another topic, or none; a broker that is away says nothing."""
        with suppress(UnreachableError):
            found = await asyncio.to_thread(self._find)
            if found != self.epoch:
                happened = "deleted" if found is None else "deleted and recreated"
                self._problem = StateError(
                    f"{self._topic} was {happened} while it was read: what nobody had read of it is lost. Starting again "
                    "with the topic as it is now; what was counted stays counted"
                )
        self.check()

    async def run(self) -> None:
        """Asks until it has found another topic, or is cancelled."""
        while self._problem is None:
            await asyncio.sleep(EVERY_S)
            with suppress(StateError):
                await self.ask()

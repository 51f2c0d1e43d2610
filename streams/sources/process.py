"""The process of the role `sources`: every way in that the config names, until it is told to stop."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from schemas.config.model import Config
from streams.sources.folder import FolderDoor
from streams.sources.http import HttpDoor
from streams.sources.listener import listening
from streams.sources.observe import SourcesObserver
from streams.sources.sender import mention_sender


async def run_sources(
    config: Config,
    observer: SourcesObserver,
    stop: asyncio.Event,
    on_listening: Callable[[int], None] = lambda port: None,
) -> None:
    """Works until `stop` is set, then answers the requests that are under way.

    `on_listening` gets the port of HTTP. Raises `UsageError` for what only a person can mend.
    """
    http, folder = config.sources.http, config.sources.folder
    async with AsyncExitStack() as stack:
        sender = await stack.enter_async_context(mention_sender(config.kafka))
        if http is not None:
            door = HttpDoor(http, sender, observer, live=config.time == "live")
            on_listening(await stack.enter_async_context(listening(door.post, http, observer.answered)))
        if folder is None:
            await stop.wait()
            return
        watching = asyncio.create_task(FolderDoor(folder.path, sender, observer).watch(folder.poll.total_seconds()))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([watching, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if watching.done():
            watching.result()
        watching.cancel()
        await asyncio.wait([watching])

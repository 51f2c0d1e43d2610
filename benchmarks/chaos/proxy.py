"""A TCP proxy on loopback that can be told to be a bad network: slow, silent, or cut.

A broker's address is advertised as that of a proxy, so whatever a role says to that broker goes through it.
"""

import asyncio
import contextlib
import random
from collections.abc import Iterator

HOST = "127.0.0.1"
_CHUNK_BYTES = 65_536


class Proxy:
    """Passes bytes on between its own port and a target, each connection in both directions."""

    def __init__(self, port: int, target_port: int) -> None:
        """Listens on `port` (0: any free one) once `start` is called."""
        self.port = port
        self.delay_s = 0.0
        """How long each piece of up to 64 KiB waits on its way."""
        self.passed_bytes = 0
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()

    async def start(self) -> None:
        """Begins to listen."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Cuts everything and listens no more."""
        if self._server is not None:
            self._server.close()
        self.cut(random.Random(0), 1.0)
        if self._serving:
            await asyncio.wait(self._serving)

    def cut(self, chance: random.Random, share: float) -> int:
        """Resets so great a share of the connections, at least one where there is one; returns how many."""
        there = sorted(self._open, key=lambda each: str(each.get_extra_info("peername")))
        chosen = chance.sample(there, min(len(there), max(1, round(share * len(there)))))
        for writer in chosen:
            writer.transport.abort()
        return len(chosen)

    @contextlib.contextmanager
    def slow(self, delay_s: float) -> Iterator[None]:
        """Each piece waits so long."""
        self.delay_s = delay_s
        try:
            yield
        finally:
            self.delay_s = 0.0

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """Connections stand and are taken, but nothing passes: the worst that a network does."""
        self._flows.clear()
        try:
            yield
        finally:
            self._flows.set()

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass_on(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._target_port)
        except OSError:  # the broker is away: so is its address
            writer.transport.abort()
            return
        self._open.add(writer)
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        finally:
            self._open.discard(writer)
            for each in (writer, far_writer):
                each.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(_CHUNK_BYTES):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                await self._flows.wait()
                self.passed_bytes += len(piece)
                writer.write(piece)
                await writer.drain()
        writer.transport.abort()

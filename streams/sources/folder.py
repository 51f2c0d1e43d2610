"""A folder that is watched for files of mentions: `.jsonl`, or `.jsonl.gz`.

Lines are sent as they are: what is wrong with one is found by intake, and lies with its reason in the dead-letter topic.
How far a file is read is written down after Kafka has acknowledged, so a crash sends some lines again: repeats are
dropped by intake, as the same line has the same source and id.
"""

import asyncio
from pathlib import Path

import structlog

from schemas.errors import UnreachableError
from streams.sources.observe import Door, SourcesObserver
from streams.sources.positions import Positions, identity
from streams.sources.sender import MentionSender
from streams.sources.tail import read_tail

log = structlog.get_logger()

_SUFFIXES = (".jsonl", ".jsonl.gz")


class FolderDoor:
    """Reads what is new in the folder."""

    def __init__(self, folder: Path, sender: MentionSender, observer: SourcesObserver) -> None:
        """Raises `UsageError` when the folder can't be used."""
        self._folder = folder
        self._sender = sender
        self._observer = observer
        self._positions = Positions.load(folder)
        self._told: dict[str, tuple[int, str]] = {}  # by identity: size and problem that were last told of

    async def watch(self, poll_s: float) -> None:
        """Looks again and again until it is cancelled; waits while Kafka is away."""
        while True:
            try:
                await self.look()
            except UnreachableError:
                log.warning("sources.kafka_away", door=Door.FOLDER)
            await asyncio.sleep(poll_s)

    async def look(self) -> int:
        """Sends all that is new; returns how many lines."""
        files = sorted(path for path in self._folder.iterdir() if path.name.endswith(_SUFFIXES) and path.is_file())
        known = {}
        for path in files:
            try:
                known[path] = identity(path), path.stat().st_size
            except FileNotFoundError:  # taken away between the two calls
                continue
        self._positions.keep_only({name for name, _ in known.values()})
        return sum([await self._read(path, name, size) for path, (name, size) in known.items()])

    async def _read(self, path: Path, name: str, size: int) -> int:
        offset = self._positions.read.get(name, 0)
        if path.suffix != ".gz" and size < offset:
            log.warning("sources.file_shorter", file=path.name, size=size, read=offset)
            offset = 0
        sent = 0
        while True:
            tail = await asyncio.to_thread(read_tail, path, offset)
            if tail.lines:
                await self._sender.send(tail.lines)
                self._observer.accepted(Door.FOLDER, len(tail.lines))
            if tail.offset != offset:
                self._positions.read[name] = offset = tail.offset
                await asyncio.to_thread(self._positions.save)
            sent += len(tail.lines)
            if not tail.lines or tail.problem:
                self._tell(path, name, size, tail.problem)
                return sent

    def _tell(self, path: Path, name: str, size: int, problem: str | None) -> None:
        """Says once for each size of a file what is wrong with it."""
        if problem and self._told.get(name) != (size, problem):
            self._told[name] = size, problem
            log.warning("sources.file_unreadable", file=path.name, problem=problem, remedy="copy it again, whole")

"""Tells the desk what is wrong with this process: at once, and each minute while it lasts.

It has a producer of its own for each time, as there is mostly nothing to tell. Where Kafka doesn't take it, it is told again
a minute later: an incident is opened by any of its statements.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiokafka.errors import KafkaError

from schemas.config.model import Config
from schemas.enums import Fault
from schemas.errors import ConfigError, RebatoError, UsageError
from schemas.signal import Source, Trouble
from schemas.topics import Topics
from streams.async_kafka import ordered_producer
from streams.engine.stage import Output
from streams.roles.role import Role
from streams.system_signal import RESTATE_S, brand_of, speaker, system_output

log = structlog.get_logger()

LOST_TIMES = 3
"""How often a loss is told: one time may fall before the desk knows any time."""

_DEADLINE_S = 20.0


@dataclass(slots=True)
class _Notice:
    trouble: Trouble
    left: int | None  # times to tell it; None = until it is over


class Notices:
    """One a process. `run` is to run in its event loop; the other methods are called there and return at once."""

    def __init__(self, config: Config, role: Role, clock_s: Callable[[], float] = time.time) -> None:
        self._config = config
        self._speaker = speaker(role)
        self._clock_s = clock_s
        self._standing: dict[str, _Notice] = {}
        self._lost: dict[str, int] = {}
        self._news = asyncio.Event()
        self._told = 0

    def refused(self, file: str, error: UsageError) -> None:
        """A changed config was refused; told until `accepted`."""
        self._put(Trouble(Fault.CONFIG, file, in_a_line(error)), None)

    def accepted(self) -> None:
        """The config's file is valid again."""
        self._standing = {name: each for name, each in self._standing.items() if each.trouble.fault is not Fault.CONFIG}

    def lost(self, topic: str, records: int) -> None:
        """Retention deleted records that were never read."""
        self._lost[topic] = self._lost.get(topic, 0) + records
        self._put(Trouble(Fault.LOST, topic, str(self._lost[topic])), LOST_TIMES)

    def hold(self, faults: Collection[Fault], troubles: Iterable[Trouble]) -> None:
        """Of these faults exactly these troubles stand now; one that stood before is told with its newest words."""
        now = {brand_of(trouble): trouble for trouble in troubles}
        for name, notice in list(self._standing.items()):
            if notice.trouble.fault in faults and name not in now:
                del self._standing[name]
                log.info("trouble.over", fault=notice.trouble.fault.value, about=notice.trouble.about)
        for name, trouble in now.items():
            standing = self._standing.get(name)
            if standing is not None:
                standing.trouble = trouble
            else:
                log.warning("trouble.found", fault=trouble.fault.value, about=trouble.about, note=trouble.note)
                self._put(trouble, None)

    async def run(self, restate_s: float = RESTATE_S) -> None:
        """Tells until it is cancelled."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), restate_s if self._standing else None)
            self._news.clear()
            if self._standing:
                await self._tell(list(self._standing.items()))

    def _put(self, trouble: Trouble, times: int | None) -> None:
        self._standing[brand_of(trouble)] = _Notice(trouble, times)
        self._news.set()

    async def _tell(self, notices: list[tuple[str, _Notice]]) -> None:
        try:
            async with asyncio.timeout(_DEADLINE_S), ordered_producer(self._config.kafka) as producer:
                for _, notice in notices:
                    told = self._output(notice.trouble)
                    await producer.send_and_wait(told.topic, told.value, told.key, told.partition)
        except (TimeoutError, KafkaError, RebatoError) as error:
            log.warning("trouble.not_told", reason=str(error) or repr(error), retry_in_s=RESTATE_S)
            return
        for name, notice in notices:
            if notice.left is not None:
                notice.left -= 1
            if notice.left == 0 and self._standing.get(name) is notice:
                del self._standing[name]

    def _output(self, trouble: Trouble) -> Output:
        now_ms = int(self._clock_s() * 1000)
        self._told = max(self._told + 1, now_ms)
        kafka, live = self._config.kafka, self._config.time == "live"
        source = Source(self._speaker, self._told, 0)
        return system_output(trouble, source, now_ms if live else 0, Topics(kafka.topic_prefix), kafka.partitions)


def in_a_line(error: UsageError) -> str:
    """The first mistake, and how many more there are.

    >>> in_a_line(UsageError("there is no file x.\\nCreate it."))
    'there is no file x.'
    """
    if not isinstance(error, ConfigError) or not error.problems:
        return str(error).partition("\n")[0]
    first, more = error.problems[0], len(error.problems) - 1
    where = f"line {first.line} " if first.line else ""
    return f"{where}{first.field}: {first.message}" + (f" (and {more} more)" if more else "")

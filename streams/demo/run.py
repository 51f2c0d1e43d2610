"""Runs the demo: a broker, receivers, every role as a process of its own, and the story sent through all of them."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.config.load import Loaded, load_config
from schemas.enums import Channel
from schemas.errors import RebatoError
from schemas.incident import decode_incident
from schemas.series import decode_series
from schemas.topics import Topics
from streams.board import Standings
from streams.demo import story, texts
from streams.demo.story_files import write_chapters, write_config
from streams.demo.told import brands_of
from streams.demo.verdict import Verdict, judge
from streams.embedded import EmbeddedBroker
from streams.receivers import Received, Receivers
from streams.replay import Order, extent_of, replay
from streams.roles.role import Role
from streams.supervisor import Supervisor
from streams.tail import TopicTail
from streams.topics_admin import topic_specs

SPEED = 120.0
AFTER_SPEED = 900.0  # once everything has rung, until it is calm again
LEARN_WITHIN_S = 120.0
SETTLE_S = 2.5  # nothing new for so long: everything has arrived
SETTLE_WITHIN_S = 40.0
KEPT_LINES = 400
ROLES = (Role.INTAKE, Role.WATCH, Role.INCIDENTS, Role.NOTIFY)


class Stage:
    """What the demo looks like from outside at any moment: read by the screen, written by the demo."""

    def __init__(self) -> None:
        self.standings = Standings(texts.NAMES)
        self.received: list[Received] = []
        self.chapter = "starting"
        self.sent = 0
        self.sent_per_s = 0.0
        self.log: deque[str] = deque(maxlen=KEPT_LINES)  # of the roles, for when something goes wrong
        self.last_news_s = time.monotonic()

    def got(self, received: Received) -> None:
        """A receiver took something."""
        self.received.append(received)
        self.last_news_s = time.monotonic()


Changed = Callable[[], None]


class Demo:
    """One run. `changed` is called whenever there may be something new to show."""

    def __init__(self, speed: float, stage: Stage, changed: Changed) -> None:
        self._speed = speed
        self._stage = stage
        self._changed = changed

    async def run(self) -> Verdict:
        """Tells the whole story; the verdict on what was received."""
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="rebato-demo-")))
            broker = stack.enter_context(EmbeddedBroker())
            receivers = await stack.enter_async_context(Receivers(on_received=self._stage.got))
            loaded = self._config(folder / "rebato.yaml", broker, receivers)
            supervisor = Supervisor(
                _commands(folder / "rebato.yaml"), lambda role, line: self._stage.log.append(f"{role} {line}")
            )
            roles = asyncio.create_task(supervisor.run())
            watcher = asyncio.create_task(self._watch(loaded))
            try:
                await self._tell(loaded, write_chapters(folder), roles)
            finally:
                watcher.cancel()
                supervisor.stop()
                await roles
        events = [each.body for each in receivers.of(Channel.WEBHOOK)]
        return judge(events, self._channels())

    def _config(self, path: Path, broker: EmbeddedBroker, receivers: Receivers) -> Loaded:
        write_config(path, broker.address, receivers)
        loaded = load_config(path, {})
        broker.create(*(spec.name for spec in topic_specs(loaded.config)))
        return loaded

    async def _tell(self, loaded: Loaded, chapters: tuple[Path, Path, Path], roles: asyncio.Task[int]) -> None:
        learn, crisis, after = chapters
        stage = self._stage
        stage.chapter = "learning what is normal from three calm days"
        await self._send(loaded, learn, Order(learn_only=True))
        look_ms = int(story.LOOK.timestamp() * 1000) - 120_000
        await self._until(lambda: stage.standings.now_ms >= look_ms, LEARN_WITHIN_S, roles)
        stage.chapter = f"the day, at {self._speed:g}x"
        await self._send(loaded, crisis, Order(speed=self._speed))
        stage.chapter = f"afterwards, at {max(AFTER_SPEED, self._speed):g}x"
        await self._send(loaded, after, Order(speed=max(AFTER_SPEED, self._speed)))
        stage.chapter = "the last alerts"
        end_ms = int(story.END.timestamp() * 1000) - 120_000
        await self._until(lambda: stage.standings.now_ms >= end_ms, SETTLE_WITHIN_S, roles)
        stage.last_news_s = time.monotonic()
        await self._until(lambda: time.monotonic() - stage.last_news_s > SETTLE_S, SETTLE_WITHIN_S, roles)

    async def _send(self, loaded: Loaded, path: Path, order: Order) -> None:
        before, begun_s = self._stage.sent, time.monotonic()

        def sent(lines: int) -> None:
            self._stage.sent = before + lines
            self._stage.sent_per_s = lines / max(time.monotonic() - begun_s, 0.001)
            self._changed()

        await replay(loaded.config, [path], order, extent_of([path]), sent)

    async def _until(self, reached: Callable[[], bool], within_s: float, roles: asyncio.Task[int]) -> None:
        deadline_s = time.monotonic() + within_s
        while not reached():
            if roles.done() or time.monotonic() > deadline_s:
                raise RebatoError(
                    f"the demo is stuck while {self._stage.chapter}. The roles' last lines:\n{self._last_lines()}"
                )
            await asyncio.sleep(0.1)
            self._changed()

    def _last_lines(self) -> str:
        return "\n".join(list(self._stage.log)[-20:])

    async def _watch(self, loaded: Loaded) -> None:
        topics = Topics(loaded.config.kafka.topic_prefix)
        with closing(
            await asyncio.to_thread(TopicTail, loaded.config.kafka, {topics.series: 0, topics.incidents: 0})
        ) as tail:
            while True:
                for topic, value in await asyncio.to_thread(lambda: list(tail.read(0.2))):
                    if topic == topics.series:
                        self._stage.standings.add_series(decode_series(value))
                    else:
                        self._stage.standings.add_incident(decode_incident(value))
                self._changed()

    def _channels(self) -> dict[str, set[Channel]]:
        found: dict[str, set[Channel]] = {}
        for received in self._stage.received:
            for brand in brands_of(received):
                found.setdefault(brand, set()).add(received.channel)
        return found


def _commands(config: Path) -> dict[str, list[str]]:
    base = [sys.executable, "-m", "streams.cli", "run"]
    return {role.value: [*base, role.value, "--supervised", "0", "--config", str(config)] for role in ROLES}

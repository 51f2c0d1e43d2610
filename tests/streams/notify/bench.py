"""One partition of `alerts` in memory, with the real stage, senders, channels and receivers around it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from alerts.notify.notifier import Notifier
from alerts.render.quote import Quote
from schemas.alert import Alert, AlertRecord, Attempt, Receipt, decode_alert
from schemas.config.model import Config
from schemas.enums import Channel, Outcome
from schemas.signal import Delivery, Sample, decode_signal
from schemas.wire import encode
from streams.engine.stage import InputRecord, Output
from streams.engine.vitals import PartitionVitals, Vitals
from streams.notify.loop import NotifyLoop
from streams.notify.office import Office
from streams.notify.wakefulness import Wakefulness
from streams.receivers import Receivers
from streams.stages.notify import NotifyStage

SESSION_S = 10.0


def make_config(receivers: Receivers) -> Config:
    """All four channels, pointing at the receivers."""
    return Config.model_validate(
        {
            "brands": "auto",
            "alerts": {
                "private_networks": True,
                "slack": {"webhook_url": receivers.url(Channel.SLACK)},
                "webhook": {"url": receivers.url(Channel.WEBHOOK)},
                "pagerduty": {"routing_key": "0123456789abcdef0123456789abcdef", "url": receivers.url(Channel.PAGERDUTY)},
                "email": {
                    "to": ["guardia@example.com"],
                    "smtp": {"host": "127.0.0.1", "port": receivers.smtp_port, "starttls": "off"},
                },
            },
        }
    )


class NoSamples:
    """Reads nothing back."""

    async def read(self, samples: list[Sample]) -> list[Quote]:
        """Always empty."""
        return []


@dataclass
class Bench:
    """The log, and the process that reads it; a new process is `restarted`."""

    config: Config
    log: list[tuple[int, bytes]] = field(default_factory=list)
    clock_s: float = 0.0
    looks: int = 0  # at the clock
    settled: list[tuple[Alert, Outcome]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    held: bool = False  # while set, the stage reads nothing
    on_deliver: Callable[[AlertRecord], None] = lambda _: None

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new process, without any state but the log."""
        self.vitals = Vitals()
        self.wakefulness = Wakefulness(SESSION_S, 3, self._look)
        self.notifier = Notifier(lambda: self.config)
        office = Office(
            "alerts",
            self.notifier,
            NoSamples(),
            self.vitals,
            self.wakefulness,
            self.failures.append,
            lambda alert, outcome: self.settled.append((alert, outcome)),
        )
        self.loop = NotifyLoop(office)
        self.stage = NotifyStage(self.config, {}, None)
        self.read = 0

    def load(self) -> None:
        """The partition comes to this process, which has yet to read it."""
        self.loop.ready(0, self.stage, self.deliver)
        self.show(self.read - 1, len(self.log))

    def show(self, applied: int, end: int) -> None:
        """What the engine says of the partition."""
        self.vitals.show({0: PartitionVitals(True, applied, applied, end)})

    def catch_up(self) -> None:
        """The stage reads what is unread."""
        while self.read < len(self.log):
            at_ms, raw = self.log[self.read]
            self.outputs += self.stage.apply(InputRecord(0, self.read, at_ms, b"", raw))
            self.read += 1
            self.loop.applied(0)

    def write(self, record: AlertRecord, age_s: float = 0) -> None:
        """Appends to the log, `age_s` ago, as the stage before would; this process reads it unless held."""
        self._append(encode(record), age_s)

    async def deliver(self, outputs: Sequence[Output]) -> None:
        """What the engine's producer does for the senders."""
        await asyncio.sleep(0)
        for output in outputs:
            self.on_deliver(decode_alert(output.value))
            self._append(output.value)

    @property
    def records(self) -> list[AlertRecord]:
        """The log, decoded."""
        return [decode_alert(raw) for _, raw in self.log]

    @property
    def receipts(self) -> list[Receipt]:
        """The receipts in the log."""
        return [record for record in self.records if isinstance(record, Receipt)]

    @property
    def attempts(self) -> list[Attempt]:
        """The attempts in the log."""
        return [record for record in self.records if isinstance(record, Attempt)]

    @property
    def deliveries(self) -> list[Delivery]:
        """What the stage told `incidents`."""
        decoded = [decode_signal(output.value) for output in self.outputs]
        return [record for record in decoded if isinstance(record, Delivery)]

    async def until(self, true: Callable[[], bool], within_s: float = 30.0) -> None:
        """Waits for a condition; raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while not true():  # noqa: ASYNC110 — several parts change it, none of them for the test's sake
                await asyncio.sleep(0.01)

    async def ticks(self, count: int = 3) -> None:
        """Waits until the sender has looked so many times for what is due."""
        enough = self.looks + count
        await self.until(lambda: self.looks >= enough)

    async def close(self) -> None:
        """Ends the process in order."""
        await self.loop.close()
        await self.notifier.close()

    def _look(self) -> float:
        self.looks += 1
        return self.clock_s

    def _append(self, raw: bytes, age_s: float = 0) -> None:
        self.log.append((round((time.time() - age_s) * 1000), raw))
        if not self.held:
            self.catch_up()

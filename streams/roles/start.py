"""What every role does first: logs, metrics, health."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from schemas.config.load import Loaded
from schemas.errors import UsageError
from schemas.signal import Trouble
from streams.engine.vitals import Vitals
from streams.health import HealthServer
from streams.logs import configure_logs, is_debugging
from streams.metrics import Metrics
from streams.notices import Notices
from streams.reload import Reloader
from streams.roles.role import Role
from streams.selfcheck import LagCheck, SelfCheck
from streams.stopping import stop_while_starting

log = structlog.get_logger()

_LIBRARIES = ("faust", "mode", "aiokafka")  # their INFO lines tell of their insides, dozens at each start


@dataclass(frozen=True, slots=True)
class Order:
    """What a role is started with."""

    role: Role
    loaded: Loaded
    path: Path
    load: Callable[[], Loaded]
    """Reads the config anew, with the same environment and command line."""
    embedded: bool = False
    """Whether the broker is the embedded one."""
    number: int = 0
    """Which of the role's processes this is."""

    def notices(self) -> Notices:
        """To tell what is wrong with this process."""
        return Notices(self.loaded.config, self.role)

    def self_check(
        self, metrics: Metrics, vitals: Vitals, notices: Notices, more: Callable[[], Iterable[Trouble]] = tuple
    ) -> SelfCheck | None:
        """Looks whether this process is behind, and what `more` finds; None in a replay, which is behind on purpose."""
        config = self.loaded.config
        if config.time == "replay":
            return None
        lag = LagCheck(self.role, config.monitoring.lag, vitals)

        def look() -> Iterable[Trouble]:
            troubles = lag.look()
            metrics.behind.set(lag.meter.behind_s)
            return [*troubles, *more()]

        return SelfCheck(notices, look)

    def reloader(self, metrics: Metrics, apply: Callable[[Loaded], None], notices: Notices) -> Reloader:
        """Hands each changed config to `apply`, counts what became of it, and tells when one is refused."""

        def taken(loaded: Loaded) -> None:
            apply(loaded)
            metrics.reloads.labels("applied").inc()

        def refused(error: UsageError) -> None:
            metrics.reloads.labels("refused").inc()
            notices.refused(self.path.name, error)

        return Reloader(self.loaded, self.path, self.load, taken, refused, notices.accepted)


@asynccontextmanager
async def beside(reloader: Reloader, notices: Notices, check: SelfCheck | None = None) -> AsyncIterator[None]:
    """What every role does while it works: watches the config's file, looks at itself, tells its troubles."""
    tasks = [asyncio.create_task(each.run()) for each in (reloader, notices, check) if each is not None]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def started(order: Order, vitals: Vitals) -> Iterator[Metrics]:
    """Logs, metrics and health for as long as the block runs."""
    config = order.loaded.config
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the reloader listens, it must not end the process
    stop_while_starting()
    configure_logs(config.logs, order.role)
    for library in () if is_debugging() else _LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    metrics = Metrics(order.role, config)
    port = order.role.port(config.monitoring.port, order.number, config.processes)
    with HealthServer(config.monitoring.host, port, metrics.registry, vitals.healthy, vitals.ready) as health:
        log.info("role.started", role=order.role, config=order.loaded.hash, metrics_port=health.port)
        yield metrics
    log.info("role.stopped", role=order.role)

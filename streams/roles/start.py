"""What every role does first: logs, metrics, health."""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from schemas.config.load import Loaded
from streams.engine.vitals import Vitals
from streams.health import HealthServer
from streams.logs import configure_logs
from streams.metrics import Metrics
from streams.reload import Reloader
from streams.roles.role import Role

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

    def reloader(self, metrics: Metrics, apply: Callable[[Loaded], None]) -> Reloader:
        """Hands each changed config to `apply` and counts what became of it."""

        def taken(loaded: Loaded) -> None:
            apply(loaded)
            metrics.reloads.labels("applied").inc()

        return Reloader(self.loaded, self.path, self.load, taken, lambda _: metrics.reloads.labels("refused").inc())


@contextmanager
def started(order: Order, vitals: Vitals) -> Iterator[Metrics]:
    """Logs, metrics and health for as long as the block runs."""
    config = order.loaded.config
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the reloader listens, it must not end the process
    configure_logs(config.logs, order.role)
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(logging.WARNING)
    metrics = Metrics(order.role, config)
    port = order.role.port(config.monitoring.port)
    with HealthServer(config.monitoring.host, port, metrics.registry, vitals.healthy, vitals.ready) as health:
        log.info("role.started", role=order.role, config=order.loaded.hash, metrics_port=health.port)
        yield metrics
    log.info("role.stopped", role=order.role)

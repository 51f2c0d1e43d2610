"""The role `sources`: HTTP and a folder in, mentions out."""

import asyncio

from schemas.config.load import Loaded
from schemas.enums import Refusal
from streams.engine.vitals import Vitals
from streams.metrics import Metrics
from streams.roles.loop import run_until_signal
from streams.roles.start import Order, beside, started
from streams.sources.observe import ANSWERS, Door
from streams.sources.process import run_sources


class SourcesMetrics:
    """A `SourcesObserver` that counts."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def accepted(self, door: Door, n: int) -> None:
        """By way in."""
        self._metrics.accepted.labels(door).inc(n)

    def rejected(self, reason: Refusal, n: int) -> None:
        """By reason."""
        self._metrics.rejected.labels(reason).inc(n)

    def answered(self, status: int) -> None:
        """By status."""
        known = status if status in ANSWERS else 400 if status < 500 else 500
        self._metrics.answers.labels(str(known)).inc()


class _Sources:
    def __init__(self, order: Order, metrics: Metrics, vitals: Vitals) -> None:
        self._config = order.loaded.config
        self._metrics = metrics
        self._vitals = vitals

    async def work(self, stop: asyncio.Event) -> None:
        """Until `stop` is set."""
        self._vitals.join()
        await run_sources(self._config, SourcesMetrics(self._metrics), stop)


def _nothing(_: Loaded) -> None:
    """Settings of sources are fixed when the process starts; the reloader says so."""


def run(order: Order) -> None:
    """Runs until SIGTERM or SIGINT."""
    vitals = Vitals()
    with started(order, vitals) as metrics:
        notices = order.notices()
        reloader = order.reloader(metrics, _nothing, notices)
        run_until_signal(_Sources(order, metrics, vitals).work, lambda: beside(reloader, notices), vitals)

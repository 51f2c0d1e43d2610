"""The role `intake`: mentions in, digests and refused mentions out."""

import asyncio
from collections.abc import Callable
from functools import partial

from detectors.text.scorer import TextScorer
from schemas.config.load import Loaded
from schemas.enums import IntakeOutcome, Refusal
from schemas.topics import Topics
from streams.engine.garbage import collect_rarely
from streams.engine.vitals import Vitals
from streams.epoch import FIRST, find_epoch
from streams.intake.process import run_intake
from streams.intake.stage import IntakeStage
from streams.intake.unread import Unread
from streams.metrics import Metrics, behind_s, source_label
from streams.notices import Notices
from streams.roles.loop import run_until_signal
from streams.roles.start import Order, beside, started


class IntakeMetrics:
    """An `IntakeObserver` that counts, and tells of what was lost."""

    def __init__(self, metrics: Metrics, tell_lost: Callable[[int], None]) -> None:
        self._metrics = metrics
        self._tell_lost = tell_lost

    def mentions(self, source: str, outcome: IntakeOutcome, n: int) -> None:
        """By source and outcome."""
        self._metrics.mentions.labels(source_label(source), outcome).inc(n)

    def digests(self, n: int) -> None:
        """All of them together."""
        self._metrics.digests.inc(n)

    def refused(self, reason: Refusal, n: int) -> None:
        """By reason."""
        self._metrics.dead.labels(reason).inc(n)

    def watermark(self, partition: int, ms: int) -> None:
        """As an age that grows until the next one."""
        self._metrics.watermark_delay.labels(str(partition)).set_function(partial(behind_s, ms))

    def lag(self, partition: int, n: int) -> None:
        """By partition."""
        self._metrics.lag.labels(str(partition)).set(n)

    def lost(self, partition: int, n: int) -> None:
        """All partitions together."""
        self._metrics.lost.inc(n)
        self._tell_lost(n)


class _Intake:
    """Holds the stage, once there is one, for configs that change."""

    def __init__(self, order: Order, metrics: Metrics, vitals: Vitals, notices: Notices) -> None:
        self._order = order
        self._notices = notices
        self._metrics = metrics
        self._vitals = vitals
        self._loaded = order.loaded
        self._stage: IntakeStage | None = None

    async def work(self, stop: asyncio.Event) -> None:
        """Until `stop` is set."""
        config, observer = self._order.loaded.config, self._observer()
        scorer = TextScorer.packaged() if config.intake.score else Unread()
        kafka, topic = config.kafka, Topics(config.kafka.topic_prefix).mentions
        find = (lambda: FIRST) if self._order.embedded else partial(find_epoch, kafka, topic)
        await run_intake(config, scorer, observer, stop, self._vitals, self._ready, find)

    def apply(self, loaded: Loaded) -> None:
        """Brands of the new config count from the next batch on."""
        self._loaded = loaded
        if self._stage is not None:
            self._stage.with_config(loaded.config)

    def _observer(self) -> "IntakeMetrics":
        topic = Topics(self._order.loaded.config.kafka.topic_prefix).mentions
        return IntakeMetrics(self._metrics, lambda records: self._notices.lost(topic, records))

    def _ready(self, stage: IntakeStage) -> None:
        self._stage = stage
        stage.with_config(self._loaded.config)


def run(order: Order) -> None:
    """Runs until SIGTERM or SIGINT."""
    collect_rarely()
    vitals = Vitals()
    with started(order, vitals) as metrics:
        metrics.assigned.set_function(lambda: len(vitals.partitions))
        notices = order.notices()
        intake = _Intake(order, metrics, vitals, notices)
        reloader = order.reloader(metrics, intake.apply, notices)
        run_until_signal(intake.work, lambda: beside(reloader, notices, order.self_check(metrics, vitals, notices)), vitals)

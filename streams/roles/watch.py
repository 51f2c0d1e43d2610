"""The role `watch`: digests in, signals and series out."""

from collections.abc import Iterable, Sequence

from schemas.enums import Fault
from schemas.series import decode_series
from schemas.signal import Signal, Trouble, decode_signal
from streams.engine.garbage import collect_rarely
from streams.engine.stage import Output
from streams.engine.vitals import Vitals
from streams.metrics import Metrics, behind_s
from streams.roles.stage import StageRole, run_role
from streams.roles.start import Order
from streams.selfcheck import TimeCheck, written
from streams.stages.watch import WatchStage


class WatchRole(StageRole[WatchStage]):
    """Windows and evidence of every brand."""

    compress_states = False

    def __init__(self, order: Order, metrics: Metrics, vitals: Vitals) -> None:
        super().__init__(order, metrics, vitals)
        self._silence = TimeCheck(order.role, order.loaded.config.monitoring.lag.time.total_seconds())

    @property
    def input_topic(self) -> str:
        """The digests."""
        return self.topics.digests

    def make(self, partition: int, states: dict[bytes, bytes], position: bytes | None) -> WatchStage:
        """The brands of one partition of the digests."""
        stage = WatchStage(self.loaded.config, states, position)
        delay = self.metrics.watermark_delay.labels(str(partition))
        delay.set_function(lambda: behind_s(stage.core.clock.now_ms))
        return stage

    def troubles(self) -> Iterable[Trouble]:
        """Source partitions that tell no time, or that nothing tells any; brands that are all silent."""
        clocks = [stage.core.clock for stage in self.stages.values()]
        config = self.order.loaded.config
        names = self.topics.mentions, config.kafka.source_partitions
        behind = any(each.lag for each in self.vitals.partitions.values())
        return [*self._silence.look(clocks, *names, behind=behind), *([] if behind else self._quiet())]

    def _quiet(self) -> Iterable[Trouble]:
        """Partitions whose brands have all fallen silent, and networks that are silent in one of them."""
        for partition, stage in self.stages.items():
            hearing, now_ms = stage.core.hearing, stage.core.clock.now_ms
            if hearing.lasts(now_ms):
                yield Trouble(Fault.QUIET, f"{self.topics.digests}/{partition}", written((now_ms - hearing.since_ms) / 1000))
            for network, dead in stage.core.networks.silent.items():
                yield Trouble(Fault.QUIET, network, written((now_ms - dead.since_ms) / 1000))

    def reconfigure(self, stage: WatchStage) -> None:
        """From its next record on."""
        stage.reconfigure(self.loaded.config)

    def count(self, partition: int, outputs: Sequence[Output]) -> None:
        """Signals by kind, and what came late."""
        for output in outputs:
            if output.topic == self.topics.series:
                self.metrics.late.inc(decode_series(output.value).late)
            elif output.key is not None and isinstance(signal := decode_signal(output.value), Signal):
                self.metrics.signals.labels(signal.kind).inc()


def run(order: Order) -> None:
    """Runs until SIGTERM or SIGINT."""
    collect_rarely()
    run_role(order, WatchRole)

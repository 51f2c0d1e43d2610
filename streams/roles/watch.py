"""The role `watch`: digests in, signals and series out."""

import time
from collections.abc import Sequence

from schemas.series import decode_series
from schemas.signal import Signal, decode_signal
from streams.engine.stage import Output
from streams.roles.stage import StageRole, run_role
from streams.roles.start import Order
from streams.stages.watch import WatchStage


class WatchRole(StageRole[WatchStage]):
    """Windows and evidence of every brand."""

    @property
    def input_topic(self) -> str:
        """The digests."""
        return self.topics.digests

    def make(self, partition: int, states: dict[bytes, bytes], position: bytes | None) -> WatchStage:
        """The brands of one partition of the digests."""
        stage = WatchStage(self.loaded.config, states, position)
        delay = self.metrics.watermark_delay.labels(str(partition))
        delay.set_function(lambda: time.time() - stage.core.clock.now_ms / 1000 if stage.core.clock.now_ms else 0.0)
        return stage

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
    run_role(order, WatchRole)

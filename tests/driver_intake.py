"""One source partition of intake as a process that can die: the real stage, memory of repeats and split of batches."""

from schemas.config.model import Config
from schemas.digest import encode_batch
from streams.engine.stage import Output
from streams.intake.records import RawRecord
from streams.intake.scores import Scorer
from streams.intake.split import split
from streams.intake.stage import IntakeBatch, IntakeStage
from streams.intake.start import start_of
from streams.intake.watermarks import Watermarks
from tests.driver_crash import Killed, Moment, Order
from tests.driver_logs import Logs

EPOCH = 1


class IntakeProcess:
    """Reads one partition of `mentions`, writes `digests` and `mentions.dead`, commits."""

    def __init__(self, partition: int, partitions: int, config: Config, scorer: Scorer, logs: Logs) -> None:
        self.alive = False
        self.order = Order()
        self._partition, self._partitions = partition, partitions
        self._config, self._scorer, self._logs = config, scorer, logs
        self._committed: int | None = None
        self.start()

    @property
    def behind(self) -> bool:
        """Whether records wait for it."""
        return self._read < self._end

    def start(self) -> None:
        """A new process: what repeats are known by is read again, then what comes after the commit."""
        self.alive, self.order = True, Order()
        self._stage = IntakeStage(self._config, self._scorer, EPOCH)
        self._marks = Watermarks("replay")
        self._marks.only({self._partition})
        start = start_of(self._committed, 0, self._end, self._config.intake.repeats, "mentions")
        self._read = start.count_from
        if known := self._records(start.remember_from, start.count_from):
            self._marks.controlled(self._partition, self._stage.remember(known))

    def obey(self, order: Order) -> None:
        """When to die."""
        self.order = order

    def kill(self) -> None:
        """Memory is gone."""
        self.alive = False

    def run(self) -> bool:
        """Reads all that there is; returns whether there was anything. It may be dead afterwards."""
        worked = self.alive and self.behind
        try:
            if worked:
                self._take(self._records(self._read, self._end))
        except Killed:
            self.kill()
        return worked

    @property
    def _end(self) -> int:
        return len(self._logs.partition("mentions", self._partition))

    def _records(self, first: int, end: int) -> list[RawRecord]:
        stored = self._logs.partition("mentions", self._partition)[first:end]
        return [
            RawRecord(self._partition, first + index, each.append_ms, each.value, each.headers)
            for index, each in enumerate(stored)
        ]

    def _take(self, records: list[RawRecord]) -> None:
        self.order.count()
        batch = self._stage.process(records)
        self._marks.controlled(self._partition, batch.controls)
        outputs = self._outputs(batch)
        self.order.reach(Moment.BEFORE_SENDING)
        half = len(outputs) // 2
        for output in outputs[:half]:
            self._logs.append(output)
        self.order.reach(Moment.WHILE_SENDING)
        for output in outputs[half:]:
            self._logs.append(output)
        self.order.reach(Moment.BEFORE_ACK)
        self._committed = self._read = batch.reached[self._partition].position

    def _outputs(self, batch: IntakeBatch) -> list[Output]:
        marks = self._marks.current() if batch.controls else []
        learn_until_ms = self._marks.learn_until_ms
        pieces = split(batch, self._partitions, EPOCH, self._partitions, marks, learn_until_ms)
        refused = [Output("mentions.dead", 0, None, each.record.value or b"") for each in batch.refused]
        return refused + [
            Output("digests", partition, None, encode_batch(record))
            for partition, records in pieces.items()
            for record in records
        ]

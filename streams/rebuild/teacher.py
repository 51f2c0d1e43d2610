"""Teaches watch from `mentions` what lies before the oldest digest: mentions are kept longer than digests.

Each stage counts the mentions before the first one that its partition of `digests` still holds, source partition by
source partition, and is told the time up to there; then the digests themselves are read. So each mention counts once,
whichever way it comes, and none comes late. Brands are those of the config as it is now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
import numpy as np

from schemas.config.model import Config
from schemas.digest import DigestBatch, Watermark, decode_batch, encode_batch
from schemas.errors import RecordError
from schemas.signal import Source
from streams.intake.records import RawRecord
from streams.intake.scores import Scorer
from streams.intake.split import split
from streams.intake.stage import IntakeStage
from streams.intake.watermarks import Watermarks
from streams.stages.watch import WatchStage

_FOR_EVER_MS = 1 << 60  # also beyond every offset


@dataclass(slots=True)
class Begin:
    """Where a partition of `digests` begins: before it, mentions are counted."""

    append_ms: int = _FOR_EVER_MS
    """When the broker took its first record: later mentions can't be in older digests."""
    offsets: dict[int, int] = field(default_factory=dict)
    """The first mention that it holds of each source partition; what isn't named has none."""
    marks: dict[int, int] = field(default_factory=dict)
    """How far time came in each source partition before that mention."""

    def note(self, value: bytes, append_ms: int, epoch: int) -> None:
        """Takes in its next record; `epoch`: that of `mentions`, as older ones are of a topic that is gone."""
        try:
            batch, columns = decode_batch(value)
        except RecordError:  # watch puts it aside too
            return
        if self.append_ms == _FOR_EVER_MS:
            self.append_ms = append_ms
        if batch.epoch == epoch:
            for partition, offset in zip(columns.partition.tolist(), columns.offset.tolist(), strict=True):
                self.offsets.setdefault(partition, offset)


class Teacher:
    """Gives mentions to the stages of all partitions of `digests`, as intake would have sent them."""

    def __init__(
        self, config: Config, scorer: Scorer, epoch: int, begins: Mapping[int, Begin], source_partitions: int
    ) -> None:
        """`begins`: of each partition of `digests` that is rebuilt."""
        self.stages = {partition: WatchStage(config, {}, None) for partition in begins}
        """By partition of `digests`."""
        self._begins = begins
        self._epoch = epoch
        self._partitions = config.kafka.partitions
        self._source_partitions = source_partitions
        self._intake = IntakeStage(config, scorer, epoch)
        self._live = config.time == "live"
        self._read: dict[int, int] = {}
        self._marks = Watermarks(config.time)
        self._marks.only(set(range(source_partitions)))

    @property
    def until_ms(self) -> int:
        """Mentions that the broker took later are in no digest that is missing."""
        return max((begin.append_ms for begin in self._begins.values()), default=0)

    def teach(self, records: list[RawRecord], read_until_ms: int) -> None:
        """Takes the next records, all partitions' up to `read_until_ms` (append time), each partition's in order."""
        batch = self._intake.process(records)
        for control in batch.controls:
            self._marks.controlled(control.partition, [control])
        for partition, reached in batch.reached.items():
            self._read[partition] = reached.position
            self._marks.appended(partition, reached.append_ms, reached.append_ms)
        for partition in range(self._source_partitions):
            self._marks.caught_up(partition, read_until_ms)
        marks, learn_until_ms = self._marks.current(), self._marks.learn_until_ms
        pieces = split(batch, self._partitions, self._epoch, self._source_partitions, marks, learn_until_ms)
        for number, begin in self._begins.items():
            latest_ms = min(read_until_ms, begin.append_ms) if self._live else _FOR_EVER_MS
            for mark in marks:
                if self._read.get(mark.partition, 0) <= begin.offsets.get(mark.partition, _FOR_EVER_MS):
                    begin.marks[mark.partition] = min(mark.ms, latest_ms)
            for piece in pieces.get(number, []):
                self._count(number, begin, piece, min(read_until_ms, begin.append_ms))

    def _count(self, number: int, begin: Begin, piece: DigestBatch, heard_ms: int) -> None:
        marks = [Watermark(partition, ms) for partition, ms in sorted(begin.marks.items())] if piece.watermarks else []
        batch, columns = decode_batch(encode_batch(msgspec.structs.replace(piece, watermarks=marks)))
        limits = np.full(self._source_partitions, _FOR_EVER_MS)
        for partition, offset in begin.offsets.items():
            limits[partition] = offset
        missing = columns.take(columns.offset < limits[columns.partition])
        self.stages[number].core.apply(batch, missing, Source(number, 0, 0), heard_ms)

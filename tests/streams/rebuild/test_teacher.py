"""Mentions before the oldest digest, then the digests: the same state as all digests, wherever retention has cut."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from schemas.config.model import Config
from schemas.digest import encode_batch
from streams.engine.stage import InputRecord
from streams.intake.records import RawRecord
from streams.intake.split import split
from streams.intake.stage import IntakeStage
from streams.intake.unread import Unread
from streams.intake.watermarks import Watermarks
from streams.rebuild.teacher import Begin, Teacher
from streams.stages.watch import WatchStage

_START_MS = 1_700_000_000_000
_SOURCES = 2
_PARTITIONS = 2
_BRANDS = ("ana", "bea", "eva")
_CONFIG = Config.model_validate(
    {"brands": "auto", "intake": {"score": False}, "kafka": {"partitions": _PARTITIONS, "source_partitions": _SOURCES}}
)


@dataclass
class World:
    """Mentions by source partition, and the digests that intake made of them, in batches."""

    mentions: list[RawRecord] = field(default_factory=list)
    digests: list[list[tuple[int, bytes]]] = field(default_factory=lambda: [[] for _ in range(_PARTITIONS)])

    def __post_init__(self) -> None:
        self._intake, self._marks = IntakeStage(_CONFIG, Unread()), Watermarks("live")
        self._marks.only(set(range(_SOURCES)))
        self._offsets = [0] * _SOURCES

    def say(self, said: list[tuple[int, str]], at_ms: int, sent: int) -> None:
        """A batch of (source partition, brand), sent twice by an intake that dies before its commit."""
        batch = []
        for source, brand in said:
            at = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
            mention = {
                "id": f"{source}-{self._offsets[source]}",
                "source": "x",
                "observed_at": at,
                "text": "",
                "brand": brand,
            }
            batch.append(RawRecord(source, self._offsets[source], at_ms, msgspec.json.encode(mention)))
            self._offsets[source] += 1
        self.mentions += batch
        for source in range(_SOURCES):
            self._marks.caught_up(source, at_ms + 500)
        pieces = split(self._intake.process(batch), _PARTITIONS, 1, _SOURCES, self._marks.current())
        for _ in range(sent):
            for number, records in pieces.items():
                self.digests[number] += [(at_ms + 500, encode_batch(piece)) for piece in records]

    def watched(self, number: int, first: int = 0, stage: WatchStage | None = None) -> WatchStage:
        """The stage that reads a partition of digests from an offset on."""
        stage = stage or WatchStage(_CONFIG, {}, None)
        for offset, (append_ms, value) in list(enumerate(self.digests[number]))[first:]:
            stage.apply(InputRecord(number, offset, append_ms, None, value))
        return stage

    def teacher(self, firsts: list[int]) -> Teacher:
        """A teacher that has been told all mentions, batch by batch as they were appended."""
        begins = {number: Begin() for number in range(_PARTITIONS)}
        for number, first in enumerate(firsts):
            for append_ms, value in self.digests[number][first:]:
                begins[number].note(value, append_ms, 1)
        teacher = Teacher(_CONFIG, Unread(), 1, begins, _SOURCES)
        for at_ms in sorted({record.append_ms for record in self.mentions}):
            teacher.teach([record for record in self.mentions if record.append_ms == at_ms], at_ms)
        return teacher


def _counts(stage: WatchStage) -> dict[str, tuple[int, int]]:
    return {name: (brand.mentions, brand.late) for name, brand in stage.core.brands.items()}


_SAID = st.lists(st.tuples(st.integers(0, _SOURCES - 1), st.sampled_from(_BRANDS)), min_size=1, max_size=6)


@given(st.lists(st.tuples(_SAID, st.integers(1, 90), st.integers(1, 2)), min_size=1, max_size=12), st.data())
def test_each_mention_counts_once_wherever_digests_begin(
    batches: list[tuple[list[tuple[int, str]], int, int]], data: st.DataObject
) -> None:
    """Also where retention has cut the partitions of digests at different places, and where nothing is left of one."""
    world, at_ms = World(), _START_MS
    for said, seconds, sent in batches:
        at_ms += seconds * 1000
        world.say(said, at_ms, sent)
    firsts = [data.draw(st.integers(0, len(digests))) for digests in world.digests]
    teacher = world.teacher(firsts)
    for number, first in enumerate(firsts):
        whole = world.watched(number)
        taught = world.watched(number, first, teacher.stages[number])
        assert _counts(taught) == _counts(whole)
        if first < len(world.digests[number]):
            assert taught.core.clock.now_ms == whole.core.clock.now_ms

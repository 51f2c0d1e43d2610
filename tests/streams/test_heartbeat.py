"""The heartbeat's way through all stages: a round comes out once it has gone through every partition of each."""

from collections import defaultdict
from dataclasses import dataclass, field

from schemas.beat import Beat
from schemas.config.model import Config
from schemas.digest import Watermark, decode_batch, empty_batch, encode_batch
from schemas.signal import Tick, decode_signal
from schemas.topics import Topics
from streams.engine.stage import InputRecord, Output, Stage
from streams.stages.incidents import IncidentsStage
from streams.stages.notify import NotifyStage
from streams.stages.watch import WatchStage

PARTITIONS = 3
SOURCES = 2
START_MS = 1_700_000_000_000
ROUND_MS = 60_000
CONFIG = Config.model_validate({"brands": "auto", "kafka": {"partitions": PARTITIONS, "source_partitions": SOURCES}})
INPUT = {"digests": "watch", "signals": "incidents", "alerts": "notify"}


def _make(role: str, position: bytes | None = None) -> Stage:
    match role:
        case "watch":
            return WatchStage(CONFIG, {}, position)
        case "incidents":
            return IncidentsStage(CONFIG, "hash", {}, position)
    return NotifyStage(CONFIG, {}, position)


@dataclass
class Path:
    """All stages, and the topics between them. Partitions of `hung` read nothing."""

    stages: dict[tuple[str, int], Stage] = field(
        default_factory=lambda: {(role, p): _make(role) for role in INPUT.values() for p in range(PARTITIONS)}
    )
    logs: dict[tuple[str, int], list[bytes]] = field(default_factory=lambda: defaultdict(list))
    read: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    hung: set[tuple[str, int]] = field(default_factory=set)

    def beat(self, number: int, sources: range = range(SOURCES)) -> None:
        """A round that intake has read in these source partitions."""
        for source in sources:
            ms = START_MS + number * ROUND_MS
            batch = empty_batch(1, SOURCES, [Watermark(source, ms)])
            record = encode_batch(type(batch)(**{**_fields(batch), "beats": [Beat(source, ms)]}))
            for partition in range(PARTITIONS):
                self.logs["digests", partition].append(record)
        self.run()

    def run(self) -> None:
        """Everything is read that can be."""
        moved = True
        while moved:
            moved = sum(self._read(topic, partition) for topic in INPUT for partition in range(PARTITIONS)) > 0

    def restart(self) -> None:
        """All processes anew, from their checkpoints."""
        self.stages = {(role, p): _make(role, stage.position()) for (role, p), stage in self.stages.items()}

    def out(self) -> int:
        """The newest round that has come out, as its number; 0 = none."""
        stage = self.stages["notify", 0]
        assert isinstance(stage, NotifyStage)
        return max(0, stage.outbox.heartbeat_ms(0) - START_MS) // ROUND_MS

    def _read(self, topic: str, partition: int) -> bool:
        log, role, moved = self.logs[topic, partition], INPUT[topic], False
        while self.read[topic, partition] < len(log) and (role, partition) not in self.hung:
            offset = self.read[topic, partition]
            self.read[topic, partition] += 1
            stage = self.stages[role, partition]
            self._write(stage.apply(InputRecord(partition, offset, START_MS, None, log[offset])))
            moved = True
        return moved

    def _write(self, outputs: list[Output]) -> None:
        for output in outputs:
            self.logs[output.topic, output.partition].append(output.value)


def _fields(batch: object) -> dict[str, object]:
    return {name: getattr(batch, name) for name in batch.__struct_fields__}  # type: ignore[attr-defined]  # a Struct


def test_a_round_comes_out_once_it_has_gone_through_everything() -> None:
    """Round after round; the same one again changes nothing."""
    path = Path()
    for number in (1, 2, 3):
        path.beat(number)
        assert path.out() == number
    path.beat(2)
    assert path.out() == 3


def test_one_partition_that_hangs_anywhere_stops_it_and_its_return_starts_it_again() -> None:
    """Each of them is somebody's crisis."""
    for role in INPUT.values():
        for partition in range(PARTITIONS):
            path = Path()
            path.beat(1)
            path.hung = {(role, partition)}
            path.beat(2)
            assert path.out() == 1, (role, partition)
            path.hung = set()
            path.run()
            assert path.out() == 2


def test_a_source_partition_that_nobody_reads_stops_it() -> None:
    """Its mentions wait."""
    path = Path()
    path.beat(1)
    path.beat(2, range(1))
    assert path.out() == 1
    path.beat(2, range(1, SOURCES))
    assert path.out() == 2


def test_restarts_on_its_way_lose_no_round() -> None:
    """What has come half way is part of the state."""
    path = Path()
    path.beat(1)
    path.hung = {("notify", 1), ("incidents", 2), ("watch", 0)}
    path.beat(2)
    for back in list(path.hung):
        path.restart()
        path.hung.discard(back)
        path.run()
    assert path.out() == 2


def test_it_calls_nobody_and_grows_with_the_partitions_only() -> None:
    """Each minute one tick more, and about two small records a partition of `alerts`."""
    path = Path()
    for number in range(1, 11):
        path.beat(number)
    alerts = sum(len(path.logs[Topics().alerts, partition]) for partition in range(PARTITIONS))
    assert alerts == 10 * (2 * PARTITIONS - 1)
    signals = [decode_signal(raw) for partition in range(PARTITIONS) for raw in path.logs["signals", partition]]
    assert {type(signal) for signal in signals} == {Tick}
    assert set(path.logs) <= {(topic, p) for topic in (*INPUT, "series", "incidents") for p in range(PARTITIONS)}
    assert not any(path.logs["incidents", partition] for partition in range(PARTITIONS))


def test_a_digests_record_without_beats_is_as_it_was() -> None:
    """A release without heartbeats reads it and writes it."""
    batch, _ = decode_batch(encode_batch(empty_batch(1, 1, [Watermark(0, START_MS)])))
    assert batch.beats == []

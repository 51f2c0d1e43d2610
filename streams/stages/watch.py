"""Watch as a stage: the state of one digests partition in its changelog, signals and series out."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import cramjam
import msgspec

from schemas.config.model import Config
from schemas.digest import decode_batch
from schemas.errors import StateError
from schemas.series import SeriesBatch
from schemas.signal import SignalRecord, Source, Tick
from schemas.topics import Topics, partition_of
from schemas.wire import encode
from streams.engine.stage import InputRecord, Output
from streams.watch.brand import BrandWatch, require_version
from streams.watch.core import WatchCore
from streams.watch.written import Written
from streams.watch.zones import zones_of

MOST_WRITTEN = 1_000
"""Brands in a checkpoint of which it is kept what was written, 8 kB each; where there are more, few come again soon."""
_pack = msgspec.msgpack.encode
_unpack = msgspec.msgpack.decode
_MOST_BYTES = 64 * 2**20
_REMEDY = "The version that wrote it still reads it; `rebato state rebuild watch` recomputes what this one needs"
_UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    MemoryError,
    struct.error,
    msgspec.MsgspecError,
    cramjam.DecompressionError,
)


class WatchStage:
    """The brands of one partition of `digests`."""

    def __init__(self, config: Config, states: Mapping[bytes, bytes], position: bytes | None) -> None:
        """`states` and `position` as the last checkpoint has them; none at the very beginning.

        Raises `StateError` when this version can't read them.
        """
        self._topics = Topics(config.kafka.topic_prefix)
        self._partitions = config.kafka.partitions
        self.core = WatchCore(config, zones_of(config), self._partitions)
        self._written: dict[str, Written] = {}  # of the brands in the last checkpoint
        if position is not None:
            try:
                self.core.restore(_unpack(position), {name: _Packed.of(name, raw) for name, raw in _named(states)})
            except _UNREADABLE as error:
                raise StateError(f"the kept names or clock of watch can't be read ({error}). {_REMEDY}") from error

    def reconfigure(self, config: Config) -> None:
        """Takes over a changed config from the next record on."""
        self.core.configure(config, zones_of(config))

    def apply(self, record: InputRecord) -> list[Output]:
        """Signals to their group's partition, ticks to all of them, points to the series."""
        batch, columns = decode_batch(record.value)
        signals, series = self.core.apply(batch, columns, Source(record.partition, record.offset, 0), record.append_ms)
        outputs = [output for signal in signals for output in self._signal(signal)]
        return outputs + [self._series(points, record.partition) for points in series]

    def _signal(self, record: SignalRecord) -> list[Output]:
        value = encode(record)
        if isinstance(record, Tick):
            return [Output(self._topics.signals, p, None, value) for p in range(self._partitions)]
        group = record.group if hasattr(record, "group") else ""
        return [Output(self._topics.signals, partition_of(group, self._partitions), group.encode(), value)]

    def _series(self, points: SeriesBatch, partition: int) -> Output:
        return Output(self._topics.series, partition, None, encode(points))

    def changed(self) -> Iterator[tuple[bytes, bytes | None]]:
        """The brands touched since the last checkpoint."""
        touched = sorted(self.core.touched)
        few = len(touched) <= MOST_WRITTEN
        self._written = {name: self._written.get(name) or Written() for name in touched} if few else {}
        for name in touched:
            yield name.encode(), packed(self.core.state(name, self._written.get(name)))
        self.core.touched.clear()

    def position(self) -> bytes:
        """Clock, watermarks, source offsets, what is due."""
        return _pack(self.core.position())


def brand_of(name: str, raw: bytes) -> BrandWatch:
    """The brand whose state `packed` has written. Raises `StateError` when this version can't read it."""
    try:
        return BrandWatch.from_state(unpacked(raw))
    except _UNREADABLE as error:
        raise _unreadable(name, error) from error


def _named(states: Mapping[bytes, bytes]) -> Iterator[tuple[str, bytes]]:
    return ((key.decode(), raw) for key, raw in states.items())


def _unreadable(name: str, error: Exception) -> StateError:
    return StateError(f"the kept state of {name} can't be read ({error}). {_REMEDY}")


class _Outer(msgspec.Struct, gc=False):
    """What `packed` writes, looked at from outside."""

    marks: msgspec.Raw
    rest: bytes


class _Head(msgspec.Struct, gc=False):
    """What a start asks of a brand; the decoder passes over the rest of its state, but finds where that is broken."""

    v: int
    ahead: list[int]


_outer_decoder = msgspec.msgpack.Decoder(_Outer)
_head_decoder = msgspec.msgpack.Decoder(_Head)


@dataclass(frozen=True, slots=True)
class _Packed:
    """A brand as its state lies in the changelog, whole and of this version: twenty times as fast as reading it."""

    name: str
    raw: bytes
    last_min: int

    @classmethod
    def of(cls, name: str, raw: bytes) -> Self:
        """Raises `StateError` when this version can't read it."""
        try:
            head = _head_decoder.decode(_decompressed(_outer_decoder.decode(raw).rest))
            require_version(head.v)
        except _UNREADABLE as error:
            raise _unreadable(name, error) from error
        return cls(name, raw, max(head.ahead, default=-1))

    def read(self) -> BrandWatch:
        """The brand itself."""
        return brand_of(self.name, self.raw)


def packed(state: dict[str, Any]) -> bytes:
    """A brand's state as it lies in the changelog: msgpack; all but its counts, which tools look at, compressed.

    LZ4 takes a tenth of the time of zlib's lowest level and leaves a quarter more: 16 µs and 7 kB for a small brand.
    """
    rest = {name: value for name, value in state.items() if name != "marks"}
    return _pack({"marks": state["marks"], "rest": bytes(cramjam.lz4.compress_block(_pack(rest)))})


def unpacked(raw: bytes) -> dict[str, Any]:
    """What `packed` was given."""
    outer = _unpack(raw)
    return {**_unpack(_decompressed(outer["rest"]), strict=False), "marks": outer["marks"]}


def _decompressed(rest: bytes) -> bytes:
    if int.from_bytes(rest[:4], "little") > _MOST_BYTES:  # what LZ4 would reserve
        raise ValueError("not compressed as this version does it")
    return bytes(cramjam.lz4.decompress_block(rest))

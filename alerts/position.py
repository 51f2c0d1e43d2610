"""What the desk of a signals partition remembers besides its brands: the clock, what it has read, silences, commands."""

from collections.abc import Iterator

import msgspec

from alerts.achieved import Watched
from alerts.silences import Silence
from schemas.beat import Beats
from schemas.logclock import LogClock
from schemas.signal import Command, Delivery, SignalRecord, Source, Tick
from schemas.wire import VERSION, RecordDecoder

MINUTE_MS = 60_000
LONGEST_MIN = 360
"""Of a leap the first minutes that are gone through: as many as watch tells after its last level …"""
MOST_LOOKS = 8_000
"""… one by one, while so many looks at brands are enough: half a second."""
COMMANDS = 1_000
"""Ids of commands remembered, to take each once though it may be sent again."""


class DeskPosition(msgspec.Struct, frozen=True):
    """Part of the state that isn't about one brand."""

    v: int = VERSION
    clock: LogClock = LogClock()
    digests: dict[int, Source] = {}  # newest source by digests partition: of levels and marks
    alerts: dict[int, Source] = {}  # newest source by alerts partition: of deliveries
    commands: list[str] = []
    silences: dict[str, Silence] = {}
    beats: Beats = Beats()
    watched: Watched = Watched()


_decode = RecordDecoder[DeskPosition](DeskPosition)


def on_the_way(before: DeskPosition, after: DeskPosition, brands: int) -> Iterator[DeskPosition]:
    """The later position as of the end of each minute between both, where the clock has leapt; of so many brands to look at.

    The clock is the least of all partitions, and one of which nobody is in trouble tells the time of a backlog, or of a
    replay, in large steps. What ends or is due within one would be late else, by as much as happens to lie in a batch.
    """
    began, end = before.clock.now_ms, after.clock.now_ms
    if not began or end - began <= MINUTE_MS:
        return
    first = (began // MINUTE_MS + 1) * MINUTE_MS - 1
    first += MINUTE_MS if first <= began else 0
    end = min(end, first + LONGEST_MIN * MINUTE_MS)
    step = max(1, (end - first) // MINUTE_MS * brands // MOST_LOOKS)
    for now_ms in range(first, end, step * MINUTE_MS):
        yield msgspec.structs.replace(after, clock=msgspec.structs.replace(after.clock, now_ms=now_ms))


def decode_position(raw: bytes) -> DeskPosition:
    """The position. Raises `RecordError`."""
    return _decode(raw)


def after_reading(
    position: DeskPosition, record: SignalRecord, replay: bool, heard_ms: int | None = None
) -> DeskPosition | None:
    """The position that has read the record, or None when it had read it before; `heard_ms`: when the broker took it.

    A level, tick or delivery is new when its source is newer than all of the same partition; a command by its id.
    """
    match record:
        case Command():
            if record.id in position.commands:
                return None
            return msgspec.structs.replace(position, commands=[*position.commands, record.id][-COMMANDS:])
        case Delivery():
            seen = _seen(position.alerts, record.source)
            return None if seen is None else msgspec.structs.replace(position, alerts=seen)
    seen = _seen(position.digests, record.source)
    if seen is None:
        return None
    clock, beats = position.clock, position.beats
    if isinstance(record, Tick):
        clock = clock.marked(record.source.partition, record.at_ms, record.partitions, replay, heard_ms)
        if record.beat_ms:
            beats = beats.heard(record.source.partition, record.beat_ms, record.partitions)
    return msgspec.structs.replace(position, digests=seen, clock=clock, beats=beats)


def _seen(newest: dict[int, Source], source: Source) -> dict[int, Source] | None:
    before = newest.get(source.partition)
    return None if before is not None and source <= before else newest | {source.partition: source}

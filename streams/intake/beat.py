"""The heartbeat's mention: written by intake into each source partition that it reads, and read there like any other.

It is told from what people say by a header, which nobody can set through a source: HTTP and files bring bytes alone. Whoever
may write to Kafka itself could at most make it beat once more, with a beat that has truly gone the whole way; one that
claims to come from the future is a mention as any other.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from schemas.mention import FUTURE_LIMIT_MS, Mention
from streams.intake.records import BEAT, RawRecord, control_word

_SOURCE = "rebato"
_decode = msgspec.json.Decoder(Mention).decode
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, OverflowError, ValueError)


class ReadBeat(msgspec.Struct, frozen=True):
    """A heartbeat as it lies in a source partition."""

    partition: int
    ms: int
    mention: Mention


def beat_value(ms: int) -> bytes:
    """A mention in the public format. `v` and `ms` make it a record that says nothing to a release without heartbeats."""
    at = datetime.fromtimestamp(ms / 1000, UTC).isoformat()
    text = f"rebato heartbeat {at}"  # never the same twice, so that it is scored each time
    return msgspec.json.encode({"v": 1, "ms": ms, "id": f"beat-{ms}", "source": _SOURCE, "observed_at": at, "text": text})


def read_beat(record: RawRecord) -> ReadBeat | None:
    """The heartbeat, or None if the record is none, is broken, or comes from the future."""
    if control_word(record.headers) != BEAT:
        return None
    try:
        mention = _decode(record.value or b"")
        ms = round(mention.observed_at.timestamp() * 1000)
    except _BROKEN:
        return None
    if record.append_ms and ms > record.append_ms + FUTURE_LIMIT_MS:
        return None
    return ReadBeat(record.partition, ms, mention)


class Rounds:
    """When each source partition gets its next beat: at multiples of `every_ms`, so that all intakes mean the same round."""

    def __init__(self, every_ms: int) -> None:
        self._every_ms = every_ms
        self._made: dict[int, int] = {}

    def due(self, now_ms: int, partitions: Iterable[int]) -> tuple[int, list[int]]:
        """The round, and which of the partitions that are ours still lack it; they have it then.

        >>> rounds = Rounds(60_000)
        >>> rounds.due(60_100, [0, 1]), rounds.due(60_200, [0, 1, 2]), rounds.due(120_000, [2])
        ((60000, [0, 1]), (60000, [2]), (120000, [2]))
        """
        ms = now_ms - now_ms % self._every_ms
        lacking = [partition for partition in sorted(partitions) if self._made.get(partition, 0) < ms]
        self._made |= dict.fromkeys(lacking, ms)
        return ms, lacking

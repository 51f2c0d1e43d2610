"""A replay as a plan: which record goes where at which moment of the story, with the time told in between. Pure.

Rules: lines go in order of time to the partition of their source and id. At least once a minute of the story, and before
the first line, every partition is told how far time has come; at the end that it is over, so that whoever reads
waits for nothing. A replay that only teaches doesn't end: live time goes on from it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec

from schemas.digest import END_MS
from streams.intake.records import Control, RawRecord
from streams.sources.place import MAX_SENT_BYTES, place_of

TOLD_EVERY_MS = 60_000


@dataclass(frozen=True, slots=True)
class Line:
    """A mention to send."""

    at_ms: int  # of the story
    partition: int
    key: bytes | None
    value: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """The time, to be sent to every partition."""

    at_ms: int
    word: str  # value of the control header
    value: bytes


@dataclass(frozen=True, slots=True)
class Shift:
    """Moves a story to another day: its moment `first_ms` becomes `start_ms`, and gaps are divided by `speed`.

    Ids get `mark` behind them, so that a second rehearsal isn't taken for a repeat of the first.
    """

    first_ms: int
    start_ms: int
    speed: float
    mark: str

    def moment_ms(self, at_ms: int) -> int:
        """The moment on the new day.

        >>> Shift(first_ms=1_000, start_ms=50_000, speed=2, mark="~1").moment_ms(3_000)
        51000
        """
        return self.start_ms + round((at_ms - self.first_ms) / self.speed)


def story(
    records: Iterable[RawRecord], partitions: int, learn_until_ms: int = 0, tell_time: bool = True
) -> Iterator[Line | Told]:
    """The records of a replay in order. `learn_until_ms` is sent along; with it the story has no end."""
    told_ms = -1
    last_ms = 0
    for record in records:
        last_ms = record.append_ms
        if tell_time and (told_ms < 0 or last_ms - told_ms >= TOLD_EVERY_MS):
            told_ms = last_ms
            yield told(told_ms, learn_until_ms)
        value = (record.value or b"")[:MAX_SENT_BYTES]
        key, partition = place_of(value, partitions)
        yield Line(last_ms, partition, key, value)
    if tell_time and told_ms >= 0:
        yield told(last_ms, learn_until_ms)
        if not learn_until_ms:
            yield replace(told(END_MS, 0), word="end", at_ms=last_ms)


def told(at_ms: int, learn_until_ms: int) -> Told:
    """The time as a control record."""
    return Told(at_ms, "watermark", msgspec.json.encode(Control(1, at_ms, learn_until_ms)))


def shifted(line: bytes, shift: Shift, observed_ms: int) -> bytes:
    """The line on the new day. What can't be read stays as it is: it is refused where mentions are validated."""
    try:
        fields = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return line
    if not isinstance(fields, dict):
        return line
    fields["observed_at"] = _written(shift.moment_ms(observed_ms))
    fields.pop("created_at", None)
    for name in ("id", "in_reply_to", "repost_of", "thread"):
        if isinstance(fields.get(name), str) and fields[name]:
            fields[name] += shift.mark
    return msgspec.json.encode(fields)


def _written(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")

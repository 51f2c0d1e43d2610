"""Mentions out of raw records: decoded at once where all is well, explained where it isn't. Nothing raises.

A batch goes through one loop without logging, metrics or objects of its own beside the decoded mention; what the types
can't check is checked of the whole batch. What doesn't pass goes to `explain`, which says why, or finds that all is well
after all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from schemas.enums import Refusal
from schemas.mention import FUTURE_IN_REPLAY_MS, FUTURE_LIMIT_MS, MAX_RECORD_BYTES, MAX_TEXT_CHARS, Mention
from streams.intake.beat import ReadBeat, read_beat
from streams.intake.explain import cut_text, explain_bytes, explain_mention
from streams.intake.records import Control, RawRecord, Refused, read_control
from streams.intake.sound import SoundMention, decode_sound, strange

_ESCAPE = ord("\\")  # looked for first: as a number, because that is ten times as fast
_ESCAPED_NULL = b"\\u0000"
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, TypeError, ValueError, OverflowError)
_loose = msgspec.json.Decoder(Mention).decode


@dataclass(slots=True)
class Validated:
    """A batch, sorted out. `positions[i]` says which record `mentions[i]` was; its partition and offset are columns."""

    mentions: list[Mention] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    beats: list[ReadBeat] = field(default_factory=list)
    partitions: NDArray[np.uint16] = field(default_factory=lambda: np.zeros(0, np.uint16))
    offsets: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    observed_ms: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))


def validate(records: Sequence[RawRecord], live: bool = False) -> Validated:
    """The mentions among the records, the refused ones with their reasons, and a replay's control records.

    Parameters
    ----------
    records
        Records of the topic or lines of a file, in order.
    live
        Whether a mention that was observed more than 2 min after its append time is refused as `future`. In a replay
        it is refused from a day on: there the append time is the time of the lines before, or that of the replaying.
    """
    out = Validated()
    _decode(records, out)
    chosen = _chosen(records, out)
    out.partitions = np.fromiter([record.partition for record in chosen], np.uint16, len(chosen))
    out.offsets = np.fromiter([record.offset for record in chosen], np.int64, len(chosen))
    out.observed_ms = _milliseconds(out.mentions)
    if odd := strange(out.mentions, out.observed_ms):
        _look_at_strange(records, out, odd)
    _refuse_future(records, out, live)
    return out


def _chosen(records: Sequence[RawRecord], out: Validated) -> Sequence[RawRecord]:
    """The records of the mentions."""
    return records if len(out.positions) == len(records) else [records[position] for position in out.positions]


def _decode(records: Sequence[RawRecord], out: Validated) -> None:
    """Sorts the records out, but for what `strange` finds later. A record that decodes takes no step of the loop."""
    ours = {position for position, record in enumerate(records) if record.headers and _is_ours(record, out)}
    values = [record.value for record in records]
    for position in (*ours, *_odd(values)):
        values[position] = None  # for which decoding raises TypeError
    mentions, begin, rest = out.mentions, 0, iter(values)
    while True:
        known = len(mentions)
        try:
            mentions.extend(map(decode_sound, rest))  # type: ignore[arg-type]  # as above
        except _BROKEN:  # those before it are in the list
            position = begin + len(mentions) - known
            out.positions += range(begin, position)
            begin = position + 1
            if position not in ours and (mention := _looked_at_closely(records[position], out.refused)) is not None:
                mentions.append(mention)
                out.positions.append(position)
        else:
            out.positions += range(begin, len(records))
            return


def _is_ours(record: RawRecord, out: Validated) -> bool:
    """Whether a record with headers is a control record or a heartbeat, which are put aside."""
    if control := read_control(record):
        out.controls.append(control)
    elif beat := read_beat(record):
        out.beats.append(beat)
    else:
        return False
    return True


def _odd(values: Sequence[bytes | None]) -> list[int]:
    """Places of values that decoding would pass and that are none, too long or hold a null character."""
    return [
        place
        for place, value in enumerate(values)
        if value is None or len(value) > MAX_RECORD_BYTES or (_ESCAPE in value and _ESCAPED_NULL in value)
    ]


def read_mention(value: bytes | None) -> Mention | tuple[Refusal, str]:
    """One mention, or why it is refused (its time isn't compared with any clock)."""
    refused: list[Refused] = []
    mention = _looked_at_closely(RawRecord(0, 0, 0, value), refused)
    return mention if mention is not None else (refused[0].reason, refused[0].detail)


def _looked_at_closely(record: RawRecord, refused: list[Refused]) -> Mention | None:
    """The mention if it may pass (cut where its text is too long); else None, and why is added to `refused`."""
    why = explain_bytes(record.value)
    if why is None:
        mention = _loose(record.value or b"")
        why = explain_mention(mention)
        if why is None:
            # Not read anew: of a key that stands twice the last one counts, but the decoder looks at the first one too.
            sound = msgspec.convert(mention, SoundMention, from_attributes=True)
            return sound if len(sound.text) <= MAX_TEXT_CHARS else cut_text(sound)
    refused.append(Refused(record, *why))
    return None


def _look_at_strange(records: Sequence[RawRecord], out: Validated, places: list[int]) -> None:
    """Replaces or takes out the mentions at these places."""
    gone = set()
    for place in places:
        mention = _looked_at_closely(records[out.positions[place]], out.refused)
        if mention is None:
            gone.add(place)
        else:
            out.mentions[place] = mention
    if gone:
        _keep(out, np.array([place not in gone for place in range(len(out.mentions))]))


def _keep(out: Validated, kept: NDArray[np.bool_]) -> None:
    """Takes the other mentions out; the refused ones are put in the order of their records again."""
    chosen = np.flatnonzero(kept).tolist()
    out.mentions = [out.mentions[index] for index in chosen]
    out.positions = [out.positions[index] for index in chosen]
    out.partitions, out.offsets, out.observed_ms = out.partitions[kept], out.offsets[kept], out.observed_ms[kept]
    out.refused.sort(key=lambda refused: refused.record.offset)


def _milliseconds(mentions: list[Mention]) -> NDArray[np.int64]:
    """`observed_at` of each in ms; by microseconds, so that a fraction such as .123 doesn't become .122."""
    moments = [mention.observed_at for mention in mentions]
    seconds = np.fromiter(map(datetime.timestamp, moments), np.float64, len(mentions))
    return np.rint(seconds * 1e6).astype(np.int64) // 1000


_TIME_SO_FAR = "lines before it, which should be in their order (or, in Kafka, of when it was sent)"


def _refuse_future(records: Sequence[RawRecord], out: Validated, live: bool) -> None:
    append_ms = np.fromiter([record.append_ms for record in _chosen(records, out)], np.int64, len(out.positions))
    limit_ms, clock = (FUTURE_LIMIT_MS, "broker's clock") if live else (FUTURE_IN_REPLAY_MS, _TIME_SO_FAR)
    future = (append_ms > 0) & (out.observed_ms > append_ms + limit_ms)
    if not future.any():
        return
    for index in np.flatnonzero(future).tolist():
        ahead_s = (int(out.observed_ms[index]) - int(append_ms[index])) // 1000
        detail = f"`observed_at` is {ahead_s} s ahead of the {clock}; allowed are {limit_ms // 1000} s"
        out.refused.append(Refused(records[out.positions[index]], Refusal.FUTURE, detail))
    _keep(out, ~future)

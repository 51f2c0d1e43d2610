"""One made-up record of each kind that crosses a topic of ours or lies in a changelog, and how each is encoded.

    python -m tests.records        # writes the files that are missing in tests/fixtures/records

A file is ``KIND-vN.b64``; where optional fields came later without a new version, ``KIND-vNb.b64`` and so on. Files are
never changed: what has been written once must be readable, or refused in clear words.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from alerts.achieved import Watched
from alerts.brand import BrandIncidents, Outcry
from alerts.feedback import Case
from alerts.life import Life
from alerts.likeness import Heard
from alerts.outbox import Outbox
from alerts.position import DeskPosition, decode_position
from alerts.recurrence import Alarm
from alerts.silences import Silence
from alerts.track import Track
from schemas.alert import Alert, Attempt, Heartbeat, Receipt, decode_alert
from schemas.beat import Beat, Beats
from schemas.config.model import Config
from schemas.digest import DigestBatch, Watermark, decode_batch, encode_batch
from schemas.enums import Fault, IncidentState, Kind, Outcome, Severity, Transition
from schemas.incident import Entry, Incident, Member, Neighbour, decode_incident
from schemas.logclock import LogClock
from schemas.series import Point, SeriesBatch, decode_series
from schemas.signal import Command, Delivery, Figures, Loud, Planned, Sample, Signal, Source, Tick, Trouble, decode_signal
from schemas.waiting import Waiting
from schemas.wire import RecordDecoder, encode
from streams.engine.changelog import Position
from streams.engine.position import read_position
from streams.engine.stage import InputRecord
from streams.stages.watch import WatchStage, brand_of, packed, unpacked
from streams.watch.names import Names
from streams.watch.open_questions import OpenQuestions
from streams.watch.promises import BrandPromise
from streams.watch.question_rows import ANSWER, QUESTION, TEXT, Talk
from tests.digests import DigestRows

FOLDER = Path(__file__).parent / "fixtures" / "records"
_AT_MS = 1_700_000_040_000
_MINUTE_MS = 60_000
_FIGURES = Figures(
    900, 120, 8.5, 90, 1.25, 70, 60, 12_345, {"x": 100, "web": 20}, {"safety": 40}, ["aceite", "retirada"],
    [Loud("@laura", 54_321)], [Sample(7, 2, 1_234, _AT_MS, 0.97, 3, 42)], [0, 1, 2, 30], {60: (10, 8), 900: (120, 90)},
    novelty={"aceite": 4.5}, waiting=Waiting(37, 4.5, 20, _AT_MS - 9, 1_800, 40, 2, 1, 31, 0.25, 400, 17, 12, 2_100, 11.5),
    quarter_usual=1.75,
)  # fmt: skip
_BEATS = Beats({0: _AT_MS, 2: _AT_MS - 1}, _AT_MS - 2)
_TROUBLE = Trouble(Fault.DESTINATION, "slack", "http_404")


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record."""

    made_up: Callable[[], Any]
    """A value of the kind that says something in each field."""
    encode: Callable[[Any], bytes]
    decode: Callable[[bytes], Any]


def _struct(made_up: msgspec.Struct, decode: Callable[[bytes], Any]) -> RecordKind:
    return RecordKind(lambda: made_up, encode, decode)


def _incident() -> Incident:
    return Incident(
        1, "fogones-surge-202311142213", "fogones", "food", Kind.SURGE, IncidentState.ACKNOWLEDGED, Severity.WARNING,
        Severity.CRITICAL, _AT_MS, _AT_MS - 60_000, 3, _FIGURES, 9.5, 0.01, 1.0, 3_600, ["fogones", "lumbre"],
        _AT_MS + 5_000,
        0, _AT_MS + 1_000, 11.25, _FIGURES, True, True, "ana", _AT_MS + 90_000, "", ["slack", "email"],
        [Entry(_AT_MS, "opened", Severity.WARNING), Entry(_AT_MS + 5_000, "acknowledged", Severity.WARNING, "ana")],
        "9f3c21aa", None,
        [Member("lumbre", "lumbre-surge-202311142220", _AT_MS, Severity.WATCH, Figures(900, 12), _AT_MS + 7, ["aceite"])],
        ["lumbre"], Neighbour("telar", "telar-surge-202311142200", _AT_MS - 9, ["aceite"]), "fogones", 2,
        {Severity.WARNING: 0, Severity.CRITICAL: 1},
    )  # fmt: skip


def _digest() -> DigestBatch:
    rows = DigestRows()
    rows.add("fogones", _AT_MS, 0.9, author="ana", network=0, categories=16, flags=2, reach=77, reply_to=5, terms=[9] * 8)
    rows.add("lumbre", _AT_MS + 1_500, 0.25, thread=6, handle=8)
    batch, _ = rows.take(_AT_MS + 2_000, partitions=4)
    marks = [Watermark(0, _AT_MS + 2_000), Watermark(3, _AT_MS)]
    more = {"term_words": {9: "aceite"}, "handles": {4: "@ana"}, "learn_until_ms": 5, "watermarks": marks}
    return msgspec.structs.replace(batch, **more, beats=[Beat(3, _AT_MS)])


def _watch() -> WatchStage:
    """A partition of watch after a quarter of an hour in which one brand is spoken of."""
    stage, rows = WatchStage(Config(brands="auto", time="replay"), {}, None), DigestRows()
    for minute in range(15):
        at_ms = _AT_MS + minute * _MINUTE_MS
        for number in range(minute + 2):
            rows.add("fogones", at_ms + number, 0.9 if number > 8 else 0.1, terms=[9, 0, 0, 0, 0, 0, 0, 0])
        batch, _ = rows.take(at_ms + _MINUTE_MS)
        raw = encode_batch(msgspec.structs.replace(batch, term_words={9: "aceite"}))
        stage.apply(InputRecord(0, minute, at_ms, None, raw))
    return stage


def _brand() -> bytes:
    ((_, state),) = _watch().changed()
    assert state is not None
    return state


def _life() -> Life:
    return Life(
        _incident(), ["slack"], Transition.REMINDER, _AT_MS + 9, True, 2, _AT_MS + 8, _AT_MS + 7, _AT_MS - 3, 31, 6.5, True,
        {Severity.CRITICAL: _AT_MS - 2},
    )  # fmt: skip


def _brand_incidents() -> BrandIncidents:
    alarm = Alarm(_AT_MS, 9.5, 0.5, 40, 2.5, True)
    track = Track(
        [alarm], True, 1.5, _AT_MS, _AT_MS + 1, _AT_MS + 2, Severity.WATCH, _life(), "i-1", 30, 2.5, _AT_MS - 60_000
    )  # fmt: skip
    cases = [Case("fogones-surge-202311142213", _AT_MS, "false", 4, True), Case("missed-28333333", _AT_MS + 9, "missed")]
    outcry = Outcry("fogones-surge-202311142213", _AT_MS + 3, {"aceite": Heard(_AT_MS, 4.5)})
    return BrandIncidents("fogones", 1, _AT_MS, 2, {Kind.SURGE: track}, cases, "food", outcry, _AT_MS - 4, ["slack"])


def _desk() -> DeskPosition:
    clock = LogClock(_AT_MS, _AT_MS - 5, _AT_MS - 4, {0: _AT_MS}, {0: _AT_MS + 1})
    silence = Silence(_AT_MS + 60_000, "ana", "we are at it")
    watched = Watched(_AT_MS, 86_400_000.5)
    return DeskPosition(
        1, clock, {0: Source(0, 9, 1)}, {1: Source(1, 4, 0)}, ["c-1"], {"brand:fogones": silence}, _BEATS, watched
    )  # fmt: skip


def _outbox() -> Outbox:
    """One alert attempted, a second one waiting, a third one sent."""
    outbox, incident = Outbox(), _incident()
    alerts = [
        Alert(1, f"a-{number}", Source(1, number, 0), destination, Transition.OPENED, _AT_MS, incident)
        for number, destination in enumerate(["slack", "email", "webhook"])
    ]
    for number, alert in enumerate(alerts):
        outbox.apply(alert, number, _AT_MS + number)
    outbox.apply(Attempt(1, "a-0", incident.id, "slack", 1, _AT_MS), 3, _AT_MS + 3)
    outbox.apply(Receipt(1, "a-2", incident.id, "webhook", Outcome.SENT, _AT_MS, 1), 4, _AT_MS + 4)
    outbox.apply(Heartbeat(1, 0, _AT_MS), 5, _AT_MS + 5)
    return outbox


def _outbox_state() -> bytes:
    state = _outbox().state(_incident().id)
    assert state is not None
    return state


def _again(state: bytes, position: bytes | None) -> Outbox:
    return Outbox({_incident().id: state}, position)


def _brand_again(raw: bytes) -> bytes:
    """What today's code writes for a brand that it has read, as the state lies in the changelog but for compression."""
    brand = brand_of("fogones", raw)
    brand.read(Names())
    return msgspec.msgpack.encode(unpacked(packed(brand.to_state())))


def _questions() -> bytes:
    """Some who ask, one of them again and again, and an account that answers; the last minute is open."""
    questions, start = OpenQuestions(), 29_000_001
    for minute in range(start, start + 6):
        rows, replies = np.zeros(2, QUESTION), np.zeros(1, ANSWER)
        rows["asked_s"], rows["identity"], rows["person"] = minute * 60, [minute % 100, minute % 100 + 50], [7, minute % 3]
        replies["at_s"], replies["reply_to"] = minute * 60 + 30, minute % 100 - 1
        terms, texts = np.full((2, 1), 9, np.uint64), np.array([11, minute % 1000], TEXT)
        questions.put(Talk(0, minute, rows, replies[: minute != start], terms, texts), Names())
        questions.advance(min(minute + 1, start + 5), BrandPromise(within_s=1_800, at_most_s=86_400), 0)
    return msgspec.msgpack.encode(questions.to_state())


def _questions_again(raw: bytes) -> bytes:
    return msgspec.msgpack.encode(OpenQuestions.from_state(msgspec.msgpack.decode(raw, strict=False)).to_state())


_state = msgspec.msgpack.encode
_ALERT = Alert(1, "a-1", Source(2, 7, 1), "slack", Transition.ESCALATED, _AT_MS, _incident())
KINDS: dict[str, RecordKind] = {
    "digest": RecordKind(_digest, encode_batch, lambda raw: decode_batch(raw)[0]),
    "signal": _struct(
        Signal(
            1, Source(3, 17, 2), "fogones", "food", Kind.SURGE, _AT_MS, _AT_MS - 5, 7.25, 0.02, 900, _FIGURES, True, True
        ),
        decode_signal,
    ),
    "signal-at-an-event": _struct(
        Signal(
            1,
            Source(3, 17, 2),
            "fogones",
            "food",
            Kind.VOLUME,
            _AT_MS,
            _AT_MS,
            7.25,
            0.02,
            900,
            Figures(900, 120, 8.5, planned=Planned("Black Friday", _AT_MS + _MINUTE_MS, 3.0)),
        ),
        decode_signal,
    ),
    "signal-of-ourselves": _struct(
        Signal(
            1, Source(-9, 17, 0), "rebato", "rebato", Kind.SYSTEM, _AT_MS, _AT_MS, 1.0, 0.5, 900, Figures(), trouble=_TROUBLE
        ),
        decode_signal,
    ),
    "tick": _struct(Tick(1, Source(3, 18, 0), _AT_MS, 4, _AT_MS - 9), decode_signal),
    "command": _struct(
        Command(1, "c-1", "silence", "ana", _AT_MS, "i-1", "fogones", "we are at it", _AT_MS + 1, "real", _AT_MS - 9, b"r"),
        decode_signal,
    ),
    "delivery": _struct(
        Delivery(1, Source(1, 5, 0), "a-1", "i-1", "slack", Outcome.FAILED, _AT_MS, "http_404"), decode_signal
    ),
    "alert": _struct(_ALERT, decode_alert),
    "attempt": _struct(Attempt(1, "a-1", "i-1", "slack", 2, _AT_MS), decode_alert),
    "heartbeat": _struct(Heartbeat(1, 2, _AT_MS), decode_alert),
    "receipt": _struct(
        Receipt(1, "a-1", "i-1", "slack", Outcome.IN_DOUBT, _AT_MS, 2, "timeout", _AT_MS + 1, _AT_MS + 2), decode_alert
    ),
    "incident": _struct(_incident(), decode_incident),
    "series": _struct(
        SeriesBatch(1, _AT_MS, [Point("fogones", "food", _AT_MS, 120, 8.5, 90, 1.25, 8, 0.02, True)], 3), decode_series
    ),
    "changelog-position": RecordKind(
        lambda: Position(b"\x92\x07\xa1p", 1_234, 1_200), _state, lambda raw: msgspec.msgpack.decode(raw, type=Position)
    ),
    "stage-position": RecordKind(lambda: (7, b"p"), lambda value: _state([value[0], value[1]]), read_position),
    "watch-brand": RecordKind(_brand, _brand_again, lambda raw: raw),
    "watch-questions": RecordKind(_questions, _questions_again, lambda raw: raw),
    "watch-position": RecordKind(
        lambda: msgspec.msgpack.decode(_watch().position()), _state, lambda raw: _restored(raw).core.position()
    ),
    "incidents-brand": _struct(_brand_incidents(), RecordDecoder[BrandIncidents](BrandIncidents)),
    "incidents-position": _struct(_desk(), decode_position),
    "notify-incident": RecordKind(
        _outbox_state, lambda value: _again(value, None).state(_incident().id) or b"", lambda raw: raw
    ),
    "notify-position": RecordKind(
        lambda: _outbox().position(), lambda value: _again(_outbox_state(), value).position(), lambda raw: raw
    ),
}


def _restored(position: bytes) -> WatchStage:
    return WatchStage(Config(brands="auto", time="replay"), {}, position)


def files(kind: str) -> list[Path]:
    """The kept files of a kind, the oldest version first."""
    return sorted(FOLDER.glob(f"{kind}-v[0-9]*.b64"))


def read(path: Path) -> bytes:
    """The record in a file."""
    return base64.b64decode(path.read_text())


def main() -> None:
    """Writes the first file of each kind that has none; a new version's is named by hand."""
    for kind, record in KINDS.items():
        if not files(kind):
            raw = record.made_up()
            raw = raw if isinstance(raw, bytes) else record.encode(raw)
            (FOLDER / f"{kind}-v1.b64").write_text(base64.encodebytes(raw).decode())


if __name__ == "__main__":
    main()

"""The stages that keep state, as a rebuild makes them: the same code as their roles, without metrics. Sends nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing

import msgspec

from alerts.brand import BrandIncidents
from alerts.position import decode_position
from schemas.alert import Alert, decode_alert
from schemas.config.load import Loaded
from schemas.config.model import Kafka
from schemas.errors import RecordError
from schemas.signal import Signal, Source, Tick, decode_signal
from schemas.topics import Topics
from schemas.wire import RecordDecoder, encode
from streams.engine.stage import InputRecord, Output, Stage
from streams.stages.incidents import IncidentsStage
from streams.stages.notify import NotifyStage
from streams.stages.watch import WatchStage
from streams.tail import TopicTail

_WAIT_S = 1.0
_decode_state = RecordDecoder[BrandIncidents](BrandIncidents)


def input_of(stage: str, topics: Topics) -> str:
    """The topic that a stage reads."""
    return {"watch": topics.digests, "incidents": topics.signals, "notify": topics.alerts}[stage]


def make(stage: str, loaded: Loaded, states: dict[bytes, bytes], position: bytes | None) -> Stage:
    """The stage of one partition."""
    if stage == "watch":
        return WatchStage(loaded.config, states, position)
    if stage == "incidents":
        return IncidentsStage(loaded.config, loaded.hash, states, position)
    return NotifyStage(loaded.config, states, position)


def told(stage: str, kafka: Kafka) -> dict[int, int]:
    """By input partition, the newest input offset that an output of the stage follows from.

    Empty for notify: whoever reads its outputs skips what comes again. Raises `UsageError`.
    """
    topics = Topics(kafka.topic_prefix)
    if stage == "watch":
        return _newest(kafka, topics.signals, _source_of_level)
    return _newest(kafka, topics.alerts, _source_of_alert) if stage == "incidents" else {}


def open_incidents(states: Iterable[bytes]) -> frozenset[str]:
    """Ids of the incidents that burn in these states of incidents."""
    lives = [track.life for raw in states for track in _decode_state(raw).tracks.values()]
    return frozenset(life.incident.id for life in lives if life is not None and life.is_open)


def _newest(kafka: Kafka, topic: str, source_of: Callable[[bytes], Source | None]) -> dict[int, int]:
    newest: dict[int, int] = {}
    with closing(TopicTail(kafka, {topic: None})) as tail:
        while not tail.caught_up:
            for _, value in tail.read(_WAIT_S):
                try:
                    source = source_of(value)
                except RecordError:
                    continue
                if source is not None and source.partition >= 0:
                    newest[source.partition] = max(source.offset, newest.get(source.partition, 0))
    return newest


def _source_of_level(raw: bytes) -> Source | None:
    record = decode_signal(raw)
    return record.source if isinstance(record, Signal | Tick) else None


def _source_of_alert(raw: bytes) -> Source | None:
    record = decode_alert(raw)
    return record.source if isinstance(record, Alert) else None


class Trusting(Stage):
    """Incidents that forget having read what its writers' topics don't hold any more.

    A topic that was made anew counts its offsets from 0 again, and all that follows from it would be taken for old.
    """

    def __init__(self, inner: Stage, digests_ends: Mapping[int, int], alerts_ends: Mapping[int, int]) -> None:
        """The ends of `digests` and `alerts`, by partition."""
        self._inner = inner
        self._digests_ends, self._alerts_ends = digests_ends, alerts_ends

    def apply(self, record: InputRecord) -> list[Output]:
        """As the stage inside."""
        return self._inner.apply(record)

    def changed(self) -> Iterator[tuple[bytes, bytes | None]]:
        """As the stage inside."""
        return self._inner.changed()

    def position(self) -> bytes:
        """Its position without sources from beyond the ends."""
        position = decode_position(self._inner.position())
        digests = _within(position.digests, self._digests_ends)
        return encode(msgspec.structs.replace(position, digests=digests, alerts=_within(position.alerts, self._alerts_ends)))


def _within(sources: Mapping[int, Source], ends: Mapping[int, int]) -> dict[int, Source]:
    """What a process says about itself has a negative partition and a time for an offset: it stays."""
    return {p: source for p, source in sources.items() if p < 0 or source.offset < ends.get(p, 0)}

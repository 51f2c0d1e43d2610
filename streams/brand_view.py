"""What is kept of one brand, in the last checkpoint of watch: read from the changelog beside whoever owns it."""

from dataclasses import dataclass
from typing import Any

import msgspec

from schemas.config.model import Config
from schemas.logclock import LogClock
from schemas.series import Point
from schemas.topics import Topics, partition_of
from streams.engine.loader import load_changelog
from streams.engine.position import read_position
from streams.stages.watch import brand_of
from streams.topics_admin import TopicsAdmin
from streams.watch.brand import BrandWatch
from streams.watch.figures import point
from streams.watch.names import Names
from streams.watch.unanswered import answers_seen

_DEADLINE_S = 30.0
_WINDOWS_MIN = (1, 5, 15, 60)


@dataclass(frozen=True, slots=True)
class KeptBrand:
    """One brand's state, and where it lies."""

    brand: BrandWatch
    """Brought up to the clock of its partition."""
    bytes: int
    partition: int
    applied: int
    """The last offset of `digests` that the checkpoint includes."""
    clock_ms: int
    sources: list[list[int]]
    """Epoch, source partition and last offset counted of `mentions`."""

    @property
    def point(self) -> Point:
        """Where it stands against what is usual."""
        judged = self.brand.judged and self.brand.begun
        return point(self.brand, self.brand.level(self.clock_ms, Names()) if judged else None, self.clock_ms)

    def _questions(self) -> dict[str, Any]:
        """Those that wait for an answer, as of the last checkpoint; in words what keeps `unanswered` from ringing."""
        questions = self.brand.questions
        if questions is None:
            return {"answers": "nobody has asked, and no answer was seen"}
        evidence = questions.evidence
        return {
            "waiting": len(questions.open),
            "usually_waiting": evidence.usual_waiting,
            "asked": questions.asked_ever,
            "answered": evidence.answers,
            "broken_share": evidence.usual_broken,
            "answers": answers_seen(questions),
        }

    def plain(self) -> dict[str, Any]:
        """Plain values, for JSON and for people."""
        brand, shown = self.brand, self.point
        windows = {f"{minutes} min": brand.counts.window(minutes * 60, self.clock_ms) for minutes in _WINDOWS_MIN}
        return {
            "brand": brand.brand,
            "group": brand.group,
            "zone_min": brand.zone_min,
            "judged": brand.judged,
            "bytes": self.bytes,
            "clock_ms": self.clock_ms,
            "volumes": {
                name: {"mentions": mentions, "negative": negative} for name, (mentions, negative) in windows.items()
            },
            "baseline": {
                "mentions_15_min": shown.mentions_expected,
                "negative_15_min": shown.negative_expected,
                "learning": shown.learning,
                "frozen": brand.judged and brand.evidence.frozen,
            },
            "evidence": {"false_alarms_per_month": shown.false_alarms_per_month},
            "questions": self._questions(),
            "marks": brand.marks,
            "offsets": {"partition": self.partition, "digests": self.applied, "mentions": self.sources},
        }


async def kept_brand(config: Config, name: str) -> KeptBrand | None:
    """The brand in the last checkpoint, or None. Raises StateError when that can't be read; `UsageError`."""
    TopicsAdmin(config).refuse_unusable()
    partition = partition_of(name, config.kafka.partitions)
    changelog = Topics(config.kafka.topic_prefix).state("watch")
    replay = await load_changelog(config.kafka, changelog, partition, None, _DEADLINE_S)
    written = replay.written.get(name.encode())
    if written is None or replay.position is None:
        return None
    applied, stage = read_position(replay.position.stage)
    position = msgspec.msgpack.decode(stage)
    clock_ms = msgspec.convert(position["clock"], LogClock, strict=False).now_ms
    brand = brand_of(name, written.value)
    brand.advance(clock_ms, Names())
    return KeptBrand(brand, len(written.value), partition, applied, clock_ms, position["applied"])

"""Rebuilds one stage after the other, and says what it came to."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from detectors.text.scorer import TextScorer
from schemas.config.load import Loaded
from schemas.enums import IncidentState
from streams.engine.stage import Stage
from streams.incidents_view import IncidentsView
from streams.intake.unread import Unread
from streams.rebuild.from_mentions import oldest_mention_ms, taught
from streams.rebuild.groups import Groups
from streams.rebuild.one_stage import Rebuilt, StageRebuild
from streams.topics_admin import TopicsAdmin

_DAY_MS = 86_400_000
_MEANING = {
    "watch": "what is usual is learned from there on; what it knew from before is gone",
    "incidents": "an incident that opened before has another id now, or none",
    "notify": "what was written before it and not yet sent is forgotten",
}
_REMADE = {
    "watch": "`rebato state rebuild incidents` must follow, which has read further and would skip its levels",
    "incidents": "what the old one held is gone",
    "notify": "`rebato state rebuild incidents` should follow, which has read further and would skip outcomes",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One partition: offsets of what is read again, and what became of it."""

    partition: int
    first: int
    resume: int
    oldest_ms: int | None
    keys: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What one stage's rebuild came to, or would come to."""

    stage: str
    source: str
    """The topic that is read again."""
    records: int
    partitions: list[Part]
    oldest_ms: int | None
    """When the broker took the oldest record of all; None if there is none."""
    back_days: float
    """How long ago that is."""
    meaning: str
    warnings: list[str] = field(default_factory=list)


async def rebuild_stages(
    loaded: Loaded, stages: Sequence[str], *, from_mentions: bool, dry_run: bool, advance: Callable[[int], None]
) -> list[Report]:
    """Rebuilds the stages in their order; one that fails ends it. `advance` is told of records read.

    Raises `UsageError` when a process of them runs, or a topic is missing, before anything is changed; StateError.
    """
    TopicsAdmin(loaded.config).refuse_unusable()
    groups = Groups(loaded.config.kafka)
    rebuilds = [StageRebuild(stage, loaded, groups) for stage in stages]
    if not dry_run:
        for each in rebuilds:
            each.refuse_members()
    return [await _one(each, loaded, groups, from_mentions and each.stage == "watch", dry_run, advance) for each in rebuilds]


async def _one(
    rebuild: StageRebuild, loaded: Loaded, groups: Groups, from_mentions: bool, dry_run: bool, advance: Callable[[int], None]
) -> Report:
    plan = await rebuild.plan()
    if dry_run:
        return _report(rebuild, plan, await oldest_mention_ms(loaded, groups) if from_mentions else None)
    lessons: dict[int, Stage] = {}
    oldest_ms = None
    if from_mentions:
        scorer = TextScorer.packaged() if loaded.config.intake.score else Unread()
        known, oldest_ms = await taught(loaded, scorer, groups, [each.span for each in plan], advance)
        lessons.update(known)
    done = await rebuild.run(plan, advance, lessons)
    lost = await asyncio.to_thread(_unexplained, loaded, done) if rebuild.stage == "incidents" else []
    return _report(rebuild, done, oldest_ms, lost)


def _unexplained(loaded: Loaded, done: Sequence[Rebuilt]) -> list[str]:
    """A line for each incident that was open and that the signals that are kept don't explain."""
    with IncidentsView(loaded.config.kafka) as view:
        opened = {each.id for each in view.read().values() if each.state is not IncidentState.RESOLVED}
    known = frozenset[str]().union(*(each.open_incidents for each in done))
    return [
        f"{incident} was open, and the signals that are kept don't explain it: nobody will be told of its end. "
        "Close by hand what it has opened at a pager."
        for incident in sorted(opened - known)
    ]


def _report(rebuild: StageRebuild, parts: Sequence[Rebuilt], oldest_ms: int | None, warnings: Sequence[str] = ()) -> Report:
    times = [each.oldest_ms for each in parts if each.oldest_ms is not None]
    oldest = min([*times, oldest_ms] if oldest_ms is not None else times, default=None)
    remade = [str(each.span.partition) for each in parts if each.span.remade]
    made_anew = f"{rebuild.input_topic} was made anew (partitions {', '.join(remade)}): {_REMADE[rebuild.stage]}."
    return Report(
        stage=rebuild.stage,
        source=rebuild.input_topic,
        records=sum(each.span.records for each in parts),
        partitions=[Part(e.span.partition, e.span.first, e.span.resume, e.oldest_ms, e.keys) for e in parts],
        oldest_ms=oldest,
        back_days=0.0 if oldest is None else round((time.time() * 1000 - oldest) / _DAY_MS, 3),
        meaning=_MEANING[rebuild.stage],
        warnings=[*([made_anew] if remade else []), *warnings],
    )

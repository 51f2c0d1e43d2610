"""Recomputes the state of one stage: reads its input again and writes a new state, partition by partition.

Order: the group has no members → each partition's old state is taken over and ended, which shuts out whoever else might
write → its records are applied, and what they lead to is thrown away → the new state is durable → the group's offsets
are set to match. What is broken off half-way is noticed when the stage starts: it has to be done again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.config.load import Loaded
from schemas.errors import UsageError
from schemas.topics import Topics
from streams.engine.keeper import StateKeeper
from streams.engine.outbox import Silence
from streams.engine.runner import PartitionRunner
from streams.engine.stage import InputRecord, Stage
from streams.rebuild.groups import Groups
from streams.rebuild.plan import Span, span
from streams.rebuild.reader import TopicReader, topic_reader
from streams.rebuild.stages import Trusting, input_of, make, open_incidents, told

Advance = Callable[[int], None]
"""Told of so many more records done."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What has become, or would become, of one partition."""

    span: Span
    oldest_ms: int | None
    """When the broker took the oldest record that is read again; `None` if there is none."""
    keys: int | None = None
    """Keys of the new state; `None` before it is written."""
    open_incidents: frozenset[str] = frozenset()
    """Ids of the incidents that burn in the new state of incidents."""


class StageRebuild:
    """The rebuild of one stage of an installation."""

    def __init__(self, stage: str, loaded: Loaded, groups: Groups) -> None:
        """Asks nothing yet."""
        self.stage = stage
        kafka = loaded.config.kafka
        self._loaded, self._kafka, self._groups = loaded, kafka, groups
        self._topics = Topics(kafka.topic_prefix)
        self.group = f"{kafka.topic_prefix}rebato-{stage}"
        """The consumer group of the stage."""
        self.input_topic = input_of(stage, self._topics)
        """What is read again."""

    def refuse_members(self) -> None:
        """Raises `UsageError` while a process of the stage runs: it would write over the new state."""
        if hosts := self._groups.members(self.group):
            count = f"{len(hosts)} member{'' if len(hosts) == 1 else 's'}"
            raise UsageError(
                f"{self.group} has {count} ({', '.join(dict.fromkeys(hosts))}): end `rebato run {self.stage}` first. One "
                f"that was killed counts for {self._kafka.session_timeout.total_seconds():g} s more."
            )

    async def plan(self) -> list[Rebuilt]:
        """What would be read again. Raises `UsageError`."""
        partitions = self._kafka.partitions
        committed = self._groups.committed(self.group, self.input_topic, partitions)
        newest = told(self.stage, self._kafka) if len(committed) < partitions else {}
        spans = [
            span(number, first, end, committed.get(number), newest.get(number))
            for number, (first, end) in enumerate(self._groups.spans(self.input_topic, partitions))
        ]
        async with topic_reader(self._kafka, self.input_topic) as records:
            return [Rebuilt(each, await records.time_of(each.partition, each.first, each.resume)) for each in spans]

    async def run(self, plan: Sequence[Rebuilt], advance: Advance, taught: Mapping[int, Stage]) -> list[Rebuilt]:
        """Writes the new states and sets the group's offsets.

        `taught`: stages that have learned something before, by partition. Raises StateError; UsageError when the group
        got members meanwhile.
        """
        keeper = StateKeeper(self._kafka, self._topics.state(self.stage), self.stage)
        done = []
        try:
            async with topic_reader(self._kafka, self.input_topic) as records:
                for each in plan:
                    begun = taught.get(each.span.partition) or self._make(each.span.partition, {}, None)
                    await self._run(keeper, records, each.span, begun, advance)
                    states = keeper.states(each.span.partition)
                    burning = open_incidents(states.values()) if self.stage == "incidents" else frozenset()
                    done.append(replace(each, keys=len(states), open_incidents=burning))
        finally:
            await keeper.close()
        self._groups.commit(self.group, self.input_topic, {each.span.partition: each.span.resume for each in plan})
        return done

    async def _run(self, keeper: StateKeeper, records: TopicReader, span: Span, begun: Stage, advance: Advance) -> None:
        runner = PartitionRunner(
            span.partition, self._make, keeper, Silence(), self._topics.dead, self.input_topic
        )  # fmt: skip
        await runner.begin_anew(span.first, begun)
        async for batch in records.read(span.partition, span.first, span.resume):
            for each in batch:
                record = InputRecord(each.partition, each.offset, each.timestamp, each.key, each.value or b"")
                await runner.handle(record, _nobody_waits)
            advance(len(batch))
        await runner.checkpoint()

    def _make(self, partition: int, states: dict[bytes, bytes], position: bytes | None) -> Stage:
        stage = make(self.stage, self._loaded, states, position)
        if self.stage != "incidents":
            return stage
        partitions = self._kafka.partitions
        ends = [
            {number: end for number, (_, end) in enumerate(self._groups.spans(topic, partitions))}
            for topic in (self._topics.digests, self._topics.alerts)
        ]
        return Trusting(stage, *ends)


def _nobody_waits() -> None:
    pass

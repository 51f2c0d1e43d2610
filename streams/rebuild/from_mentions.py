"""Reads the mentions that lie before the oldest digests, all source partitions together in the order of their arrival."""

from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing

from schemas.config.load import Loaded
from schemas.topics import Topics
from streams.epoch import topic_epoch
from streams.intake.records import RawRecord
from streams.intake.scores import Scorer
from streams.rebuild.groups import Groups
from streams.rebuild.plan import Span
from streams.rebuild.reader import TopicReader, topic_reader
from streams.rebuild.teacher import Begin, Teacher
from streams.stages.watch import WatchStage


async def taught(
    loaded: Loaded, scorer: Scorer, groups: Groups, spans: list[Span], advance: Callable[[int], None]
) -> tuple[dict[int, WatchStage], int | None]:
    """Stages of watch that know all mentions before the spans of digests, by partition; and the time of the oldest one.

    Reads no further than intake has committed. `advance` is told of mentions read. Raises StateError, `UsageError`.
    """
    kafka = loaded.config.kafka
    topics = Topics(kafka.topic_prefix)
    epoch = topic_epoch(kafka, topics.mentions)
    async with topic_reader(kafka, topics.digests) as digests:
        begins = {span.partition: await _begin(digests, span, epoch, kafka.source_partitions) for span in spans}
    teacher = Teacher(loaded.config, scorer, epoch, begins, kafka.source_partitions)
    committed = groups.committed(f"{kafka.topic_prefix}rebato-intake", topics.mentions, kafka.source_partitions)
    places = {
        partition: (first, min(end, committed.get(partition, first)))
        for partition, (first, end) in enumerate(groups.spans(topics.mentions, kafka.source_partitions))
    }
    oldest_ms = None
    async with topic_reader(kafka, topics.mentions) as mentions, aclosing(_merged(mentions, places)) as merged:
        async for records, read_until_ms in merged:
            oldest_ms = records[0].append_ms if oldest_ms is None else oldest_ms
            teacher.teach(records, read_until_ms)
            advance(len(records))
            if read_until_ms > teacher.until_ms:
                break
    return teacher.stages, oldest_ms


async def oldest_mention_ms(loaded: Loaded, groups: Groups) -> int | None:
    """When the broker took the oldest mention that it holds. Raises StateError, `UsageError`."""
    kafka = loaded.config.kafka
    topic = Topics(kafka.topic_prefix).mentions
    spans = groups.spans(topic, kafka.source_partitions)
    async with topic_reader(kafka, topic) as reader:
        times = [await reader.time_of(number, first, end) for number, (first, end) in enumerate(spans)]
    return min((each for each in times if each is not None), default=None)


async def _begin(digests: TopicReader, span: Span, epoch: int, source_partitions: int) -> Begin:
    """Where the partition begins; reads on until every source partition has been met."""
    begin = Begin()
    async with aclosing(digests.read(span.partition, span.first, span.end)) as batches:
        async for batch in batches:
            for record in batch:
                begin.note(record.value or b"", record.timestamp, epoch)
            if len(begin.offsets) == source_partitions:
                break
    return begin


async def _merged(
    mentions: TopicReader, places: Mapping[int, tuple[int, int]]
) -> AsyncGenerator[tuple[list[RawRecord], int], None]:
    """Records of all partitions in order of append time, in slices; and up to which time nothing is missing."""
    held: dict[int, deque[RawRecord]] = {partition: deque() for partition in places}
    next_offset = {partition: first for partition, (first, _) in places.items()}
    mentions.begin(next_offset)
    while True:
        for partition, (_, end) in places.items():
            if not held[partition] and next_offset[partition] < end:
                found = await mentions.some(partition, end)
                held[partition].extend(
                    RawRecord(each.partition, each.offset, each.timestamp, each.value, each.headers) for each in found
                )
                next_offset[partition] = found[-1].offset + 1
        if not any(held.values()):
            return
        until_ms = min(each[-1].append_ms for each in held.values() if each)
        yield [record for queue in held.values() for record in _taken(queue, until_ms)], until_ms


def _taken(queue: deque[RawRecord], until_ms: int) -> Iterator[RawRecord]:
    while queue and queue[0].append_ms <= until_ms:
        yield queue.popleft()

"""Records as intake wants them, straight from aiokafka's fetcher.

aiokafka makes a `ConsumerRecord` of eleven fields out of each record, of which intake would only copy five: a tenth of
what a counted mention costs. What the fetcher gets is therefore told to make `RawRecord`s, before anybody asks for it.
That reaches into aiokafka; where its insides aren't as known, records are copied.
"""

from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.intake.records import RawRecord


def make_raw(consumer: AIOKafkaConsumer) -> None:
    """Lets the records of a started consumer come out as `RawRecord`s."""
    fetcher: Any = getattr(consumer, "_fetcher", None)
    fetch = getattr(fetcher, "_proc_fetch_request", None)
    if fetch is None or not hasattr(fetcher, "_records"):
        return

    async def fetch_raw(*request: Any) -> bool:
        found: bool = await fetch(*request)
        for result in fetcher._records.values():
            records: Any = getattr(result, "_partition_records", None)
            if hasattr(records, "_consumer_record"):
                records._consumer_record = _raw
        return found

    fetcher._proc_fetch_request = fetch_raw


def raw_records(records: Sequence[Any]) -> list[RawRecord]:
    """Records of one partition, all of one kind: as they are or copied."""
    if isinstance(records[0], RawRecord):
        return list(records)
    return [RawRecord(each.partition, each.offset, each.timestamp, each.value, each.headers) for each in records]


def _raw(where: TopicPartition, record: Any) -> RawRecord:
    return RawRecord(where.partition, record.offset, record.timestamp, record.value, record.headers)

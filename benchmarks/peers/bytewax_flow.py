"""Bytewax 0.21.1: its Kafka source, a stateful count a key, recovery into SQLite.

Settings: batches of 1,000 from the source, a snapshot every 10 s (its default) and at the end, one worker. The count is a
`stateful_batch`, the operator that costs least.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.operators import StatefulBatchLogic
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

from benchmarks.peers.task import OneByOne, Task


class Count(StatefulBatchLogic[None, int, int]):
    """How often its key came."""

    def __init__(self, resumed: int | None) -> None:
        self._count = resumed or 0

    def on_batch(self, values: list[None]) -> tuple[Iterable[int], bool]:
        """Nothing goes on before the end."""
        self._count += len(values)
        return (), False

    def on_eof(self) -> tuple[Iterable[int], bool]:
        """The count, to be compared."""
        return (self._count,), False

    def snapshot(self) -> int:
        """What recovery keeps."""
        return self._count


class Kept(DynamicSink[tuple[str, int]], StatelessSinkPartition[tuple[str, int]]):
    """A sink that remembers."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def build(self, _step_id: str, _worker_index: int, _worker_count: int) -> "Kept":
        """Itself: there is one worker."""
        return self

    def write_batch(self, items: list[tuple[str, int]]) -> None:
        """Takes the counts at the end."""
        self.counts.update(items)


def flow_of(task: Task, kept: Kept) -> Dataflow:
    """From the topic to the counts."""
    work = OneByOne(task)
    begun = False

    def keyed(message: KafkaSourceMessage[Any, Any]) -> list[tuple[str, None]]:
        nonlocal begun
        if not begun:
            begun = True
            task.begin()
        return [(key, None) for key in work.keys(message.value)]

    flow = Dataflow("count")
    messages = op.input("mentions", flow, KafkaSource([task.broker], [task.topic], tail=False))
    counts = op.stateful_batch("count", op.flat_map("keys", messages, keyed), Count)
    op.output("kept", counts, kept)
    return flow


def run(task: Task) -> None:
    """Until the end of the topic."""
    recovery = Path(task.folder, "recovery")
    recovery.mkdir()
    init_db_dir(recovery, 1)
    kept = Kept()
    cli_main(flow_of(task, kept), recovery_config=RecoveryConfig(recovery))
    task.end(lambda: kept.counts)


if __name__ == "__main__":
    run(Task.told())

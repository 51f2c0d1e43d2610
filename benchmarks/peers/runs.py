"""One run of a peer, or of rebato's two roles: the CPU time and the wall time that the mentions took, and the counts."""

import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
from confluent_kafka import Consumer, TopicPartition

from benchmarks.harness import Bench, Running
from benchmarks.load import Shape, mentions
from benchmarks.peers.one_text import WINDOW_S
from benchmarks.peers.task import Task
from schemas.config.model import Config
from schemas.digest import decode_batch
from schemas.mention import Mention
from streams.intake.match import BrandMatcher

WITHIN_S = 120.0
SPAN_S = 60.0  # younger than the grace of 2 min when they are read: none is late


@dataclass(frozen=True, slots=True)
class Taken:
    """What the mentions took."""

    cpu_us: float
    """CPU time a mention, all processes together."""
    per_s: float
    """Mentions a second by the wall clock."""
    of_it: Mapping[str, float] = field(default_factory=dict)
    """CPU µs a mention of each process."""


def made_now(number: int, brands: Sequence[dict[str, object]], first_id: int = 0) -> list[bytes]:
    """The same mentions each time but for `observed_at`, which ends now, and the ids."""
    start = datetime.now(UTC) - timedelta(seconds=SPAN_S)
    return mentions(number, list(brands), shape=Shape(start=f"{start:%Y-%m-%dT%H:%M:%S}", span_s=SPAN_S, first_id=first_id))


def expected(records: Sequence[bytes], config: Config) -> Counter[str]:
    """The counts by "brand|window" that each peer must come to."""
    found = [msgspec.json.decode(record, type=Mention) for record in records]
    matches = BrandMatcher(config.brands).match(found)
    return Counter(
        f"{matches.brands[brand]}|{int(found[index].observed_at.timestamp()) // WINDOW_S}"
        for index, brand in zip(matches.mention.tolist(), matches.brand.tolist(), strict=True)
    )


def run_peer(module: str, task: Task, right: Counter[str]) -> Taken:
    """Runs it until it has counted all; raises when its counts are not the right ones."""
    log = Path(task.folder, "log.txt")
    process = Running(task.name, [sys.executable, "-m", f"benchmarks.peers.{module}", task.as_argument()], log)
    try:
        deadline_s = time.monotonic() + WITHIN_S
        while not task.counts_file.exists():
            if not process.running or time.monotonic() > deadline_s:
                raise RuntimeError(f"{task.name} has not counted all\n{process.last_lines()}")
            time.sleep(0.1)
        counted = Counter(json.loads(task.counts_file.read_text()))
    finally:
        if process.running:
            os.kill(process.pid, signal.SIGKILL)  # its state is durable, and how it ends is not measured
        process.end()
    check(task.name, counted, right)
    first, last = [json.loads(line) for line in log.read_text().splitlines() if line.startswith('{"mark"')]
    cpu_s, wall_s = last["cpu_s"] - first["cpu_s"], last["wall_s"] - first["wall_s"]
    return Taken(cpu_s / task.mentions * 1e6, task.mentions / wall_s)


def run_rebato(bench: Bench, number: int, watched: Sequence[dict[str, object]]) -> Taken:
    """Roles intake and watch, from a full topic until the state of watch is durable.

    Both are up before the topic is filled, and intake stands still meanwhile, so that start-up isn't counted.
    """
    intake, watch = bench.role("intake"), bench.role("watch")
    bench.until_ready(intake, watch)
    intake.freeze()
    records = made_now(number, watched)
    bench.fill(bench.topics.mentions, records)
    before, watch_before = intake.usage(), watch.usage()
    started_s = time.monotonic()
    intake.thaw()
    bench.until_committed("intake", bench.topics.mentions, len(records))
    bench.until_committed("watch", bench.topics.digests)
    wall_s = time.monotonic() - started_s
    used = {"intake": intake.usage().since(before), "watch": watch.usage().since(watch_before)}
    of_it = {role: usage.cpu_s / len(records) * 1e6 for role, usage in used.items()}
    late = watch.metric("rebato_late_digests_total")
    if late:
        raise RuntimeError(f"rebato has left out {late:.0f} mentions as late")
    check("rebato", digested(bench), expected(records, bench.config))
    return Taken(sum(of_it.values()), len(records) / wall_s, of_it)


def digested(bench: Bench) -> Counter[str]:
    """The counts by "brand|window" of all digests."""
    counts: Counter[str] = Counter()
    ends = bench.ends(bench.topics.digests)
    consumer = Consumer({"bootstrap.servers": bench.address, "group.id": "check", "enable.auto.commit": False})
    try:
        for partition, end in enumerate(ends):
            consumer.assign([TopicPartition(bench.topics.digests, partition, 0)])
            at = 0
            while at < end:
                message = consumer.poll(10.0)
                if message is None or message.error():
                    raise RuntimeError(f"digests can't be read: {message and message.error()}")
                at = message.offset() + 1
                batch, columns = decode_batch(message.value())
                windows = columns.observed_ms // (WINDOW_S * 1_000)
                cells, times = np.unique(windows * (len(batch.brands) + 1) + columns.brand, return_counts=True)
                for cell, count in zip(cells.tolist(), times.tolist(), strict=True):
                    window, brand = divmod(cell, len(batch.brands) + 1)
                    counts[f"{batch.brands[brand]}|{window}"] += count
    finally:
        consumer.close()
    return counts


def check(name: str, counted: Counter[str], right: Counter[str]) -> None:
    """Raises when the counts differ: what loses mentions is no benchmark."""
    if counted != right:
        differing = [key for key in {*counted, *right} if counted[key] != right[key]]
        raise RuntimeError(
            f"{name} counted {counted.total()} in {len(counted)} cells, right are {right.total()} in {len(right)}; "
            f"{len(differing)} differ, as {differing[0]}: {counted[differing[0]]} for {right[differing[0]]}"
        )


def folder_in(bench: Bench, name: str) -> str:
    """A new folder for a run."""
    return tempfile.mkdtemp(prefix=f"{name}-", dir=bench.folder)

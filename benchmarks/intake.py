"""What intake costs: µs of CPU a mention in each stage in one process, then from Kafka to acknowledged digests.

    python -m benchmarks.intake [--mentions 200000] [--brands 5000] [--rounds 3] [--in-process] [--data DIR]

Mentions are those of `benchmarks.load`. Kafka to Kafka: `rebato run intake` as it ships, one process; the topic is filled
while it is stopped (SIGSTOP), then it runs until everything is committed. CPU is that of the process alone, taken from
there to there; the broker has the other core. Figures are medians of the rounds, with their range. `--data` names a folder
with real replays: the same with them, each in one process and all together from Kafka to Kafka.
"""

import argparse
import gc
import gzip
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import Bench
from benchmarks.load import brands, mentions
from detectors.text.scorer import TextScorer
from schemas.config.model import Config
from schemas.digest import Watermark, encode_batch
from streams.intake.columns import digest_columns, identify
from streams.intake.match import BrandMatcher
from streams.intake.records import RawRecord
from streams.intake.repeats import RepeatMemory
from streams.intake.scores import ScoreMemory, Scorer
from streams.intake.sound import decode_sound
from streams.intake.split import split
from streams.intake.stage import IntakeBatch, IntakeStage
from streams.intake.unread import Unread
from streams.intake.validate import validate

PARTITIONS = 8
BATCH = 4_000
ROUNDS = 3
IN_PROCESS = 40_000

Batches = Sequence[list[RawRecord]]


def cost_us(items: Sequence[Any], work: Callable[[Any], object], of: int) -> float:
    """µs of CPU for each of `of` mentions, the median of three rounds over all items."""
    rounds = []
    for _ in range(ROUNDS):
        started_s = time.process_time()
        for item in items:
            work(item)
        rounds.append((time.process_time() - started_s) / of * 1e6)
    return statistics.median(rounds)


def stages(config: Config, batches: Batches, scorer: Scorer) -> dict[str, float]:
    """µs a mention of each stage; what a stage is measured on is made by those before it."""
    total = sum(map(len, batches))

    def cost(items: Sequence[Any], work: Callable[[Any], object]) -> float:
        return cost_us(items, work, total)

    validated = [validate(batch) for batch in batches]
    ids = [identify(found.mentions) for found in validated]
    matcher = BrandMatcher(config.brands)
    matches = [matcher.match(found.mentions) for found in validated]
    chosen = [np.unique(match.mention) for match in matches]
    counted = [[found.mentions[at] for at in picked.tolist()] for found, picked in zip(validated, chosen, strict=True)]
    texts = [([mention.text for mention in batch], [mention.lang for mention in batch]) for batch in counted]
    scores = [ScoreMemory(scorer).score(*batch) for batch in texts]
    rows = [
        (batch, of.take(picked), found, valid.partitions[picked], valid.offsets[picked], valid.observed_ms[picked])
        for batch, of, found, valid, picked in zip(counted, ids, scores, validated, chosen, strict=True)
    ]
    decode = cost(batches, lambda batch: [decode_sound(record.value) for record in batch])
    out = {
        "decode": decode,
        "validate": cost(batches, validate) - decode,
        "repeats": cost(validated, _repeats),
        "brand match": cost(validated, lambda found: matcher.match(found.mentions)),
        "score": cost(texts, lambda batch: ScoreMemory(scorer).score(*batch)),
        "without scoring": cost(texts, lambda batch: Unread().score(*batch)),
        "digest": cost(rows, lambda row: digest_columns(*row)),
    }
    done = IntakeStage(config, scorer)
    out["split, encode"] = cost([done.process(batch) for batch in batches], _encoded)
    return out | whole(config, batches, scorer)


def whole(config: Config, batches: Batches, scorer: Scorer) -> dict[str, float]:
    """µs a mention of all stages together, with and without scoring."""
    out, total = {}, sum(map(len, batches))
    for name, score in (("all, scored", True), ("all, counted only", False)):
        settings = config.model_copy(update={"intake": config.intake.model_copy(update={"score": score})})
        out[name] = statistics.median(_whole(settings, batches, scorer, total) for _ in range(ROUNDS))
    return out


def _repeats(found: Any) -> object:
    return RepeatMemory(200_000).first_seen(identify(found.mentions).with_action, found.offsets)


def _encoded(batch: IntakeBatch) -> object:
    records = split(batch, PARTITIONS, 1, 4, [Watermark(0, 1)])
    return [encode_batch(record) for pieces in records.values() for record in pieces]


def _whole(config: Config, batches: Batches, scorer: Scorer, total: int) -> float:
    stage = IntakeStage(config, scorer)
    started_s = time.process_time()
    for batch in batches:
        _encoded(stage.process(batch))
    return (time.process_time() - started_s) / total * 1e6


@dataclass(frozen=True, slots=True)
class Round:
    """One run from the topic to committed offsets."""

    per_s: float
    cpu_us: float  # a mention
    core_share: float
    rss_mb: float


def run_once(bench: Bench, values: Sequence[bytes]) -> Round:
    """Starts intake, fills its topic while it is stopped, lets it go on until all is committed."""
    with bench:
        intake = bench.role("intake")
        bench.until_ready(intake)
        intake.freeze()
        bench.fill(bench.topics.mentions, values)
        before = intake.usage()
        intake.thaw()
        bench.until_committed("intake", bench.topics.mentions)
        used = intake.usage().since(before)
    return Round(len(values) / used.wall_s, used.cpu_s / len(values) * 1e6, used.core_share, used.rss_bytes / 1e6)


def kafka_to_kafka(settings: dict[str, Any], values: Sequence[bytes], rounds: int) -> dict[str, list[Round]]:
    """Rounds with and without scoring, in turn, on one broker."""
    found: dict[str, list[Round]] = {"scored": [], "counted only": []}
    with Bench(settings) as bench:
        for number in range(rounds):
            for name, score in (("scored", True), ("counted only", False)):
                each = bench.prefixed(f"{name[0]}{number}.", intake={"score": score, "batch": BATCH})
                found[name].append(run_once(each, values))
    return found


def replays(folder: Path) -> dict[str, list[bytes]]:
    """The mentions of each file."""
    found = {}
    for path in sorted((folder / "replays").glob("*.jsonl.gz")):
        with gzip.open(path) as lines:
            found[path.name.removesuffix(".jsonl.gz")] = [line.rstrip() for line in lines]
    return found


def on_real(folder: Path, rounds: int, on_kafka: bool) -> None:
    """The table of real replays, whose mentions name their brands themselves."""
    config = Config.model_validate({"brands": "auto", "time": "replay", "kafka": {"partitions": PARTITIONS}})
    scorer, files = TextScorer.packaged(), replays(folder)
    print(f"\nreal replays, by {BATCH:,}\n{'':28}{'mentions':>10}{'scored µs':>11}{'counted only µs':>17}")
    for name, values in files.items():
        cost = whole(config, batches_of(values), scorer)
        print(f"{name:28}{len(values):10,}{cost['all, scored']:11.1f}{cost['all, counted only']:17.1f}")
    if on_kafka:
        settings = {"brands": "auto", "kafka": {"partitions": PARTITIONS}}
        show(kafka_to_kafka(settings, [value for values in files.values() for value in values], rounds))


def batches_of(values: Sequence[bytes]) -> Batches:
    """As intake reads them."""
    records = [RawRecord(0, number, 0, value) for number, value in enumerate(values)]
    return [records[start : start + BATCH] for start in range(0, len(records), BATCH)]


def show(found: dict[str, list[Round]]) -> None:
    """The table; the range of the rounds behind each median."""
    print(f"\nKafka to Kafka, one process\n{'':14}{'mentions/s':>28}{'CPU µs a mention':>26}{'of a core':>11}{'MB':>6}")
    for name, rounds in found.items():
        rates, cpu = [each.per_s for each in rounds], [each.cpu_us for each in rounds]
        print(
            f"{name:14}{statistics.median(rates):12,.0f} ({min(rates):,.0f}–{max(rates):,.0f})"
            f"{statistics.median(cpu):12.1f} ({min(cpu):.1f}–{max(cpu):.1f})"
            f"{statistics.median(each.core_share for each in rounds):11.2f}"
            f"{max(each.rss_mb for each in rounds):6.0f}"
        )


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mentions", type=int, default=200_000)
    parser.add_argument("--brands", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--in-process", action="store_true", help="the stages alone, without Kafka")
    parser.add_argument("--data", type=Path, default=os.environ.get("REBATO_DATA"), help="folder with replays/")
    given = parser.parse_args()
    watched = brands(given.brands)
    values = mentions(given.mentions, watched)
    config = Config.model_validate({"brands": watched, "time": "replay", "kafka": {"partitions": PARTITIONS}})
    batches = batches_of(values[:IN_PROCESS])
    gc.freeze()
    print(f"CPU µs a mention in process; {sum(map(len, batches)):,} mentions by {BATCH:,}, {given.brands:,} brands")
    for name, cost in stages(config, batches, TextScorer.packaged()).items():
        print(f"{name:20}{cost:7.2f}")
    if not given.in_process:
        settings = {"brands": watched, "kafka": {"partitions": PARTITIONS}}
        show(kafka_to_kafka(settings, values, given.rounds))
    if given.data:
        on_real(given.data, given.rounds, not given.in_process)


if __name__ == "__main__":
    main()

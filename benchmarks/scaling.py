"""What a mention costs as things grow: brands, partitions, the length of texts, a burst on one brand; and two processes.

    python -m benchmarks.scaling [--mentions 40000] [--plots docs/plots] [--processes]

CPU time of intake (validate to encoded digests) and of watch (decode to outputs) in this process, without Kafka, in µs a
mention; medians of three rounds, each on new stages. `--processes`: one and two processes of intake and of watch on a real
Kafka, by the clock, as far as the machine has cores for them beside the broker.
"""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks import path
from benchmarks.harness import Bench
from benchmarks.load import Shape, brands, mentions
from detectors.text.scorer import TextScorer
from schemas.config.model import Config
from schemas.digest import Watermark, encode_batch
from streams.engine.stage import InputRecord
from streams.intake.records import RawRecord
from streams.intake.split import split
from streams.intake.stage import IntakeStage
from streams.stages.watch import WatchStage

ROUNDS = 3
BATCH = 4_000
SPAN_S = 90.0
START = "2026-03-02T12:00:00"
START_MS = int(datetime.fromisoformat(f"{START}+00:00").timestamp() * 1000)

BRANDS = (10, 100, 1_000, 10_000, 100_000)
PARTITIONS = (1, 2, 4, 8, 16, 32, 64)
CHARS = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
BURSTS = (0.0, 0.5, 0.9, 0.99)
USUAL_BRANDS = 1_000
USUAL_PARTITIONS = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """µs of CPU a mention."""

    intake_us: float
    watch_us: float

    @property
    def rate(self) -> float:
        """Mentions a second on one core for both."""
        return 1e6 / (self.intake_us + self.watch_us)


def cost(
    number: int, scorer: TextScorer, named: int = USUAL_BRANDS, partitions: int = USUAL_PARTITIONS, **shape: Any
) -> Cost:
    """The median cost of so many mentions about so many brands."""
    listed = brands(named)
    config = Config.model_validate(
        {"brands": listed, "kafka": {"partitions": partitions, "source_partitions": 1}, "time": "replay"}
    )
    raw = mentions(number, listed, shape=Shape(start=START, span_s=SPAN_S, **shape))
    records = [RawRecord(0, offset, START_MS, value) for offset, value in enumerate(raw)]
    rounds = [_round(config, records, scorer, partitions) for _ in range(ROUNDS)]
    return Cost(
        statistics.median(intake_us for intake_us, _ in rounds), statistics.median(watch_us for _, watch_us in rounds)
    )


def _round(config: Config, records: Sequence[RawRecord], scorer: TextScorer, partitions: int) -> tuple[float, float]:
    intake = IntakeStage(config, scorer)
    watches = [WatchStage(config, {}, None) for _ in range(partitions)]
    gc.collect()
    began_s = time.process_time()
    digests = [
        _digested(intake, records[first : first + BATCH], partitions, len(records))
        for first in range(0, len(records), BATCH)
    ]
    between_s = time.process_time()
    for offset, made in enumerate(digests):
        for partition, value in made:
            watches[partition].apply(InputRecord(partition, offset, START_MS, None, value))
    ended_s = time.process_time()
    return (between_s - began_s) * 1e6 / len(records), (ended_s - between_s) * 1e6 / len(records)


def _digested(intake: IntakeStage, batch: Sequence[RawRecord], partitions: int, number: int) -> list[tuple[int, bytes]]:
    """Each partition's record of a batch; the clock goes as the mentions do."""
    now_ms = START_MS + int(SPAN_S * 1000 * (batch[-1].offset + 1) / number)
    made = split(intake.process(list(batch)), partitions, 1, 1, [Watermark(0, now_ms)])
    return [(partition, encode_batch(piece)) for partition, pieces in made.items() for piece in pieces]


Line = dict[float, Cost]


def lines(number: int) -> dict[str, Line]:
    """Every sweep."""
    scorer = TextScorer.packaged()
    return {
        "brands": {count: cost(number, scorer, named=count) for count in BRANDS},
        "partitions": {count: cost(number, scorer, partitions=count) for count in PARTITIONS},
        "characters a text": {
            chars: cost(max(2_000, number * 100 // max(100, chars)), scorer, median_chars=float(chars), long_share=0.0)
            for chars in CHARS
        },
        "share of one brand": {share: cost(number, scorer, hot_share=share) for share in BURSTS},
    }


def table(name: str, line: Line) -> str:
    """One sweep."""
    head = f"{name:>20}{'intake µs':>12}{'watch µs':>12}{'mentions/s':>12}"
    rows = [f"{at:20,g}{each.intake_us:12.2f}{each.watch_us:12.2f}{each.rate:12,.0f}" for at, each in line.items()]
    return "\n".join([head, *rows])


def plot(name: str, line: Line, folder: Path) -> None:
    """The rate of intake, watch and both against what grows, as SVG."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "rebato"})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
    at = list(line)
    axes.plot(at, [1e6 / each.intake_us for each in line.values()], "o-", label="intake")
    axes.plot(at, [1e6 / each.watch_us for each in line.values()], "s-", label="watch")
    axes.plot(at, [each.rate for each in line.values()], "^--", label="both on one core")
    if min(at) > 0:
        axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(name)
    axes.set_ylabel("mentions a second and core")
    axes.grid(alpha=0.3)
    axes.legend()
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"rate-by-{name.replace(' ', '-')}.svg", metadata={"Date": None})
    pyplot.close(figure)


def processes(number: int) -> str:
    """One and two processes of intake and of watch, on a real Kafka."""
    named = brands(USUAL_BRANDS)
    out = [f"{'processes':>20}{'mentions/s by the clock':>26}{'intake µs':>12}{'watch µs':>12}"]
    with Bench(path.settings(named)) as first:
        for intakes, watches in ((1, 1), (2, 1), (2, 2)):
            with first.prefixed(f"s{intakes}{watches}.") as bench:
                found = path.passed(bench, path.recent(number, named), intakes, watches)
            intake_us, watch_us = (path.cpu_s(found, role) * 1e6 / number for role in ("intake", "watch"))
            out.append(f"{f'{intakes} intake, {watches} watch':>20}{found.rate:26,.0f}{intake_us:12.2f}{watch_us:12.2f}")
    return "\n".join(out)


def main() -> None:
    """Prints the tables and draws the plots."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=40_000)
    parser.add_argument("--plots", type=Path, help="the folder for the SVG files")
    parser.add_argument("--processes", action="store_true", help="also on Kafka, with one and two processes a role")
    given = parser.parse_args()
    for name, line in lines(given.mentions).items():
        sys.stdout.write(table(name, line) + "\n\n")
        sys.stdout.flush()
        if given.plots:
            plot(name, line, given.plots)
    if given.processes:
        sys.stdout.write(processes(given.mentions * 5) + "\n")


if __name__ == "__main__":
    main()

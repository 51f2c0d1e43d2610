"""Watch from a filled topic of digests to durable state, on a real Kafka: digests/s a core, and how fast its state loads.

    python -m benchmarks.catch_up [--digests 600000] [--brands 200 5000]

Each of four partitions gets records of 1,000 digests, one a second of log time, over brands of very unequal size
(`benchmarks.watch`), as fast as the broker takes them. CPU is counted from before the first to the last durable state;
then the role is ended and started once more, to load.
"""

import argparse
import sys
from collections.abc import Iterator

import numpy as np

from benchmarks.harness import Bench
from benchmarks.watch import SECOND_MS, START_MS, batch_of

PARTITIONS = 4
ROWS = 1_000
_WITHIN_S = 300.0


def records(digests: int, brands: int) -> Iterator[bytes]:
    """Those of one partition after the other in turn, as `Bench.fill` spreads them."""
    chances = [np.random.default_rng(number) for number in range(PARTITIONS)]
    for second in range(digests // ROWS // PARTITIONS):
        for number, chance in enumerate(chances):
            yield batch_of(chance, ROWS, brands // PARTITIONS, START_MS + second * SECOND_MS, second * ROWS, f"p{number}-")


def row(detector: str, brands: int, digests: int) -> str:
    """One line of the table."""
    settings = {"brands": "auto", "time": "replay", "detector": detector, "kafka": {"partitions": PARTITIONS}}
    values = list(records(digests, brands))
    with Bench(settings) as bench:
        watch = bench.role("watch")
        bench.until_ready(watch)
        before = watch.usage()
        bench.fill(bench.topics.digests, values, PARTITIONS)
        wall_s = bench.until_committed("watch", bench.topics.digests, within_s=_WITHIN_S)
        used = watch.usage()
        bench.end(watch)
        load_s = bench.until_ready(bench.role("watch"))
    cost_us = 1e6 * used.since(before).cpu_s / digests
    rss_mb = used.rss_bytes / 1e6
    return f"{brands:>7,} {detector:8} {cost_us:12.2f} {1e6 / cost_us:14,.0f} {wall_s:10.1f} {rss_mb:8.0f} {load_s:12.1f}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digests", type=int, default=600_000)
    parser.add_argument("--brands", type=int, nargs="+", default=[200, 5_000])
    given = parser.parse_args()
    out = sys.stdout
    out.write(f"{'brands':>7} {'detector':8} {'µs a digest':>12} {'digests/s core':>14} {'clock s':>10}")
    out.write(f" {'MB':>8} {'restart s':>12}\n")
    for brands in given.brands:
        for detector in ("none", "crisis"):
            out.write(row(detector, brands, given.digests) + "\n")
            out.flush()


if __name__ == "__main__":
    main()

"""What watch costs: µs a digest and µs a look at a brand, with everything on, in one process without Kafka.

    python -m benchmarks.watch [--brands 200] [--minutes 30] [--per-minute 4000]

Mentions are made at random over brands of very unequal size (Zipf), in batches of a second; the figure is the time of
`WatchStage.apply` from bytes to outputs, divided by the digests. State: bytes a brand as a checkpoint writes them.
"""

import argparse
import statistics
import time

import numpy as np

from schemas.config.model import Config
from schemas.digest import DTYPES, TERMS, DigestBatch, Watermark, encode_batch
from schemas.wire import VERSION
from streams.engine.stage import InputRecord
from streams.stages.watch import WatchStage

START_MS = 1_700_000_040_000  # a whole minute
SECOND_MS = 1_000


def batch_of(chance: np.random.Generator, rows: int, brands: int, at_ms: int, offset: int) -> bytes:
    """One digests record of a second."""
    used, which = np.unique(np.minimum(chance.zipf(1.3, rows) - 1, brands - 1), return_inverse=True)
    columns = {name: np.zeros((rows, TERMS) if name == "terms" else rows, dtype) for name, dtype in DTYPES.items()}
    columns["brand"][:] = which
    columns["offset"][:] = offset + np.arange(rows)
    columns["observed_ms"][:] = at_ms + chance.integers(0, SECOND_MS, rows)
    columns["negativity"][:] = chance.random(rows) ** 3
    columns["categories"][:] = np.where(chance.random(rows) < 0.3, 1 << chance.integers(0, 10, rows), 0)
    for name in ("author", "text", "near", "identity"):
        columns[name][:] = chance.integers(1, 1 << 63, rows, dtype=np.uint64)
    columns["terms"][:] = np.minimum(chance.zipf(1.3, (rows, TERMS)), 20_000)
    names = [f"brand{i}" for i in used.tolist()]
    return encode_batch(
        DigestBatch(
            VERSION,
            1,
            1,
            [Watermark(0, at_ms + SECOND_MS)],
            rows=rows,
            brands=names,
            groups=names,
            networks=["x"],
            columns={name: array.tobytes() for name, array in columns.items()},
            term_words={term: f"word{term}" for term in np.unique(columns["terms"]).tolist()},
        )
    )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brands", type=int, default=200)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--per-minute", type=int, default=60_000)
    options = parser.parse_args()
    chance = np.random.default_rng(1)
    stage = WatchStage(Config(brands="auto"), {}, None)
    rows, offset, costs = options.per_minute // 60, 0, []
    for second in range(options.minutes * 60):
        raw = batch_of(chance, rows, options.brands, START_MS + second * SECOND_MS, offset)
        offset += rows
        begun_s = time.perf_counter()
        stage.apply(InputRecord(0, second, 0, None, raw))
        costs.append((time.perf_counter() - begun_s) / rows * 1e6)
    begun_s = time.perf_counter()
    states = stage.changed()
    seconds = time.perf_counter() - begun_s
    sizes = sorted(len(value) for value in states.values() if value)
    print(f"{options.brands} brands, {rows} digests a record, {offset:,} digests")
    print(f"µs a digest: median {statistics.median(costs):.1f}, p95 {sorted(costs)[int(len(costs) * 0.95)]:.1f}")
    each_us = seconds / len(states) * 1e6
    print(
        f"state: median {statistics.median(sizes):,.0f} bytes a brand, largest {sizes[-1]:,}; {each_us:.0f} µs to write one"
    )


if __name__ == "__main__":
    main()

"""What watch costs in one process without Kafka, in CPU time: µs a digest, counting alone and with evidence; µs a look.

    python -m benchmarks.watch [--minutes 4] [--per-second 1000]

Mentions are made at random over brands of very unequal size (Zipf), in records of a second; the figure is the time of
`WatchStage.apply` from bytes to outputs and of `changed`, at a checkpoint every 8 records: in a process they take a tenth
of the time at most. The first half, in which all brands are new, isn't measured. State: bytes a brand as a checkpoint
writes them, and how fast they are written and read.
"""

import argparse
import statistics
import time
from collections import deque

import numpy as np

from schemas.config.model import Config
from schemas.digest import DTYPES, TERMS, DigestBatch, Watermark, encode_batch
from schemas.wire import VERSION
from streams.engine.garbage import collect_rarely
from streams.engine.stage import InputRecord
from streams.stages.watch import WatchStage

START_MS = 1_700_000_040_000  # a whole minute
SECOND_MS = 1_000
CHECKPOINT_EVERY = 8  # records
BRANDS = (10, 200, 5_000)
ROUNDS = 3


def batch_of(
    chance: np.random.Generator, rows: int, brands: int, at_ms: int, offset: int, prefix: str = "brand", even: bool = False
) -> bytes:
    """One digests record of a second. `even`: all brands in turn, not some of them much more than others."""
    spoken = np.arange(rows) % brands if even else np.minimum(chance.zipf(1.3, rows) - 1, brands - 1)
    used, which = np.unique(spoken, return_inverse=True)
    columns = {name: np.zeros((rows, TERMS) if name == "terms" else rows, dtype) for name, dtype in DTYPES.items()}
    columns["brand"][:] = which
    columns["offset"][:] = offset + np.arange(rows)
    columns["observed_ms"][:] = at_ms + chance.integers(0, SECOND_MS, rows)
    columns["negativity"][:] = chance.random(rows) ** 3
    columns["categories"][:] = np.where(chance.random(rows) < 0.3, 1 << chance.integers(0, 10, rows), 0)
    for name in ("author", "text", "near", "identity"):
        columns[name][:] = chance.integers(1, 1 << 63, rows, dtype=np.uint64)
    columns["terms"][:] = np.minimum(chance.zipf(1.3, (rows, TERMS)), 20_000)
    names = [f"{prefix}{i}" for i in used.tolist()]
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


def measured(detector: str, raws: list[bytes], rows: int) -> tuple[float, float, WatchStage]:
    """µs a digest in `apply` and, on top, in writing the state; and the stage at the end."""
    stage = WatchStage(Config(brands="auto", detector=detector), {}, None)
    applying = saving = 0.0
    for number, raw in enumerate(raws):
        begun_s = time.process_time()
        stage.apply(InputRecord(0, number, 0, None, raw))
        applied_s = time.process_time()
        if number % CHECKPOINT_EVERY == CHECKPOINT_EVERY - 1:
            deque(stage.changed(), maxlen=0)
        if number >= len(raws) // 2:
            saving += time.process_time() - applied_s
            applying += applied_s - begun_s
    digests = (len(raws) - len(raws) // 2) * rows
    return applying / digests * 1e6, saving / digests * 1e6, stage


def state(stage: WatchStage) -> str:
    """Sizes of the brands' states, and how long they take."""
    stage.core.touched |= stage.core.brands.keys()
    begun_s = time.process_time()
    states = dict(stage.changed())
    written_s = time.process_time() - begun_s
    begun_s = time.process_time()
    WatchStage(Config(brands="auto"), {k: v for k, v in states.items() if v}, stage.position())
    read_s = time.process_time() - begun_s
    sizes = sorted(len(value) for value in states.values() if value)
    write_us, read_us = written_s / len(states) * 1e6, read_s / len(states) * 1e6
    size = f"median {statistics.median(sizes):,.0f} bytes a brand, largest {sizes[-1]:,}"
    return f"{size}; {write_us:.0f} µs to write one, {read_us:.0f} to read"


def main() -> None:
    """Prints the table."""
    collect_rarely()  # as the role does
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=4)
    parser.add_argument("--per-second", type=int, default=1_000)
    options = parser.parse_args()
    rows = options.per_second
    print(f"{rows:,} digests a record, one a second, {options.minutes} min; median of {ROUNDS}")
    print(f"{'brands':>7} {'':9} {'µs a digest':>12} {'+ its state':>12} {'digests/s':>12}")
    for brands in BRANDS:
        chance = np.random.default_rng(1)
        raws = [batch_of(chance, rows, brands, START_MS + s * SECOND_MS, s * rows) for s in range(options.minutes * 60)]
        for detector, name in (("none", "counting"), ("crisis", "evidence")):
            rounds = [measured(detector, raws, rows) for _ in range(ROUNDS)]
            apply_us, save_us = (statistics.median(values) for values in list(zip(*rounds, strict=True))[:2])
            print(f"{brands:>7,} {name:9} {apply_us:12.2f} {save_us:12.2f} {1e6 / (apply_us + save_us):12,.0f}")
        print(f"{'':7} state: {state(rounds[-1][2])}")


if __name__ == "__main__":
    main()

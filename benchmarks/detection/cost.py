"""What detection costs: µs and bytes a brand."""

import statistics
import time
from array import array
from collections.abc import Iterable

import msgspec
import numpy as np

from benchmarks import watch
from benchmarks.detection.brand import DAY_MIN
from benchmarks.detection.report import Table
from benchmarks.detection.simulators import Recipe
from detectors.evidence import CrisisEvidence
from detectors.return_period import ReturnPeriod

DAYS = 5
DIGESTS, SECONDS, BRANDS = 1_000, 60, 200


def cost_table() -> Table:
    """All of it; CPU time of this process, medians."""
    brand = Recipe(7004, 10, "3 days of history").brand()
    detector, peeks, closes = CrisisEvidence(), [], []
    counts = zip(brand.negative_authors.tolist(), brand.authors.tolist(), strict=True)
    for minute, (negatives, authors) in zip(brand.local_minutes()[: DAYS * DAY_MIN], counts, strict=False):
        begun_s = time.perf_counter()
        detector.peek(minute, negatives, authors)
        peeked_s = time.perf_counter()
        detector.close(minute, negatives, authors)
        peeks.append(peeked_s - begun_s)
        closes.append(time.perf_counter() - peeked_s)
    evidence_bytes = len(msgspec.msgpack.encode(detector.to_state()))
    digest_us, brand_bytes = _watched()
    rows = [
        ("evidence of an open minute (`peek`)", _us(peeks), ""),
        ("a brand's minute is over (`close`)", _us(closes), f"{evidence_bytes:,}"),
        ("return period, a count", _us(_return_periods()), ""),
        (f"watch, a digest, {BRANDS} brands, counting and evidence", f"{digest_us:.1f}", f"{brand_bytes:,} a brand"),
    ]
    return Table("Cost", ("what", "µs", "bytes of state"), rows, "Watch and memory at large: `performance.md`.")


def _us(seconds: Iterable[float]) -> str:
    return f"{statistics.median(seconds) * 1e6:.1f}"


def _return_periods() -> list[float]:
    detector, spent = ReturnPeriod(), array("d")
    for i, count in enumerate(np.random.default_rng(7).poisson(20.0, 5_000).tolist()):
        begun_s = time.perf_counter()
        detector.update(300.0 * i, count)
        spent.append(time.perf_counter() - begun_s)
    return spent.tolist()


def _watched() -> tuple[float, int]:
    """µs a digest with evidence, and the median size of a brand's state."""
    chance = np.random.default_rng(1)
    raws = [
        watch.batch_of(chance, DIGESTS, BRANDS, watch.START_MS + s * watch.SECOND_MS, s * DIGESTS) for s in range(SECONDS)
    ]
    apply_us, _, stage = watch.measured("crisis", raws, DIGESTS)
    stage.core.touched |= stage.core.brands.keys()
    sizes = [len(value) for _, value in stage.changed() if value]
    return apply_us, int(statistics.median(sizes))

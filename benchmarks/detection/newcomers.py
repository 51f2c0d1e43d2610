"""A brand's first fortnight in a fleet that is known: the shipped prior beside what the fleet teaches."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import repeat

import numpy as np

from benchmarks.detection import simulator
from benchmarks.detection.brand import Brand
from benchmarks.detection.evidence import rung, seen_of
from benchmarks.detection.report import Table
from benchmarks.detection.simulators import CHANGE_SEED
from benchmarks.detection.tally import Outcome, false_alarms, found, judge, median_delay
from benchmarks.detection.worlds import WORLDS
from detectors.evidence import CrisisEvidence
from detectors.fleet import SHIPPED, Prior

FLEETS = ("base", "weak sentiment", "negative bursts", "daily gripes")
SIZES_PER_MIN = (0.3, 3.0, 30.0, 300.0)
KNOWN_D, NEW_D, CRISIS_D = 28, 14, 4
BUDGET = 1.0
NEW_SEED = 500


def _brand(fleet: str, seed: int, size_per_min: float, days: int, crises: int) -> Brand:
    """A brand whose first day is judged as well; the fleet's own happenings go on all the time."""
    world = replace(WORLDS[fleet], history_d=0, test_d=days, crises=crises)
    brand = simulator.brand(seed, size_per_min, world)
    if world.change:
        world.change(brand, np.random.default_rng(seed + CHANGE_SEED), world)
    return brand


def known(fleet: str, seed: int, size_per_min: float) -> CrisisEvidence:
    """A brand that the fleet has watched for four weeks."""
    brand, detector = _brand(fleet, seed, size_per_min, KNOWN_D, 0), CrisisEvidence()
    for minute, negatives, authors in zip(
        brand.local_minutes(), brand.negative_authors.tolist(), brand.authors.tolist(), strict=True
    ):
        detector.close(minute, negatives, authors)
    return detector


def newcomer(fleet: str, seed: int, size_per_min: float, prior: Prior) -> tuple[Outcome, Outcome]:
    """Its first fortnight in peace, and its first four days with a crisis."""
    outcomes = []
    for days, crises in ((NEW_D, 0), (CRISIS_D, 1)):
        brand = _brand(fleet, seed, size_per_min, days, crises)
        outcomes.append(judge(brand, rung(brand, seen_of(brand, prior), BUDGET)))
    return outcomes[0], outcomes[1]


def newcomers_table(seed: int, per_size: int, processes: int, told: Callable[[], None] = lambda: None) -> Table:
    """Each fleet with both priors; `told` is called after each fleet."""
    rows = []
    sizes = [size for size in SIZES_PER_MIN for _ in range(per_size)]
    with ProcessPoolExecutor(processes) as pool:
        for fleet in FLEETS:
            seeds = [seed * 1000 + number for number in range(len(sizes))]
            taught = Prior.of(pool.map(known, repeat(fleet), seeds, sizes))
            for name, prior in (("shipped", SHIPPED), ("of the fleet", taught)):
                new = [each + NEW_SEED for each in seeds]
                pairs = list(pool.map(newcomer, repeat(fleet), new, sizes, repeat(prior)))
                rows.append((fleet, name, *_cells([peace for peace, _ in pairs], [crisis for _, crisis in pairs])))
            told()
    columns = ("fleet", "prior", "false alarms a brand-month", "brand-months", "crises found", "median min after 2x")
    note = (
        f"{len(sizes)} known brands a fleet, watched for {KNOWN_D} days, and as many new ones: {NEW_D} days without a "
        f"crisis, and again {CRISIS_D} days with one. Budget {BUDGET:g} a brand-month."
    )
    return Table("A brand's first fortnight in a fleet that is known", columns, rows, note)


def _cells(peace: list[Outcome], crises: list[Outcome]) -> tuple[str, ...]:
    rate, delay = false_alarms(peace), median_delay(crises)
    return f"{rate.per_month:.2f}", f"{rate.months:.1f}", str(found(crises)), "" if delay is None else f"{delay:+.0f}"

"""What detectors do on one brand, and many brands in several processes."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from benchmarks.detection.brand import Brand, Floats
from benchmarks.detection.evidence import rung, seen_of
from benchmarks.detection.oracle import oracle_evidence
from benchmarks.detection.river_rules import RIVER_RULES, river_scores
from benchmarks.detection.rules import RULES, Sums
from benchmarks.detection.simulators import Recipe
from benchmarks.detection.tally import Outcome, Rung, judge

ORACLE = "oracle"
ORACLE_NATS = tuple(np.arange(4.0, 40.0, 0.25).tolist())
STEPS = tuple(2 ** (k / 4) for k in range(-4, 29))
"""Multiples of a rule's own threshold that are tried in hindsight."""
NEGATIVES, VOLUME = "negatives", "volume"


@dataclass(frozen=True, slots=True)
class Task:
    """A brand and what is to be measured on it."""

    recipe: Recipe
    budgets: tuple[float, ...]
    """False alarms a brand-month that rebato is allowed."""
    oracle: bool = False
    rules: bool = False
    """Whether other tools' rules and river's detectors are measured as well."""


@dataclass(frozen=True, slots=True)
class Key:
    """A detector with a threshold."""

    detector: str
    at: float
    """Budget, or threshold."""


Outcomes = Mapping[Key, Outcome]


def measure(task: Task) -> Outcomes:
    """The outcome of each detector and threshold."""
    brand = task.recipe.brand()
    seen = seen_of(brand)
    outcomes = {Key("rebato", budget): judge(brand, rung(brand, seen, budget)) for budget in task.budgets}
    if task.oracle:
        outcomes |= swept(brand, ORACLE, oracle_evidence(brand), ORACLE_NATS)
    if task.rules:
        outcomes |= _rules(brand)
    return outcomes


def _rules(brand: Brand) -> Outcomes:
    outcomes: dict[Key, Outcome] = {}
    for what, counts in ((NEGATIVES, brand.negatives), (VOLUME, brand.mentions)):
        per_min = counts.astype(float)
        sums = Sums(per_min, 60.0)
        for name, rule in RULES.items():
            outcomes |= swept(brand, f"{name}, {what}", rule.score(sums), [rule.threshold * step for step in STEPS])
        for name, river in RIVER_RULES.items():
            own = () if river.threshold is None else (river.threshold,)
            outcomes |= swept(brand, f"{name}, {what}", river_scores(river, per_min), (*own, *river.tried))
    return outcomes


def swept(brand: Brand, name: str, scores: Floats, thresholds: Iterable[float]) -> Outcomes:
    """The outcome at each threshold."""
    return {Key(name, threshold): judge(brand, Rung(scores >= threshold)) for threshold in thresholds}


def measure_all(tasks: list[Task], processes: int, told: Callable[[], None] = lambda: None) -> list[Outcomes]:
    """All of them, in order; `told` is called after each."""
    if processes == 1:
        return [_then(measure(task), told) for task in tasks]
    with ProcessPoolExecutor(processes) as pool:
        return [_then(outcomes, told) for outcomes in pool.map(measure, tasks)]


def _then(outcomes: Outcomes, told: Callable[[], None]) -> Outcomes:
    told()
    return outcomes

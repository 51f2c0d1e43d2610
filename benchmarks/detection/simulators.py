"""Brands by seed, of our simulator or of another one that is loaded from a file and stays as it is.

The other one is a module with a function ``brand(seed, base, warm_d, test_d, ncrisis, burst_per_day)`` that gives a dict of
counts per minute (tot, neg, atot, aneg), the true expectation (seas), the share of negatives (p0), crises (on, end, size,
t2), events (kind, start, end, …), dow0 and warm; what its classifier does are its constants SENS, FPR and SPREAD.
"""

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.detection import simulator
from benchmarks.detection.brand import Brand, Crisis, Happening, World
from benchmarks.detection.worlds import CALM, WORLDS

CHANGE_SEED = 7919


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which brand to draw; small, so that processes can be told of it."""

    seed: int
    size_per_min: float
    world: str
    sim: str = ""
    """Path of the other simulator; ours without one."""

    def brand(self) -> Brand:
        """The brand; always the same."""
        world = CALM if self.world == "calm" else WORLDS[self.world]
        if self.sim:
            brand = adopted(_loaded(self.sim), self.seed, self.size_per_min, world)
        else:
            brand = simulator.brand(self.seed, self.size_per_min, world)
        if world.change:
            world.change(brand, np.random.default_rng(self.seed + CHANGE_SEED), world)
        return brand


def fleet(
    seed: int, per_size: int, world: str, sim: str = "", sizes: tuple[float, ...] = simulator.SIZES_PER_MIN
) -> list[Recipe]:
    """So many brands of each size."""
    drawn = [size for size in sizes for _ in range(per_size)]
    return [Recipe(seed * 1000 + i, size, world, sim) for i, size in enumerate(drawn)]


@cache
def _loaded(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("another_simulator", Path(path))
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def adopted(sim: Any, seed: int, size_per_min: float, world: World) -> Brand:
    """A brand of the other simulator as one of ours."""
    sim.SENS, sim.FPR, sim.SPREAD = world.sensitivity, world.false_positives, world.mood_spread
    drawn = sim.brand(
        seed,
        size_per_min,
        warm_d=world.history_d,
        test_d=world.test_d,
        ncrisis=world.crises,
        burst_per_day=world.bursts_per_day,
    )
    return Brand(
        size_per_min,
        drawn["dow0"],
        drawn["warm"],
        drawn["seas"],
        drawn["p0"],
        drawn["neg"],
        drawn["tot"],
        drawn["aneg"],
        np.maximum(drawn["atot"], drawn["aneg"]),
        [Crisis(c["on"], c["end"], c["size"], c["t2"]) for c in drawn["crises"]],
        [Happening(kind, start, end) for kind, start, end, *_ in drawn["ev"]],
    )

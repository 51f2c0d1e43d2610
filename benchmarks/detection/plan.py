"""What is measured on which brands: a few minutes of it, or all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import replays as real
from benchmarks.detection.answers import TEAMS, answers_table
from benchmarks.detection.asking import ROWS, asking_table
from benchmarks.detection.cost import cost_table
from benchmarks.detection.crises import crises_table, honesty_table, slow_table, worlds_table
from benchmarks.detection.measure import Outcomes, Task, measure_all
from benchmarks.detection.newcomers import FLEETS, newcomers_table
from benchmarks.detection.realism import real_series, realism_table, simulated_series
from benchmarks.detection.report import Table
from benchmarks.detection.series import nab_table
from benchmarks.detection.simulator import SIZES_PER_MIN
from benchmarks.detection.simulators import Recipe, fleet
from benchmarks.detection.stress import stress_table
from benchmarks.detection.tally import MONTH_MIN
from benchmarks.detection.worlds import CALM, WORLDS
from benchmarks.nab import read_folder
from schemas.config.model import Config

BUDGETS = (0.25, 0.5, 1.0, 4.0)
ASKED = (0.25, 1.0, 4.0)
WORLD_BUDGET = 0.5
SLOW_BUDGETS = (0.5, 1.0)
CALM_MONTHS = CALM.test_d * 1440 / MONTH_MIN


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of each; a brand takes 2–5 s."""

    seed: int = 61
    crises_per_size: int = 6
    worlds_per_size: int = 3
    worlds_sizes: tuple[float, ...] = SIZES_PER_MIN
    months: float = 1000.0
    sim_per_size: int = 3
    stress_seeds: int = 5
    answers_seeds: int = 4
    processes: int = 1
    sim: str = ""
    data: str = ""

    def quick(self) -> "Plan":
        """A few minutes of it: 220 s of a busy core."""
        return replace(
            self,
            crises_per_size=1,
            worlds_per_size=1,
            worlds_sizes=(10,),
            months=8.0,
            sim_per_size=1,
            stress_seeds=1,
            answers_seeds=1,
        )

    def seeds(self) -> str:
        """Which seeds the fleets have."""
        return f"seeds {self.seed}–{self.seed + 5}"


class Progress:
    """Is told how many steps a section has, and of each that is done."""

    def begin(self, section: str, steps: int) -> None:
        """A section begins."""

    def step(self) -> None:
        """A step is done."""


class Bench:
    """Measures section by section."""

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self._plan = plan
        self._progress = progress

    def sections(self) -> dict[str, Callable[[], Iterator[Table]]]:
        """Each section by name, in the order of the page."""
        return {
            "crises": self._crises,
            "slow": self._slow,
            "worlds": self._worlds,
            "budget": self._budget,
            "newcomers": self._newcomers,
            "sim": self._other_simulator,
            "nab": self._nab,
            "stress": self._stress,
            "answers": self._answers,
            "replays": self._replays,
            "realism": self._realism,
            "cost": self._cost,
        }

    def _fleet(
        self,
        section: str,
        seed: int,
        per_size: int,
        world: str,
        budgets: tuple[float, ...],
        sizes: tuple[float, ...] = SIZES_PER_MIN,
        sim: str = "",
        oracle: bool = False,
        rules: bool = False,
    ) -> list[Outcomes]:
        recipes = fleet(seed, per_size, world, sim, sizes)
        return self._measured(section, [Task(recipe, budgets, oracle, rules) for recipe in recipes])

    def _measured(self, section: str, tasks: list[Task]) -> list[Outcomes]:
        self._progress.begin(section, len(tasks))
        return measure_all(tasks, self._plan.processes, self._progress.step)

    def _crises(self) -> Iterator[Table]:
        plan = self._plan
        fleets = self._fleet("crises", plan.seed, plan.crises_per_size, "base", BUDGETS, oracle=True, rules=True)
        yield crises_table("Crises", fleets, BUDGETS)

    def _slow(self) -> Iterator[Table]:
        plan = self._plan
        world, sizes = "slow burn", plan.worlds_sizes
        fleets = self._fleet("slow burns", plan.seed + 1, plan.worlds_per_size, world, SLOW_BUDGETS, sizes, oracle=True)
        yield slow_table(fleets, SLOW_BUDGETS)

    def _worlds(self) -> Iterator[Table]:
        plan, found = self._plan, {}
        for world in WORLDS:
            sizes = plan.worlds_sizes
            found[world] = self._fleet(world, plan.seed + 2, plan.worlds_per_size, world, (WORLD_BUDGET,), sizes)
        yield worlds_table(found, WORLD_BUDGET)

    def _budget(self) -> Iterator[Table]:
        tasks = [Task(recipe, ASKED) for recipe in calm_fleet(self._plan.seed + 3, self._plan.months)]
        yield honesty_table(self._measured("calm brands", tasks), ASKED)

    def _newcomers(self) -> Iterator[Table]:
        plan = self._plan
        self._progress.begin("newcomers", len(FLEETS))
        yield newcomers_table(plan.seed, plan.worlds_per_size, plan.processes, self._progress.step)

    def _other_simulator(self) -> Iterator[Table]:
        plan = self._plan
        if not plan.sim:
            return
        name, seed, per_size = Path(plan.sim).name, plan.seed + 4, plan.sim_per_size
        fleets = self._fleet(name, seed, per_size, "base", BUDGETS, sim=plan.sim, oracle=True, rules=True)
        yield crises_table(f"Crises, {name}", fleets, BUDGETS)
        slow = self._fleet(
            f"{name}, slow burns", seed, per_size, "slow burn", SLOW_BUDGETS, plan.worlds_sizes, plan.sim, True
        )
        yield slow_table(slow, SLOW_BUDGETS)
        found = {
            world: self._fleet(f"{name}, {world}", seed, per_size, world, (WORLD_BUDGET,), plan.worlds_sizes, plan.sim)
            for world in WORLDS
        }
        yield worlds_table(found, WORLD_BUDGET)

    def _nab(self) -> Iterator[Table]:
        folder = Path(self._plan.data) / "nab-dev"
        if self._plan.data and folder.is_dir():
            self._progress.begin("NAB", 10)
            yield nab_table(read_folder(folder), self._progress.step)

    def _stress(self) -> Iterator[Table]:
        seeds = range(self._plan.seed, self._plan.seed + self._plan.stress_seeds)
        self._progress.begin("stress", 7)
        yield stress_table(seeds, self._progress.step)

    def _answers(self) -> Iterator[Table]:
        seeds = range(self._plan.seed, self._plan.seed + self._plan.answers_seeds)
        self._progress.begin("unanswered", len(TEAMS))
        yield answers_table(seeds, self._progress.step)
        self._progress.begin("many who ask", ROWS)
        yield asking_table(seeds, self._progress.step)

    def _replays(self) -> Iterator[Table]:
        if not self._plan.data:
            return
        self._progress.begin("replays", 7)
        tally, _ = real.replayed(Path(self._plan.data), Config(brands="auto", timezone="UTC"), told=self._progress.step)
        yield from replay_tables(tally)

    def _realism(self) -> Iterator[Table]:
        if not self._plan.data:
            return
        self._progress.begin("realism", 1)
        found = real_series(Path(self._plan.data))
        nab = [one for name, one in found.items() if name.startswith("Twitter_volume")]
        others = [one for name, one in found.items() if not name.startswith("Twitter_volume")]
        yield realism_table(others, nab, simulated_series(self._plan.seed + 5, 3))

    def _cost(self) -> Iterator[Table]:
        self._progress.begin("cost", 1)
        yield cost_table()


def calm_fleet(seed: int, months: float) -> list[Recipe]:
    """Brands of all sizes in turn until there are that many brand-months.

    >>> len(calm_fleet(1, 20.0))
    11
    """
    recipes, number = [], 0
    while number * CALM_MONTHS < months:
        recipes.append(Recipe(seed * 1000 + number, SIZES_PER_MIN[number % len(SIZES_PER_MIN)], "calm"))
        number += 1
    return recipes


def replay_tables(tally: real.Tally) -> Sequence[Table]:
    """Labelled events by rule, each event, and every other alarm by name."""
    rules = [rule for rule in ("must", "want", "never", "volume_only") if any(r == rule for r, _ in tally.verdicts)]
    sums = []
    for rule in rules:
        rang, quiet = tally.verdicts[rule, True], tally.verdicts[rule, False]
        right = rang if rule in real.RINGS else quiet
        sums.append((rule, f"{rang} of {rang + quiet}", f"{right} of {rang + quiet}"))
    others = "; ".join(real.said(replay, incident) for replay, incident in tally.false_alarms) or "none"
    note = f"Other alarms in {tally.brand_weeks:.1f} brand-weeks: {others}."
    return [
        Table("Real replays, budget 1 a month", ("rule", "rang", "right"), sums, note),
        Table("Their events", real.COLUMNS, [tuple(row) for row in tally.rows]),
    ]

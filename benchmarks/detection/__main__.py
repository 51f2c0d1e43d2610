"""How well rebato's detectors detect, beside what other tools do: ``make bench-detection``.

One set of tables: simulated crises, slow burns, other worlds, whether the budget is kept, NAB's tweets, planted events, real
replays, how real the simulator is, and the cost. Nothing was tuned on seeds from 11 on. NAB's series, the replays and the
comparison with real mentions need REBATO_DATA or --data, their folder.
"""

import os
import platform
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from benchmarks.detection.plan import Bench, Plan, Progress
from benchmarks.detection.report import Table, as_json, show, write

SECTIONS = ", ".join(Bench(Plan(), Progress()).sections())

WIDTH = 200
"""Of the tables in a file or a pipe, characters."""


class Terminal(Progress):
    """A bar for each section, on the error output."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bars = Bars(*columns, console=Console(stderr=True))
        self._task: TaskID | None = None

    def begin(self, section: str, steps: int) -> None:
        self._task = self.bars.add_task(section, total=steps)

    def step(self) -> None:
        if self._task is not None:
            self.bars.advance(self._task)


def main(
    quick: Annotated[bool, typer.Option(help="a few minutes of it, with wide intervals")] = False,
    only: Annotated[str, typer.Option(help="sections, by comma: " + SECTIONS)] = "",
    seed: Annotated[int | None, typer.Option(help="first of six seeds")] = None,
    per_size: Annotated[int | None, typer.Option(help="brands of each of nine sizes in a fleet")] = None,
    sizes: Annotated[str, typer.Option(help="mentions a minute of the brands in other worlds, by comma")] = "",
    months: Annotated[float | None, typer.Option(help="brand-months without crises for the budget")] = None,
    processes: Annotated[int, typer.Option(min=1)] = 1,
    sim: Annotated[Path | None, typer.Option(help="another simulator, a Python file", exists=True)] = None,
    data: Annotated[Path | None, typer.Option(envvar="REBATO_DATA", help="folder of real data")] = None,
    json: Annotated[bool, typer.Option("--json", help="the tables as JSON")] = False,
    page: Annotated[Path | None, typer.Option("--write", help="page whose figures are replaced, unless --quick")] = None,
) -> None:
    """Print the tables."""
    plan = Plan(processes=processes, sim=str(sim or ""), data=str(data or ""))
    plan = plan.quick() if quick else plan
    if seed is not None:
        plan = replace(plan, seed=seed)
    if per_size is not None:
        plan = replace(plan, crises_per_size=per_size, worlds_per_size=per_size, sim_per_size=per_size)
    if sizes:
        plan = replace(plan, worlds_sizes=tuple(float(size) for size in sizes.split(",")))
    if months is not None:
        plan = replace(plan, months=months)
    console, terminal, told = Console(width=None if sys.stdout.isatty() else WIDTH), Terminal(), heading(plan)
    found: list[Table] = []
    with terminal.bars:
        for name, section in Bench(plan, terminal).sections().items():
            tables = list(section()) if not only or name in only.split(",") else []
            if page and tables and not quick:
                write(page, name, told, tables)
            if not json:
                show(tables, console)
            found += tables
    if json:
        sys.stdout.write(as_json(found, told) + "\n")
    else:
        console.print(told, highlight=False)


def heading(plan: Plan) -> str:
    """When, where and on what it was measured."""
    arguments = " ".join(Path(argument).name if argument.startswith("/") else argument for argument in sys.argv[1:])
    command = f"python -m benchmarks.detection {arguments}".strip()
    where = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    day = time.strftime("%Y-%m-%d")
    return f"`{command}` on {day}{_commit()}; {where}; {plan.seeds()}."


def _commit() -> str:
    """Of which state of the repository it is; nothing where that isn't known."""
    git = ["git", "describe", "--always", "--dirty=, with changes", "--exclude=*"]
    try:
        told = subprocess.run(git, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f", commit {told.stdout.strip()}"


if __name__ == "__main__":
    typer.run(main)

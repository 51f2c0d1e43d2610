"""How fast `rebato backtest` is: mentions a second over files, everything included.

    python -m benchmarks.backtest [--mentions 60000] [--days 365] [--rounds 3] [--data FOLDER]

Files are made up (`benchmarks.load`): a day of one large brand, a day of many brands, and a brand with 1,000 mentions a day
for `--days` days, each with a day's shape. With `--data` (default: $REBATO_DATA) the replays in FOLDER/replays follow. A
round is the whole run but for loading the scorer: reading, validation, matching, scoring, watch, incidents, other budgets.
The figures are CPU time, medians of the rounds; the year is run once.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.load import Shape, brands, mentions
from detectors.text.scorer import TextScorer
from schemas.config.model import Config
from streams.backtest.run import Backtest, backtest
from streams.engine.garbage import collect_rarely
from streams.files import read_records

FIRST_DAY = date(2025, 3, 3)
PER_DAY = 1_000
MANY = 500
HEADER = f"{'file':<34}{'mentions':>10}{'brands':>8}{'rung':>6}{'CPU s':>8}{'mentions/s':>12}{'µs each':>9}"


@dataclass(frozen=True, slots=True)
class Case:
    """A file and the config it is read with."""

    name: str
    path: Path
    config: Config
    rounds: int


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=60_000, help="in each file of a day")
    parser.add_argument("--days", type=int, default=365, help="of the brand with 1,000 mentions a day; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=os.environ.get("REBATO_DATA"), help="folder with replays/")
    options = parser.parse_args()
    scorer = TextScorer.packaged()
    collect_rarely()  # as the command does
    print(HEADER)
    with tempfile.TemporaryDirectory(prefix="rebato-bench-") as folder:
        for case in _made(Path(folder), options.mentions, options.days, options.rounds):
            print(_row(case, scorer), flush=True)
    for path in sorted((options.data / "replays").glob("*.jsonl.gz")) if options.data else []:
        print(_row(Case(path.name, path, Config(brands="auto"), options.rounds), scorer), flush=True)


def _made(folder: Path, number: int, days: int, rounds: int) -> Iterator[Case]:
    """Cases whose files are written when they are wanted."""
    for name, several in ((f"a day, {number:,} of one brand", 1), (f"a day, {number:,} of {MANY} brands", MANY)):
        named = brands(several)
        path = _written(folder / f"{several}.jsonl", mentions(number, named))
        yield Case(name, path, _config(named), rounds)
    if days:
        named = brands(1)
        path = _written(folder / "year.jsonl", _days(days, named))
        yield Case(f"{days} days, {PER_DAY:,} a day of one brand", path, _config(named), 1)


def _days(days: int, named: Sequence[dict[str, Any]]) -> Iterator[bytes]:
    """Mentions of one brand, day by day, all of them naming it."""
    for day in range(days):
        start = f"{FIRST_DAY + timedelta(days=day)}T00:00:00"
        yield from mentions(PER_DAY, named, day, Shape(start, unnamed_share=0.0, first_id=day * PER_DAY))


def _config(named: Sequence[dict[str, Any]]) -> Config:
    return Config.model_validate({"brands": named})


def _written(path: Path, lines: Iterable[bytes]) -> Path:
    with path.open("wb") as file:
        file.writelines(line + b"\n" for line in lines)
    return path


def _row(case: Case, scorer: TextScorer) -> str:
    """One line of the table."""
    seconds, run = [], Backtest()
    for _ in range(case.rounds):
        begun_s = time.process_time()
        run = backtest(case.config, "bench", read_records([case.path]), scorer, lambda _: None)
        seconds.append(time.process_time() - begun_s)
    cpu_s, total = statistics.median(seconds), run.mentions + run.duplicates + sum(run.refused.values())
    return (
        f"{case.name:<34.33}{total:>10,}{len(run.brands):>8,}{len(run.rung):>6}{cpu_s:>8.1f}"
        f"{total / cpu_s:>12,.0f}{cpu_s / total * 1e6:>9.1f}"
    )


if __name__ == "__main__":
    main()

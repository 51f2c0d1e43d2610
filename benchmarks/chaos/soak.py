"""An hour at a steady rate: memory, open files, threads and lag of each role must not grow.

    python -m benchmarks.chaos.soak [--minutes 60] [--rate 300] [--brands 20] [--warm-minutes 20]

Half a day of every brand is taught first, and the last 75 minutes of it at the very rate that follows, so that all rings
(the last hour's minutes, the identities that tell repeats) are full. Growth is the slope of a straight line through a role's
memory after the warm-up (Theil–Sen: the median of all slopes), an hour of it. Exit code 1 above 2 MB an hour.
"""

import argparse
import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.chaos.faults import ROLES
from benchmarks.chaos.talk import CRISES, Talk
from benchmarks.chaos.world import settings
from benchmarks.delay import teach
from benchmarks.harness import Bench, Running
from benchmarks.load import Shape, brands, mentions
from streams.receivers import Receivers

MOST_MB_AN_HOUR = 2.0
TAUGHT_MIN = 75
_OTHER_IDS = 10**9  # far from those of the talk
_EVERY_S = 10.0
_MB = 1e6


class Series:
    """Readings of one role."""

    def __init__(self) -> None:
        self.at_s: list[float] = []
        self.values: dict[str, list[float]] = defaultdict(list)

    def take(self, running: Running) -> None:
        """Reads memory (bytes), open files, threads and the records that it is behind."""
        process = Path(f"/proc/{running.pid}")
        self.at_s.append(time.monotonic())
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        self.values["memory"].append(float(status["VmRSS"].split()[0]) * 1024)
        self.values["files"].append(len(list((process / "fd").iterdir())))
        self.values["threads"].append(float(status["Threads"]))
        self.values["lag"].append(running.metric("rebato_lag_records"))

    def an_hour(self, name: str, after_s: float) -> float:
        """Growth an hour of what came later than so many seconds after the first reading."""
        first_s = self.at_s[0] + after_s
        points = [(at, value) for at, value in zip(self.at_s, self.values[name], strict=True) if at >= first_s]
        slopes = [(w - v) / (b - a) for i, (a, v) in enumerate(points) for b, w in points[i + 1 :]]
        return 3600 * median(slopes) if slopes else 0.0


async def soak(given: argparse.Namespace) -> dict[str, Series]:
    """The readings of each role."""
    named = brands(given.brands + CRISES)
    async with Receivers() as receivers:
        asked = settings(named, receivers, 1)
        with Bench({**asked, "time": "replay"}) as teacher, teacher.prefixed("", time="live") as bench:
            lately = _lately(named[:-CRISES], given.rate, datetime.now(UTC) - timedelta(minutes=TAUGHT_MIN))
            await asyncio.to_thread(teach, teacher, named, lately, TAUGHT_MIN * 60)
            roles = {role: bench.role(role) for role in ROLES}
            await asyncio.to_thread(bench.until_ready, *roles.values())
            talk = _talk(bench, named, given)
            talk.start()
            found = {role: Series() for role in ROLES}
            while talk.is_alive():
                await asyncio.sleep(_EVERY_S)
                for role, running in roles.items():
                    await asyncio.to_thread(found[role].take, running)
            return found


def _lately(named: list[dict[str, Any]], rate: float, start: datetime) -> Iterator[bytes]:
    """Everyday talk, minute by minute."""
    number = round(rate * 60)
    for minute in range(TAUGHT_MIN):
        at = start + timedelta(minutes=minute)
        shape = Shape(start=f"{at:%Y-%m-%dT%H:%M:%S}", span_s=60, first_id=_OTHER_IDS + minute * number)
        yield from mentions(number, named, seed=_OTHER_IDS + minute, shape=shape)


def _talk(bench: Bench, named: list[dict[str, Any]], given: argparse.Namespace) -> Talk:
    file = bench.folder / "sent.jsonl"
    return Talk(bench.address, bench.topics.mentions, 4, named, given.rate, given.minutes * 60, 1, file)


def table(found: dict[str, Series], after_s: float) -> str:
    """A role a line."""
    lines = [f"{'':10}{'MB':>8}{'MB/h':>8}{'files':>8}{'files/h':>8}{'threads':>8}{'/h':>8}{'lag':>8}"]
    for role, series in found.items():
        last = {name: values[-1] for name, values in series.values.items()}
        grown = {name: series.an_hour(name, after_s) for name in series.values}
        lines.append(
            f"{role:10}{last['memory'] / _MB:8.0f}{grown['memory'] / _MB:8.2f}{last['files']:8.0f}{grown['files']:8.2f}"
            f"{last['threads']:8.0f}{grown['threads']:8.2f}{max(series.values['lag']):8.0f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--warm-minutes", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=300.0, help="mentions a second")
    parser.add_argument("--brands", type=int, default=20)
    given = parser.parse_args()
    found = asyncio.run(soak(given))
    warm_s = given.warm_minutes * 60
    sys.stdout.write(table(found, warm_s) + "\n")
    worst = max(series.an_hour("memory", warm_s) for series in found.values()) / _MB
    raise SystemExit(worst > MOST_MB_AN_HOUR)


if __name__ == "__main__":
    main()

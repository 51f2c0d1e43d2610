"""A backlog that is far more than the machine can do, loaded beforehand, while new mentions arrive.

    python -m benchmarks.chaos.overload [--capacity 15000] [--times 3] [--minutes 5] [--new-rate 500]

`--capacity`: mentions/s that the whole path does here (`benchmarks.path`); the backlog is what comes in so many minutes at
so many times that rate. Memory must stay below 512 MB a role, the lag must be exported and ring, nobody may die, and
afterwards the counts must be exact. Exit code 1 when not.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.chaos.checker import read_brands
from benchmarks.chaos.faults import ROLES
from benchmarks.chaos.world import settings
from benchmarks.harness import Bench, Running
from benchmarks.load import Shape, brands, mentions
from detectors.text.scorer import TextScorer
from schemas.enums import Channel
from streams.intake.records import RawRecord
from streams.intake.stage import IntakeStage
from streams.receivers import Receivers

MOST_BYTES = 512_000_000
BRANDS = 200
_CHUNK = 50_000
_BATCH = 4_000
_EVERY_S = 1.0
_WITHIN_S = 3_600.0


class Watching:
    """Largest readings of each role while the backlog is worked off."""

    def __init__(self, roles: dict[str, Running]) -> None:
        self.most_bytes: Counter[str] = Counter()
        self.most_lag = 0.0
        self._roles = roles

    def take(self) -> None:
        """One look."""
        for role, running in self._roles.items():
            self.most_bytes[role] = max(self.most_bytes[role], running.usage().rss_bytes)
        self.most_lag = max(self.most_lag, self._roles["intake"].metric("rebato_lag_records"))


def backlog(number: int, named: list[dict[str, Any]], start: datetime, span_s: float) -> Iterator[bytes]:
    """So many mentions, evenly over the time."""
    for first in range(0, number, _CHUNK):
        count = min(_CHUNK, number - first)
        at = start + timedelta(seconds=span_s * first / number)
        shape = Shape(start=f"{at:%Y-%m-%dT%H:%M:%S}", span_s=span_s * count / number, first_id=first)
        yield from mentions(count, named, seed=first, shape=shape)


def expected(bench: Bench, number: int, named: list[dict[str, Any]], start: datetime, span_s: float) -> Counter[str]:
    """Mentions of each brand, by intake's own code and plain addition."""
    stage = IntakeStage(bench.config.model_copy(update={"intake": bench.config.intake.model_copy(update={"score": False})}),
                        TextScorer.packaged())  # fmt: skip
    counts: Counter[str] = Counter()
    records: list[RawRecord] = []
    for offset, line in enumerate(backlog(number, named, start, span_s)):
        records.append(RawRecord(0, offset, int(time.time() * 1000), line))
        if len(records) == _BATCH or offset == number - 1:
            taken = stage.process(records)
            counts.update(taken.brands[index] for index in taken.columns.brand.tolist())
            records = []
    return counts


async def overload(given: argparse.Namespace) -> tuple[str, list[str]]:
    """What was seen, and what isn't as it must be."""
    named = brands(BRANDS)
    number, span_s = int(given.capacity * given.times * given.minutes * 60), given.minutes * 60
    start = datetime.now(UTC) - timedelta(seconds=span_s)
    async with Receivers() as receivers:
        with Bench({**settings(named, receivers, 1), "monitoring": {"port": 0, "lag": {"time": "1 min"}}}) as bench:
            await asyncio.to_thread(bench.fill, bench.topics.mentions, backlog(number, named, start, span_s))
            roles = {role: bench.role(role) for role in ROLES}
            watching, began_s = Watching(roles), time.monotonic()
            await asyncio.to_thread(bench.until_ready, *roles.values())
            more = await asyncio.to_thread(_work, bench, watching, number, named, given.new_rate)
            took_s = time.monotonic() - began_s
            rang = any("rebato-lag" in each.raw.decode() for each in receivers.of(Channel.WEBHOOK))
            for running in roles.values():
                await asyncio.to_thread(running.end)
            wanted = await asyncio.to_thread(expected, bench, number, named, start, span_s)
            found = {name: each.mentions + each.late for name, each in read_brands(bench.address, "").items()}
    problems = [
        f"{name}: {wanted[name]} mentions of the backlog and {more.get(name, 0)} new ones, {found.get(name, 0)} counted"
        for name in wanted.keys() | more.keys() | found.keys()
        if wanted[name] + more.get(name, 0) != found.get(name, 0)
    ]
    problems += [f"{role} took {most / 1e6:.0f} MB" for role, most in watching.most_bytes.items() if most > MOST_BYTES]
    if not rang:
        problems.append("nobody was told of the lag")
    used = ", ".join(f"{role} {most / 1e6:.0f} MB" for role, most in watching.most_bytes.items())
    seen = (
        f"overload: {number:,} mentions of {given.minutes:g} min at {given.times:g}x waited, {sum(more.values()):,} came "
        f"meanwhile; worked off in {took_s:.0f} s; at most {watching.most_lag:,.0f} behind; {used}; {len(problems)} problems"
    )
    return seen, problems


def _work(bench: Bench, watching: Watching, number: int, named: list[dict[str, Any]], rate: float) -> Counter[str]:
    """Sends new mentions until the backlog is worked off; returns how many of each brand."""
    topic, sent, new = bench.topics.mentions, 0, Counter[str]()
    deadline_s, began_s = time.monotonic() + _WITHIN_S, time.monotonic()
    while bench.committed("rebato-intake", topic) < number + sent:
        due = int((time.monotonic() - began_s) * rate) - sent
        if due > 0 and bench.committed("rebato-intake", topic) < number:
            lines = [_new(sent + index, named) for index in range(due)]
            bench.fill(topic, [line for _, line in lines])
            new.update(name for name, _ in lines)
            sent += due
        watching.take()
        if time.monotonic() > deadline_s or not all(member.running for member in bench.members):
            raise RuntimeError("the backlog isn't worked off, or a role has ended:\n" + bench.members[0].last_lines())
        time.sleep(_EVERY_S)
    bench.until_committed("watch", bench.topics.digests, within_s=_WITHIN_S)
    return new


def _new(index: int, named: list[dict[str, Any]]) -> tuple[str, bytes]:
    brand = named[index % len(named)]
    now = datetime.now(UTC).isoformat()
    text = f"{brand['names'][0]} new {index}"
    return brand["id"], f'{{"id": "n{index}", "source": "new", "observed_at": "{now}", "text": "{text}"}}'.encode()


def main() -> None:
    """Prints a line, and what isn't as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--capacity", type=float, default=15_000.0)
    parser.add_argument("--times", type=float, default=3.0)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--new-rate", type=float, default=500.0)
    seen, problems = asyncio.run(overload(parser.parse_args()))
    sys.stdout.write("\n".join([*problems, seen]) + "\n")
    raise SystemExit(bool(problems))


if __name__ == "__main__":
    main()

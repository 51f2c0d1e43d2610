"""Breaks rebato on a real Kafka, from a seed, and checks that nothing was lost and nothing counted twice.

    python -m benchmarks.chaos [--seed 1] [--seconds 60] [--faults 9] [--nodes 1|3] [--kinds kill freeze …]

While people talk (2,000 mentions/s about 200 brands, three crises), faults drawn from the seed happen one after the other,
some at the same time. When both are over, topics, changelogs and receivers are compared with a run of the same mentions
that nothing breaks. Exit code 1 when anything differs. `--report FILE` writes a page, `--json FILE` everything for scripts.
"""

import argparse
import asyncio
import json
import sys
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.chaos.checker import check
from benchmarks.chaos.cluster import Cluster
from benchmarks.chaos.episodes import episode
from benchmarks.chaos.faults import ALONE, ROLES, Kind, Planned, plan
from benchmarks.chaos.readings import Reader
from benchmarks.chaos.report import Run, as_json, closing_line, page
from benchmarks.chaos.talk import CRISES, Talk
from benchmarks.chaos.truth import truth
from benchmarks.chaos.world import World, settings
from benchmarks.delay import teach
from benchmarks.harness import Bench
from benchmarks.load import brands
from streams.receivers import Receivers
from tests.e2e.readback import read_outbox

BRANDS = 200
_SETTLE_WITHIN_S = 240.0
_LOOK_EVERY_S = 1.0
_SHOWN_CHARACTERS = 4_000
_QUIET_LOOKS = 5  # this long nothing new is told: then it is over


class Chaos:
    """One run."""

    def __init__(self, given: argparse.Namespace, folder: Path) -> None:
        self._given = given
        self._folder = folder
        self._run = Run(given.seed, given.nodes, given.rate)
        self._named = brands(BRANDS)

    async def run(self) -> Run:
        """Everything, from the first broker to the verdict."""
        given = self._given
        cluster = await asyncio.to_thread(Cluster, self._folder / "kafka", given.nodes, ROLES)
        await cluster.start_proxies()
        try:
            await asyncio.to_thread(cluster.start)
            async with Receivers() as receivers:
                asked = settings(self._named, receivers, given.nodes)
                with Bench({**asked, "time": "replay"}, cluster) as teacher, teacher.prefixed("", time="live") as bench:
                    self._say("teaching what is usual")
                    await asyncio.to_thread(teach, teacher, self._named[-CRISES:])
                    await self._break(bench, cluster, receivers, teacher.folder / "history.jsonl")
                await self._episodes(asked, cluster, receivers)
        finally:
            await cluster.close_proxies()
            await asyncio.to_thread(cluster.stop)
        return self._run

    async def _break(self, bench: Bench, cluster: Cluster, receivers: Receivers, taught: Path) -> None:
        run, given = self._run, self._given
        world = World(bench, cluster, receivers, self._folder / "roles.log")
        reader = Reader(world.pids, cluster.address, bench.topics)
        reading = asyncio.create_task(reader.run())
        await world.begin()
        sent = self._folder / "sent.jsonl"
        talk = Talk(cluster.address, bench.topics.mentions, 4, self._named, given.rate, given.seconds, given.seed, sent)
        talk.start()
        reader.talking = True
        try:
            await self._faults(world, talk)
            if given.until_faults_end:
                talk.cut_short()
            await asyncio.to_thread(talk.join)
            reader.talking = False
            ended_s = time.monotonic()
            run.seconds, run.sent, run.late_s = self._elapsed(talk), talk.sent, talk.late_s
            self._say(f"{talk.sent:,} lines were said; waiting until all is counted and told")
            await asyncio.to_thread(_counted, bench)
            run.settle_s = time.monotonic() - ended_s
            await self._told(bench, world)
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            reader.close()
            run.exit = await world.end()
        run.deaths, run.readings = world.deaths, reader.readings
        expected = await asyncio.to_thread(truth, bench.config, "chaos", [taught, sent])
        run.repeats, run.refused = expected.repeats, expected.refused
        run.verdict = await asyncio.to_thread(check, cluster.address, "", expected, receivers)
        run.verdict.problems += [f"talk: {each}" for each in talk.failures[:3]]
        if tracebacks := (self._folder / "roles.log").read_text(errors="replace").split("Traceback")[1:]:
            first = tracebacks[0][:_SHOWN_CHARACTERS]
            run.verdict.problems.append(f"roles said {len(tracebacks)} tracebacks, where a line belongs; the first: {first}")
        if run.exit:
            run.verdict.problems.append(f"a role needed a person: the supervisor ended with {run.exit}")

    async def _faults(self, world: World, talk: Talk) -> None:
        under_way: set[asyncio.Task[None]] = set()
        for fault in self._planned(alone=False):
            await asyncio.sleep(fault.wait_s)
            if not talk.is_alive() or world.stopped:
                break
            self._run.faults.append((self._elapsed(talk), fault))
            self._say(f"{self._elapsed(talk):6.0f} s  {fault}")
            task = asyncio.create_task(world.do(fault))
            under_way.add(task)
            if not fault.overlaps:
                await asyncio.gather(*under_way)
                under_way.clear()
        await asyncio.gather(*under_way)

    def _planned(self, *, alone: bool) -> list[Planned]:
        given = self._given
        drawn = plan(given.seed, given.faults, given.nodes, [Kind(each) for each in given.kinds], short=given.seconds < 600)
        return [each for each in drawn if (each.kind in ALONE) == alone]

    async def _episodes(self, asked: dict[str, Any], cluster: Cluster, receivers: Receivers) -> None:
        for number, fault in enumerate(self._planned(alone=True)):
            self._say(f"on its own: {fault.kind}")
            kafka = {**asked["kafka"], "topic_prefix": f"alone-{number}."}
            with Bench({**asked, "kafka": kafka}, cluster) as bench:
                self._run.episodes.append(await episode(fault.kind, bench, receivers))

    async def _told(self, bench: Bench, world: World) -> None:
        """Waits until nothing is left to be told."""
        deadline_s = time.monotonic() + _SETTLE_WITHIN_S
        calm, last = 0, -1
        while time.monotonic() < deadline_s and not world.stopped and calm < _QUIET_LOOKS:
            await asyncio.sleep(_LOOK_EVERY_S)
            outbox = await asyncio.to_thread(read_outbox, bench.address, "")
            calm = calm + 1 if outbox.settled and len(outbox.alerts) == last else 0
            last = len(outbox.alerts)

    def _elapsed(self, talk: Talk) -> float:
        return (datetime.now(UTC) - talk.begun) / timedelta(seconds=1)

    def _say(self, line: str) -> None:
        sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S}  {line}\n")


def _counted(bench: Bench) -> None:
    """Returns when intake has read all that was said, and watch all that this led to, durably."""
    bench.until_committed("intake", bench.topics.mentions, within_s=_SETTLE_WITHIN_S)
    bench.until_committed("watch", bench.topics.digests, sum(bench.ends(bench.topics.digests)), _SETTLE_WITHIN_S)


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long people talk")
    parser.add_argument("--faults", type=int, default=9)
    parser.add_argument("--until-faults-end", action="store_true", help="end the talk when the last fault is over")
    parser.add_argument("--rate", type=float, default=2_000.0, help="mentions a second")
    parser.add_argument("--nodes", type=int, choices=(1, 3), default=1)
    parser.add_argument("--kinds", nargs="+", choices=[str(kind) for kind in Kind], default=[])
    parser.add_argument("--folder", type=Path, help="a new one for brokers, logs and what was sent, to be kept")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = given.folder or Path(stack.enter_context(TemporaryDirectory(prefix="rebato-chaos-")))
        folder.mkdir(parents=True, exist_ok=given.folder is None)
        run = asyncio.run(Chaos(given, folder).run())
    if given.report:
        given.report.write_text(page(run))
    if given.json:
        given.json.write_text(json.dumps(as_json(run), indent=1) + "\n")
    sys.stdout.write(f"{page(run)}\n{closing_line(run)}\n")
    raise SystemExit(bool(run.problems))


if __name__ == "__main__":
    main()

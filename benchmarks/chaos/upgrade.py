"""A rolling upgrade: processes of an older revision and of this one side by side in the same groups, then this one alone.

    python -m benchmarks.chaos.upgrade --old REVISION [--seconds 150] [--rate 500]

While people talk (40 brands, three crises) every role runs with the old code; at a fifth of the time one more of each
joins with the new code; at two fifths the new ones are killed, so that the old ones go on with what the new ones wrote, and
new ones come again; at three fifths the old ones are ended in order. Afterwards every mention must be counted once, every
alert must have arrived once and each crisis rung; scores may differ between revisions, so negative ones aren't compared.
Exit code 1 when anything differs. The old revision is taken from git and must run in this environment.
"""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.chaos.checker import Verdict, check_channel, read_brands
from benchmarks.chaos.faults import ROLES
from benchmarks.chaos.talk import CRISES, Talk
from benchmarks.chaos.truth import truth
from benchmarks.chaos.world import settings
from benchmarks.delay import teach
from benchmarks.harness import Bench, Running
from benchmarks.load import brands
from schemas.enums import Channel
from streams.receivers import Receivers
from tests.e2e.readback import read_incidents, read_outbox

_SETTLED_WITHIN_S = 120.0
_NEW = Path(__file__).parents[2]


@contextmanager
def checkout(revision: str) -> Iterator[Path]:
    """A folder with the code of that revision; gone at the end."""
    with TemporaryDirectory(prefix="rebato-old-") as parent:
        folder = Path(parent, "old")
        git = ["git", "-C", str(_NEW), "worktree"]
        subprocess.run([*git, "add", "--detach", "--quiet", str(folder), revision], check=True)
        try:
            yield folder
        finally:
            subprocess.run([*git, "remove", "--force", str(folder)], check=True)


class Upgrade:
    """One installation with processes of two revisions."""

    def __init__(self, bench: Bench, old: Path) -> None:
        self._bench, self._old_code = bench, old
        self.old: list[Running] = []
        self.new: list[Running] = []

    def start_old(self) -> None:
        """One process of each role."""
        self.old = [self._start(self._old_code, role) for role in ROLES]
        self._bench.until_ready(*self.old)

    def start_new(self) -> None:
        """One of each with this code."""
        self.new = [self._start(_NEW, role) for role in ROLES]
        self._bench.until_ready(*self.new)

    def _start(self, code: Path, role: str) -> Running:
        command = ["env", "-C", str(code), sys.executable, "-m", "streams.cli", "run", role]
        return self._bench.start(f"{role}-{code.name}", [*command, "--config", str(self._bench.config_path)])

    def kill_new(self) -> None:
        """SIGKILL; what they had is the old ones' again."""
        for each in self.new:
            each.kill()
        self._bench.end(*self.new)

    def end_old(self) -> None:
        """In order, one after the other."""
        self._bench.end(*self.old)


async def upgrade(given: argparse.Namespace, old: Path) -> tuple[str, list[str]]:
    """What was seen, and what isn't as it must be."""
    named = brands(40 + CRISES)
    async with Receivers() as receivers:
        asked = settings(named, receivers, 1)
        with Bench({**asked, "time": "replay"}) as teacher, teacher.prefixed("", time="live") as bench:
            await asyncio.to_thread(teach, teacher, named)
            processes = Upgrade(bench, old)
            await asyncio.to_thread(processes.start_old)
            sent, step_s = bench.folder / "sent.jsonl", given.seconds / 5
            talk = Talk(bench.address, bench.topics.mentions, 4, named, given.rate, given.seconds, 1, sent)
            talk.start()
            await asyncio.sleep(step_s)
            await asyncio.to_thread(processes.start_new)
            await asyncio.sleep(step_s)
            await asyncio.to_thread(processes.kill_new)
            await asyncio.to_thread(processes.start_new)
            await asyncio.sleep(step_s)
            await asyncio.to_thread(processes.end_old)
            await asyncio.to_thread(talk.join)
            await asyncio.to_thread(bench.until_committed, "intake", bench.topics.mentions)
            await asyncio.to_thread(bench.until_committed, "watch", bench.topics.digests)
            await asyncio.to_thread(
                bench.until, lambda: read_outbox(bench.address, "").settled, "every alert is settled", _SETTLED_WITHIN_S
            )
            await asyncio.to_thread(bench.end, *processes.new)
            expected = truth(bench.config, "chaos", [teacher.folder / "history.jsonl", sent])
            verdict = _checked(bench.address, {name: each.mentions for name, each in expected.brands.items()}, receivers)
            crises = {each.brand for each in read_incidents(bench.address, "").values()}
    quiet = {each["id"] for each in named[-CRISES:]} - crises
    problems = [*verdict.problems, *(f"the crisis of {brand} didn't ring" for brand in sorted(quiet))]
    seen = (
        f"upgrade from {given.old}: {talk.sent:,} lines at {given.rate:,.0f}/s, {verdict.mentions:,} mentions counted: "
        f"{verdict.lost} lost, {verdict.doubled} counted twice, {verdict.late} late; {sum(verdict.told.values())} alerts, "
        f"{verdict.alerts_lost} lost, {verdict.alerts_doubled} doubled, {sum(verdict.repeated.values())} repeated after a "
        f"doubt; {len(problems)} problems"
    )
    return seen, problems


def _checked(brokers: str, sent: dict[str, int], receivers: Receivers) -> Verdict:
    verdict = Verdict()
    found = read_brands(brokers, "")
    for name, mentions in sent.items():
        counted = found[name].mentions + found[name].late if name in found else 0
        verdict.mentions += counted
        verdict.late += found[name].late if name in found else 0
        verdict.lost += max(0, mentions - counted)
        verdict.doubled += max(0, counted - mentions)
        if counted != mentions:
            verdict.problems.append(f"{name}: {mentions} mentions were sent, {counted} counted")
    outbox = read_outbox(brokers, "")
    for channel in Channel:
        check_channel(verdict, channel, outbox, receivers)
    return verdict


def main() -> None:
    """Prints a line, and what isn't as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", required=True, help="a revision of git")
    parser.add_argument("--seconds", type=float, default=150.0, help="how long people talk")
    parser.add_argument("--rate", type=float, default=500.0, help="mentions a second")
    given = parser.parse_args()
    with checkout(given.old) as old:
        seen, problems = asyncio.run(upgrade(given, old))
    sys.stdout.write("\n".join([*problems, seen]) + "\n")
    raise SystemExit(bool(problems))


if __name__ == "__main__":
    main()

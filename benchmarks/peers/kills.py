"""The same counting job under the same kills and freezes, by stock Faust tables, Quix Streams and rebato, on a real Kafka.

    uv run --frozen --project benchmarks/peers python -W ignore -m benchmarks.peers.kills [--seed 1] [--faults 12] [NAME …]

Two workers each (rebato: two of `intake` and two of `watch`, which together do the job) read 1,000 mentions/s of 200 brands.
From the seed come `kill -9`, TERM and freezes longer than the session timeout of 10 s, the same ones at the same times for
each; a worker that ends is started again a second later. When the faults are over and the group has caught up, or hasn't
moved for a minute, the counts in the changelog are compared with those of the mentions.
"""

import argparse
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from benchmarks.chaos.checker import read_brands
from benchmarks.harness import Bench, Running
from benchmarks.load import brands
from benchmarks.peers.runs import expected, folder_in, made_now
from benchmarks.peers.task import Task
from tests.e2e.readback import read_topic

PARTITIONS: Final = 4
BRANDS: Final = 200
RATE: Final = 1_000
CHUNK: Final = 250
_FROZEN_S = (12.0, 16.0)
_WAIT_S = (3.0, 8.0)
_AGAIN_S = 1.0
_STILL_S = 60.0  # no progress for so long: it never will
_MOST_S = 240.0
_EVER = 10**12

Read = Callable[[Bench, Task], Counter[str]]


@dataclass(slots=True)
class Row:
    """How one came out."""

    name: str
    sent: int = 0
    counted: int = 0
    lost: int = 0
    doubled: int = 0
    behind: int = 0
    """Mentions that its group never got to."""
    ends: int = 0
    """Processes that ended, by a fault or by themselves."""
    caught_up_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Before it `wait_s`; then kill, term, or a freeze of so many seconds, of the process with this number."""

    wait_s: float
    what: str
    which: int
    seconds: float


@dataclass(slots=True)
class Workers:
    """Processes that are started again when they end, until `over`."""

    start: Sequence[Callable[[], Running]]
    running: list[Running] = field(default_factory=list)
    ends: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> threading.Thread:
        """Starts them, and a thread that looks after them."""
        self.running = [start() for start in self.start]
        thread = threading.Thread(target=self._look_after, daemon=True)
        thread.start()
        return thread

    def _look_after(self) -> None:
        while not self.over.wait(_AGAIN_S):
            for index, running in enumerate(self.running):
                if not running.running:
                    self.ends += 1
                    self.running[index] = self.start[index]()

    def suffer(self, faults: Sequence[Fault]) -> None:
        """One fault after the other."""
        for fault in faults:
            time.sleep(fault.wait_s)
            victim = self.running[fault.which % len(self.running)]
            with suppress(ProcessLookupError):
                if fault.what == "freeze":
                    victim.freeze()
                    time.sleep(fault.seconds)
                    victim.thaw()
                elif fault.what == "kill":
                    victim.kill()
                else:
                    victim.ask_to_end()


def plan(seed: int, number: int) -> list[Fault]:
    """As many kills as terms as freezes."""
    chance = random.Random(seed)
    kinds = ["kill", "term", "freeze"] * -(-number // 3)
    chance.shuffle(kinds)
    return [
        Fault(chance.uniform(*_WAIT_S), kind, chance.randrange(4), chance.uniform(*_FROZEN_S)) for kind in kinds[:number]
    ]


def counted_in_faust(bench: Bench, task: Task) -> Counter[str]:
    """The last value of each key of its table's changelog, summed over source partitions and windows."""
    found = {}
    for message in read_topic(bench.address, f"{task.name}-counts-changelog"):
        found[message.key()] = json.loads(message.value() or b"0")
    counts: Counter[str] = Counter()
    for key, count in found.items():
        counts[json.loads(key).split("|")[1]] += count
    return counts


def counted_in_quix(bench: Bench, task: Task) -> Counter[str]:
    """The same of Quix Streams; a key is `<message key>|"<our key>"`."""
    found = {}
    for message in read_topic(bench.address, f"changelog__{task.name}--{task.topic}--default"):
        if message.key().endswith(b'"'):
            found[message.partition(), message.key()] = int(message.value() or 0)
    counts: Counter[str] = Counter()
    for (_, key), count in found.items():
        counts[key.decode().split('"')[1].split("|")[0]] += count
    return counts


def counted_by_watch(bench: Bench, _: Task) -> Counter[str]:
    """What watch's last checkpoints hold."""
    return Counter(
        {name: brand.mentions + brand.late for name, brand in read_brands(bench.address, bench.topics.prefix).items()}
    )


NAMES: Final[dict[str, tuple[str, bool, Read]]] = {
    "rebato": ("", False, counted_by_watch),
    "Faust table": ("faust_one", False, counted_in_faust),
    "Quix, at least once": ("quix", False, counted_in_quix),
    "Quix, exactly once": ("quix", True, counted_in_quix),
}


def row(name: str, seed: int, faults: int) -> Row:
    """Plays one."""
    module, exactly_once, read = NAMES[name]
    watched = brands(BRANDS)
    kafka = {"partitions": PARTITIONS, "source_partitions": PARTITIONS, "session_timeout": "10 s"}
    with Bench({"brands": watched, "kafka": kafka, "intake": {"score": False}, "detector": "none"}) as bench:
        brands_file = bench.folder / "brands.json"
        brands_file.write_text(json.dumps(watched))
        run = module.replace("_", "-") + ("-once" if exactly_once else "")
        task = Task(run, bench.address, bench.topics.mentions, PARTITIONS, _EVER, str(brands_file), False, "", exactly_once)
        if module == "quix":
            bench.broker.create_topic(f"changelog__{run}--{task.topic}--default", PARTITIONS, {"cleanup.policy": "compact"})
        workers = Workers([_starter(bench, module, task, number) for number in range(2 if module else 4)])
        group = run if module else "rebato-intake"
        thread = workers.begin()
        sent, found = _play(bench, workers, plan(seed, faults), group)
        if not module:
            bench.until_committed("watch", bench.topics.digests, sum(bench.ends(bench.topics.digests)), _MOST_S)
        found.behind = len(sent) - bench.committed(group, bench.topics.mentions)
        workers.over.set()
        thread.join()
        for each in workers.running:
            each.end()
        _compare(found, read(bench, task), expected(sent, bench.config))
        found.name, found.ends = name, workers.ends
    return found


def _starter(bench: Bench, module: str, task: Task, number: int) -> Callable[[], Running]:
    if not module:
        command = [sys.executable, "-m", "streams.cli", "run", ("intake", "watch")[number % 2]]
        command += ["--config", str(bench.config_path)]
    else:
        own = replace(task, folder=folder_in(bench, f"{task.name}-{number}"))
        command = [sys.executable, "-m", f"benchmarks.peers.{module}", own.as_argument()]
    log = bench.folder / f"{task.name or 'rebato'}-{number}.log"
    return lambda: Running(f"worker {number}", command, log)


def _play(bench: Bench, workers: Workers, faults: Sequence[Fault], group: str) -> tuple[list[bytes], Row]:
    """Sends while the faults happen, then waits; returns what was sent."""
    topic, sent, found = bench.topics.mentions, list[bytes](), Row("")
    suffering = threading.Thread(target=workers.suffer, args=[faults], daemon=True)
    suffering.start()
    began_s = time.monotonic()
    while suffering.is_alive():
        values = made_now(CHUNK, bench.config.model_dump()["brands"], len(sent))
        bench.fill(topic, values)
        sent += values
        time.sleep(max(0.0, len(sent) / RATE - (time.monotonic() - began_s)))
    ended_s = moved_s = time.monotonic()
    reached = 0
    while reached < len(sent) and time.monotonic() < min(moved_s + _STILL_S, ended_s + _MOST_S):
        time.sleep(1)
        now = bench.committed(group, topic)
        if now > reached:
            reached, moved_s = now, time.monotonic()
    found.sent, found.caught_up_s = len(sent), time.monotonic() - ended_s
    return sent, found


def _compare(found: Row, counts: Counter[str], right: Counter[str]) -> None:
    wanted: Counter[str] = Counter()
    for key, count in right.items():
        wanted[key.split("|")[0]] += count
    found.counted = counts.total()
    found.sent = wanted.total()
    found.lost = sum(max(0, wanted[name] - counts[name]) for name in wanted)
    found.doubled = sum(max(0, counts[name] - wanted[name]) for name in counts)


def table(rows: Sequence[Row]) -> str:
    """A row each."""
    lines = [f"{'':22}{'sent':>9}{'counted':>9}{'lost':>8}{'doubled':>9}{'never read':>12}{'ends':>6}{'caught up':>11}"]
    lines += [
        f"{each.name:22}{each.sent:9,}{each.counted:9,}{each.lost:8,}{each.doubled:9,}{each.behind:12,}{each.ends:6}"
        f"{each.caught_up_s:9.0f} s"
        for each in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=12)
    given = parser.parse_args()
    rows = []
    for name in given.names or NAMES:
        rows.append(row(name, given.seed, given.faults))
        sys.stdout.write(table(rows[-1:]) + "\n")
        sys.stdout.flush()
    sys.stdout.write("\n" + table(rows) + "\n")


if __name__ == "__main__":
    main()

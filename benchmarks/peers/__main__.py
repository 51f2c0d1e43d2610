"""CPU time a mention for the same work by others and by rebato, side by side: `make bench-peers`.

    uv run --project benchmarks/peers python -m benchmarks.peers [NAME...] [--rounds 3] [--json FILE]

Job A: decode, validate, find the mentions of 5,000 brands, count them by brand and 5 minutes in state that survives the
process. Job B: the same, and the texts scored, each with the fastest scorer that its model allows. All read the same kind
of mentions from a topic of 4 partitions on a real Kafka 4.1; counts must be equal, else there is no row. CPU is user and
system time of all processes of a row, from the first mention to the last durable count; the broker's isn't in it.
"""

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from confluent_kafka import KafkaException

from benchmarks.harness import Bench
from benchmarks.load import brands
from benchmarks.peers.runs import Taken, expected, folder_in, made_now, run_peer, run_rebato
from benchmarks.peers.task import Task

PARTITIONS: Final = 4
REBATO: Final = "rebato"
BOUND: Final = "aiokafka by hand"
EVIDENCE: Final = "rebato, all evidence"


@dataclass(frozen=True, slots=True)
class Peer:
    """A row."""

    module: str
    is_slow: bool = False
    output: str = ""
    """A topic that is made for it before it starts; `{run}` and `{topic}` stand for their names."""
    policy: str = "compact"
    """Its `cleanup.policy`."""


PEERS: Final = {
    "Faust": Peer("faust_one", is_slow=True),
    "Faust, take(1000)": Peer("faust_take", is_slow=True),
    "Quix Streams": Peer("quix", output="changelog__{run}--{topic}--default"),
    "Quix, no state": Peer("quix_stateless"),
    "Bytewax": Peer("bytewax_flow", is_slow=True),
    BOUND: Peer("aiokafka_loop", output="{run}-counts"),
    "intake by hand": Peer("intake_loop", output="{run}-digests", policy="delete"),
}
ROLES: Final[dict[str, dict[str, dict[str, Any]]]] = {
    REBATO: {"A": {"intake": {"score": False}, "detector": "none"}, "B": {"detector": "none"}},
    EVIDENCE: {"B": {}},
}


@dataclass(slots=True)
class Topic:
    """A filled topic."""

    name: str
    mentions: int
    right: Counter[str]


Results = dict[tuple[str, str], list[Taken]]  # by job and row


def filled(bench: Bench, name: str, number: int, watched: Sequence[dict[str, Any]]) -> Topic:
    """A topic with so many mentions."""
    bench.broker.create_topic(name, PARTITIONS)
    records = made_now(number, watched)
    bench.fill(name, records)
    return Topic(name, number, expected(records, bench.config))


def one_round(bench: Bench, number: int, given: argparse.Namespace, topics: dict[bool, Topic], results: Results) -> None:
    """Every row once in each of its jobs, one process after the other. A row that fails is void and told."""
    for job in given.jobs:
        for name in _wanted(given, job):
            run = f"{name.replace(',', '').replace(' ', '-').replace('(', '-').replace(')', '')}-{job}-{number}"
            try:
                taken = (
                    _peer(bench, PEERS[name], run, job, topics) if name in PEERS else _roles(bench, name, run, job, given)
                )
            except (RuntimeError, KafkaException) as error:
                sys.stderr.write(f"job {job} {name} is void: {error}\n")
                continue
            results.setdefault((job, name), []).append(taken)
            parts = " + ".join(f"{process} {cost:.2f}" for process, cost in taken.of_it.items())
            told = f"job {job} {name}: {taken.cpu_us:.2f} µs, {taken.per_s:,.0f}/s"
            sys.stderr.write(f"{time.strftime('%H:%M:%S')} {told}{parts and f' ({parts})'}\n")


def _peer(bench: Bench, peer: Peer, run: str, job: str, topics: dict[bool, Topic]) -> Taken:
    topic = topics[peer.is_slow]
    if output := peer.output.format(run=run, topic=topic.name):
        bench.broker.create_topic(output, PARTITIONS, {"cleanup.policy": peer.policy})
    task = Task(
        name=run,
        broker=bench.address,
        topic=topic.name,
        partitions=PARTITIONS,
        mentions=topic.mentions,
        brands_file=str(bench.folder / "brands.json"),
        score=job == "B",
        folder=folder_in(bench, run),
    )
    return run_peer(peer.module, task, topic.right)


def _roles(bench: Bench, name: str, run: str, job: str, given: argparse.Namespace) -> Taken:
    with bench.prefixed(f"{run}.", **ROLES[name][job]) as installation:
        return run_rebato(installation, given.mentions, brands(given.brands))


def _wanted(given: argparse.Namespace, job: str) -> list[str]:
    rows = [*PEERS, *(name for name, settings in ROLES.items() if job in settings)]
    return [name for name in rows if not given.names or any(name.lower().startswith(each.lower()) for each in given.names)]


def figures(results: Results) -> list[dict[str, Any]]:
    """Medians of the rounds, and ratios to rebato and to the bound in the same job."""
    cpu = {row: statistics.median(taken.cpu_us for taken in rounds) for row, rounds in results.items()}
    return [
        {
            "job": job,
            "name": name,
            "cpu_us": cpu[job, name],
            "cpu_us_rounds": [taken.cpu_us for taken in rounds],
            "cpu_us_of_it": [dict(taken.of_it) for taken in rounds],
            "per_s_a_core": 1e6 / cpu[job, name],
            "per_s_wall": statistics.median(taken.per_s for taken in rounds),
            "times_rebato": cpu[job, name] / cpu[job, REBATO] if (job, REBATO) in cpu else None,
            "share_of_bound": cpu[job, BOUND] / cpu[job, name] if (job, BOUND) in cpu else None,
        }
        for (job, name), rounds in sorted(results.items())
    ]


def show(rows: Sequence[dict[str, Any]], given: argparse.Namespace) -> None:
    """Prints the table."""
    print(f"{given.mentions:,} mentions (slow ones {given.slow:,}), {given.brands:,} brands, median of {given.rounds}")
    print(f"{'job':4}{'':22}{'CPU µs':>9}{'/s a core':>11}{'/s wall':>10}{'x rebato':>10}{'of bound':>10}  rounds")
    for row in rows:
        times = f"{row['times_rebato']:.2f}" if row["times_rebato"] else ""
        share = f"{row['share_of_bound']:.0%}" if row["share_of_bound"] else ""
        rounds = " ".join(f"{cost:.1f}" for cost in row["cpu_us_rounds"])
        print(
            f"{row['job']:4}{row['name']:22}{row['cpu_us']:9.2f}{row['per_s_a_core']:11,.0f}{row['per_s_wall']:10,.0f}"
            f"{times:>10}{share:>10}  {rounds}"
        )


def main() -> None:
    """Runs the rounds and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"rows, by their first letters: {', '.join([*PEERS, *ROLES])}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", default="AB")
    parser.add_argument("--mentions", type=int, default=200_000)
    parser.add_argument("--slow", type=int, default=60_000, help="mentions for those that take long")
    parser.add_argument("--brands", type=int, default=5_000)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    given = parser.parse_args()
    watched = brands(given.brands)
    results: Results = {}
    with Bench({"brands": watched, "kafka": {"topic_prefix": "peers."}}) as bench:
        (bench.folder / "brands.json").write_text(json.dumps(watched))
        topics = {
            False: filled(bench, "many", given.mentions, watched),
            True: filled(bench, "few", given.slow, watched),
        }
        for number in range(given.rounds):
            one_round(bench, number, given, topics, results)
    rows = figures(results)
    show(rows, given)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=2))
    if any(len(rounds) < given.rounds for rounds in results.values()) or len(results) < sum(
        len(_wanted(given, job)) for job in given.jobs
    ):
        raise SystemExit("some rows are void")


if __name__ == "__main__":
    main()

"""The whole path on a real Kafka: mentions/s through intake and watch, each a process, until watch is durable to the end.

    python -m benchmarks.path [--mentions 400000] [--brands 5000] [--partitions 4] [--detector crisis|none] [--no-score]

Both are ready before the topic is filled, which takes a second or two; the mentions are those of `benchmarks.load`, seen
within the last minute and a half. A core's rate comes from CPU time, which other work on the machine doesn't blur; the
rate on the clock shares the cores with the broker.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.harness import Bench
from benchmarks.load import Shape, brands, mentions
from benchmarks.usage import Usage

SPAN_S = 90.0  # within the grace: nothing is late
_WITHIN_S = 600.0


@dataclass(frozen=True, slots=True)
class Passed:
    """One round."""

    mentions: int
    digests: int
    wall_s: float
    """From the first record of the fill to the last durable state of watch."""
    used: dict[str, Usage]
    """By process."""

    @property
    def rate(self) -> float:
        """Mentions a second on the clock."""
        return self.mentions / self.wall_s


def settings(
    named: Sequence[dict[str, Any]], partitions: int = 4, detector: str = "crisis", score: bool = True, **processes: int
) -> dict[str, Any]:
    """A config for so many partitions of every topic."""
    return {
        "brands": list(named),
        "kafka": {"partitions": partitions, "source_partitions": partitions},
        "detector": detector,
        "intake": {"score": score},
        "processes": processes,
    }


def recent(number: int, named: Sequence[dict[str, Any]], **shape: Any) -> list[bytes]:
    """Mentions of the last minute and a half."""
    start = datetime.now(UTC) - timedelta(seconds=SPAN_S)
    return mentions(number, named, shape=Shape(start=f"{start:%Y-%m-%dT%H:%M:%S}", span_s=SPAN_S, **shape))


def passed(bench: Bench, values: Sequence[bytes], intakes: int = 1, watches: int = 1) -> Passed:
    """Sends the values through new processes of an entered bench, and ends these."""
    members = {f"intake {number}": bench.role("intake") for number in range(intakes)}
    members |= {f"watch {number}": bench.role("watch") for number in range(watches)}
    bench.until_ready(*members.values())
    before = {name: member.usage() for name, member in members.items()}
    started_s = time.monotonic()
    bench.fill(bench.topics.mentions, values)
    bench.until_committed("intake", bench.topics.mentions, len(values), _WITHIN_S)
    bench.until_committed("watch", bench.topics.digests, within_s=_WITHIN_S)
    wall_s = time.monotonic() - started_s
    used = {name: member.usage().since(before[name]) for name, member in members.items()}
    digests = sum(int(member.metric("rebato_digests_total")) for name, member in members.items() if "intake" in name)
    bench.end(*members.values())
    return Passed(len(values), digests, wall_s, used)


def cpu_s(result: Passed, role: str) -> float:
    """CPU seconds of all processes of a role."""
    return sum(used.cpu_s for name, used in result.used.items() if name.startswith(role))


def table(result: Passed) -> str:
    """The figures."""
    intake_s, watch_s = cpu_s(result, "intake"), cpu_s(result, "watch")
    lines = [
        f"{result.mentions:,} mentions, {result.digests:,} digests",
        f"on the clock        {result.rate:10,.0f} mentions/s in {result.wall_s:.1f} s",
        f"intake, a core      {result.mentions / intake_s:10,.0f} mentions/s {1e6 * intake_s / result.mentions:8.2f} µs",
        f"watch, a core       {result.digests / watch_s:10,.0f} digests/s  {1e6 * watch_s / result.digests:8.2f} µs",
    ]
    both_us = 1e6 * (intake_s + watch_s) / result.mentions
    lines.append(f"both, of one core   {1e6 / both_us:10,.0f} mentions/s {both_us:8.2f} µs")
    lines += [
        f"{name:19} {used.core_share:10.0%} of a core {used.rss_bytes / 1e6:8.0f} MB" for name, used in result.used.items()
    ]
    return "\n".join(lines)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=400_000)
    parser.add_argument("--brands", type=int, default=5_000)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--detector", choices=("crisis", "none"), default="crisis")
    parser.add_argument("--no-score", action="store_true")
    given = parser.parse_args()
    named = brands(given.brands)
    with Bench(settings(named, given.partitions, given.detector, not given.no_score)) as bench:
        result = passed(bench, recent(given.mentions, named))
    sys.stdout.write(table(result) + "\n")


if __name__ == "__main__":
    main()

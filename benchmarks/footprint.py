"""What rebato takes when nobody says anything, and how much memory many brands need: all roles on a real Kafka.

    python -m benchmarks.footprint [--brands 10000] [--idle-s 30]

Every brand is configured; the roles are started and left alone, then each brand is mentioned, then they are left alone
again, once the minute of the mentions is over. CPU is user and system time of each role's process, in % of one core.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from benchmarks.harness import Bench, Running
from benchmarks.load import brands
from benchmarks.usage import Usage
from streams.roles.role import Role

MENTIONS_A_BRAND = 3
SETTLE_S = 5.0
CLOSING_S = 165.0  # the minute is closed, what was stated is stated once more, and time is told rarely from then on

Readings = Mapping[str, Usage]


def settings(named: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Everything on as it is by default, with a way in by HTTP."""
    return {
        "brands": list(named),
        "sources": {"http": {"port": 0, "token": "0123456789abcdef"}},
        "reload": "watch",
    }


def mentions(named: Sequence[Mapping[str, Any]]) -> Iterator[bytes]:
    """Some mentions of each brand, now."""
    now = datetime.now(UTC).isoformat()
    for number in range(len(named) * MENTIONS_A_BRAND):
        name = named[number % len(named)]["names"][0]
        yield json.dumps(
            {
                "id": str(number),
                "source": "bluesky",
                "observed_at": now,
                "text": f"what do people say about {name} today, number {number}",
                "author": {"id": f"a{number}", "handle": f"h{number}", "followers": number % 1_000},
            }
        ).encode()


def left_alone(roles: Mapping[str, Running], seconds: float) -> Readings:
    """What each role uses in so many seconds."""
    before = {name: role.usage() for name, role in roles.items()}
    time.sleep(seconds)
    return {name: role.usage().since(before[name]) for name, role in roles.items()}


def start(bench: Bench) -> dict[str, Running]:
    """All roles, ready and settled."""
    roles = {str(role): bench.role(role) for role in Role}
    bench.until_ready(*(role for name, role in roles.items() if name != Role.SOURCES))
    time.sleep(SETTLE_S)
    return roles


def mention_all(bench: Bench, named: Sequence[Mapping[str, Any]]) -> None:
    """Returns when watch has all of it durable, and the minute is over."""
    bench.fill(bench.topics.mentions, mentions(named))
    bench.until_committed("intake", bench.topics.mentions)
    bench.until_committed("watch", bench.topics.digests, records=sum(bench.ends(bench.topics.digests)))
    time.sleep(CLOSING_S)


def table(count: int, fresh: Readings, used: Readings) -> str:
    """The figures, a role a line."""
    lines = [f"{count:,} brands; idle over {next(iter(fresh.values())).wall_s:.0f} s, in % of one core"]
    lines.append(f"{'':10}{'idle, fresh':>14}{'idle, used':>14}{'MB, fresh':>14}{'MB, used':>14}")
    for name in fresh:
        shares = f"{fresh[name].core_share:14.2%}{used[name].core_share:14.2%}"
        lines.append(f"{name:10}{shares}{fresh[name].rss_bytes / 1e6:14.0f}{used[name].rss_bytes / 1e6:14.0f}")
    sums = [sum(each.core_share for each in readings.values()) for readings in (fresh, used)]
    return "\n".join([*lines, f"{'together':10}{sums[0]:14.2%}{sums[1]:14.2%}"])


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brands", type=int, default=10_000)
    parser.add_argument("--idle-s", type=float, default=30.0)
    given = parser.parse_args()
    named = brands(given.brands)
    with Bench(settings(named)) as bench:
        roles = start(bench)
        fresh = left_alone(roles, given.idle_s)
        mention_all(bench, named)
        used = left_alone(roles, given.idle_s)
        sys.stdout.write(table(given.brands, fresh, used) + "\n")


if __name__ == "__main__":
    main()

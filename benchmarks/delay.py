"""The delay to the alert: from the broker's append time of the mention whose digest made the evidence cross to the first
byte at the receiver, with all roles on a real Kafka and `group_wait: 0 s`.

    python -m benchmarks.delay --max 20000 [--shares 0.1 0.5 0.8] [--brands 5000] [--crises 30] [--seconds 80]

`--max`: mentions/s that the whole path does here at most (`benchmarks.path`). Mentions flow at a share of it; from the
middle on brands that are seldom spoken of get 60 angry mentions within twelve seconds each, one brand after another.
Before, half a day of these brands is taught by `rebato replay --learn-only`: nothing rings for a brand nobody knows.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import numpy as np
from confluent_kafka import Producer

from benchmarks.harness import Bench
from benchmarks.load import Shape, brands, mentions
from benchmarks.phrases import Tone, clauses
from benchmarks.trace import Trace, traces
from schemas.enums import Channel
from streams.receivers import Receivers
from streams.roles.role import Role

ANGRY = 60
ANGRY_WITHIN_S = 12.0
TAUGHT_H = 12
TAUGHT_AN_HOUR = 6
SETTLE_S = 12.0
LEAD_S = 3.0
_SLICE_S = 0.01
_TAUGHT_WITHIN_S = 600.0

Timed = tuple[float, bytes]
"""When to send it, seconds after the start, and what."""


def settings(named: Sequence[dict[str, Any]], receivers: Receivers) -> dict[str, Any]:
    """One channel, which is told at once."""
    return {
        "brands": list(named),
        "alerts": {
            "webhook": {"url": receivers.url(Channel.WEBHOOK), "secret": "whsec_ZGVtb2RlbW9kZW1vZGVtb2RlbW9kZW1v"},
            "group_wait": {"critical": "0 s", "other": "0 s"},
            "private_networks": True,
        },
    }


def background(rate: float, seconds: float, named: Sequence[dict[str, Any]], start: datetime) -> Iterator[Timed]:
    """Everyday talk, evenly over the time."""
    number = int(rate * seconds)
    shape = Shape(start=f"{start:%Y-%m-%dT%H:%M:%S.%f}"[:-3], span_s=seconds)
    for index, value in enumerate(mentions(number, named, shape=shape)):
        yield index / rate, value


def crises(named: Sequence[dict[str, Any]], seconds: float, start: datetime) -> Iterator[Timed]:
    """Anger about one of these brands after the other, from the middle on."""
    rng = np.random.default_rng(7)
    gap_s = (seconds / 2 - ANGRY_WITHIN_S) / len(named)
    pool = clauses(1, Tone.NEGATIVE)
    for number, brand in enumerate(named):
        for index, after_s in enumerate(np.sort(rng.uniform(0, ANGRY_WITHIN_S, ANGRY)).tolist()):
            at_s = seconds / 2 + number * gap_s + after_s
            said = ". ".join(pool[pick] for pick in rng.integers(0, len(pool), 3))
            record = {
                "id": f"angry-{number}-{index}",
                "source": "bluesky",
                "observed_at": (start + timedelta(seconds=at_s)).isoformat(),
                "text": f"{brand['names'][0]}: {said}!",
                "author": {"id": f"angry{number}-{index}", "handle": f"angry{index}", "followers": index},
                "lang": "en",
            }
            yield at_s, json.dumps(record).encode()


def history(named: Sequence[dict[str, Any]], end: datetime) -> list[bytes]:
    """Calm talk about these brands, from half a day before until `end`."""
    pool = clauses(1, Tone.NEUTRAL)
    rng = np.random.default_rng(3)
    number = TAUGHT_H * TAUGHT_AN_HOUR * len(named)
    records = []
    for index, back_s in enumerate(np.sort(rng.uniform(0, TAUGHT_H * 3600, number))[::-1].tolist()):
        said = ". ".join(pool[pick] for pick in rng.integers(0, len(pool), 3))
        record = {
            "id": f"calm-{index}",
            "source": "bluesky",
            "observed_at": (end - timedelta(seconds=back_s)).isoformat(),
            "text": f"{named[index % len(named)]['names'][0]}: {said}",
            "author": {"id": f"calm{index}"},
            "lang": "en",
        }
        records.append(json.dumps(record).encode())
    return records


def teach(bench: Bench, named: Sequence[dict[str, Any]], lately: Iterable[bytes] = (), lately_s: float = 0.0) -> None:
    """Teaches watch what is usual for these brands; the bench must be in replay's time.

    `lately`: what was said in the last `lately_s` seconds, a line each; the calm talk of half a day ends before it.
    """
    file = bench.folder / "history.jsonl"
    with file.open("wb") as out:
        calm = history(named, datetime.now(UTC) - timedelta(seconds=lately_s))
        out.writelines(line + b"\n" for line in chain(calm, lately))
    roles = [bench.role("intake"), bench.role("watch")]
    bench.until_ready(*roles)
    command = ["replay", str(file), "--learn-only", "--config", str(bench.config_path)]
    subprocess.run([sys.executable, "-m", "streams.cli", *command], check=True, capture_output=True)
    bench.until_committed("intake", bench.topics.mentions, within_s=_TAUGHT_WITHIN_S)
    bench.until_committed("watch", bench.topics.digests, within_s=_TAUGHT_WITHIN_S)
    for role in roles:
        bench.end(role)


def send(bench: Bench, timed: Sequence[Timed], start_s: float) -> float:
    """Sends each when its time has come; returns by how many seconds the slowest was late."""
    producer = Producer(
        {"bootstrap.servers": bench.address, "linger.ms": 1, "acks": "1", "queue.buffering.max.messages": 1_000_000}
    )
    partitions = len(bench.ends(bench.topics.mentions))
    late_s = 0.0
    for number, (at_s, value) in enumerate(timed):
        while (wait_s := start_s + at_s - time.monotonic()) > 0:
            producer.poll(min(wait_s, _SLICE_S))
        late_s = max(late_s, -wait_s)
        producer.produce(bench.topics.mentions, value, partition=number % partitions)
    producer.flush()
    return late_s


async def round_at(rate: float, given: argparse.Namespace) -> tuple[list[Trace], dict[str, float], float, dict[str, float]]:
    """The traces of a round, when each alert arrived (ms), how late the sender was, and cores used by role."""
    named = brands(given.brands)
    async with Receivers() as receivers:
        asked = settings(named, receivers)
        with Bench({**asked, "time": "replay"}) as teacher, teacher.prefixed("", time="live") as bench:
            await asyncio.to_thread(teach, teacher, named[-given.crises :])
            roles = {role: bench.role(role) for role in Role if role is not Role.SOURCES}
            await asyncio.to_thread(bench.until_ready, *roles.values())
            start = datetime.now(UTC) + timedelta(seconds=LEAD_S)
            timed = [*background(rate, given.seconds, named[: -given.crises], start)]
            timed = sorted([*timed, *crises(named[-given.crises :], given.seconds, start)], key=lambda each: each[0])
            before = {role: running.usage() for role, running in roles.items()}
            late_s = await asyncio.to_thread(
                send, bench, timed, time.monotonic() + max(0.0, (start - datetime.now(UTC)).total_seconds())
            )
            used = {str(role): running.usage().since(before[role]).core_share for role, running in roles.items()}
            await asyncio.sleep(SETTLE_S)
            arrived = {each.body["data"]["alert"]: each.at_s * 1000 for each in receivers.of(Channel.WEBHOOK)}
            return await asyncio.to_thread(traces, bench), arrived, late_s, used


def table(rate: float, found: Sequence[Trace], arrived: dict[str, float]) -> str:
    """Median and 99th percentile of the whole delay and of its parts."""
    here = [trace for trace in found if trace.alert in arrived]
    parts = {
        "mention to digest": [each.digest_ms - each.mention_ms for each in here],
        "digest to signal": [each.signal_ms - each.digest_ms for each in here],
        "signal to alert": [each.alert_ms - each.signal_ms for each in here],
        "alert to receiver": [arrived[each.alert] - each.alert_ms for each in here],
        "whole": [arrived[each.alert] - each.mention_ms for each in here],
    }
    lines = [
        f"{rate:,.0f} mentions/s: {len(here)} alerts of {len(found)} arrived, {sum(t.by_clock for t in here)} by the clock"
    ]
    lines += [
        f"  {name:20} p50 {np.percentile(np.array(values), 50):7.0f} ms   p99 {np.percentile(np.array(values), 99):7.0f} ms"
        for name, values in parts.items()
        if values
    ]
    return "\n".join(lines)


def main() -> None:
    """Prints a table a share."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--max", type=float, default=12_000)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.1, 0.5, 0.8])
    parser.add_argument("--brands", type=int, default=5_000)
    parser.add_argument("--crises", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=80.0)
    given = parser.parse_args()
    for share in given.shares:
        found, arrived, late_s, used = asyncio.run(round_at(given.max * share, given))
        cores = ", ".join(f"{role} {cores:.0%}" for role, cores in used.items())
        sys.stdout.write(
            f"{table(given.max * share, found, arrived)}\n  of a core: {cores}; sender late by {late_s:.2f} s\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()

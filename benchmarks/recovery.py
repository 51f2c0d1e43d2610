"""From `kill -9` of watch to serving again, on a real Kafka: session timeout and how fast its state loads.

    python -m benchmarks.recovery [--brands 10000] [--minutes 3]

Every brand gets mentions in every minute of log time. Then the process is killed and started again at once, as a
supervisor does; meanwhile more is said. It serves when what follows from that lies in `signals`. It is asked `/-/ready` all
the time. A changelog holds more than the states: what was written within its last 64 MiB or so, before compression.
"""

import argparse
import os
import re
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import numpy as np

from benchmarks.harness import Bench, Running
from benchmarks.watch import SECOND_MS, START_MS, batch_of

PARTITIONS = 4
ROWS = 2_500
_MINUTE_S = 60
_ASK_S = 5.0
_WITHIN_S = 300.0
_FIELD = re.compile(r"(\w+)=([\d.]+)")


def records(brands: int, seconds: range) -> Iterator[bytes]:
    """Those of one partition after the other in turn; in `ROWS` mentions each brand of a partition is spoken of."""
    chances = [np.random.default_rng(number) for number in range(PARTITIONS)]
    for second in seconds:
        for number, chance in enumerate(chances):
            at_ms = START_MS + second * SECOND_MS
            yield batch_of(chance, ROWS, brands // PARTITIONS, at_ms, second * ROWS, f"p{number}-", even=True)


def ready(member: Running) -> str:
    """What `/-/ready` says; nothing before it is served."""
    found = re.search(r"metrics_port=(\d+)", member.log.read_text())
    if found is None:
        return ""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{found[1]}/-/ready", timeout=_ASK_S) as answer:
            return str(answer.read().decode().strip())
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode().strip()
    except OSError:
        return ""


def measured(brands: int, minutes: int) -> None:
    """Prints the figures of one kill."""
    settings = {"brands": "auto", "time": "replay", "kafka": {"partitions": PARTITIONS}}
    steps = range(0, minutes * _MINUTE_S, _MINUTE_S // 2)
    with Bench(settings) as bench:
        watch = bench.role("watch")
        bench.until_ready(watch)
        bench.fill(bench.topics.digests, records(brands, steps), PARTITIONS)
        bench.until_committed("watch", bench.topics.digests, within_s=_WITHIN_S)
        told = sum(bench.ends(bench.topics.signals))
        bench.members.remove(watch)
        os.kill(watch.pid, signal.SIGKILL)
        killed_s = time.monotonic()
        watch.end()
        again = bench.role("watch")
        bench.fill(bench.topics.digests, records(brands, range(steps.stop, steps.stop + 1)), PARTITIONS)
        said = list[str]()

        def is_ready() -> bool:
            answer = ready(again)
            if answer and answer not in said[-1:]:
                said.append(answer)
            return answer == "ok"

        bench.until(is_ready, "watch is ready", _WITHIN_S)
        ready_s, used = time.monotonic() - killed_s, again.usage()
        bench.until(lambda: sum(bench.ends(bench.topics.signals)) > told, "watch tells the time again")
        serving_s = time.monotonic() - killed_s
        session_s = bench.config.kafka.session_timeout.total_seconds()
        lines = [line for line in again.log.read_text().splitlines() if "state.loaded" in line]
    loads = [{name: float(value) for name, value in _FIELD.findall(line)} for line in lines]
    size, keys, read = (sum(each[name] for each in loads) for name in ("bytes", "keys", "read_bytes"))
    took = max(each["seconds"] for each in loads)
    print(f"{keys:,.0f} keys, {size / 1e6:,.1f} MB; {read / 1e6:,.1f} MB of changelog read in {took:.2f} s:", end=" ")
    print(f"{keys / took:,.0f} keys/s, {read / took / 1e6:,.0f} MB/s")
    print(f"from kill -9: ready after {ready_s:.1f} s, serving after {serving_s:.1f} s;", end=" ")
    print(f"beyond the session timeout of {session_s:.0f} s: {serving_s - session_s:+.1f} s")
    print(f"CPU from the process's start until it was ready: {used.cpu_s:.1f} s, imports and all")
    print("/-/ready said: " + " | ".join(said))


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brands", type=int, default=10_000)
    parser.add_argument("--minutes", type=int, default=3)
    given = parser.parse_args()
    measured(given.brands, given.minutes)


if __name__ == "__main__":
    main()

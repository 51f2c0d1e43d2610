"""One channel is down for half an hour while incidents go on: what the others notice, and what comes when it is back.

    python -m benchmarks.chaos.outage [--minutes 30] [--channel slack] [--rate 200]

Crises begin before, during and after; reminders go out every minute. The channel answers 500 (mail: 421); its alerts expire
after two thirds of the outage. Afterwards: p99 of the other channels' delivery before and during; of what was decided while
it was down at most one message an incident; the outage was told on another channel. Exit code 1 when not.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from typing import Any

import numpy as np

from benchmarks.chaos.faults import ROLES
from benchmarks.chaos.talk import CRISES, Talk
from benchmarks.chaos.world import settings
from benchmarks.delay import teach
from benchmarks.harness import Bench
from benchmarks.load import brands
from schemas.enums import Channel
from streams.receivers import Fault, Receivers
from tests.e2e.readback import Outbox, read_outbox

_BEFORE = 0.3  # of the outage's time: how long all is well before
_AFTER = 0.2
_ALL = 1_000_000
_SLACK = 1.5  # so much longer may the others' p99 become, or half a second: noise


async def outage(given: argparse.Namespace) -> tuple[str, list[str]]:
    """What was seen, and what isn't as it must be."""
    channel, down_s = Channel(given.channel), given.minutes * 60
    named = brands(40 + CRISES)
    async with Receivers() as receivers:
        asked = settings(named, receivers, 1)
        asked["alerts"][channel]["expire_after"] = f"{max(60, round(down_s * 2 / 3))} s"
        asked["alerts"]["reminders"] = ["60 s"]
        with Bench({**asked, "time": "replay"}) as teacher, teacher.prefixed("", time="live") as bench:
            await asyncio.to_thread(teach, teacher, named)
            await asyncio.to_thread(bench.until_ready, *[bench.role(role) for role in ROLES])
            talk = _talk(bench, named, given, down_s * (1 + _BEFORE + _AFTER))
            talk.start()
            await asyncio.sleep(down_s * _BEFORE)
            down_at_s = time.time()
            await _down(receivers, channel, down_s)
            up_at_s = time.time()
            await asyncio.to_thread(talk.join)
            outbox = await asyncio.to_thread(read_outbox, bench.address, "")
    return _judge(channel, outbox, receivers, down_at_s, up_at_s)


def _talk(bench: Bench, named: list[dict[str, Any]], given: argparse.Namespace, seconds: float) -> Talk:
    return Talk(bench.address, bench.topics.mentions, 4, named, given.rate, seconds, 1, bench.folder / "sent.jsonl")


async def _down(receivers: Receivers, channel: Channel, seconds: float) -> None:
    """Every request fails."""
    receivers.fail(channel, Fault.ERROR, _ALL)
    await asyncio.sleep(seconds)
    receivers.forgive(channel)


def _judge(
    channel: Channel, outbox: Outbox, receivers: Receivers, down_at_s: float, up_at_s: float
) -> tuple[str, list[str]]:
    before, during = (_delays(outbox, channel, *span) for span in ((0.0, down_at_s), (down_at_s, up_at_s)))
    p99 = [float(np.percentile(delays, 99)) if delays else 0.0 for delays in (before, during)]
    meanwhile = [each for each in receivers.of(channel) if down_at_s + 1 < each.at_s < up_at_s]
    sent = [outbox.alerts[alert] for alert in outbox.sent(channel)]
    waited = [each for each in sent if each.at_ms < up_at_s * 1000 <= outbox.receipts[each.id][-1].at_ms]
    first = Counter(each.incident.id for each in waited)
    mine = outbox.alerts.keys() - {each.id for each in outbox.alerts.values() if each.destination != channel}
    outcomes = Counter(outbox.outcomes.get(alert, "unsettled") for alert in mine)
    told = [
        each for each in outbox.alerts.values()
        if each.destination != channel and each.incident.trouble and channel in each.incident.trouble.about
    ]  # fmt: skip
    problems = []
    if p99[1] > max(p99[0] * _SLACK, p99[0] + 0.5):
        problems.append(f"the others' p99 rose from {p99[0]:.2f} s to {p99[1]:.2f} s")
    if meanwhile:
        problems.append(f"{len(meanwhile)} messages arrived at the channel that was down")
    if first and max(first.values()) > 1:
        problems.append(f"of what was decided before, {first.total()} messages came for {len(first)} incidents")
    if not told:
        problems.append("nobody was told on another channel")
    counts = ", ".join(f"{outcome} {count}" for outcome, count in outcomes.items())
    seen = (
        f"outage: {channel} down for {up_at_s - down_at_s:.0f} s; its alerts: {counts}; others' delivery p99 {p99[0]:.2f} s "
        f"before ({len(before)}), {p99[1]:.2f} s meanwhile ({len(during)}); of what was decided before it was back "
        f"{first.total()} messages came for {len(first)} incidents; {len(told)} alerts elsewhere told of it; "
        f"{len(problems)} problems"
    )
    return seen, problems


def _delays(outbox: Outbox, channel: Channel, first_s: float, last_s: float) -> list[float]:
    """Seconds from the decision to the receipt of the alerts to all other channels that were decided in this time."""
    others = (alert for each in Channel if each is not channel for alert in outbox.sent(each))
    decided = [outbox.alerts[alert] for alert in others if first_s * 1000 <= outbox.alerts[alert].at_ms < last_s * 1000]
    return [(outbox.receipts[each.id][-1].at_ms - each.at_ms) / 1000 for each in decided]


def main() -> None:
    """Prints a line, and what isn't as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--channel", choices=[str(each) for each in Channel], default="slack")
    parser.add_argument("--rate", type=float, default=200.0)
    seen, problems = asyncio.run(outage(parser.parse_args()))
    sys.stdout.write("\n".join([*problems, seen]) + "\n")
    raise SystemExit(bool(problems))


if __name__ == "__main__":
    main()

"""One installation that faults happen to: brokers behind proxies, roles under the product's own supervisor, receivers."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.chaos.cluster import Cluster
from benchmarks.chaos.faults import ROLES, Kind, Planned
from benchmarks.harness import Bench
from schemas.enums import Channel
from streams.backoff import Backoff
from streams.receivers import HOST, Fault, Receivers
from streams.supervisor import Supervisor
from tests.kafka import end_with_parent

SESSION_TIMEOUT_S = 6
SCALED_TO = 3
_MOST_WAIT_S = 4.0  # of the supervisor before it starts a dead role again: more would be a rest from faults
_CUT_SHARE = 0.5
_PARTITIONS = 4
_BEGUN_WITHIN_S = 90.0
_LOOK_EVERY_S = 0.1
_CLOCK = Path(__file__).parent / "clock.c"


def clock(folder: Path) -> Path | None:
    """A library that makes a process's wall clock jump, compiled into the folder; None where there is no C compiler."""
    library = folder / "clock.so"
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(_CLOCK), "-ldl"], check=True)
    return library


def settings(named: list[dict[str, Any]], receivers: Receivers, nodes: int, prefix: str = "") -> dict[str, Any]:
    """All four channels; short times, so that much is told within minutes."""
    return {
        "brands": named,
        "alerts": {
            "slack": {"webhook_url": receivers.url(Channel.SLACK), "min_severity": "watch"},
            "email": {
                "to": ["guardia@example.com"],
                "smtp": {"host": HOST, "port": receivers.smtp_port, "starttls": "off"},
                "min_severity": "watch",
            },
            "pagerduty": {
                "routing_key": "0123456789abcdef0123456789abcdef",
                "url": receivers.url(Channel.PAGERDUTY),
                "min_severity": "watch",
            },
            "webhook": {"url": receivers.url(Channel.WEBHOOK), "secret": "whsec_ZGVtb2RlbW9kZW1vZGVtb2RlbW9kZW1v"},
            "group_wait": {"critical": "0 s", "other": "0 s"},
            "reminders": ["30 s"],
            "private_networks": True,
        },
        "kafka": {
            "topic_prefix": prefix,
            "partitions": _PARTITIONS,
            "source_partitions": _PARTITIONS,
            "replication": 3 if nodes > 1 else 1,
            "session_timeout": f"{SESSION_TIMEOUT_S} s",
        },
    }


class World:
    """The roles of one installation; `begin` starts them, `do` lets a fault happen to them."""

    def __init__(self, bench: Bench, cluster: Cluster, receivers: Receivers, log: Path) -> None:
        """`bench` gives config and topics, and must have been entered; `log` takes what the roles say."""
        self.deaths: Counter[str] = Counter()
        """Processes that ended by themselves, by what the supervisor said of them."""
        self.sent_away: Counter[str] = Counter()
        """Ends that a fault brought about."""
        self._loaded = 0
        self._bench = bench
        self._cluster = cluster
        self._receivers = receivers
        self._log = log.open("a")
        self._chance = random.Random(0)
        self._clock = clock(log.parent)
        self._clocks = {role: log.parent / f"clock-{role}" for role in ROLES}
        for each in self._clocks.values():
            each.write_text("0")
        commands = {role: self._command(role, "--supervised", "0") for role in ROLES}
        self._supervisor = Supervisor(commands, self._emit, backoff=lambda: Backoff(most_s=_MOST_WAIT_S))
        self._running: asyncio.Task[int] | None = None
        self._more: list[subprocess.Popen[bytes]] = []
        self._away: set[str] = set()  # brokers that a fault has taken away and not yet seen back

    async def begin(self) -> None:
        """Starts every role; returns when each has loaded its partitions."""
        self._running = asyncio.create_task(self._supervisor.run())
        async with asyncio.timeout(_BEGUN_WITHIN_S):
            while self._loaded < _PARTITIONS * (len(ROLES) - 1):  # intake keeps no state  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_EVERY_S)

    async def end(self) -> int:
        """Ends every role in order; returns the supervisor's exit code: 0, or 2 where a person had to mend something."""
        self._supervisor.stop()
        code = await self._running if self._running else 0
        for process in self._more:
            process.kill()
            process.wait()
        self._log.close()
        return code

    def pids(self) -> dict[str, int]:
        """The process of each role."""
        return self._supervisor.pids()

    @property
    def stopped(self) -> bool:
        """Whether nothing runs any more: something has to be mended by a person, or somebody has ended it."""
        return self._running is not None and self._running.done()

    async def do(self, fault: Planned) -> None:
        """Lets it happen; returns when it is over. Faults of topics of their own aren't ours (`episodes`)."""
        match fault.kind:
            case Kind.KILL | Kind.TERM:
                self._signal(fault.target, signal.SIGKILL if fault.kind is Kind.KILL else signal.SIGTERM)
            case Kind.FREEZE:
                await self._freeze(fault)
            case Kind.SCALE:
                await self._scale(fault)
            case Kind.CLOCK:
                self._clocks[fault.target].write_text(fault.detail)
                await asyncio.sleep(fault.seconds)
                self._clocks[fault.target].write_text("0")
            case Kind.CUT | Kind.SLOW | Kind.SILENT:
                await self._network(fault)
            case Kind.BROKER_KILL | Kind.BROKER_RESTART | Kind.BROKER_AWAY | Kind.LEADERS:
                await self._broker(fault)
            case Kind.CHANNEL:
                times = 1 if fault.detail in (Fault.SLOW, Fault.LIMIT) else 3
                self._receivers.fail(Channel(fault.target), Fault(fault.detail), times, fault.seconds)
            case _:
                raise ValueError(f"{fault.kind} needs topics of its own")

    def _signal(self, role: str, number: signal.Signals) -> int | None:
        pid = self.pids().get(role)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            if number in (signal.SIGKILL, signal.SIGTERM):
                self.sent_away[role] += 1
        return pid

    async def _freeze(self, fault: Planned) -> None:
        pid = self._signal(fault.target, signal.SIGSTOP)
        await asyncio.sleep(fault.seconds)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    async def _scale(self, fault: Planned) -> None:
        """Up to three, and back in order."""
        more = [self._start(fault.target) for _ in range(SCALED_TO - 1)]
        self._more += more
        await asyncio.sleep(fault.seconds)
        for process in more:
            process.send_signal(signal.SIGTERM)
        for process in more:
            await asyncio.to_thread(process.wait)
            self._more.remove(process)

    async def _network(self, fault: Planned) -> None:
        proxies = self._cluster.proxies[fault.target]
        if fault.kind is Kind.CUT:
            for proxy in proxies:
                proxy.cut(self._chance, _CUT_SHARE)
            return
        held = [proxy.slow(float(fault.detail)) if fault.kind is Kind.SLOW else proxy.silent() for proxy in proxies]
        for each in held:
            each.__enter__()
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            for each in held:
                each.__exit__(None, None, None)

    async def _broker(self, fault: Planned) -> None:
        node = self._cluster.nodes[int(fault.target)]
        if fault.target in self._away:  # another fault has taken it away, and may be starting it by now
            return
        self._away.add(fault.target)
        orderly = fault.kind in (Kind.BROKER_RESTART, Kind.LEADERS)
        await asyncio.to_thread(node.end, signal.SIGTERM if orderly else signal.SIGKILL)
        await asyncio.sleep(fault.seconds)
        node.launch()
        await asyncio.to_thread(node.wait)
        self._away.discard(fault.target)

    def _start(self, role: str) -> subprocess.Popen[bytes]:
        """One more process of the role, which nobody starts again."""
        return subprocess.Popen(self._command(role), stdout=self._log, stderr=self._log, preexec_fn=end_with_parent)

    def _command(self, role: str, *options: str) -> list[str]:
        clock = [f"LD_PRELOAD={self._clock}", f"CHAOS_CLOCK={self._clocks[role]}"] if self._clock else []
        started = ["env", *clock, sys.executable, "-m", "streams.cli", "run", role, *options]
        brokers = f"kafka.brokers={self._cluster.address_for(role)}"
        return [*started, "--config", str(self._bench.config_path), "--set", brokers]

    def _emit(self, name: str, line: str) -> None:
        self._loaded += "state.loaded" in line
        self._log.write(f"{name}  {line}\n")
        self._log.flush()
        if name == "rebato":
            self.deaths[line.partition(" after ")[0]] += 1

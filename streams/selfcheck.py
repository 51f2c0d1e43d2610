"""Each process looks at itself every ten seconds: what it finds stands as a trouble until it is over.

A process that has ended, or whose event loop stands, finds nothing: for those there are the supervisor, the watchdog, and
the heartbeat that stops.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta

import structlog

from alerts.audit import Finding
from schemas.config.durations import write_duration
from schemas.config.model import Lag
from schemas.enums import Fault
from schemas.logclock import LogClock
from schemas.signal import Trouble
from streams.engine.vitals import Vitals
from streams.lag import LagMeter
from streams.notices import Notices
from streams.rhythm import to_next

log = structlog.get_logger()

LOOK_S = 10.0
HELD = frozenset({Fault.LAG, Fault.STALLED, Fault.QUIET, Fault.CLOCK, Fault.DESTINATION, Fault.AUDIT})
"""Faults that are over as soon as a look doesn't find them."""
STALLED_S = 20.0
"""A source partition counts as stalled when it has been for so long here: after an outage they come back one by one."""
STEADY_S = 60.0
"""What the auditor finds counts when it has found it for so long: a changed config is taken over at the next tick."""


class SelfCheck:
    """One a process; `run` is to run in its event loop."""

    def __init__(self, notices: Notices, look: Callable[[], Iterable[Trouble]]) -> None:
        """`look` says what is wrong now."""
        self._notices = notices
        self._look = look

    async def run(self, every_s: float = LOOK_S) -> None:
        """Looks until it is cancelled."""
        while True:
            await asyncio.sleep(to_next(every_s))
            try:
                self._notices.hold(HELD, list(self._look()))
            except Exception:  # whoever looks after the others must not end them
                log.exception("selfcheck.failed")


class LagCheck:
    """Whether a role is further behind its input than the config allows."""

    def __init__(self, role: str, limits: Lag, vitals: Vitals, clock_s: Callable[[], float] = time.monotonic) -> None:
        """`vitals` say how far the process is."""
        self._role = role
        self._limits = limits
        self._vitals = vitals
        self._clock_s = clock_s
        self._rings = False
        self.meter = LagMeter()

    def look(self) -> list[Trouble]:
        """The trouble, while it is behind; once it rings it is over at half of the limits."""
        meter, limits = self.meter, self._limits
        meter.look(self._clock_s(), self._vitals.partitions)
        share = 0.5 if self._rings else 1.0
        late = meter.behind_s > share * limits.time.total_seconds()
        self._rings = late or meter.records > share * limits.records
        return [Trouble(Fault.LAG, self._role, f"{written(meter.behind_s)}, {meter.records}")] if self._rings else []


class TimeCheck:
    """Whether source partitions tell watch the time. Times are the broker's, measured against the wall clock."""

    def __init__(self, about: str, limit_s: float, clock_s: Callable[[], float] = time.time) -> None:
        """`limit_s`: so long may nothing at all be heard."""
        self._about = about
        self._limit_s = limit_s
        self._clock_s = clock_s
        self._started_ms = clock_s() * 1000
        self._stalled_ms: dict[int, float] = {}

    def look(self, clocks: Sequence[LogClock], topic: str, partitions: int, behind: bool) -> list[Trouble]:
        """The troubles. `topic` has so many `partitions`; who is `behind` knows nothing of what is said now."""
        if not clocks or behind:
            return []
        now_ms = self._clock_s() * 1000
        silent_s = (now_ms - max([self._started_ms, *(clock.heard_ms for clock in clocks)])) / 1000
        if silent_s > self._limit_s:
            return [Trouble(Fault.CLOCK, self._about, written(silent_s))]
        stalled: dict[int, int] = {}
        for clock in clocks:
            stalled |= clock.stalled(partitions)
        self._stalled_ms = {number: self._stalled_ms.get(number, now_ms) for number in stalled}
        return [
            Trouble(Fault.STALLED, f"{topic}/{number}", written(max(0.0, now_ms - ms) / 1000))
            for number, ms in sorted(stalled.items())
            if now_ms - self._stalled_ms[number] >= STALLED_S * 1000
        ]


def undelivered(
    failing: Iterable[Mapping[str, tuple[int, str]]], configured: Collection[str], now_ms: int, limit_ms: int
) -> Iterable[Trouble]:
    """A trouble for each destination that has taken nothing for so long. `failing`: of each outbox, since when and why."""
    worst: dict[str, tuple[int, str]] = {}
    for found in failing:
        worst |= {name: min(worst.get(name, here), here) for name, here in found.items()}
    for name, (since_ms, why) in sorted(worst.items()):
        if name in configured and now_ms - since_ms > limit_ms:
            yield Trouble(Fault.DESTINATION, name, f"{why}, {written((now_ms - since_ms) / 1000)}".removeprefix(", "))


class AuditCheck:
    """Findings of the auditor that last."""

    def __init__(self, about: str, count: Callable[[Finding], None], clock_s: Callable[[], float] = time.monotonic) -> None:
        """`about`: the role. `count` is told of each finding once."""
        self._about = about
        self._count = count
        self._clock_s = clock_s
        self._since: dict[Finding, float] = {}
        self._told: set[Finding] = set()

    def look(self, findings: Iterable[Finding]) -> list[Trouble]:
        """The trouble, while there are findings that last: the first of them, and how many more there are."""
        now_s = self._clock_s()
        self._since = {each: self._since.get(each, now_s) for each in findings}
        lasting = [each for each, since_s in self._since.items() if now_s - since_s >= STEADY_S]
        for each in lasting:
            if each not in self._told:
                log.error("audit.failed", check=each.check.value, incident=each.incident, role=self._about)
                self._count(each)
        self._told = set(lasting)
        if not lasting:
            return []
        more = f" (+{len(lasting) - 1})" if len(lasting) > 1 else ""
        return [Trouble(Fault.AUDIT, self._about, f"{lasting[0].check} {lasting[0].incident}{more}")]


def written(seconds: float) -> str:
    """A length of time as the config writes it, in whole seconds below two minutes and in whole minutes above.

    >>> written(75.4), written(431)
    ('1 min 15 s', '7 min')
    """
    return write_duration(timedelta(seconds=round(seconds) if seconds < 120 else 60 * (seconds // 60)))

"""The crisis detector on simulated brands: ``python -m benchmarks.detection``.

Prints false alarms a brand-month and crises found at a budget, and the detector's µs per minute and bytes a brand.
Read it with seeds that nothing was tuned on (tuned on: 1 and 2).
"""

import math
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.worlds import DAY_MIN, WORLDS, Brand, fleet
from detectors.calibration import evidence_for
from detectors.evidence import CrisisEvidence

HOLD_MIN = 90
RELEASE = 0.7
"""An alarm closes after 90 min below 0.7 of the evidence at which it opened."""
RECURRENCE_MIN = 7 * DAY_MIN
RECURRENCE_MARGIN = 1.1
EPISODE_MIN = 60
"""Alarms that open within an hour of one another are one."""
AFTERMATH_MIN = 720
"""So long after a crisis nothing is called false."""
MONTH_MIN = 30.4 * DAY_MIN
SIZE_GROUPS = ("≤ 1 a minute", "3–30", "≥ 100")


class Alarm:
    """Opens at the budget's evidence and closes with hysteresis; what recurs must grow to ring again.

    After K alarms within 7 days (three times what the budget allows, and two) an alarm rings only above 1.1 times
    the second largest of the last K peaks.
    """

    def __init__(self, budget_per_month: float, size_per_min: float) -> None:
        self._threshold = evidence_for(budget_per_month, size_per_min)
        self._most = max(3, math.ceil(3 * budget_per_month * 7 / 30.4 + 2))
        self._opened: list[int] = []
        self._peaks: list[float] = []
        self._limit = self._threshold
        self._left_min = 0
        self._ringing = False

    def update(self, minute: int, u: float) -> bool:
        """Whether it rings in this minute."""
        if u >= self._threshold:
            if not self._left_min:
                self._open(minute)
            self._left_min = HOLD_MIN
            self._peaks[-1] = max(self._peaks[-1], u)
            self._ringing = self._ringing or u >= self._limit
        elif self._left_min:
            self._left_min = self._left_min - 1 if u < RELEASE * self._threshold else HOLD_MIN
        return self._left_min > 0 and self._ringing

    def _open(self, minute: int) -> None:
        self._limit, self._ringing = self._threshold, False
        if len(self._opened) == self._most and minute - self._opened[0] < RECURRENCE_MIN:
            self._limit = max(self._threshold, RECURRENCE_MARGIN * sorted(self._peaks)[-2])
        self._opened = [*self._opened, minute][-self._most :]
        self._peaks = [*self._peaks, 0.0][-self._most :]


@dataclass(slots=True)
class Tally:
    """What a group of brands showed."""

    false_alarms: int = 0
    months: float = 0.0
    delays_min: list[float | None] = field(default_factory=list)
    """Of each crisis, minutes from its twofold minute to the first alarm; None where it was missed."""
    sizes: list[float] = field(default_factory=list)

    def add(self, brand: Brand, starts: list[int]) -> None:
        peace = [True] * len(brand.authors)
        for crisis in brand.crises:
            peace[crisis.start : crisis.end + AFTERMATH_MIN] = [False] * len(
                peace[crisis.start : crisis.end + AFTERMATH_MIN]
            )
            found = next((start for start in starts if crisis.start <= start <= crisis.end), None)
            self.delays_min.append(None if found is None else found - crisis.start - crisis.doubled)
            self.sizes.append(crisis.size)
        self.false_alarms += sum(peace[start] for start in starts)
        self.months += sum(peace[brand.history_min :]) / MONTH_MIN

    def row(self) -> list[str]:
        """False alarms a month, months, shares found, delay."""
        delays = [delay for delay in self.delays_min if delay is not None]
        large = [delay is not None for delay, size in zip(self.delays_min, self.sizes, strict=True) if size >= 5]
        return [
            f"{self.false_alarms / self.months:.2f}",
            f"{self.months:.1f}",
            f"{len(delays)} of {len(self.delays_min)}",
            f"{sum(large)} of {len(large)}",
            f"{statistics.median(delays):+.0f}" if delays else "",
        ]


def evidence_of(brand: Brand) -> Iterator[float]:
    """u of each minute, as known at its end."""
    detector = CrisisEvidence()
    counts = zip(brand.negative_authors.tolist(), brand.authors.tolist(), strict=True)
    for minute, (negatives, authors) in zip(brand.local_minutes(), counts, strict=True):
        yield detector.peek(minute, negatives, authors).u
        detector.close(minute, negatives, authors)


def alarm_starts(brand: Brand, evidence: Iterator[float], budget_per_month: float) -> list[int]:
    """Minutes after the history at which alarms opened, those within an hour of another's minutes left out."""
    alarm = Alarm(budget_per_month, brand.size_per_min)
    starts, last = [], -EPISODE_MIN - 1
    for minute, u in enumerate(evidence):
        if alarm.update(minute, u) and minute >= brand.history_min:
            if minute - last > EPISODE_MIN:
                starts.append(minute)
            last = minute
    return starts


def size_group(size_per_min: float) -> str:
    """A brand's group: small, middle, large."""
    return SIZE_GROUPS[0 if size_per_min <= 1 else 1 if size_per_min <= 30 else 2]


def microseconds() -> tuple[float, float]:
    """Median µs of a peek and of a close, over the days of a brand of 10 mentions a minute."""
    brand = next(b for b in fleet(7, 1, WORLDS["3 days history"]) if b.size_per_min == 10)
    detector, peeks, closes = CrisisEvidence(), [], []
    counts = zip(brand.negative_authors.tolist(), brand.authors.tolist(), strict=True)
    for minute, (negatives, authors) in zip(range(5 * DAY_MIN), counts, strict=False):
        start_s = time.perf_counter()
        detector.peek(minute, negatives, authors)
        peeked_s = time.perf_counter()
        detector.close(minute, negatives, authors)
        peeks.append(peeked_s - start_s)
        closes.append(time.perf_counter() - peeked_s)
    return statistics.median(peeks) * 1e6, statistics.median(closes) * 1e6


def state_bytes(days: int = 10) -> int:
    """Bytes of the state of a brand with ten mentions a minute, as msgpack."""
    detector = CrisisEvidence()
    for minute in range(days * DAY_MIN):
        detector.close(minute, 2, 10)
    return len(msgspec.msgpack.encode(detector.to_state()))


def main(
    seed: Annotated[int, typer.Option(help="seed of the fleet")] = 11,
    per_size: Annotated[int, typer.Option(help="brands of each of nine sizes; each takes about 3 s")] = 2,
    budget: Annotated[float, typer.Option(help="false alarms a brand-month")] = 1.0,
    world: Annotated[str, typer.Option(help=", ".join(WORLDS))] = "base",
) -> None:
    """Print what the detector does on a simulated fleet, and what it costs."""
    tallies = {name: Tally() for name in (*SIZE_GROUPS, "all")}
    for brand in fleet(seed, per_size, WORLDS[world]):
        starts = alarm_starts(brand, evidence_of(brand), budget)
        for name in (size_group(brand.size_per_min), "all"):
            tallies[name].add(brand, starts)
    columns = ("brands", "false alarms a month", "months", "found", "found ≥ 5x", "min after 2x, median")
    table = Table(*columns, title=f"world “{world}”, seed {seed}, budget {budget:g} a month")
    for name, tally in tallies.items():
        table.add_row(name, *tally.row())
    console = Console()
    console.print(table)
    peek_us, close_us = microseconds()
    console.print(f"peek {peek_us:.1f} µs, close {close_us:.1f} µs a brand and minute; state {state_bytes()} bytes")


if __name__ == "__main__":
    typer.run(main)

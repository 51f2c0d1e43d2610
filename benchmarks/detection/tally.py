"""What alarms on one brand were worth, and sums of that over brands. Pure."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2  # type: ignore[import-untyped]  # scipy ships no types

from benchmarks.detection.brand import Brand, Crisis

MONTH_MIN = 30.4 * 1440
EPISODE_MIN = 60
"""Alarms within an hour of one another are one."""
AFTERMATH_MIN = 720
"""So long after a crisis nothing is called false."""
CAUSE_LATE_MIN = 10
SIZE_GROUPS = ("≤ 1 a minute", "3–30", "≥ 100")

Ringing = NDArray[np.bool_]


class Rung(NamedTuple):
    """What one detector did on one brand."""

    ringing: Ringing
    """Each minute in which an alarm is open."""
    news: Sequence[int] = ()
    """Minutes in which one that was open rang again."""


@dataclass(frozen=True, slots=True)
class Found:
    """A crisis, and what one detector made of it."""

    size: float
    delay_min: float | None
    """Minutes from the minute with twice the usual volume to the first alarm; None where it was missed."""
    doubled: float
    """Minutes from its start to that minute."""
    was_open: bool = False
    """Whether an alarm was open when it started: not found, though nobody slept."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One detector on one brand."""

    size_per_min: float
    negatives_per_h: float
    months: float
    """Brand-months in which alarms are false."""
    causes: tuple[str, ...]
    """Of each false alarm, what it fell into; "" for chance."""
    crises: tuple[Found, ...]


def starts_of(ringing: Ringing, first: int) -> list[int]:
    """Minutes ≥ `first` at which alarms begin.

    >>> starts_of(np.array([1, 0, 1] + [0] * 60 + [1], bool), 0)
    [0, 63]
    """
    minutes = np.nonzero(ringing[first:])[0] + first
    if not len(minutes):
        return []
    begins = np.insert(np.diff(minutes) > EPISODE_MIN, 0, True)
    starts: list[int] = minutes[begins].tolist()
    return starts


def peace_of(brand: Brand) -> Ringing:
    """The judged minutes that lie in no crisis and not soon after one."""
    peace = np.ones(len(brand.authors), bool)
    peace[: brand.history_min] = False
    for crisis in brand.crises:
        peace[crisis.start : crisis.end + AFTERMATH_MIN] = False
    return peace


def judge(brand: Brand, rung: Rung) -> Outcome:
    """What was rung is worth. An alarm that is open when a crisis starts doesn't find it, unless it rings again."""
    news = (minute for minute in rung.news if minute >= brand.history_min)
    times, peace = sorted({*starts_of(rung.ringing, brand.history_min), *news}), peace_of(brand)
    return Outcome(
        brand.size_per_min,
        brand.negatives_per_h,
        float(peace.sum()) / MONTH_MIN,
        tuple(_cause(brand, minute) for minute in apart(times) if peace[minute]),
        tuple(_found(crisis, times, rung.ringing) for crisis in brand.crises),
    )


def apart(times: Iterable[int]) -> list[int]:
    """Of these minutes, the earliest first, those that come an hour or more after the last one that counts.

    >>> apart([0, 59, 60, 119, 130])
    [0, 60, 130]
    """
    counted: list[int] = []
    for minute in times:
        if not counted or minute - counted[-1] >= EPISODE_MIN:
            counted.append(minute)
    return counted


def _cause(brand: Brand, minute: int) -> str:
    return next((h.kind for h in brand.happenings if h.start <= minute <= h.end + CAUSE_LATE_MIN), "")


def _found(crisis: Crisis, times: Sequence[int], ringing: Ringing) -> Found:
    alarm = next((minute for minute in times if crisis.start <= minute <= crisis.end), None)
    delay_min = None if alarm is None else alarm - crisis.start - crisis.doubled
    was_open = bool(ringing[max(crisis.start - EPISODE_MIN, 0) : crisis.start].any())
    return Found(crisis.size, delay_min, crisis.doubled, was_open)


def size_group(size_per_min: float) -> str:
    """A brand's group: small, middle, large."""
    return SIZE_GROUPS[0 if size_per_min <= 1 else 1 if size_per_min <= 30 else 2]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def ratio(self) -> float:
        return self.hits / self.of if self.of else float("nan")

    def __str__(self) -> str:
        return f"{self.hits} of {self.of}" if self.of else ""


Chosen = Callable[[Outcome, Found], bool]


def found(outcomes: Iterable[Outcome], chosen: Chosen = lambda _o, _f: True, within_min: float | None = None) -> Share:
    """How many of the chosen crises were found, within so long after the volume had doubled if that is asked."""
    delays = [f.delay_min for o in outcomes for f in o.crises if chosen(o, f)]
    hits = sum(d is not None and (within_min is None or d <= within_min) for d in delays)
    return Share(hits, len(delays))


def median_delay(outcomes: Iterable[Outcome]) -> float | None:
    """Of the crises that were found."""
    delays = [f.delay_min for o in outcomes for f in o.crises if f.delay_min is not None]
    return statistics.median(delays) if delays else None


@dataclass(frozen=True, slots=True)
class Rate:
    """False alarms in brand-months."""

    alarms: int
    months: float

    @property
    def per_month(self) -> float:
        return self.alarms / self.months if self.months else float("nan")

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Exact interval of a Poisson rate, false alarms a brand-month.

        Garwood, *Fiducial limits for the Poisson distribution*, Biometrika 28, 1936:
        χ²(α/2; 2n)/2 to χ²(1 − α/2; 2n + 2)/2. Alarms of one brand come in clusters, so the truth is a little wider.

        >>> [round(limit, 2) for limit in Rate(10, 10.0).interval()]
        [0.48, 1.84]
        """
        if not self.months:
            return float("nan"), float("nan")
        tail = (1 - confidence) / 2
        low = float(chi2.ppf(tail, 2 * self.alarms)) / 2 if self.alarms else 0.0
        return low / self.months, float(chi2.ppf(1 - tail, 2 * self.alarms + 2)) / 2 / self.months


def false_alarms(outcomes: Iterable[Outcome]) -> Rate:
    """Of all these brands."""
    every = list(outcomes)
    return Rate(sum(len(o.causes) for o in every), sum(o.months for o in every))


def causes(outcomes: Iterable[Outcome]) -> Counter[str]:
    """How many false alarms fell into what."""
    return Counter(cause or "chance" for o in outcomes for cause in o.causes)

"""Simulated brands with known crises, for measuring false alarms and finds. Everything follows from a seed.

A brand has 0.1–1,000 mentions a minute with a daily and a weekly rhythm, growth, slow and fast fluctuations and a
negative share that wanders. On top come crises (85 % negative, doubling every 5–45 min up to 2–50 times the usual
volume) and what must not ring: heavy-tailed neutral bursts, friendly promotions, one-author floods and outages.
A classifier finds 75 % of the negative mentions and calls 10 % of the others negative; 7 % of a minute's mentions
come from authors who were counted already.

Volumes look like the five real series of NAB's tweets; moods have no real data behind them.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from scipy.signal import lfilter  # type: ignore[import-untyped]  # scipy ships no types

from benchmarks.detection.brand import DAY_MIN, DISTINCT, Brand, Crisis, Floats, Happening, Ints, World

SIZES_PER_MIN = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)
CRISIS_SIZES = (2, 3, 5, 10, 20, 50)
DOUBLING_MIN = (5, 15, 45)


def brand(seed: int, size_per_min: float, world: World) -> Brand:
    """One brand."""
    rng = np.random.default_rng(seed)
    minutes = (world.history_d + world.test_d) * DAY_MIN
    weekday = int(rng.integers(0, 7))
    usual = size_per_min * _rhythm(rng, minutes, weekday)
    volume = usual * np.exp(_wander(rng, minutes, 0.22, 45) + _wander(rng, minutes, 0.18, DAY_MIN) - 0.0404)
    volume *= rng.gamma(20, 1 / 20, minutes)
    share = float(rng.uniform(0.06, 0.2))
    mood = 1 / (1 + np.exp(-(_logit(share) + _wander(rng, minutes, 0.25, 180))))
    true = _Volumes(volume * mood, volume * (1 - mood), usual, size_per_min, share, [])
    crises = _add_crises(rng, true, world)
    _add_bursts(rng, true, world)
    _add_promotions(rng, true, world)
    flood = _flood(rng, true, world)
    negatives, mentions, negative_authors, authors = _observed(rng, true, flood, crises, world)
    seen = share * world.sensitivity + (1 - share) * world.false_positives
    return Brand(
        size_per_min, weekday, world.history_d * DAY_MIN, usual, seen, negatives, mentions, negative_authors, authors,
        crises, true.happenings,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Volumes:
    """True rates per minute."""

    negative: Floats
    other: Floats
    usual: Floats
    size_per_min: float
    share: float
    happenings: list[Happening]

    def add(self, start: int, volume: Floats, share: float) -> None:
        stop = start + len(volume)
        self.negative[start:stop] += share * volume
        self.other[start:stop] += (1 - share) * volume


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _wander(rng: Generator, minutes: int, sigma: float, memory_min: float) -> Floats:
    """An Ornstein–Uhlenbeck path."""
    kept = math.exp(-1 / memory_min)
    steps = rng.normal(0, sigma * math.sqrt(1 - kept * kept), minutes)
    steps[0] = rng.normal(0, sigma)
    path: Floats = lfilter([1], [1, -kept], steps)
    return path


def _rhythm(rng: Generator, minutes: int, weekday: int) -> Floats:
    """Day, week and growth, with a mean of 1 in the first week."""
    minute = np.arange(minutes)
    hour = minute % DAY_MIN / 60
    amplitude, peak, second = rng.uniform(0.5, 1.1), rng.uniform(12, 20), rng.uniform(0, 0.25)
    log_rhythm = amplitude * np.cos(2 * np.pi * (hour - peak) / 24)
    log_rhythm += second * np.cos(4 * np.pi * (hour - peak - 3) / 24)
    weekend = (minute // DAY_MIN + weekday) % 7 >= 5
    log_rhythm += np.where(weekend, math.log(rng.uniform(0.45, 0.95)), 0.0)
    log_rhythm += rng.uniform(-0.01, 0.04) * minute / (7 * DAY_MIN)
    rhythm: Floats = np.exp(log_rhythm - np.log(np.mean(np.exp(log_rhythm[: 7 * DAY_MIN]))))
    return rhythm


def _add_crises(rng: Generator, true: _Volumes, world: World) -> list[Crisis]:
    minutes, first = len(true.usual), world.history_d * DAY_MIN + 60
    crises: list[Crisis] = []
    for _ in range(200):
        if len(crises) == world.crises:
            break
        start = int(rng.integers(first, minutes - 2 * DAY_MIN))
        if _free(start - DAY_MIN, start + DAY_MIN, crises):
            crises.append(_add_crisis(rng, true, start))
    return crises


def _free(start: int, stop: int, crises: list[Crisis]) -> bool:
    return all(stop < crisis.start - 360 or start > crisis.start + 720 + 360 for crisis in crises)


def _add_crisis(rng: Generator, true: _Volumes, start: int) -> Crisis:
    size, doubling = float(rng.choice(CRISIS_SIZES)), float(rng.choice(DOUBLING_MIN))
    reference = max(true.usual[start], 0.5 * true.size_per_min)
    first, peak = 0.05 * reference, (size - 1) * reference
    rise = doubling * math.log2(peak / first)
    plateau, half_life = rng.uniform(20, 90), rng.uniform(90, 240)
    k = np.arange(min(len(true.usual) - start, DAY_MIN))
    falling = peak * 0.5 ** ((k - rise - plateau) / half_life)
    with np.errstate(over="ignore"):
        excess = np.where(k < rise, first * 2 ** (k / doubling), np.where(k < rise + plateau, peak, falling))
    true.add(start, excess * np.exp(_wander(rng, len(k), 0.15, 20)), 0.85)
    doubled = min(doubling * math.log2(20), rise)
    return Crisis(start, int(start + rise + plateau + half_life), size, doubled)


def _add_bursts(rng: Generator, true: _Volumes, world: World) -> None:
    """Pareto heights; brands differ in how often and how heavily they burst."""
    per_day = world.bursts_per_day * math.exp(rng.normal(-0.3, 0.8))
    alpha = rng.uniform(1.2, 2.0)
    minutes, k = len(true.usual), np.arange(240)
    for _ in range(rng.poisson(per_day * (world.history_d + world.test_d))):
        start = int(rng.integers(0, minutes - 300))
        usual = true.usual[start]
        height = min(40.0, 0.6 * (rng.pareto(alpha) + 1)) * usual * (1 + (2 / true.size_per_min) ** 0.5 * 0.5)
        height = min(height, 60 * usual + 30)
        fade, rise = rng.uniform(3, 25), rng.integers(1, 4)
        shape = np.minimum(1, (k + 1) / rise) * np.exp(-np.maximum(0, k - rise) / fade)
        share = 1 / (1 + math.exp(-(_logit(true.share) + rng.normal(0, world.mood_spread))))
        true.add(start, height * shape, share)
        if height > usual:
            true.happenings.append(Happening("burst", start, start + 60))


def _add_promotions(rng: Generator, true: _Volumes, world: World) -> None:
    for _ in range(rng.poisson(0.5 * (world.history_d + world.test_d) / 7)):
        start = int(rng.integers(0, len(true.usual) - 400))
        size, length = rng.uniform(2, 12), int(rng.uniform(45, 240))
        k = np.arange(length + 90)
        shape = np.minimum(1, k / 10) * np.exp(-np.maximum(0, k - length) / 40)
        true.add(start, (size - 1) * true.usual[start] * shape, 0.4 * true.share)
        true.happenings.append(Happening("promotion", start, start + length + 90))


def _flood(rng: Generator, true: _Volumes, world: World) -> Floats:
    """One author's posts per minute."""
    flood = np.zeros(len(true.usual))
    for _ in range(rng.poisson(0.4 * (world.history_d + world.test_d) / 28)):
        start = int(rng.integers(0, len(flood) - 200))
        length = int(rng.uniform(20, 120))
        flood[start : start + length] += rng.uniform(2, 15) * max(true.usual[start], 0.5)
        true.happenings.append(Happening("flood", start, start + length))
    return flood


def _observed(rng: Generator, true: _Volumes, flood: Floats, crises: list[Crisis], world: World) -> tuple[Ints, ...]:
    """Negatives, mentions, negative authors and authors per minute, as classifier and distinct counting see them."""
    negative = rng.poisson(np.minimum(true.negative, 1e6))
    other = rng.poisson(np.minimum(true.other, 1e6))
    flooded = rng.poisson(flood)
    flooded_negative = rng.binomial(flooded, 0.9)
    true.happenings.extend(_add_outages(rng, negative, other, crises, world))
    called = world.classify(rng, negative, other)
    flood_called = world.classify(rng, flooded_negative, flooded - flooded_negative)
    # One author is counted once in 15 minutes.
    counted = np.arange(len(flood)) % 15 == 0
    authors = rng.binomial(negative + other, DISTINCT) + ((flooded > 0) & counted)
    negative_authors = rng.binomial(called, DISTINCT) + ((flood_called > 0) & counted)
    authors = np.maximum(authors, negative_authors)  # drawn apart, so they may cross
    return called + flood_called, negative + other + flooded, negative_authors, authors


def _add_outages(rng: Generator, negative: Ints, other: Ints, crises: list[Crisis], world: World) -> list[Happening]:
    """All or 60 % of the mentions are lost for 20–240 min; sometimes half of them come later at once."""
    outages = []
    for _ in range(rng.poisson(0.6 * (world.history_d + world.test_d) / 28)):
        start = int(rng.integers(0, len(negative) - 400))
        if not _free(start, start + 300, crises):
            continue
        stop = start + int(rng.uniform(20, 240))
        kept = 0.0 if rng.random() < 0.5 else 0.4
        before = [counts[start:stop].copy() for counts in (negative, other)]
        for counts, all_counts in zip((negative, other), before, strict=True):
            counts[start:stop] = rng.binomial(all_counts, kept)
        if rng.random() < 0.3:
            for counts, all_counts in zip((negative, other), before, strict=True):
                lost = int((all_counts - counts[start:stop]).sum() * 0.5)
                counts[stop : stop + 10] += rng.multinomial(lost, [0.1] * 10)
        outages.append(Happening("outage", start, stop + 30))
    return outages

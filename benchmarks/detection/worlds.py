"""The worlds: what differs between fleets, and what happens to brands that were drawn without it.

A change adds mentions to a brand's counts, or takes some away, after the brand was drawn; so it does the same to a brand of
any simulator. Days are counted from the end of the history.
"""

import math

import numpy as np
from numpy.random import Generator
from scipy.signal import lfilter  # type: ignore[import-untyped]  # scipy ships no types

from benchmarks.detection.brand import DAY_MIN, DISTINCT, Brand, Crisis, Floats, Happening, Ints, World
from detectors.copies import CopyLimit

ANGRY = 0.85
"""Share of negatives in what a crisis adds."""
NEUTRAL = 0.12
H_MIN = 60
TAKE_OFF = 0.05
"""A crisis begins at so much of the usual volume and doubles from there."""


def add(brand: Brand, rng: Generator, world: World, start: int, volume: Floats, share: float) -> None:
    """Adds mentions of so much a minute, `share` of them truly negative."""
    volume = volume[: len(brand.authors) - start]
    negative, other = rng.poisson(share * volume), rng.poisson((1 - share) * volume)
    called = world.classify(rng, negative, other)
    distinct = rng.binomial(called, DISTINCT)
    span = slice(start, start + len(volume))
    brand.negatives[span] += called
    brand.mentions[span] += negative + other
    brand.negative_authors[span] += distinct
    brand.authors[span] += distinct + rng.binomial(negative + other - called, DISTINCT)


def thin(brand: Brand, rng: Generator, kept: Floats) -> None:
    """Keeps each mention with its minute's chance."""
    for negative, total in ((brand.negatives, brand.mentions), (brand.negative_authors, brand.authors)):
        other = np.maximum(total - negative, 0)
        negative[:] = rng.binomial(negative, kept)
        total[:] = negative + rng.binomial(other, kept)


def some_day(brand: Brand, rng: Generator, day: int) -> int:
    """A minute of that day of the test."""
    return brand.history_min + day * DAY_MIN + int(rng.integers(0, DAY_MIN))


def wobble(rng: Generator, minutes: int) -> Floats:
    """Fast fluctuations around 1."""
    kept = math.exp(-1 / 20)
    steps = rng.normal(0, 0.15 * math.sqrt(1 - kept * kept), minutes)
    path: Floats = np.exp(lfilter([1], [1, -kept], steps))
    return path


def gripes(brand: Brand, rng: Generator, world: World) -> None:
    """Every day at about the same hour 30–60 min of 1.5 times the volume, angry; not a crisis."""
    daily = int(rng.integers(0, DAY_MIN))
    for day in range(len(brand.usual) // DAY_MIN - 1):
        start = day * DAY_MIN + daily + int(rng.integers(0, 40))
        stop = start + int(rng.uniform(30, 60))
        add(brand, rng, world, start, 0.5 * brand.usual[start:stop], ANGRY)
        brand.happenings.append(Happening("gripe", start, stop))


def slow_burn(brand: Brand, rng: Generator, world: World) -> None:
    """Twice: anger grows evenly to once the usual volume in 48 h, stays for 12 h, then halves every 6 h."""
    for day in (5, 18):
        start = some_day(brand, rng, day)
        k = np.arange(5 * DAY_MIN)[: len(brand.usual) - start]
        growth = np.where(k < 48 * H_MIN, k / (48.0 * H_MIN), np.where(k < 60 * H_MIN, 1.0, 0.5 ** ((k - 3600) / 360.0)))
        excess = growth * brand.usual[start : start + len(k)] * wobble(rng, len(k))
        add(brand, rng, world, start, excess, ANGRY)
        brand.crises.append(Crisis(start, start + 66 * H_MIN, 2.0, 48.0 * H_MIN))


def classifier_day(brand: Brand, rng: Generator, world: World) -> None:
    """Three days on which the classifier calls twice as many of the others negative."""
    more = world.false_positives / (1 - world.false_positives)
    for day in (4, 13, 22):
        start = some_day(brand, rng, day)
        span = slice(start, start + DAY_MIN)
        wrong = rng.binomial(np.maximum(brand.mentions[span] - brand.negatives[span], 0), more)
        brand.negatives[span] += wrong
        others = np.maximum(brand.authors[span] - brand.negative_authors[span], 0)
        brand.negative_authors[span] += rng.binomial(np.minimum(wrong, others), DISTINCT)
        brand.happenings.append(Happening("classifier", start, start + DAY_MIN))


def news_then_anger(brand: Brand, rng: Generator, world: World) -> None:
    """Three times neutral talk of 2–5 times the volume, in which an hour later a crisis of 2–10 times begins."""
    for day in (4, 11, 18):
        start = some_day(brand, rng, day)
        k = np.arange(600)
        news = rng.uniform(1, 4) * brand.usual[start] * np.minimum(1, k / 8) * np.exp(-k / rng.uniform(60, 180))
        add(brand, rng, world, start, news, NEUTRAL)
        start += H_MIN
        size, doubling = float(rng.choice([2, 3, 5, 10])), float(rng.choice([5, 15, 45]))
        reference = max(brand.usual[start], 0.5 * brand.size_per_min)
        peak = (size - 1) * reference
        rise = doubling * math.log2((size - 1) / TAKE_OFF)
        plateau, half_life = rng.uniform(20, 90), rng.uniform(90, 240)
        k = np.arange(DAY_MIN)
        rising = TAKE_OFF * reference * 2 ** (np.minimum(k, rise) / doubling)
        falling = peak * 0.5 ** (np.maximum(k - rise - plateau, 0) / half_life)
        add(brand, rng, world, start, np.where(k < rise, rising, falling), ANGRY)
        doubled = min(doubling * math.log2(1 / TAKE_OFF), rise)
        brand.crises.append(Crisis(start, int(start + rise + plateau + half_life), size, doubled))


def sector(brand: Brand, rng: Generator, world: World) -> None:
    """Four times another brand's crisis spills over: 2–4 times the volume for 6 h, half as negative again as usual."""
    for day in (3, 10, 17, 24):
        start = some_day(brand, rng, day)
        k = np.arange(8 * H_MIN)
        talk = rng.uniform(1, 3) * brand.usual[start] * np.minimum(1, k / 30) * np.exp(-np.maximum(0, k - 240) / 60)
        add(brand, rng, world, start, talk, min(0.35, 1.5 * NEUTRAL * rng.uniform(0.8, 1.3)))
        brand.happenings.append(Happening("sector", start, start + 8 * H_MIN))


def clock_change(brand: Brand, rng: Generator, world: World) -> None:
    """Days 3–17: people live an hour earlier by the brand's clock, as when a zone's summer time isn't known."""
    begin, end = brand.history_min + 3 * DAY_MIN, brand.history_min + 17 * DAY_MIN
    minutes = np.arange(len(brand.usual))
    source = np.where((minutes >= begin) & (minutes < end), np.minimum(minutes + H_MIN, len(minutes) - 1), minutes)
    for column in [*brand.columns(), brand.usual]:
        column[:] = column[source]

    def moved(minute: int) -> int:
        return minute - H_MIN if begin <= minute - H_MIN < end else minute

    brand.crises[:] = [Crisis(moved(c.start), c.end - c.start + moved(c.start), c.size, c.doubled) for c in brand.crises]
    brand.happenings[:] = [Happening(h.kind, h.start - H_MIN, h.end) for h in brand.happenings]


def holidays(brand: Brand, rng: Generator, world: World) -> None:
    """Four days with half or twice the volume and the evening's peak moved by 4 h, where no crisis is near."""
    for day in (5, 6, 15, 24):
        start = (brand.history_min // DAY_MIN + day) * DAY_MIN
        span = slice(start, start + DAY_MIN)
        if any(c.start - H_MIN < start + DAY_MIN and c.end + 720 > start for c in brand.crises):
            continue
        for column in brand.columns():
            column[span] = np.roll(column[span], -4 * H_MIN)
        if rng.random() < 0.5:
            for column in brand.columns():
                column[span] += column[start - DAY_MIN : start]
        else:
            kept = np.ones(len(brand.usual))
            kept[span] = 0.5
            thin(brand, rng, kept)
        brand.happenings.append(Happening("holiday", start, start + DAY_MIN))


def growth(brand: Brand, rng: Generator, world: World) -> None:
    """10 % more mentions every week; the brand has its size at the end."""
    minutes = np.arange(len(brand.usual))
    kept = 1.1 ** ((minutes - len(minutes)) / (7.0 * DAY_MIN))
    thin(brand, rng, kept)
    brand.usual *= kept


def half_lost(brand: Brand, rng: Generator, world: World) -> None:
    """Days 7–14 half of all mentions never arrive: a large source is down, or samples."""
    begin = brand.history_min + 7 * DAY_MIN
    kept = np.ones(len(brand.usual))
    kept[begin : begin + 7 * DAY_MIN] = 0.5
    thin(brand, rng, kept)
    brand.happenings.append(Happening("half lost", begin, begin + 7 * DAY_MIN))


def half_the_hours(brand: Brand, rng: Generator, world: World) -> None:
    """In the whole test each hour has one chance in two that nothing of it arrives."""
    hours = rng.random(len(brand.usual) // H_MIN) < 0.5
    kept = np.repeat(hours, H_MIN).astype(float)
    kept[: brand.history_min] = 1.0
    thin(brand, rng, kept)


def copies(brand: Brand, rng: Generator, world: World) -> None:
    """Three times 1,000 accounts post one angry text within an hour. What counts as evidence passes `CopyLimit`."""
    for day in (4, 13, 22):
        start = some_day(brand, rng, day)
        posts: Ints = rng.multinomial(1000, [1 / H_MIN] * H_MIN)
        span = slice(start, start + H_MIN)
        brand.negatives[span] += posts
        brand.mentions[span] += posts
        limit, counted = CopyLimit(), list[int]()
        for minute, count in enumerate(posts.tolist(), start):
            counted.append(sum(limit.fresh([1] * count, minute)))
        brand.negative_authors[span] += counted
        brand.authors[span] += counted
        brand.happenings.append(Happening("copies", start, start + H_MIN))


WORLDS = {
    "base": World(),
    "weak sentiment": World(sensitivity=0.6, false_positives=0.2),
    "3x bursts": World(bursts_per_day=6.0),
    "negative bursts": World(mood_spread=1.2),
    "3 days of history": World(history_d=3),
    "slow burn": World(crises=0, change=slow_burn),
    "false positives doubled": World(crises=0, change=classifier_day),
    "news, then anger": World(crises=0, change=news_then_anger),
    "sector spill-over": World(crises=0, change=sector),
    "clock change": World(change=clock_change),
    "holidays": World(change=holidays),
    "daily gripes": World(crises=0, change=gripes),
    "growth of 10 % a week": World(change=growth),
    "half the mentions lost": World(change=half_lost),
    "half the hours missing": World(crises=0, change=half_the_hours),
    "one text by 1,000 accounts": World(crises=0, change=copies),
    "first days": World(history_d=0, test_d=4, crises=1),
}
CALM = World(test_d=56, crises=0)
"""For counting false alarms: nothing else happens."""

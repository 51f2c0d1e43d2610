"""Brands that are asked: how often `detectors.asking` rings in peace, and how soon when many more ask.

The share of those who ask swings with the hour, wanders for hours, and jumps for two hours once a week (a sale: half as many
again, and twice the people). Then for two hours so many times more ask, and the others speak as before.
"""

import copy
import statistics
from collections.abc import Callable
from itertools import product
from math import exp, inf, log, pi, sin

import numpy as np

from benchmarks.detection.report import Table
from benchmarks.detection.tally import MONTH_MIN
from detectors.asking import Asking
from detectors.minute import Minute
from schemas.enums import Category
from streams.watch.panel import ASKING, WEIGHTS

DAY_MIN = 1440
PEACE_D, EVENT_MIN = 56, 120
PER_MIN, SHARES, TIMES = (0.3, 3.0, 30.0), (0.05, 0.15, 0.35), (3, 5, 15)
ROWS = len(PER_MIN) * len(SHARES)
BUDGET = 1.0 * WEIGHTS[ASKING]
"""What is allowed to it of one false alarm a month."""
APART_MIN = 180
SWING, WANDERS, WANDERS_MIN = 0.3, 0.25, 240
"""Of the share's odds: by the hour, standard deviation of what wanders and how long it remembers. Together that correlates
mentions by 0.008 where 8 % ask; hours of ten real airlines and a bank have 0 to 0.015, six hours 0 to 0.008."""
SALE_MIN, SALE_TIMES, SALE_ASKS = 120, 2.0, 1.5
NOTE = (
    "Per cent: how many usually ask. False alarms at that detector's part of a budget of 1 a month; a flood counts as found "
    "within its two hours."
)
_PLACE = list(Category).index(Category.QUESTION)


class AskedBrand:
    """People and those of them who ask, minute by minute."""

    def __init__(self, per_min: float, share: float, seed: int) -> None:
        self.per_min, self.odds = per_min, log(share / (1 - share))
        self.rng = np.random.default_rng(seed)
        self.asking = Asking()
        self._wandered = 0.0
        self._sale_min = int(self.rng.integers(7 * DAY_MIN))

    def pass_minute(self, minute: int, times: float = 1.0) -> float:
        """False alarms a month that it states at the end of the minute; `times` as many ask as usual."""
        rng, hour = self.rng, 2 * pi * (minute % DAY_MIN - 9 * 60) / DAY_MIN
        keep = exp(-1 / WANDERS_MIN)
        self._wandered = keep * self._wandered + WANDERS * (1 - keep**2) ** 0.5 * float(rng.standard_normal())
        sale = 0 <= minute % (7 * DAY_MIN) - self._sale_min < SALE_MIN
        share = 1 / (1 + exp(-(self.odds + SWING * sin(2 * hour) + self._wandered)))
        people = self.per_min * (1 + 0.8 * sin(hour)) * (SALE_TIMES if sale else 1.0)
        asked = share * people * times * (SALE_ASKS if sale else 1.0)
        who, others = int(rng.poisson(asked)), int(rng.poisson(people * (1 - share)))
        if who + others:
            voices = [0] * len(Category)
            voices[_PLACE] = who
            self.asking.close(Minute(minute, who + others, 0, who + others, 0, tuple(voices), 0, frozen=False))
        return self.asking.look(minute).false_alarms_per_month


def course(per_min: float, share: float, seed: int) -> tuple[int, list[int | None]]:
    """False alarms of eight weeks of peace, from the first on; minutes until each flood rings, from the same minute on."""
    brand, alarms, last = AskedBrand(per_min, share, seed), 0, -inf
    end = PEACE_D * DAY_MIN
    for minute in range(end):
        if brand.pass_minute(minute) <= BUDGET:
            alarms += minute - last >= APART_MIN
            last = minute
    begin = end + 11 * 60 + seed % 180
    for minute in range(end, begin):
        brand.pass_minute(minute)
    found: list[int | None] = []
    for times in TIMES:
        flooded = copy.deepcopy(brand)
        event = range(begin, begin + EVENT_MIN)
        found.append(next((m - begin for m in event if flooded.pass_minute(m, times) <= BUDGET), None))
    return alarms, found


def asking_table(seeds: range, told: Callable[[], None] = lambda: None) -> Table:
    """One row a size and share."""
    rows = []
    for place, (per_min, share) in enumerate(product(PER_MIN, SHARES)):
        courses = [course(per_min, share, 100 * seed + place) for seed in seeds]
        months = len(courses) * PEACE_D * DAY_MIN / MONTH_MIN
        cells = [f"{sum(alarms for alarms, _ in courses) / months:.2f}"]
        for each in zip(*(found for _, found in courses), strict=True):
            within = [minutes for minutes in each if minutes is not None]
            cells += [f"{len(within)} of {len(each)}", f"{statistics.median(within):.0f}" if within else ""]
        rows.append((f"{per_min:g}", f"{share:.0%}", *cells))
        told()
    columns = ["people a minute", "ask", "false alarms a brand-month"]
    for times in TIMES:
        columns += [f"{times}x as many ask: found", "median min"]
    return Table("Many who ask a brand of which no answer is seen", tuple(columns), rows, NOTE)

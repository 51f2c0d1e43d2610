"""Brands whose teams answer in different ways: how often `unanswered` rings in peace, and how soon when it should.

Questions come by the minute, with a day's rhythm and an everyday burst of two to five times for an hour; each team works as
it does (`TEAMS`). Then either fifteen times as many ask for three hours and the team goes on as before (a flood), or nobody
answers any more (a walk-out), or as many accounts as in a flood, and 200 at least, ask all the same, whom nobody answers (a
raffle, for which nobody should be called): each at an hour at which the team works.
"""

import copy
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import inf

import numpy as np

from benchmarks.detection.report import Table
from benchmarks.detection.tally import MONTH_MIN
from schemas.config.model import Floors
from schemas.digest import TERMS
from streams.watch.names import Names
from streams.watch.open_questions import OpenQuestions
from streams.watch.promises import BrandPromise
from streams.watch.question_rows import ANSWER, QUESTION, TEXT, Talk
from streams.watch.unanswered import false_alarms_per_month, waiting

DAY_MIN = 1440
PROMISE = BrandPromise(within_s=1800, at_most_s=86_400)
LEARN_D, PEACE_D, EVENT_MIN = 14, 42, 180
FIRST_EVENT_MIN = 11 * 60
FLOOD = 15
LEAST_RAFFLE = 200
PER_MIN = (0.05, 0.3, 1.0)
TEAM_SPEED = 4.0
BUDGET = 1.0
COLUMNS = (
    "team", "false alarms a brand-month", "brand-months", "flood: found", "median min", "walk-out: found", "median min",
    "raffle: rang",
)  # fmt: skip
NOTE = "Minutes count from the event's beginning; of the few who ask a small brand less than the floor of 8 may wait."
APART_MIN = 180
"""Alarms nearer to each other than this are one."""
_RAFFLE = 2**32 - 1
_T0_MIN = 28_928_160  # a Monday at 0:00
NO_TERMS = np.zeros((0, TERMS), np.uint64)


@dataclass(frozen=True, slots=True)
class Team:
    """Answers of one team: of each minute, those who are answered in it, out of those who wait (minutes asked)."""

    name: str
    works: Callable[[int], bool]
    answers: Callable[[np.random.Generator, int, list[int], float], list[int]]


def _by_day(first_h: int, last_h: int, days: int = 7) -> Callable[[int], bool]:
    return lambda minute: first_h * 60 <= minute % DAY_MIN < last_h * 60 and minute // DAY_MIN % 7 < days


def _in_order(rng: np.random.Generator, minute: int, waiting: list[int], per_min: float) -> list[int]:
    return waiting[: int(rng.poisson(TEAM_SPEED * per_min))]


def _in_bouts(rng: np.random.Generator, minute: int, waiting: list[int], per_min: float) -> list[int]:
    return waiting if rng.random() < 1 / 90 else []


def _few(rng: np.random.Generator, minute: int, waiting: list[int], per_min: float) -> list[int]:
    return [asked for asked in waiting if minute - asked < 120 and rng.random() < 0.006]


TEAMS = (
    Team("desk, 8–22 h, in order", _by_day(8, 22), _in_order),
    Team("office, Mon–Fri 9–18 h", _by_day(9, 18, 5), _in_order),
    Team("now and then, all at once", _by_day(8, 23), _in_bouts),
    Team("every third or so, late", _by_day(0, 24), _few),
)


@dataclass
class AskedBrand:
    """Questions, answers and the level, minute by minute."""

    team: Team
    per_min: float
    seed: int
    questions: OpenQuestions = field(default_factory=OpenQuestions)
    waiting: list[tuple[int, int]] = field(default_factory=list)  # minute, number
    number: int = 0

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self._burst = (0, 0, 1.0)

    def pass_minute(self, minute: int, times: float = 1.0, works: bool = True, copies_per_min: float = 0.0) -> float:
        """False alarms a month that the level shows at the end of the minute; inf below the floors."""
        rng, at_s = self.rng, (_T0_MIN + minute) * 60
        for _ in range(int(rng.poisson(self.per_min * self._shape(minute) * times))):
            self.number += 1
            self.waiting.append((minute, self.number))
        asked = [number for when, number in self.waiting if when == minute]
        answered: list[int] = []
        if works and self.team.works(minute):
            chosen = Counter(self.team.answers(rng, minute, [when for when, _ in self.waiting], self.per_min))
            for when, number in list(self.waiting):
                if chosen[when] > 0:
                    chosen[when] -= 1
                    answered.append(number)
                    self.waiting.remove((when, number))
        self.waiting = [each for each in self.waiting if minute - each[0] < DAY_MIN]
        texts = np.array(asked, TEXT)  # each his own
        if copies_per_min:
            copies = range(self.number + 1, self.number + 1 + int(rng.poisson(copies_per_min)))
            self.number += len(copies)
            asked, texts = [*asked, *copies], np.concatenate((texts, np.full(len(copies), _RAFFLE, TEXT)))
        rows, replies = np.zeros(len(asked), QUESTION), np.zeros(len(answered), ANSWER)
        rows["asked_s"], rows["identity"], rows["person"] = at_s, asked, asked
        replies["at_s"], replies["reply_to"] = at_s + 59, answered
        self.questions.put(Talk(0, _T0_MIN + minute, rows, replies, NO_TERMS, texts), Names())
        self.questions.advance(_T0_MIN + minute + 1, PROMISE, 0)
        now_ms, floors = (_T0_MIN + minute + 1) * 60_000 - 1, Floors()
        rate = false_alarms_per_month(self.questions, PROMISE, now_ms)
        waits = waiting(self.questions, PROMISE, now_ms) if rate <= BUDGET else None
        return rate if waits and waits.waiting >= floors.mentions and waits.authors >= floors.authors else inf

    def _shape(self, minute: int) -> float:
        if minute >= self._burst[1]:
            begin = minute + int(self.rng.exponential(DAY_MIN))
            self._burst = (begin, begin + 60, float(self.rng.uniform(2, 5)))
        day = 1 + 0.8 * np.sin(2 * np.pi * (minute % DAY_MIN - 9 * 60) / DAY_MIN)
        return float(day) * (self._burst[2] if minute >= self._burst[0] else 1.0)


def alarms(levels: Iterable[tuple[int, float]]) -> list[int]:
    """The minutes at which alarms begin."""
    begun: list[int] = []
    last = -APART_MIN
    for minute, rate in levels:
        if rate <= BUDGET:
            if minute - last >= APART_MIN:
                begun.append(minute)
            last = minute
    return begun


@dataclass(frozen=True, slots=True)
class Course:
    """What happened to one brand."""

    false_alarms: int
    flood_min: int | None
    """Until it rang, from the first of the flood; None: not within it."""
    walk_out_min: int | None
    raffle_min: int | None


def course(team: Team, per_min: float, seed: int) -> Course:
    """Weeks to learn, weeks of peace, and then both events, each from the same hour on."""
    brand = AskedBrand(team, per_min, seed)
    for minute in range(LEARN_D * DAY_MIN):
        brand.pass_minute(minute)
    first, end = LEARN_D * DAY_MIN, (LEARN_D + PEACE_D) * DAY_MIN
    found = alarms((minute, brand.pass_minute(minute)) for minute in range(first, end))
    begin = end + FIRST_EVENT_MIN + seed % 180
    for minute in range(end, begin):
        brand.pass_minute(minute)
    events = range(begin, begin + EVENT_MIN)
    flood, raffle, walk_out = copy.deepcopy(brand), copy.deepcopy(brand), brand
    in_flood = alarms((minute, flood.pass_minute(minute, times=FLOOD)) for minute in events)
    unmanned = alarms((minute, walk_out.pass_minute(minute, works=False)) for minute in events)
    copies = max(FLOOD * per_min, LEAST_RAFFLE / EVENT_MIN)
    in_raffle = alarms((minute, raffle.pass_minute(minute, copies_per_min=copies)) for minute in events)
    return Course(len(found), *(each[0] - begin if each else None for each in (in_flood, unmanned, in_raffle)))


def answers_table(seeds: range, told: Callable[[], None] = lambda: None) -> Table:
    """One row a team, over brands of all sizes."""
    rows = []
    for team in TEAMS:
        found = [course(team, per_min, 100 * seed + place) for seed in seeds for place, per_min in enumerate(PER_MIN)]
        told()
        months = len(found) * PEACE_D * DAY_MIN / MONTH_MIN
        rows.append(
            (
                team.name,
                f"{sum(each.false_alarms for each in found) / months:.2f}",
                f"{months:.0f}",
                *_event([each.flood_min for each in found]),
                *_event([each.walk_out_min for each in found]),
                _event([each.raffle_min for each in found])[0],
            )
        )
    return Table("Questions that nobody answers, budget 1, promise 30 min", COLUMNS, rows, NOTE)


def _event(minutes: list[int | None]) -> tuple[str, str]:
    found = [each for each in minutes if each is not None]
    return f"{len(found)} of {len(minutes)}", f"{statistics.median(found):.0f}" if found else ""

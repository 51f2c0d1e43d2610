"""Days that are worse than others: many people's, not one person's."""

import random
from collections.abc import Callable
from itertools import count

from schemas.config.model import Config
from schemas.enums import Kind
from schemas.signal import Signal, Source
from streams.watch.core import WatchCore
from tests.digests import DigestRows

MINUTE = 60_000
HOUR = 60 * MINUTE
T0 = 29_000_000 * MINUTE // HOUR * HOUR
CALM_H, WORSE_H = 10 * 24, 36
EVERY_MIN = 50
BEGIN = T0 + CALM_H * HOUR


def worse_days(author: Callable[[int], str]) -> list[Signal]:
    """What watch states below once a month of a brand with 12 mentions an hour, of which 1 is negative.

    In the last day and a half a further complaint comes each 50 min, by the author who is named for its number.
    """
    chance, made = random.Random(3), DigestRows()
    rows = [
        (T0 + chance.randrange(CALM_H + WORSE_H) * HOUR, chance.random() < 1 / 12) for _ in range(12 * (CALM_H + WORSE_H))
    ]
    mentions = sorted((at + chance.randrange(HOUR), 0.9 if angry else 0.1, "") for at, angry in rows)
    more = [(at, 0.9, author(i)) for i, at in enumerate(range(BEGIN, BEGIN + WORSE_H * HOUR, EVERY_MIN * MINUTE))]
    mentions = sorted(mentions + more)
    watch, offsets, found, at = WatchCore(Config(brands="auto", time="replay"), zones=lambda brand: 0), count(), [], 0
    for until in range(T0 + HOUR, T0 + (CALM_H + WORSE_H) * HOUR + 1, HOUR):
        while at < len(mentions) and mentions[at][0] < until:
            made.add("fogones", mentions[at][0], mentions[at][1], mentions[at][2])
            at += 1
        records, _ = watch.apply(*made.take(until), Source(0, next(offsets), 0))
        found += [each for each in records if isinstance(each, Signal) and each.false_alarms_per_month < 1]
    return found


def test_one_person_who_complains_each_hour_for_days_is_no_trend() -> None:
    """However long."""
    assert worse_days(lambda number: "always the same") == []


def test_as_many_complaints_by_different_people_are() -> None:
    """Found within the day and a half."""
    found = worse_days(lambda number: f"somebody {number}")
    assert found[0].kind is Kind.NEGATIVITY

"""The first minutes of a brand: the first of all is a part of a minute, and says nothing of what is usual."""

import random

import pytest

from detectors.rows import MINUTE_MS
from streams.watch.brand import BrandWatch
from streams.watch.looks import STATED_BELOW
from streams.watch.names import Names
from tests.digests import DigestRows, give

START = 28_000_000 * MINUTE_MS
MINUTE_S = 60


def _say(brand: BrandWatch, names: Names, from_s: int, until_s: int, a_second: int) -> None:
    """Everyday talk; a quarter of it is negative, and a third shares one of a few texts."""
    chance, made = random.Random(from_s), DigestRows(offset=brand.mentions)
    for at_s in range(from_s, until_s):
        for _ in range(a_second):
            shared = chance.random() < 1 / 3
            made.add(
                "ikea",
                START + at_s * 1000,
                0.9 if chance.random() < 0.25 else 0.1,
                text=f"shared {chance.randrange(8)}" if shared else str(chance.getrandbits(60)),
                author=str(chance.getrandbits(60)),
            )
    give(brand, names, *made.take(0))


@pytest.mark.parametrize("first_s", [0, 30, 50, 55, 59])
def test_everyday_talk_that_begins_within_a_minute_is_no_storm(first_s: int) -> None:
    brand, names = BrandWatch("ikea", "", zone_min=60), Names()
    for second in range(first_s, 6 * MINUTE_S, 5):
        brand.advance(START + second * 1000, names)
        _say(brand, names, second, second + 5, a_second=4)
        level = brand.level(START + second * 1000, names)
        assert level.nats == 0 or level.false_alarms_per_month > STATED_BELOW, f"{second} s: {level}"


def test_the_part_of_a_minute_with_which_a_brand_begins_teaches_no_volume() -> None:
    brand, names = BrandWatch("ikea", "", zone_min=60), Names()
    _say(brand, names, 58, 3 * MINUTE_S, a_second=2)
    brand.advance(START + 3 * MINUTE_MS, names)
    assert brand.evidence.seen == 2
    assert 75 < brand.evidence.level < 120


def test_a_storm_in_the_fourth_minute_is_found() -> None:
    brand, names = BrandWatch("ikea", "", zone_min=60), Names()
    _say(brand, names, 50, 4 * MINUTE_S, a_second=1)
    brand.advance(START + 4 * MINUTE_MS, names)
    made = DigestRows(offset=brand.mentions)
    for number in range(900):
        made.add("ikea", START + 4 * MINUTE_MS + number, 0.9, text=str(number), author=str(number))
    give(brand, names, *made.take(0))
    level = brand.level(START + 5 * MINUTE_MS - 1, names)
    assert level.false_alarms_per_month < 1, level


def test_silence_after_the_first_mention_is_seen() -> None:
    brand, names = BrandWatch("ikea", "", zone_min=60), Names()
    _say(brand, names, 30, 31, a_second=1)
    brand.advance(START + 61 * MINUTE_MS, names)
    assert brand.evidence.seen == 60
    assert brand.evidence.level == 0
    assert brand.evidence.next_minute == START // MINUTE_MS + 61 + 60

"""A kind of trouble that grows."""

from collections.abc import Iterator
from math import inf
from random import Random

import msgspec

from detectors.checks import check_detector
from detectors.minute import Finding, Minute
from detectors.topic import Topic
from schemas.enums import Category

DAY_MIN = 1440
SAFETY = list(Category).index(Category.SAFETY)
PRAISE = list(Category).index(Category.PRAISE)


def minutes(rng: Random, count: int, people: int, **shares: float) -> Iterator[tuple[int, tuple[int, ...]]]:
    """People of that many minutes and how many of them spoke of each category; 0.5 % each unless given."""
    for _ in range(count):
        voices = [sum(rng.random() < shares.get(category.value, 0.005) for _ in range(people)) for category in Category]
        yield people, tuple(voices)


def fed(topic: Topic, first: int, said: Iterator[tuple[int, tuple[int, ...]]], frozen: bool = False) -> list[Finding]:
    """What it finds in each minute."""
    found = []
    for minute, (people, voices) in enumerate(said, first):
        topic.close(Minute(minute, people, 0, people, 0, voices, 0, frozen))
        found.append(topic.look(minute + 1))
    return found


def calm(people: int = 4) -> Topic:
    """After five days."""
    topic = Topic()
    fed(topic, 0, minutes(Random(1), 5 * DAY_MIN, people))
    return topic


def test_it_is_a_detector() -> None:
    """Every rule of the contract."""
    rng = Random(2)
    said = [*minutes(rng, 1500, 3), *minutes(rng, 120, 3, safety=0.3), *minutes(rng, 600, 3)]
    check_detector(
        Topic(), [{"minute": minute, "authors": people, "voices": voices} for minute, (people, voices) in enumerate(said)]
    )


def test_a_kind_of_trouble_that_grows_at_normal_volume_is_found_within_the_hour() -> None:
    """From one in two hundred to one in five: the finding says which, how many now, and how many usually."""
    found = fed(calm(), 5 * DAY_MIN, minutes(Random(3), 60, 4, safety=0.2))
    rare = [finding for finding in found if finding.false_alarms_per_month < 0.1]
    assert rare
    unusual = rare[-1].unusual
    assert unusual is not None
    assert unusual.what == "safety"
    assert 0.1 < unusual.observed < 0.3
    assert 0.002 < unusual.usual < 0.02


def test_promotions_praise_and_growth_say_nothing() -> None:
    """Ten times the people, all of them content; ten times the people as ever."""
    for shares in ({"praise": 0.7}, {}):
        found = fed(calm(), 5 * DAY_MIN, minutes(Random(4), 120, 40, **shares))
        assert min(finding.false_alarms_per_month for finding in found) > 1


def test_one_who_speaks_of_it_all_the_time_is_one_person_a_minute() -> None:
    """Four people in a window are chance."""
    topic = calm()
    for minute in range(5 * DAY_MIN, 5 * DAY_MIN + 4):
        topic.close(Minute(minute, 40, 0, 4, 0, (0, 0, 0, 0, 1, 0, 0, 0, 0, 0), 0, frozen=False))
    assert topic.look(5 * DAY_MIN + 4).false_alarms_per_month == inf


def test_it_ends_with_the_talk() -> None:
    """Minutes after people speak of other things again, though a window of six hours still holds it."""
    topic = calm()
    fed(topic, 5 * DAY_MIN, minutes(Random(3), 60, 4, safety=0.2))
    after = fed(topic, 5 * DAY_MIN + 60, minutes(Random(5), 90, 4))
    assert after[-1].false_alarms_per_month > 1


def test_a_crisis_does_not_become_normal() -> None:
    """Neither one that the anger finds nor one that only the topics show, before three days are over."""
    for frozen in (True, False):
        topic = calm()
        fed(topic, 5 * DAY_MIN, minutes(Random(6), 2 * DAY_MIN, 4, safety=0.2), frozen)
        finding = fed(topic, 7 * DAY_MIN, minutes(Random(7), 30, 4, safety=0.2), frozen)[-1]
        assert finding.unusual is not None
        assert finding.unusual.usual < 0.02
        assert finding.false_alarms_per_month < 1


def test_what_lasts_is_how_things_are() -> None:
    """After two weeks nothing is said any more."""
    topic = calm()
    found = fed(topic, 5 * DAY_MIN, minutes(Random(8), 21 * DAY_MIN, 4, safety=0.05))
    assert min(finding.false_alarms_per_month for finding in found[-DAY_MIN:]) > 0.1


def test_its_state_is_small() -> None:
    """As it lies in the changelog, before it is compressed."""
    assert len(msgspec.msgpack.encode(calm().to_state())) < 1500

"""Which levels watch states of a brand, and when."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite

from msgspec import structs

from schemas.config.model import Config
from schemas.digest import TERMS
from schemas.enums import Kind
from schemas.series import Point
from schemas.signal import Signal, Source
from streams.watch.brand import VOLUME_RATIO
from streams.watch.core import WatchCore
from streams.watch.statement import CHANGE, RESTATE_MS
from tests.digests import DigestRows

MINUTE = 60_000
T0 = 28_000_000 * MINUTE
HORSE = 7
CALM_MIN = 1_500  # a day and an hour: then the usual volume is known


@dataclass
class Day:
    """A brand with 2 mentions a minute, one in ten negative, until the test says otherwise."""

    watch: WatchCore = field(default_factory=lambda: WatchCore(Config(brands="auto", time="replay"), zones=lambda brand: 0))
    rows: DigestRows = field(default_factory=DigestRows)
    minute: int = 0
    signals: list[Signal] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    records: int = 0

    def pass_minutes(self, count: int, mentions: int = 2, negative: float = 0.1, term: int = 0, furious: str = "") -> "Day":
        """So many minutes, each with so many mentions with that term, told at the end of each ten.

        `furious`: somebody who is angry once a minute, or a new author each minute if it ends with `…`.
        """
        chance = random.Random(self.minute)
        for number in range(count):
            start = T0 + self.minute * MINUTE
            for at_ms in sorted(chance.randrange(MINUTE) for _ in range(mentions)):
                terms = [term, *[0] * (TERMS - 1)]
                self.rows.add("ikea", start + at_ms, 0.9 if chance.random() < negative else 0.1, terms=terms)
            if furious:
                author = furious.replace("…", str(self.minute))
                self.rows.add("ikea", start, 0.95, author=author, terms=[HORSE, *[0] * (TERMS - 1)])
            self.minute += 1
            if number % 10 == 9 or number == count - 1:
                self.tell(start + MINUTE)
        return self

    def tell(self, watermark_ms: int) -> None:
        """One record of all rows so far."""
        batch, columns = self.rows.take(watermark_ms)
        batch = structs.replace(batch, term_words={HORSE: "carne de caballo"})
        records, series = self.watch.apply(batch, columns, Source(0, self.records, 0))
        self.records += 1
        self.signals += [record for record in records if isinstance(record, Signal)]
        self.points += [point for batch in series for point in batch.points]


def _kinds(signals: Iterable[Signal]) -> set[Kind]:
    return {signal.kind for signal in signals}


def test_much_talk_without_anger_is_volume_and_not_a_surge() -> None:
    """From three times the usual on, with the rate at which everyday scatter brings as much."""
    day = Day().pass_minutes(CALM_MIN)
    day.signals.clear()
    day.pass_minutes(20, mentions=30, negative=0.0)
    assert _kinds(day.signals) == {Kind.VOLUME}
    first = day.signals[0]
    assert first.figures.mentions >= VOLUME_RATIO * first.figures.mentions_expected
    assert 0 < day.signals[-1].false_alarms_per_month < first.false_alarms_per_month < 30


def test_talk_that_is_beyond_all_measure_has_a_finite_level_too() -> None:
    """A brand of 2 mentions a minute that wins a cup."""
    day = Day().pass_minutes(CALM_MIN)
    day.pass_minutes(15, mentions=1_500, negative=0.0)
    assert Kind.VOLUME in _kinds(day.signals)
    assert all(signal.false_alarms_per_month > 0 and isfinite(signal.evidence) for signal in day.signals)


def test_a_brand_of_yesterday_has_no_usual_volume() -> None:
    """In its first day much talk is no news."""
    day = Day().pass_minutes(120).pass_minutes(20, mentions=30, negative=0.0)
    assert Kind.VOLUME not in _kinds(day.signals)


def test_a_level_is_restated_while_it_lasts_and_once_when_it_has_ended() -> None:
    """At least once a minute, since when it has been; the last one is above the floor."""
    day = Day().pass_minutes(CALM_MIN)
    day.signals.clear()
    day.pass_minutes(30, mentions=20, negative=0.7).pass_minutes(400)
    stated = [signal for signal in day.signals if signal.false_alarms_per_month < 30]
    assert _kinds(stated) == {Kind.SURGE}
    last = next(signal for signal in day.signals if signal.at_ms > stated[0].at_ms and signal.false_alarms_per_month >= 30)
    during = [signal for signal in stated if signal.at_ms < last.at_ms]
    gaps = [b.at_ms - a.at_ms for a, b in pairwise(during)]
    assert max(gaps) <= 2 * RESTATE_MS
    assert len({signal.since_ms for signal in during}) == 1
    assert day.watch.brands["ikea"].stated.since_ms in (0, day.signals[-1].since_ms)


def test_what_a_crisis_is_about_is_said_as_long_as_it_lasts() -> None:
    """Its words are new however long they have been said: what is said when it is over becomes usual."""
    day = Day().pass_minutes(CALM_MIN)
    day.pass_minutes(240, mentions=30, negative=0.8, term=HORSE)
    last = day.signals[-1]
    assert last.at_ms - last.since_ms > 200 * MINUTE
    assert last.figures.terms == ["carne de caballo"]
    usual = day.watch.brands["ikea"].talk.usual
    assert HORSE not in usual.counts
    day.pass_minutes(600, term=HORSE)
    assert usual.counts[HORSE] > 20


def test_one_account_that_is_angry_once_a_minute_is_no_surge() -> None:
    """As many people as minutes are one."""
    alone = Day().pass_minutes(CALM_MIN).pass_minutes(120, furious="somebody")
    many = Day().pass_minutes(CALM_MIN).pass_minutes(120, furious="person …")
    rates = [min((signal.false_alarms_per_month for signal in day.signals), default=99.0) for day in (alone, many)]
    assert rates[0] > 1 > rates[1]


def test_a_calm_brand_has_no_level() -> None:
    """Nothing stated, and no time since when."""
    day = Day().pass_minutes(60)
    brand = day.watch.brands["ikea"]
    assert (brand.stated.since_ms, brand.stated.stated_ms) == (0, 0)


def test_a_replay_that_only_teaches_states_nothing() -> None:
    """Until it has learned enough; the level is known all the same."""
    day = Day()
    day.watch._learn_until_ms = T0 + 10_000 * MINUTE
    day.pass_minutes(CALM_MIN).pass_minutes(20, mentions=30, negative=0.7)
    assert day.signals == []
    assert day.watch.brands["ikea"].stated.rate > 0


def test_a_brand_has_a_point_a_minute() -> None:
    """With what is usual, for tables and pages; late mentions are told with them."""
    day = Day().pass_minutes(30)
    times = [point.at_ms for point in day.points]
    assert times == sorted(set(times))
    assert 25 <= len(times) <= 31
    assert day.points[-1].mentions == 30
    assert day.points[-1].learning


def test_a_minute_that_begins_with_a_late_row_is_not_looked_at_again() -> None:
    """The brand is beyond it."""
    day = Day().pass_minutes(3, mentions=1)
    day.tell(T0 + 5 * MINUTE)
    seen = len(day.points)
    day.rows.add("ikea", T0 + 3 * MINUTE + 1, 0.9)
    day.tell(T0 + 5 * MINUTE + 1)
    assert day.watch.brands["ikea"].counts.of(T0 // MINUTE + 3) == (1, 1)
    assert len(day.points) <= seen + 1


def test_batches_of_seconds_state_no_more_than_is_new() -> None:
    """Live, a level is looked at with every batch: stated at once when it doubles, else each minute; a point each minute."""
    day = Day().pass_minutes(300)
    day.signals.clear()
    day.points.clear()
    start = T0 + day.minute * MINUTE
    for step in range(10 * 12):
        for i in range(5):
            day.rows.add("ikea", start + step * 5_000 + i, 0.9)
        day.tell(start + step * 5_000 + 4_999)
    same = [(a, b) for a, b in pairwise(day.signals) if b.at_ms - a.at_ms < RESTATE_MS]
    ratios = [b.false_alarms_per_month / a.false_alarms_per_month for a, b in same]
    assert all(ratio <= 1 / CHANGE or ratio >= CHANGE for ratio in ratios)
    assert len(day.signals) < 10 * 12
    assert 9 <= len(day.points) <= 11


def test_another_config_counts_from_the_next_record_on() -> None:
    """What is negative is a matter of the config."""
    day = Day().pass_minutes(1, mentions=0)
    config = Config.model_validate({"brands": "auto", "time": "replay", "intake": {"negative_from": 0.95}})
    day.watch.configure(config, lambda brand: 120)
    day.rows.add("zara", T0 + 2 * MINUTE, 0.9)
    day.tell(T0 + 3 * MINUTE)
    brand = day.watch.brands["zara"]
    assert (brand.negative, brand.mentions, brand.zone_min) == (0, 1, 120)

"""Which numbers the tables show, from made-up outcomes; and that what they come from hangs together."""

import json
from math import log
from pathlib import Path

import numpy as np
import pytest

from benchmarks.detection.brand import DISTINCT, Floats, Ints
from benchmarks.detection.crises import honesty_table, in_hindsight, oracle, slow_table, worlds_table
from benchmarks.detection.evidence import Alarm, Needed, Seen, held, seen_of
from benchmarks.detection.measure import ORACLE, ORACLE_NATS, Key, Outcomes
from benchmarks.detection.report import Table, as_json, markdown, written
from benchmarks.detection.simulators import Recipe
from benchmarks.detection.tally import Found, Outcome, Ringing, Rung
from benchmarks.detection.worlds import WORLDS


def outcome(false: int, months: float = 1.0, size: float = 10.0, *crises: Found) -> Outcome:
    """A brand with so many false alarms."""
    return Outcome(size, 100.0, months, ("burst",) * false, crises)


def test_hindsight_takes_the_lowest_threshold_that_is_quiet_enough() -> None:
    """Over all brands together."""
    measured: list[Outcomes] = [
        {Key("rule", 1.0): outcome(9), Key("rule", 2.0): outcome(2), Key("rule", 4.0): outcome(0)},
        {Key("rule", 1.0): outcome(9), Key("rule", 2.0): outcome(0), Key("rule", 4.0): outcome(0)},
    ]
    assert in_hindsight(measured, "rule", [4.0, 1.0, 2.0], 1.0) == Key("rule", 2.0)
    assert in_hindsight(measured, "rule", [1.0], 1.0) is None


def test_the_oracle_has_a_threshold_for_each_size() -> None:
    """Small brands need more nats than large ones here."""
    small = {Key(ORACLE, nats): outcome(3 if nats < 10 else 0, 1.0, 0.1) for nats in ORACLE_NATS}
    large = {Key(ORACLE, nats): outcome(0, 1.0, 1000.0, Found(2.0, nats, 1.0)) for nats in ORACLE_NATS}
    chosen = oracle([small, large], 1.0)
    assert [len(o.causes) for o in chosen] == [0, 0]
    assert chosen[1].crises[0].delay_min == min(ORACLE_NATS)


def test_honesty_is_achieved_over_asked_with_its_interval() -> None:
    """2 false alarms in 8 months at a budget of 0.25 are what was asked."""
    measured: list[Outcomes] = [{Key("rebato", 0.25): outcome(2, 8.0)}, {Key("rebato", 0.25): outcome(4, 8.0, 0.1)}]
    rows = {row[1]: row[2:] for row in honesty_table(measured, [0.25]).rows}
    assert rows["3–30"] == ("1.00", "0.12–3.61", "2", "8")
    assert rows["≤ 1 a minute"][0] == "2.00"
    assert rows["all"][0] == "1.50"
    assert rows["≥ 100"][3] == "0"


def test_a_slow_burn_is_timed_from_its_onset() -> None:
    """Found 10 h before the volume had doubled, which took 48 h: 38 h after the onset."""
    crises = (Found(2.0, -600.0, 2880.0), Found(2.0, None, 2880.0))
    measured: list[Outcomes] = [
        {Key("rebato", 1.0): outcome(0, 1.0, 10.0, *crises), **{Key(ORACLE, n): outcome(0) for n in ORACLE_NATS}}
    ]
    row = next(row for row in slow_table(measured, [1.0]).rows if row[2] == "all")
    assert row[3:] == ("1 of 2", "0 of 2", "0 of 2", "0 of 2", "1 of 2", "38", "1 of 2", "1 of 2")


def test_a_world_s_row_says_what_rang() -> None:
    """Rate, interval, months and causes."""
    row = worlds_table(
        {"base": [{Key("rebato", 0.5): outcome(5, 2.0, 10.0, Found(5.0, None, 1.0, was_open=True))}]}, 0.5
    ).rows[0]
    assert row == ("base", "2.50", "0.81–5.83", "2.0", "5 burst", "0 of 1", "0 of 1", "1")


def test_an_alarm_is_held_whatever_minutes_are_left_out() -> None:
    """Looking only at minutes near an alarm gives what looking at all of them gives."""
    evidence = np.random.default_rng(1).gumbel(0.0, 1.0, 20_000).cumsum() % 7 - 3
    for threshold, budget in ((1.0, 0.25), (2.0, 4.0), (3.9, 1.0)):
        needed = _about(threshold, budget)
        alarm = Alarm(needed, budget)
        sizes = (10 * np.abs(evidence)).astype(int)
        usual = np.full(len(evidence), 3.0)
        seen = zip(evidence.tolist(), sizes.tolist(), usual.tolist(), strict=True)
        every = [alarm.update(minute, *each) for minute, each in enumerate(seen)]
        rung = held(Seen(evidence, sizes, usual), needed, budget)
        assert (rung.ringing.tolist(), rung.news) == (every, alarm.news)


def _about(threshold: float, budget_per_month: float) -> Needed:
    """A budget asks for `threshold`, three times as much for half a unit less, and a twelfth of it for 1.1 more."""
    return lambda budget: threshold - log(budget / budget_per_month) / log(9)


def _ringing(evidence: Floats, needed: Needed, budget: float) -> Ringing:
    return _held(evidence, np.zeros(len(evidence), np.int64), needed, budget).ringing


def _held(evidence: Floats, sizes: Ints, needed: Needed, budget: float) -> Rung:
    return held(Seen(evidence, sizes, np.ones(len(evidence))), needed, budget)


def test_what_recurs_rings_when_it_grows_only() -> None:
    """Three alarms a week are a recurrence at budget 1; the fourth as large as they were is silent."""
    evidence = np.zeros(5_000)
    evidence[[0, 1000, 2000, 3000]] = 5.0
    evidence[4000] = 6.0
    rings = _ringing(evidence, lambda budget: 4.0, 1.0)
    assert [bool(rings[minute]) for minute in (0, 1000, 2000, 3000, 4000)] == [True, True, True, False, True]


@pytest.mark.parametrize(("most", "rung"), [(39, False), (40, True)])
def test_what_recurs_also_rings_when_it_is_twice_as_large(most: int, rung: bool) -> None:
    """Twice the second largest of the three before, with the same evidence."""
    evidence, sizes = np.zeros(5_000), np.zeros(5_000, np.int64)
    minutes = [0, 1000, 2000, 3000]
    evidence[minutes], sizes[minutes] = 5.0, (15, 20, 25, most)
    assert bool(_held(evidence, sizes, lambda budget: 4.0, 1.0).ringing[3000]) is rung


def test_an_open_alarm_rings_again_when_it_has_doubled() -> None:
    """A quarter of an hour after it was told of, at the earliest."""
    evidence, sizes = np.zeros(400), np.zeros(400, np.int64)
    evidence[100:200], sizes[100:200] = 5.0, 20
    sizes[110:200] = 45
    sizes[150:200] = 89
    assert _held(evidence, sizes, lambda budget: 4.0, 1.0).news == [115]


def test_a_reminder_tells_how_many_there_are() -> None:
    """Then it is these that must double."""
    evidence, sizes = np.zeros(400), np.zeros(400, np.int64)
    evidence[100:300], sizes[100:300] = 5.0, 20
    sizes[112:300] = 35
    sizes[200:300] = 60
    assert _held(evidence, sizes, lambda budget: 4.0, 1.0).news == []
    sizes[200:300] = 71
    assert _held(evidence, sizes, lambda budget: 4.0, 1.0).news == [200]


def test_a_brand_is_seen_as_it_is() -> None:
    """Negatives of the last quarter of an hour, and how many are usual once a quarter has gone by."""
    brand = Recipe(99_001, 3.0, "calm").brand()
    seen = seen_of(brand)
    assert seen.sizes[1000] == brand.negative_authors[986:1001].sum()
    usual = 15 * brand.share * brand.usual[20_000:] * DISTINCT
    assert np.median(seen.usual[20_000:] / usual) == pytest.approx(1.0, abs=0.2)
    assert np.isfinite(seen.usual).all()


@pytest.mark.parametrize(("after_min", "first", "rung"), [(1_000, 5.5, True), (1_000, 5.0, False), (3_000, 5.5, False)])
def test_a_second_wave_rings_sooner_for_a_while(after_min: int, first: float, rung: bool) -> None:
    """36 h, and once; if the first was clearly one."""
    evidence = np.zeros(6_000)
    evidence[[0, after_min, after_min + 1_000]] = first, 3.6, 3.6
    rings = _ringing(evidence, _about(4.0, 1.0), 1.0)
    assert [bool(rings[minute]) for minute in (0, after_min, after_min + 1_000)] == [True, rung, False]


@pytest.mark.parametrize(("peak", "rung"), [(4.1, [True, True, False]), (5.5, [True, True, True])])
def test_who_rings_too_often_needs_more(peak: float, rung: list[bool]) -> None:
    """The third alarm in a month that is hardly one is silent; after clear ones it rings."""
    minutes = [0, 12_000, 24_000]
    evidence = np.zeros(30_000)
    evidence[minutes] = peak, peak, 4.1
    rings = _ringing(evidence, _about(4.0, 1.0), 1.0)
    assert [bool(rings[minute]) for minute in minutes] == rung


@pytest.mark.parametrize("world", WORLDS)
def test_a_world_s_brands_are_whole(world: str) -> None:
    """The same again for the same seed; negatives are never more than all; what happens lies within the test."""
    brand, again = (Recipe(99_001, 3.0, world).brand() for _ in range(2))
    for column, same in zip(brand.columns(), again.columns(), strict=True):
        assert (column == same).all()
        assert (column >= 0).all()
    assert (brand.negatives <= brand.mentions).all()
    assert (brand.negative_authors <= brand.authors).all()
    assert all(brand.history_min <= crisis.start < len(brand.usual) for crisis in brand.crises)


def test_a_page_s_section_is_replaced_and_nothing_else() -> None:
    """Marks stay, so that it can be replaced again; a page without them is refused."""
    page = "before\n<!-- nab -->\nold\n<!-- end of nab -->\nafter"
    once = written(page, "nab", "new")
    assert once == "before\n<!-- nab -->\nnew\n<!-- end of nab -->\nafter"
    assert written(once, "nab", "new") == once
    with pytest.raises(ValueError, match="cost"):
        written(page, "cost", "new")


def test_the_docs_have_a_place_for_every_section() -> None:
    """Else `make bench-detection` would measure for hours and then fail."""
    from benchmarks.detection.plan import Bench, Plan, Progress

    page = (Path(__file__).parents[3] / "docs" / "detection.md").read_text(encoding="utf-8")
    for section in Bench(Plan(), Progress()).sections():
        written(page, section, "")


def test_tables_are_markdown_and_json() -> None:
    """A bar in a cell doesn't end it."""
    table = Table("t", ("a", "b"), [("1|2", "3")], "note")
    assert markdown([table]) == "### t\n\n| a | b |\n| --- | --- |\n| 1\\|2 | 3 |\n\nnote"
    assert json.loads(as_json([table], "now"))["tables"][0]["rows"] == [["1|2", "3"]]

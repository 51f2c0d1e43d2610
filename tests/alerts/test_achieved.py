"""How often it rings, against how often it may."""

import math

import pytest

from alerts.achieved import HALF_LIFE_MS, MONTH_MS, Watched, counted, watched_on
from alerts.feedback import DAY_MS, Case
from alerts.standing import Standing, together
from schemas.enums import Counted
from schemas.topics import partition_of
from tests.alerts.bench import HOUR, MINUTE, START_MS, Bench, burning, config

BRANDS = [{"id": "lacocinera", "names": ["La Cocinera"]}, *({"id": f"b{n}", "names": [f"B {n}"]} for n in range(9))]


def test_time_is_counted_alike_in_small_and_large_steps() -> None:
    """The closed form: a week in one leap is a week of minutes."""
    leap = watched_on(Watched(START_MS, 5e9), START_MS + 7 * DAY_MS, 10)
    steps = Watched(START_MS, 5e9)
    for minute in range(1, 7 * 24 * 60 + 1):
        steps = watched_on(steps, START_MS + minute * MINUTE, 10)
    assert steps.brand_ms == pytest.approx(leap.brand_ms, rel=1e-9)


def test_after_long_the_rate_is_that_of_the_last_weeks() -> None:
    """100 brands with one incident a week each, for a year: 4.3 a brand-month."""
    watched, cases = Watched(START_MS), list[Case]()
    for day in range(1, 366):
        at_ms = START_MS + day * DAY_MS
        watched = watched_on(watched, at_ms, 100)
        cases += [Case(f"{day}-{n}", at_ms) for n in range(14 if day % 7 else 16)]
    standing = Standing({}, counted(cases, watched.at_ms), watched.months(watched.at_ms), 1.0)
    assert standing.achieved(Counted.OPENED) == pytest.approx(30.4 / 7, rel=0.02)


def test_verdicts_tell_how_many_were_false_at_least_and_at_most() -> None:
    """All; what nobody called real; what somebody called false. What was missed is no incident."""
    cases = [Case(word or "none", START_MS, word) for word in ("real", "false", "", "missed")]
    assert counted(cases, START_MS) == {Counted.OPENED: 3.0, Counted.NOT_REAL: 2.0, Counted.FALSE: 1.0}
    assert counted(cases, START_MS + HALF_LIFE_MS)[Counted.OPENED] == 1.5


def test_the_desk_watches_the_brands_of_its_partition_and_counts_what_opens() -> None:
    """Those of ten that lie in partition 3 of 4, for a day; where brands come as they are, those that were ever loud."""
    listed = Bench(config(brands=BRANDS, kafka={"partitions": 4}))
    listed.wait(24 * HOUR, step_ms=HOUR)
    here = sum(partition_of(str(brand["id"]), 4) == 3 for brand in BRANDS)
    assert 0 < here < len(BRANDS)
    assert listed.desk.standing().brand_months == pytest.approx(here * DAY_MS / MONTH_MS, rel=0.02)
    bench = burning()
    bench.wait(24 * HOUR, step_ms=HOUR)
    standing = bench.desk.standing()
    assert standing.brand_months == pytest.approx(DAY_MS / MONTH_MS, rel=0.02)
    assert standing.achieved(Counted.OPENED) == pytest.approx(30.4, rel=0.05)
    assert standing.budget_per_month == 1.0


def test_several_partitions_are_weighted_by_what_they_have_watched() -> None:
    """And without any there is no rate."""
    counts = dict.fromkeys(Counted, 2.0)
    both = together([Standing({}, counts, 1.0, 4.0), Standing({}, counts, 3.0, 1.0)])
    assert (both.achieved(Counted.OPENED), both.budget_per_month) == (1.0, 1.75)
    assert math.isnan(together([]).achieved(Counted.FALSE))

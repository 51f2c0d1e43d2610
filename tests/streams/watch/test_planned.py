"""What is planned, minute by minute, and what watch makes of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.config.model import Config
from schemas.enums import Kind
from schemas.signal import Planned, Signal
from streams.watch.brand import BrandWatch
from streams.watch.core import WatchCore
from streams.watch.planned import CHUNK_MIN, MOST_CHUNKS, BrandPlan, plans_of
from streams.watch.zones import zones_of
from tests.streams.watch.test_levels import CALM_MIN, MINUTE, T0, Day

MADRID = 60


def _minute(text: str) -> int:
    """The local minute of a time in UTC, where standard time is an hour ahead."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) // 60 + MADRID


def _config(*events: dict[str, Any], **more: Any) -> Config:
    brands = [{"id": "ikea", "names": ["IKEA"], "group": "home"}, {"id": "telar", "names": ["Telar"]}]
    return Config.model_validate({"brands": brands, "timezone": "Europe/Madrid", "events": list(events)} | more)


def _plan(*events: dict[str, Any], brand: str = "ikea") -> BrandPlan:
    plan = plans_of(_config(*events))(brand, MADRID)
    assert plan is not None
    return plan


MATCH = {"name": "match", "start": "2026-11-24 20:00", "duration": "2 h", "lift": 4, "repeat": "weekly"}


def test_the_lift_comes_before_and_goes_after_an_event() -> None:
    """20:00 to 22:00 in Madrid, a ramp of 15 min, an aftermath of an hour; half of it is the square root of the lift."""
    plan = _plan(MATCH)
    told = {
        time: round(plan.lift(_minute(f"2026-11-24 {time}")), 1) for time in ("18:44", "18:52", "19:00", "20:59", "21:30")
    }
    assert told == {"18:44": 1.0, "18:52": 2.0, "19:00": 4.0, "20:59": 4.0, "21:30": 2.0}
    assert plan.lift(_minute("2026-11-24 22:01")) == 1.0
    assert plan.lift(_minute("2026-12-01 20:00")) == 4.0
    rising = [plan.lift(minute) for minute in range(_minute("2026-11-24 18:40"), _minute("2026-11-24 19:05"))]
    assert rising == sorted(rising)


def test_an_event_stays_at_its_hour_when_the_clocks_change() -> None:
    """20:00 is 19:00 UTC in winter and 18:00 UTC in summer; the brand's own minutes don't jump."""
    plan = _plan({**MATCH, "start": "2026-10-20 20:00"})
    assert plan.lift(_minute("2026-10-20 18:30")) == 4.0
    assert plan.lift(_minute("2026-10-27 18:30")) == 1.0
    assert plan.lift(_minute("2026-10-27 19:30")) == 4.0


def test_a_plan_is_the_same_whichever_minute_is_asked_first() -> None:
    """Chunks are an economy, no state: also at their borders, and when many have been asked."""
    plan, minutes = _plan({**MATCH, "duration": "9 h"}), range(_minute("2026-11-20 00:00"), _minute("2027-02-20 00:00"), 7)
    forwards = [plan.lift(minute) for minute in minutes]
    for chunk in range(MOST_CHUNKS + 2):
        plan.lift(chunk * CHUNK_MIN)
    assert [_plan({**MATCH, "duration": "9 h"}).lift(minute) for minute in reversed(minutes)] == forwards[::-1]
    assert [plan.lift(minute) for minute in minutes] == forwards
    assert len({round(lift, 9) for lift in forwards}) > 5


def test_a_stretch_says_whether_anything_in_it_is_lifted() -> None:
    """So that idle hours are learned in long steps."""
    plan = _plan(MATCH)
    first = _minute("2026-11-24 18:45")
    assert not plan.lifts(first - 600, first)
    assert plan.lifts(first - 600, first + 1)
    assert plan.mean_lift(first - 1, 15) == 1.0
    assert plan.mean_lift(_minute("2026-11-24 20:30"), 15) == 4.0


def test_the_largest_lift_holds_where_events_overlap() -> None:
    """And its name is told; without a lift it is only named."""
    sale = {"name": "sale", "start": "2026-11-24", "end": "2026-11-25", "lift": 2}
    plan = _plan(sale, MATCH)
    assert plan.lift(_minute("2026-11-24 20:00")) == 4.0
    assert plan.lift(_minute("2026-11-24 12:00")) == 2.0
    end_ms = int(datetime(2026, 11, 24, 21, tzinfo=UTC).timestamp()) * 1000
    assert plan.current(_minute("2026-11-24 20:00")) == Planned("match", end_ms, 4.0)
    assert plan.current(_minute("2026-11-24 12:00")) == Planned("sale", end_ms + 26 * 3_600_000, 2.0)
    assert plan.current(_minute("2026-11-28 12:00")) is None


@pytest.mark.parametrize(
    ("about", "brands", "rule"),
    [
        ({}, {"ikea", "telar"}, "everybody"),
        ({"brands": "all"}, {"ikea", "telar"}, "in a word"),
        ({"brands": ["telar"]}, {"telar"}, "those that are named"),
        ({"group": "home"}, {"ikea"}, "those of a group"),
    ],
)
def test_an_event_is_about_its_brands(about: dict[str, Any], brands: set[str], rule: str) -> None:
    """The others have no plan at all, and cost nothing."""
    plans = plans_of(_config(MATCH | about))
    assert {brand for brand in ("ikea", "telar") if plans(brand, MADRID)} == brands, rule
    assert plans_of(_config())("ikea", MADRID) is None


def test_brands_with_the_same_events_share_their_plan() -> None:
    """A hundred thousand of them hold one."""
    plans = plans_of(_config(MATCH))
    assert plans("ikea", MADRID) is plans("telar", MADRID)
    assert plans("ikea", 0) is not plans("telar", MADRID)


def _day(lift: float | None, minutes: int = 90, **more: Any) -> Day:
    """A brand of two mentions a minute, and an event on its second day, if one is planned."""
    start = datetime.fromtimestamp((T0 + CALM_MIN * MINUTE) / 1000, UTC)
    event = {"name": "Black Friday", "start": f"{start:%Y-%m-%d %H:%M}", "duration": f"{minutes} min", "lift": lift}
    config = Config.model_validate({"brands": "auto", "time": "replay", "events": [event | more] if lift else []})
    day = Day(WatchCore(config, zones_of(config))).pass_minutes(CALM_MIN)
    day.signals.clear()
    return day


def _told(day: Day, kind: Kind) -> list[Signal]:
    return [signal for signal in day.signals if signal.kind is kind]


def test_a_promotion_as_planned_is_no_volume() -> None:
    """Eight times the talk without anger is a level of its own kind unless it is planned; thirty times is in any case."""
    assert _told(_day(None).pass_minutes(30, mentions=16, negative=0.05), Kind.VOLUME)
    assert _day(8.0).pass_minutes(30, mentions=16, negative=0.05).signals == []
    much = _told(_day(8.0).pass_minutes(30, mentions=60, negative=0.05), Kind.VOLUME)
    assert much
    assert much[-1].figures.planned is not None
    assert (much[-1].figures.planned.name, much[-1].figures.planned.lift) == ("Black Friday", 8.0)


def test_anger_at_an_event_is_a_surge_and_says_what_was_planned() -> None:
    """What is usual is the usual of any day."""
    day = _day(8.0).pass_minutes(30, mentions=16, negative=0.6)
    last = _told(day, Kind.SURGE)[-1]
    assert last.false_alarms_per_month < 0.1
    assert last.figures.planned is not None
    assert last.figures.mentions_expected < 60
    without = _told(_day(None).pass_minutes(30, mentions=16, negative=0.6), Kind.SURGE)
    assert _told(day, Kind.SURGE)[0].at_ms <= without[0].at_ms + 5 * MINUTE


def test_a_changed_config_plans_from_the_next_record_on() -> None:
    """For brands that are known, for new ones, and for those of a checkpoint that nobody has read yet."""
    day = Day().pass_minutes(10)
    assert day.watch.brands["ikea"].plan is None
    config = Config.model_validate({"brands": "auto", "time": "replay", "events": [MATCH]})
    day.watch.configure(config, zones_of(config))
    day.rows.add("zara", T0 + 11 * MINUTE)
    day.tell(T0 + 12 * MINUTE)
    restored = WatchCore(config, zones_of(config))
    restored.restore(day.watch.position(), {"telar": BrandWatch("telar", "", 0)})
    for brand in (day.watch.brands["ikea"], day.watch.brands["zara"], restored.brands["telar"]):
        assert brand.plan is brand.evidence.plan is not None
    day.watch.configure(Config(brands="auto", time="replay"), zones_of(config))
    assert day.watch.brands["ikea"].evidence.plan is None


def test_a_crash_in_the_middle_of_an_event_changes_nothing() -> None:
    """The plan is a function of config and minute, what it has added so far lies in the state."""
    whole, crashed = _day(8.0), _day(8.0)
    for day in (whole, crashed):
        day.pass_minutes(20, mentions=16)
    state = {"ikea": BrandWatch.from_state(crashed.watch.state("ikea"))}
    position, again = crashed.watch.position(), _day(8.0).watch
    again.restore(position, state)
    crashed.watch = again
    for day in (whole, crashed):
        day.signals.clear()
        day.pass_minutes(40, mentions=16, negative=0.6)
    assert crashed.signals == whole.signals != []

"""Curves for drawing: bounded, and no peak is lost."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.series import Point
from streams.backtest.curves import CALMEST, MINUTE_MS, RAREST, Curves, Slot, columns
from streams.pipeline import Step

START_MIN = 22_000_000


def point(minute: int, mentions: int = 4, negative: int = 1, rate: float = 1000.0, brand: str = "ikea") -> Point:
    """A brand in one minute."""
    return Point(brand, brand, (START_MIN + minute) * MINUTE_MS, mentions, 3.0, negative, 1.0, 0, rate, False)


def taken(points: list[Point], most_slots: int = 10, most_kept: int = 1_000) -> Curves:
    """The curves after these points."""
    curves = Curves(most_slots, most_kept)
    curves.take(Step(points=points))
    return curves


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 900), st.floats(0.001, 9_000)), min_size=1, max_size=200))
def test_every_peak_is_kept(found: list[tuple[int, int, float]]) -> None:
    """However wide the slots become: the most mentions, the most negative ones, the rarest evidence."""
    points = [point(minute, 2 * count, count, rate) for minute, count, rate in sorted(found)]
    slots = [slot for _, slot in taken(points).of("ikea")]
    assert max(s.mentions for s in slots) == max(p.mentions for p in points)
    assert max(s.negative for s in slots) == max(p.negative for p in points)
    assert min(s.per_month for s in slots) == min(p.false_alarms_per_month for p in points)


def test_long_files_have_wider_slots() -> None:
    """A week of minutes in ten slots."""
    curves = taken([point(minute) for minute in range(10_080)])
    assert len(curves.of("ikea")) <= 10
    assert curves.width_ms >= 10_080 / 10 * MINUTE_MS


def test_many_brands_have_wider_slots_and_each_keeps_one() -> None:
    """Even when there are more brands than slots."""
    curves = taken([point(minute, brand=f"b{n}") for minute in range(20) for n in range(30)], most_kept=20)
    assert all(curves.of(f"b{n}") for n in range(30))


def test_silence_is_zero_and_not_a_line_from_peak_to_peak() -> None:
    """Counts are of 15 minutes; after that without a mention they are down."""
    slots = taken([point(0, 9, 3), point(300, 7, 2)], most_slots=100).of("ikea")
    first = START_MIN
    assert [(at - first, slot.mentions) for at, slot in slots] == [(0, 9), (16, 0), (299, 0), (300, 7)]
    assert slots[1][1].per_month > 1e9


def test_what_is_not_known_is_no_number() -> None:
    """Nothing is expected yet; no share of nothing; and what lies beyond the scale is at its edge."""
    got = columns([(5, Slot(per_month=0.0)), (6, Slot(4, 2.04, 1, 1.0, 0.25, 0.5, 10.0)), (7, Slot())], first=5)
    assert got["at"] == [0, 1, 2]
    assert got["mentions_usual"] == [None, 2.0, None]
    assert got["share"] == [None, 25, None]
    assert got["rate"] == [RAREST, 1.0, CALMEST]

"""What a level is made of."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.rows import MINUTE_MS
from schemas.enums import Category
from schemas.signal import Loud
from streams.watch.brand import BrandWatch
from streams.watch.figures import WINDOWS_A_MONTH, figures, point, volume_false_alarms
from streams.watch.names import Names
from tests.digests import DigestRows, give

START = 28_000_000 * MINUTE_MS
NAMES = Names()


def _brand() -> tuple[BrandWatch, int]:
    """Ten angry mentions of one text by one author with reach, and five calm ones, within the last quarter."""
    made = DigestRows()
    for i in range(10):
        made.add(
            "ikea", START + i * MINUTE_MS, 0.9, author="ana", text="horse", reach=70, terms=[7, 8] + [0] * 6,
            categories=Category.SAFETY.bit,
        )  # fmt: skip
    for i in range(5):
        made.add("ikea", START + i * MINUTE_MS, 0.1)
    batch, rows = made.take(0)
    brand = BrandWatch("ikea", "shops", 0)
    handles = {int(rows.author[0]): "@ana"}
    give(brand, NAMES, msgspec.structs.replace(batch, term_words={7: "horse"}, handles=handles), rows)
    now_ms = START + 11 * MINUTE_MS
    brand.advance(now_ms, NAMES)
    return brand, now_ms


def test_figures_say_who_said_what_where() -> None:
    """A word that isn't known any more is left out."""
    brand, now_ms = _brand()
    shown = figures(brand, brand.level(now_ms, NAMES), now_ms)
    assert (shown.mentions, shown.negative, shown.authors, shown.texts, shown.reach) == (15, 10, 6, 6, 700)
    assert (shown.terms, shown.networks, shown.categories) == (["horse"], {"x": 15}, {"safety": 10})
    assert shown.loudest == [Loud("@ana", 70)]
    assert [sample.copies for sample in shown.samples] == [10]
    assert sum(shown.negative_per_min) == 10


def test_a_long_window_shows_the_hour() -> None:
    """Evidence that took longer than a quarter of an hour to gather."""
    brand, now_ms = _brand()
    later_ms = now_ms + 20 * MINUTE_MS
    brand.advance(later_ms, NAMES)
    level = brand.level(later_ms, NAMES)
    assert figures(brand, level, later_ms).mentions == 0
    shown = figures(brand, level._replace(window_min=120), later_ms)
    assert (shown.window_s, shown.mentions, shown.negative) == (3_600, 15, 10)


def test_a_point_says_where_the_brand_stands() -> None:
    """Over the last quarter of an hour."""
    brand, now_ms = _brand()
    made = point(brand, brand.level(now_ms, NAMES), now_ms)
    assert (made.brand, made.group, made.at_ms, made.mentions, made.negative) == ("ikea", "shops", now_ms, 15, 10)
    assert made.learning


@given(mentions=st.integers(0, 10**9), expected=st.floats(0, 1e9))
def test_volume_has_a_rate_above_zero_whatever_it_is(mentions: int, expected: float) -> None:
    """It goes into a logarithm."""
    rate = volume_false_alarms(mentions, expected)
    assert 0 < rate <= WINDOWS_A_MONTH


@pytest.mark.parametrize(
    ("mentions", "expected", "least", "most"),
    [
        pytest.param(0, 0.0, WINDOWS_A_MONTH, WINDOWS_A_MONTH, id="nobody says anything of a brand that nobody speaks of"),
        pytest.param(12, 12.0, WINDOWS_A_MONTH, WINDOWS_A_MONTH, id="as many as usual"),
        pytest.param(30, 12.0, 100, 3_000, id="twice and a half as many come daily"),
        pytest.param(200, 12.0, 0, 0.1, id="sixteen times as many don't"),
    ],
)
def test_volume_is_measured_against_its_everyday_scatter(mentions: int, expected: float, least: float, most: float) -> None:
    """Each row says how often."""
    assert least <= volume_false_alarms(mentions, expected) <= most

"""What a level is made of."""

import msgspec

from detectors.rows import MINUTE_MS
from schemas.enums import Category
from schemas.signal import Loud
from streams.watch.brand import BrandWatch
from streams.watch.figures import figures, point
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

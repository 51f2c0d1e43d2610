"""Brands of a checkpoint are read when they are first asked for, and are then as if they had been read at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.config.model import Config
from schemas.signal import Source
from streams.watch.brand import BrandWatch
from streams.watch.core import WatchCore
from tests.digests import DigestRows

MINUTE = 60_000
T0 = 28_000_000 * MINUTE
NAMES = [f"brand{number}" for number in range(1_000)]
THREE = NAMES[7:10]


@dataclass
class Shelf:
    """States of brands, and who was read."""

    states: Mapping[str, Mapping[str, object]]
    read: list[str] = field(default_factory=list)


@dataclass
class Resting:
    """One of them."""

    name: str
    shelf: Shelf
    last_min: int

    def read(self) -> BrandWatch:
        self.shelf.read.append(self.name)
        return BrandWatch.from_state(dict(self.shelf.states[self.name]))


def config(detector: str = "crisis") -> Config:
    return Config(brands="auto", time="replay", detector=detector)


def watched(at_ms: int) -> WatchCore:
    """All brands, with one mention each at `at_ms`; the clock stands at `T0`."""
    watch, rows = WatchCore(config(), lambda brand: 0), DigestRows()
    for name in NAMES:
        rows.add(name, at_ms)
    watch.apply(*rows.take(T0), Source(0, 0, 0))
    return watch


def again(watch: WatchCore, shelf: Shelf) -> WatchCore:
    """A new watch of the checkpoint of `watch`."""
    made = WatchCore(config(), lambda brand: 0)
    made.restore(watch.position(), {name: Resting(name, shelf, brand.last_min) for name, brand in watch.brands.items()})
    return made


def told(watch: WatchCore, minute: int) -> object:
    """What follows from a mention of each of the three in that minute."""
    rows = DigestRows(offset=1_000 + 3 * minute)
    for name in THREE:
        rows.add(name, T0 + minute * MINUTE, 0.9)
    return watch.apply(*rows.take(T0 + minute * MINUTE), Source(0, minute, 0))


def test_a_start_reads_no_brand_and_a_record_those_that_it_speaks_of() -> None:
    """However many brands there are, the way to the first record is short."""
    first = watched(T0)
    shelf = Shelf({name: first.state(name) for name in NAMES})
    watch = again(first, shelf)
    assert list(watch.brands) == NAMES
    assert (len(watch.brands), "brand7" in watch.brands, "brand" in watch.brands, shelf.read) == (1_000, True, False, [])
    told(watch, 0)
    assert shelf.read == sorted(watch.touched) == THREE


def test_brands_with_rows_ahead_of_the_clock_are_read_when_it_moves_on() -> None:
    """They are known without: what follows is what would follow had they all been read."""
    first = watched(T0 + 3 * MINUTE)
    shelf = Shelf({name: first.state(name) for name in NAMES})
    watch = again(first, shelf)
    for minute in range(6):
        assert told(watch, minute) == told(first, minute)
        assert len(shelf.read) == (3 if minute < 1 else 1_000)
    assert {name: watch.state(name) for name in NAMES} == {name: first.state(name) for name in NAMES}


def test_a_changed_config_holds_for_brands_that_are_read_later() -> None:
    """And reads none."""
    first = watched(T0)
    shelf = Shelf({name: first.state(name) for name in NAMES})
    watch = again(first, shelf)
    watch.configure(config("none"), lambda brand: 0)
    assert shelf.read == []
    assert not watch.brands["brand7"].judged
    watch.configure(config(), lambda brand: 0)
    assert (watch.brands["brand7"].judged, watch.brands["brand8"].judged) == (True, True)


def test_brands_are_a_mapping_like_any_other() -> None:
    """Whoever goes through them all reads them all, once."""
    first = watched(T0)
    shelf = Shelf({name: first.state(name) for name in NAMES})
    brands = again(first, shelf).brands
    del brands["brand0"]
    assert [brand.brand for brand in brands.values()] == [name for name, _ in brands.items()] == NAMES[1:]
    assert shelf.read == NAMES[1:]

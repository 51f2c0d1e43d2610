"""What watch states beside the anger: a kind of trouble that grows, a loud angry voice, a silence."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from detectors.evidence import Evidence
from schemas.config.model import Config
from schemas.enums import Category, Flag, Kind
from schemas.signal import Signal, Source
from streams.watch.brand import BrandWatch
from streams.watch.core import WatchCore
from streams.watch.kinds import TOLD, leading_kind, story_of
from streams.watch.panel import ASKING, WEIGHTS
from tests.digests import DigestRows, unlike

MINUTE = 60_000
T0 = 28_000_080 * MINUTE
BRANDS = ("ikea", "telar", "lumbre")


@dataclass
class World:
    """Three brands of whom people speak evenly, twice a minute, one in ten negative, until a test says otherwise."""

    watch: WatchCore = field(default_factory=lambda: WatchCore(Config(brands="auto", time="replay"), lambda brand: 0))
    rows: DigestRows = field(default_factory=DigestRows)
    minute: int = 0
    signals: list[Signal] = field(default_factory=list)

    def go_on(self, minutes: int, brands: tuple[str, ...] = BRANDS, said: Callable[[int], int] = lambda number: 0) -> None:
        """So many minutes in which those brands are spoken of; `said`: the mask of categories of a mention by its number."""
        for _ in range(minutes):
            for brand in brands:
                for half in range(2):
                    at_ms = T0 + self.minute * MINUTE + 30_000 * half
                    negativity = 0.9 if self.rows.offset % 10 == 0 else 0.1
                    self.rows.add(brand, at_ms, negativity, categories=said(self.rows.offset))
            self.minute += 1
            if self.minute % 10 == 0:
                self.tell()

    def tell(self) -> None:
        """All rows so far."""
        batch, columns = self.rows.take(T0 + self.minute * MINUTE)
        records, _ = self.watch.apply(batch, columns, Source(0, self.minute, 0))
        self.signals += [record for record in records if isinstance(record, Signal)]

    def told(self, kind: Kind, below: float = 1.0) -> list[Signal]:
        """What was stated of that kind, rarer than `below` a month."""
        return [each for each in self.signals if each.kind is kind and each.false_alarms_per_month < below]


@pytest.fixture
def world() -> World:
    """After three days."""
    world = World()
    world.go_on(3 * 1440 + 10)
    return world


def test_calm_days_say_nothing(world: World) -> None:
    """Of no kind."""
    assert world.signals == []


def test_a_kind_of_trouble_that_grows_is_stated_though_nobody_speaks_more(world: World) -> None:
    """Every second mention is about safety, as angry as ever: which, how many now, and how many usually."""
    world.go_on(60, said=lambda number: Category.SAFETY.bit if number % 3 == 0 else 0)
    (*_, last) = world.told(Kind.TOPIC)
    assert {each.kind for each in world.signals} == {Kind.TOPIC}
    assert last.figures.unusual is not None
    assert (last.figures.unusual.what, round(last.figures.unusual.observed, 1)) == ("safety", 0.5)
    assert last.figures.unusual.usual < 0.01


def test_praise_is_no_trouble(world: World) -> None:
    """Whatever part of it."""
    world.go_on(60, said=lambda number: Category.PRAISE.bit | Category.QUESTION.bit)
    assert world.told(Kind.TOPIC, below=30) == []


def asked(number: int) -> int:
    """Six in ten ask."""
    return Category.QUESTION.bit if number % 10 > 3 else 0


def test_many_who_ask_are_stated_with_what_they_ask(world: World) -> None:
    """Nobody is angrier than ever; nobody has ever answered."""
    begun = world.rows.offset
    world.go_on(60, said=asked)
    (*_, last) = world.told(Kind.TOPIC)
    assert {each.kind for each in world.signals} == {Kind.TOPIC}
    assert last.figures.unusual is not None
    assert (last.figures.unusual.what, round(last.figures.unusual.observed, 1)) == ("question", 0.6)
    shown = [sample.offset for sample in last.figures.samples]
    assert len(shown) == len(set(shown)) > 3
    assert all(begun <= offset and asked(offset) for offset in shown)


def test_who_asks_in_anger_or_praise_is_not_counted_as_asking(world: World) -> None:
    """Of the one kind the anger says more, of the other nothing need be said."""
    world.go_on(60, said=lambda number: Category.QUESTION.bit if number % 10 == 0 else Category.PRAISE.bit)
    world.go_on(60, said=lambda number: Category.QUESTION.bit | Category.PRAISE.bit)
    assert world.told(Kind.TOPIC, below=30) == []


def answered(world: World, minutes: int, each_min: int) -> None:
    """So many minutes in which so many ask each brand and are answered within the minute, beside what is said anyway."""
    for _ in range(minutes):
        at_ms = T0 + world.minute * MINUTE + 1_000
        for brand in BRANDS:
            for _ in range(each_min):
                who = unlike(f"{brand} {world.rows.offset}")
                world.rows.add(brand, at_ms, 0.1, categories=Category.QUESTION.bit, handle=who)
                world.rows.add(brand, at_ms + 30_000, 0.1, flags=int(Flag.OUTBOUND), handle=who)
        world.go_on(1)


def test_where_answers_are_known_those_who_ask_and_those_who_wait_are_both_stated(world: World) -> None:
    """A desk that answers whoever asks each half hour, and then nobody: who hears both knows what people were told."""
    for _ in range(30):
        answered(world, 1, each_min=1)
        world.go_on(29)
    assert world.signals == []
    world.go_on(60, said=asked)
    assert world.told(Kind.UNANSWERED, below=0.25)
    assert world.told(Kind.TOPIC, below=0.01)


def test_a_flood_of_questions_that_are_answered_at_once_is_no_news(world: World) -> None:
    """Who is in charge knows of it."""
    for _ in range(30):
        answered(world, 1, each_min=1)
        world.go_on(29)
    answered(world, 60, each_min=4)
    assert world.told(Kind.TOPIC, below=30) + world.told(Kind.UNANSWERED, below=30) == []


def unlevelled(world: World, per_month: float) -> tuple[BrandWatch, Evidence]:
    """A brand whom many ask, and whose anger is so rare."""
    world.go_on(30, said=asked)
    world.signals.clear()
    brand, now_ms = world.watch.brands["ikea"], world.watch.clock.now_ms
    level = brand.level(now_ms, world.watch.names)
    return brand, level._replace(nats=9.0, false_alarms_per_month=per_month * WEIGHTS[Kind.SURGE])


@pytest.mark.parametrize(
    ("story", "per_month", "kind"),
    [
        pytest.param("", 1.5, Kind.TOPIC, id="anger that is no news leaves the word to those who ask"),
        pytest.param("", 0.9, Kind.SURGE, id="anger that is news has it"),
        pytest.param(ASKING, 0.9, Kind.TOPIC, id="who has it keeps it"),
        pytest.param(ASKING, 0.2, Kind.SURGE, id="unless the other is much rarer"),
        pytest.param(TOLD, 20.0, Kind.SURGE, id="so does anger, until it is over"),
        pytest.param(TOLD, 40.0, Kind.TOPIC, id="and then it is over"),
    ],
)
def test_anger_and_questions_do_not_take_turns(world: World, story: str, per_month: float, kind: Kind) -> None:
    """A level about the threshold would send two alerts for one story else."""
    brand, level = unlevelled(world, per_month)
    brand.story = story
    found = leading_kind(brand, level, world.watch.clock.now_ms, world.watch.hearing)
    assert found.kind is kind
    assert story_of(found, story) == {Kind.TOPIC: ASKING, Kind.SURGE: TOLD}[kind]
    if kind is Kind.SURGE:
        assert found.rate == pytest.approx(per_month)


def test_a_loud_angry_voice_is_stated_when_its_minute_is_over_and_for_an_hour(world: World) -> None:
    """Though nobody says a word after it."""
    at_ms = T0 + world.minute * MINUTE + 5_000
    world.rows.add("telar", at_ms, 0.9, reach=9_000_000, author="laura")
    batch, columns = world.rows.take(at_ms + 1)
    batch.handles[int(columns.author[0])] = "@laura"
    world.watch.apply(batch, columns, Source(0, world.minute, 1))
    world.minute += 1
    world.tell()
    first, *_ = world.told(Kind.INFLUENCER)
    assert first.at_ms <= at_ms + MINUTE
    assert first.figures.unusual is not None
    assert first.figures.unusual.observed == 9_000_000
    assert [(loud.handle, loud.reach) for loud in first.figures.loudest] == [("@laura", 9_000_000)]
    world.go_on(90)
    last = world.told(Kind.INFLUENCER)[-1]
    assert 55 * MINUTE < last.at_ms - first.at_ms <= 61 * MINUTE


def test_a_brand_that_falls_silent_is_stated_while_nobody_speaks_of_it(world: World) -> None:
    """The others go on; it is over when it is spoken of again."""
    silent_ms = T0 + world.minute * MINUTE
    world.go_on(120, brands=("telar", "lumbre"))
    first, *_ = told = world.told(Kind.SILENCE)
    assert {each.brand for each in told} == {"ikea"}
    assert first.at_ms - silent_ms <= 50 * MINUTE
    assert first.figures.unusual is not None
    assert first.figures.unusual.observed == 0
    assert first.figures.unusual.usual > 20
    assert not world.watch.hearing.lasts(world.watch.clock.now_ms)
    world.go_on(30)
    assert world.signals[-1].false_alarms_per_month >= 30
    assert [each for each in world.signals if each.at_ms > world.watch.clock.now_ms - 10 * MINUTE] == []


def test_brands_that_fall_silent_together_are_a_dead_source_and_no_news_of_theirs(world: World) -> None:
    """Known once, and over with the first words."""
    world.go_on(120, brands=())
    assert world.told(Kind.SILENCE, below=30) == []
    now_ms = world.watch.clock.now_ms
    assert world.watch.hearing.lasts(now_ms)
    assert 100 * MINUTE < now_ms - world.watch.hearing.since_ms <= 125 * MINUTE
    world.go_on(30)
    assert not world.watch.hearing.lasts(world.watch.clock.now_ms)
    assert world.told(Kind.SILENCE, below=30) == []


def test_who_listens_has_one_look_ahead_of_each_brand(world: World) -> None:
    """A brand of whom little is expected has none."""
    world.rows.add("rara", T0 + world.minute * MINUTE, 0.1)
    world.go_on(10)
    looks = [name for due_ms, name in world.watch.position()["due"] if due_ms > world.watch.clock.now_ms]
    assert sorted(looks) == sorted(BRANDS)


def test_a_restored_watch_hears_the_same_silence(world: World) -> None:
    """From its checkpoint."""
    world.go_on(10, brands=("telar", "lumbre"))
    watch = world.watch
    restored = WatchCore(Config(brands="auto", time="replay"), lambda brand: 0)
    restored.restore(
        watch.position(), {name: type(watch.brands[name]).from_state(watch.state(name)) for name in watch.brands}
    )
    other = World(restored, world.rows, world.minute)
    for each in (other, world):
        each.rows = DigestRows(brands=list(BRANDS), offset=1_000_000)
        each.signals = []
        each.go_on(60, brands=("telar", "lumbre"))
    assert other.signals == world.signals
    assert world.told(Kind.SILENCE)

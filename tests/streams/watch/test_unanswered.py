"""Questions that stay unanswered: which levels are stated of them, and what ends a question."""

import random
from dataclasses import dataclass, field
from typing import Any

import cramjam
import msgspec
import pytest

from schemas.config.model import Config
from schemas.enums import Category, Flag, Kind
from schemas.signal import Signal, Source
from streams.stages.watch import brand_of, packed
from streams.watch.core import WatchCore
from streams.watch.open_questions import MOST_OPEN
from streams.watch.promises import BrandPromise
from streams.watch.unanswered import answers_seen
from tests.digests import DigestRows, unlike

MINUTE = 60_000
T0 = 28_000_800 * MINUTE
QUESTION = Category.QUESTION.bit
PEACE_MIN = 1_500


def watch(**promise: Any) -> WatchCore:
    """A partition in replay."""
    return WatchCore(Config(brands="auto", time="replay", promise=promise), zones=lambda brand: 0)


@dataclass
class Desk:
    """Somebody asks every other minute and is answered after a while, until the test says otherwise."""

    watch: WatchCore = field(default_factory=watch)
    rows: DigestRows = field(default_factory=DigestRows)
    minute: int = 0
    signals: list[Signal] = field(default_factory=list)
    records: int = 0
    due: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    restarts: bool = False
    asked: int = 0

    def ask(self, count: int, answered_after: int | None, chance: random.Random) -> None:
        """So many questions in this minute."""
        for _ in range(count):
            self.asked += 1
            name = unlike(f"asker {self.asked}")
            at_ms = T0 + self.minute * MINUTE + chance.randrange(MINUTE)
            terms = [0 if answered_after else 77] + [0] * 7
            self.rows.add("ikea", at_ms, 0.7, categories=QUESTION, handle=name, terms=terms)
            if answered_after is not None:
                self.due.setdefault(self.minute + answered_after, []).append({"handle": name})

    def pass_minutes(self, count: int, ask: int = 0, answered_after: int | None = 8, seed: int = 5) -> "Desk":
        """So many minutes with so many questions each (0: one every other minute), told minute by minute."""
        chance = random.Random(seed + self.minute)
        for _ in range(count):
            self.ask(ask or self.minute % 2, answered_after, chance)
            for answer in self.due.pop(self.minute, []):
                self.rows.add("ikea", T0 + self.minute * MINUTE + 59_000, 0.1, flags=int(Flag.OUTBOUND), **answer)
            self.minute += 1
            self.tell()
        return self

    def tell(self) -> None:
        """One record of all rows so far."""
        batch, columns = self.rows.take(T0 + self.minute * MINUTE)
        batch = msgspec.structs.replace(batch, term_words={77: "caballo"})
        if self.restarts:
            again = watch()
            states = {name: self.watch.state(name) for name in self.watch.brands}
            brands = {name: brand_of(name, packed(state)) for name, state in states.items()}
            again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(self.watch.position())), brands)
            self.watch = again
        records, _ = self.watch.apply(batch, columns, Source(0, self.records, 0))
        self.records += 1
        self.signals += [record for record in records if isinstance(record, Signal) and record.kind is Kind.UNANSWERED]

    @property
    def rung(self) -> list[Signal]:
        """Levels that peace shows once a month at most."""
        return [signal for signal in self.signals if signal.false_alarms_per_month <= 1]

    @property
    def waiting(self) -> int:
        """How many wait."""
        questions = self.watch.brands["ikea"].questions
        assert questions is not None
        return len(questions.open)


def test_a_flood_that_nobody_answers_rings_before_the_promise_breaks() -> None:
    """Twenty a minute at a brand that usually answers each within 8 min."""
    desk = Desk().pass_minutes(PEACE_MIN)
    assert desk.signals == []
    desk.pass_minutes(20, ask=20, answered_after=None)
    first = desk.rung[0]
    assert first.at_ms < T0 + (PEACE_MIN + 20) * MINUTE
    shown = first.figures.waiting
    assert shown is not None
    assert shown.overdue == 0
    assert desk.rung[-1].figures.waiting is not None
    assert desk.rung[-1].figures.waiting.breaching > desk.rung[-1].figures.waiting.waiting / 2
    assert (shown.usual, shown.promise_s) == (pytest.approx(4.7, abs=0.3), 1800)
    assert first.figures.terms == ["caballo"]
    assert first.figures.samples


def test_it_goes_on_while_nobody_asks_any_more_and_ends_when_all_are_answered() -> None:
    """Time alone states it again each minute."""
    desk = Desk().pass_minutes(PEACE_MIN).pass_minutes(20, ask=15, answered_after=40)
    stated = len(desk.signals)
    assert desk.rung
    desk.pass_minutes(20, answered_after=4)
    assert len(desk.signals) >= stated + 20
    desk.pass_minutes(30, answered_after=4)
    assert desk.signals[-1].false_alarms_per_month >= 30
    assert desk.waiting <= 4


def test_the_same_flood_answered_in_time_is_quiet() -> None:
    """As many wait, but each as long as always."""
    desk = Desk().pass_minutes(PEACE_MIN).pass_minutes(40, ask=20, answered_after=8)
    assert desk.rung == []


def test_a_brand_that_hardly_answers_anybody_rings_for_a_flood_only() -> None:
    """Its usual share of broken promises is learned; when forty times as many ask, that is no excuse."""
    desk = Desk()
    for _ in range(25):
        desk.pass_minutes(58, answered_after=None).pass_minutes(2, answered_after=8)
    assert desk.rung == []
    begun_ms = T0 + desk.minute * MINUTE
    desk.pass_minutes(40, ask=20, answered_after=None)
    assert desk.rung[0].at_ms - begun_ms <= 15 * MINUTE


def test_a_flood_at_a_brand_with_more_waiting_than_can_be_followed_rings() -> None:
    """It answers one in five, so that hundreds wait as ever: not how many wait is news, but how many more ask."""
    desk, chance = Desk(), random.Random(3)

    def ask(minutes: int, count: int) -> None:
        for minute in range(minutes):
            desk.ask(count, 8 if minute % 5 == 0 else None, chance)
            desk.pass_minutes(1, ask=1, answered_after=None)

    ask(1_500, count=3)
    assert desk.waiting == MOST_OPEN
    assert desk.rung == []
    begun_ms = T0 + desk.minute * MINUTE
    ask(20, count=80)
    assert desk.rung[0].at_ms - begun_ms <= 15 * MINUTE


def test_a_brand_whose_answers_nobody_sees_is_quiet() -> None:
    """No source of its own account is connected: nothing is said of what waits, not even a figure."""
    desk = Desk().pass_minutes(PEACE_MIN, answered_after=None).pass_minutes(40, ask=20, answered_after=None)
    assert desk.signals == []


def test_a_large_brand_that_answers_all_in_time_is_quiet_when_twice_as_many_ask() -> None:
    """More wait than can be followed, so that whom it answers isn't known any more."""
    desk = Desk().pass_minutes(PEACE_MIN, ask=8, answered_after=20)
    assert (desk.waiting, desk.rung) == (8 * 20, [])
    desk.pass_minutes(90, ask=20, answered_after=20)
    assert desk.watch.brands["ikea"].questions.dropped > 0  # type: ignore[union-attr]
    assert desk.rung == []


def test_outside_its_hours_nobody_is_waited_for() -> None:
    """Just before a desk closes many ask, and are answered as it closes; by night few ask, and nobody is there."""
    desk = Desk(watch=watch(answer_within="1h", hours="mon-sun 09:00-18:00"))
    for day in range(6):
        desk.pass_minutes(540, ask=1, answered_after=None).pass_minutes(525, ask=1, answered_after=1)
        for minute in range(15):
            desk.pass_minutes(1, ask=30 if day == 5 else 2, answered_after=15 - minute)
        begun_ms = T0 + desk.minute * MINUTE
        desk.pass_minutes(360, ask=1, answered_after=None)
    assert desk.watch.brands["ikea"].questions.growth.false_alarms_per_month() < 1  # type: ignore[union-attr]
    assert [each for each in desk.rung if each.at_ms > begun_ms] == []


def test_a_new_promise_forgets_what_was_usual_under_the_old_one() -> None:
    """Ages are told in terms of it."""
    desk = Desk().pass_minutes(PEACE_MIN)
    questions = desk.watch.brands["ikea"].questions
    assert questions is not None
    assert questions.growth.pool_min > 0
    questions.advance(questions.minute + 60, BrandPromise(3600, 86_400), 0)
    assert questions.growth.pool_min <= 60


def test_a_desk_that_nobody_sits_at_rings_though_no_more_ask_than_ever() -> None:
    """One every other minute, for whom there was always somebody within 8 min."""
    desk = Desk().pass_minutes(PEACE_MIN)
    begun_ms = T0 + desk.minute * MINUTE
    desk.pass_minutes(60, answered_after=None)
    assert desk.rung[0].at_ms - begun_ms <= 45 * MINUTE


def test_a_restart_in_each_minute_changes_nothing() -> None:
    """The state is all there is."""

    def run(restarts: bool) -> list[Signal]:
        desk = Desk().pass_minutes(600)
        desk.restarts = restarts
        return desk.pass_minutes(30, ask=15, answered_after=None).signals

    assert run(restarts=True) == run(restarts=False) != []


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ({"reply_to": unlike("i0")}, 3),
        ({"thread": 500}, 2),
        ({"thread": unlike("i3")}, 3),
        ({"handle": 600}, 2),
        ({"reply_to": unlike("i0"), "handle": 600}, 1),
        ({"reply_to": 1, "thread": 2, "handle": 3}, 4),
        ({}, 4),
    ],
)
def test_an_answer_ends_what_it_answers(answer: dict[str, Any], left: int) -> None:
    """One by its id, all of its thread and who began it, all of those addressed; whatever else, nothing."""
    desk = Desk()
    for more in ({"handle": 1_000}, {"thread": 500, "handle": 600}, {"thread": 500}, {"handle": 600}):
        desk.rows.add("ikea", T0 + 1_000, categories=QUESTION, **more)
    desk.rows.add("ikea", T0 + 30_000, flags=int(Flag.OUTBOUND), **answer)
    desk.minute = 2
    desk.tell()
    assert desk.waiting == left


def test_an_answer_that_is_seen_before_its_question_counts() -> None:
    """A source may bring a brand's own posts first."""
    desk = Desk()
    desk.rows.add("ikea", T0, categories=QUESTION)
    desk.rows.add("ikea", T0 + 1_000, flags=int(Flag.OUTBOUND), reply_to=unlike("i2"))
    desk.minute = 2
    desk.tell()
    desk.rows.add("ikea", T0 + 2 * MINUTE, categories=QUESTION)
    desk.minute = 4
    desk.tell()
    assert desk.waiting == 1


def test_reposts_praise_and_ones_own_questions_open_nothing() -> None:
    """Only what somebody else asks or complains of."""
    desk = Desk()
    desk.rows.add("ikea", T0, categories=QUESTION)
    desk.rows.add("ikea", T0, categories=QUESTION, flags=int(Flag.REPOST))
    desk.rows.add("ikea", T0, categories=QUESTION, flags=int(Flag.OUTBOUND))
    desk.rows.add("ikea", T0, categories=Category.PRAISE.bit)
    desk.rows.add("ikea", T0, categories=Category.COMPLAINT.bit)
    desk.minute = 2
    desk.tell()
    assert desk.waiting == 2


def test_more_than_can_be_followed_are_dropped_oldest_first_and_counted() -> None:
    """And the level says how many."""
    desk = Desk().pass_minutes(600).pass_minutes(20, ask=25, answered_after=None)
    assert desk.waiting == MOST_OPEN
    shown = desk.signals[-1].figures.waiting
    assert shown is not None
    assert shown.dropped >= 500 - MOST_OPEN
    assert shown.oldest_ms > T0 + 610 * MINUTE


def test_what_is_too_old_isnt_waited_for() -> None:
    """`at_most`."""
    desk = Desk(watch(at_most="2 h")).pass_minutes(60, answered_after=None).pass_minutes(60, answered_after=1)
    assert desk.waiting > 25
    desk.pass_minutes(65, answered_after=1)
    assert desk.waiting <= 2


def test_time_stands_still_outside_the_hours_of_a_promise() -> None:
    """A brand that answers from 9 to 18 h keeps its promise when it answers at 9:10 what was asked at night."""
    core = watch(hours="mon-sun 09:00-18:00")
    desk = Desk(core)
    night = -T0 // MINUTE % 1440 + 1440 + 3 * 60
    desk.rows.add("ikea", T0 + night * MINUTE, categories=QUESTION, handle=5)
    desk.rows.add("ikea", T0 + (night + 6 * 60 + 10) * MINUTE, flags=int(Flag.OUTBOUND), handle=5)
    desk.minute = night + 6 * 60 + 20
    desk.tell()
    questions = core.brands["ikea"].questions
    assert questions is not None
    assert (round(questions.evidence.kept, 2), questions.evidence.broken) == (1, 0)


def test_what_keeps_it_from_ringing_is_told() -> None:
    """No account connected; answers that name no question; too few yet; enough."""
    desk = Desk()
    desk.rows.add("ikea", T0, categories=QUESTION, handle=9)
    desk.minute = 2
    desk.tell()
    questions = desk.watch.brands["ikea"].questions
    assert questions is not None
    assert answers_seen(questions).startswith("none seen: unanswered questions can't ring. Name its accounts in `handles`")
    desk.rows.add("ikea", T0 + 3 * MINUTE, flags=int(Flag.OUTBOUND), handle=8)
    desk.minute = 5
    desk.tell()
    assert answers_seen(questions).startswith("1 seen, none of them told which question it answers")
    desk.rows.add("ikea", T0 + 6 * MINUTE, flags=int(Flag.OUTBOUND), handle=9)
    desk.minute = 8
    desk.tell()
    assert answers_seen(questions).startswith("few seen")
    assert answers_seen(Desk().pass_minutes(100).watch.brands["ikea"].questions or questions) == "seen"


def test_its_state_is_small_however_many_ask() -> None:
    """Five thousand in five minutes, each of another person in a thread of its own: 5 kB of the brand's 64."""
    desk = Desk().pass_minutes(60)
    for number in range(5_000):
        name = unlike(f"one of many {number}")
        at_ms = T0 + 60 * MINUTE + number * 60
        desk.rows.add("ikea", at_ms, 0.5, categories=QUESTION, handle=name, thread=name // 3, terms=[name % 999 + 1] * 8)
        if number % 1_000 == 999:
            desk.minute += 1
            desk.tell()
            state = desk.watch.state("ikea")["questions"]
            assert len(cramjam.lz4.compress_block(msgspec.msgpack.encode(state))) < 5_000

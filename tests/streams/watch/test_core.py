"""Watch states levels from batches of digests; the same rows in other batches state the same."""

import random
from itertools import pairwise

import pytest

from schemas.config.model import Config
from schemas.digest import decode_batch, encode_batch
from schemas.enums import Flag, Kind
from schemas.signal import Signal, Source, Tick
from streams.watch.brand import BrandWatch
from streams.watch.core import WatchCore
from streams.watch.counting import GRACE_MS
from tests.digests import DigestRows

MINUTE = 60_000
T0 = 28_000_000 * MINUTE  # a whole minute
DAYS = 2


def core(time: str = "replay") -> WatchCore:
    return WatchCore(Config(brands="auto", time=time), zones=lambda brand: 0)


def story(seed: int = 1, crisis: bool = True) -> list[tuple[int, str, float]]:
    """(time, brand, negativity) of two days at 2 mentions a minute, one in five negative, and a crisis in the last hour."""
    chance = random.Random(seed)
    out = []
    for minute in range(DAYS * 1440):
        storm = crisis and minute >= DAYS * 1440 - 40
        for _ in range(chance.randint(15, 25) if storm else chance.randint(0, 4)):
            negative = chance.random() < (0.75 if storm else 0.2)
            out.append((T0 + minute * MINUTE + chance.randint(0, 59_999), "ikea", 0.9 if negative else 0.1))
    return sorted(out)


def feed(watch: WatchCore, rows: list[tuple[int, str, float]], every_min: int) -> list[object]:
    """The records that come out when the rows come in batches of `every_min` minutes."""
    made, out = DigestRows(), []
    end = T0 + DAYS * 1440 * MINUTE
    at = 0
    for offset, until in enumerate(range(T0 + every_min * MINUTE, end + 1, every_min * MINUTE)):
        while at < len(rows) and rows[at][0] < until:
            made.add(rows[at][1], rows[at][0], rows[at][2])
            at += 1
        batch, columns = made.take(until)
        records, _ = watch.apply(batch, columns, Source(0, offset, 0))
        out += records
    return out


def test_a_crisis_is_stated_within_minutes_and_calm_days_are_not() -> None:
    """Signals below one false alarm a month come within 10 min of the onset, and none comes in the calm days before."""
    signals = [r for r in feed(core(), story(), every_min=1) if isinstance(r, Signal)]
    onset = T0 + (DAYS * 1440 - 40) * MINUTE
    ringing = [s for s in signals if s.false_alarms_per_month < 1 and s.kind is Kind.SURGE]
    assert ringing
    assert 0 <= ringing[0].at_ms - onset <= 10 * MINUTE
    assert ringing[-1].figures.ratio > 4
    assert ringing[-1].figures.negative_share > 0.6
    assert not [
        s for s in feed(core(), story(crisis=False), every_min=1) if isinstance(s, Signal) and s.false_alarms_per_month < 1
    ]


def test_rows_ahead_of_the_clock_are_in_the_next_checkpoint() -> None:
    """Else a crash before the clock comes to them would lose them: their offsets are in the position already."""
    watch, made = core(), DigestRows()
    for minute in (0, 5):
        made.add("ikea", T0 + minute * MINUTE, 0.9)
        batch, columns = made.take(T0)
        watch.apply(batch, columns, Source(0, minute, 0))
        assert watch.touched == {"ikea"}
        watch.touched.clear()


def test_a_leap_of_the_clock_decides_as_many_small_steps_do() -> None:
    """One batch of 6 hours states the same levels at the same times as 360 batches of a minute."""

    def told(every_min: int) -> list[tuple[int, float]]:
        records = feed(core(), story(), every_min)
        return [
            (r.at_ms, round(r.false_alarms_per_month, 9))
            for r in records
            if isinstance(r, Signal) and r.at_ms % MINUTE == MINUTE - 1
        ]

    assert told(360) == told(60)
    assert len(told(360)) > 10


def test_a_batch_that_comes_twice_counts_once() -> None:
    """Offsets of a source partition that aren't newer are skipped, whatever their batch."""
    made = DigestRows()
    for i in range(10):
        made.add("ikea", T0 + i)
    batch, columns = made.take(T0 + 5_000)
    watch = core()
    watch.apply(batch, columns, Source(0, 0, 0))
    watch.apply(batch, columns, Source(0, 1, 0))
    assert watch.brands["ikea"].counts.of(T0 // MINUTE)[0] == watch.brands["ikea"].mentions == 10


def test_what_the_brand_itself_says_is_not_counted() -> None:
    """It answers."""
    made, watch = DigestRows(), core()
    made.add("ikea", T0, flags=Flag.OUTBOUND)
    made.add("ikea", T0)
    watch.apply(*made.take(T0 + 1), Source(0, 0, 0))
    assert watch.brands["ikea"].mentions == 1


def test_late_mentions_count_in_their_bucket_within_the_grace_and_as_late_beyond() -> None:
    """Two minutes of grace; later ones are counted as late, never dropped in silence."""
    made, watch = DigestRows(), core()
    made.add("ikea", T0)
    watch.apply(*made.take(T0 + 10 * MINUTE), Source(0, 0, 0))
    made.add("ikea", T0 + 10 * MINUTE - GRACE_MS + 1)
    made.add("ikea", T0 + 10 * MINUTE - GRACE_MS - 1)
    watch.apply(*made.take(T0 + 10 * MINUTE + 1), Source(0, 1, 0))
    brand = watch.brands["ikea"]
    assert brand.late == 1
    assert brand.counts.of((T0 + 8 * MINUTE) // MINUTE)[0] == 1


def test_copies_of_one_text_are_counted_but_are_little_evidence() -> None:
    """A thousand accounts with one angry text don't state a level that rings; the same number of texts does."""

    def least_rate(text: str) -> float:
        watch, made = core(), DigestRows()
        out = feed(watch, story(crisis=False), every_min=60)
        start = T0 + DAYS * 1440 * MINUTE
        for i in range(400):
            made.add("ikea", start + i * 2_000, 0.95, text=text)
        made.offset += 100_000
        for row in made.rows:
            row["offset"] = int(row["offset"]) + 100_000  # type: ignore[call-overload]
        out = watch.apply(*made.take(start + 15 * MINUTE), Source(0, 10_000, 0))[0]
        rates = [r.false_alarms_per_month for r in out if isinstance(r, Signal) and r.kind is Kind.SURGE]
        return min(rates, default=99.0)

    assert least_rate("the same for all") > 1
    assert least_rate("") < 0.1


def test_state_goes_on_where_it_was_taken() -> None:
    """Restored from its position and its brands' states, watch states what it would have stated."""
    rows = story()
    half = len(rows) * 3 // 4
    whole, first = core(), core()
    expected = feed(whole, rows, every_min=30)
    made = DigestRows()
    got, at = [], 0
    watch = first
    for offset, until in enumerate(range(T0 + 30 * MINUTE, T0 + DAYS * 1440 * MINUTE + 1, 30 * MINUTE)):
        while at < len(rows) and rows[at][0] < until:
            made.add(rows[at][1], rows[at][0], rows[at][2])
            at += 1
        got += watch.apply(*made.take(until), Source(0, offset, 0))[0]
        if at >= half:
            restored = core()
            states = {name: BrandWatch.from_state(watch.state(name)) for name in watch.brands}
            restored.restore(watch.position(), states)
            watch = restored
    assert [(type(r), r.at_ms) for r in got] == [(type(r), r.at_ms) for r in expected]
    assert [r.evidence for r in got if isinstance(r, Signal)] == [r.evidence for r in expected if isinstance(r, Signal)]


def test_ticks_tell_log_time_in_order() -> None:
    """Ticks rise, at least 5 s apart, and carry their place in the log."""
    ticks = [r for r in feed(core(), story(), every_min=1) if isinstance(r, Tick)]
    times = [t.at_ms for t in ticks]
    assert all(b - a >= 5_000 for a, b in pairwise(times))
    assert all(a.source < b.source for a, b in pairwise(ticks))


def test_a_batch_survives_the_wire() -> None:
    """What is decoded is what was encoded."""
    made = DigestRows()
    made.add("ikea", T0, 0.7, reach=12)
    batch, columns = made.take(T0)
    again, read = decode_batch(encode_batch(batch))
    assert again == batch
    assert read.reach.tolist() == columns.reach.tolist()
    assert read.negativity.tolist() == pytest.approx([0.7])


def test_a_brand_begins_with_its_earliest_mention_whichever_partition_is_read_first() -> None:
    """In a backlog one partition may be read days ahead of the other: what is stated is the same."""
    rows = story()
    end = T0 + DAYS * 1440 * MINUTE

    def stated(first: int) -> list[tuple[int, float]]:
        watch = core()
        out = []
        for place, partition in enumerate((first, 1 - first)):
            made = DigestRows()
            for index, (at_ms, brand, negativity) in enumerate(rows):
                if index % 2 == partition:
                    made.add(brand, at_ms, negativity, author=f"a{index}", text=f"t{index}", partition=partition)
            out += watch.apply(*made.take(end, partition, partitions=2), Source(0, place, 0))[0]
        return [(r.at_ms, round(r.evidence, 6)) for r in out if isinstance(r, Signal)]

    assert stated(0) == stated(1)
    assert len(stated(0)) > 10

"""Watch as a stage: bytes in, records out, and a state that is small and exact."""

import random
from collections.abc import Callable

import msgspec
import pytest

from schemas.config.model import Config
from schemas.digest import encode_batch
from schemas.errors import StateError, UndecodableError
from schemas.series import decode_series
from schemas.signal import Signal, Tick, decode_signal
from schemas.topics import partition_of
from streams.engine.stage import InputRecord, Output
from streams.stages.watch import MOST_WRITTEN, WatchStage, packed, unpacked
from streams.watch.brand import BrandWatch
from tests.digests import DigestRows, unlike

MINUTE = 60_000
T0 = 22_700_000 * MINUTE
PARTITIONS = 3
CONFIG = Config.model_validate(
    {"brands": "auto", "time": "replay", "kafka": {"topic_prefix": "acme.", "partitions": PARTITIONS}}
)
BUSY_BYTES = 64_000
QUIET_BYTES = 10_000


class Desk:
    """A stage, and the rows that it gets."""

    def __init__(self, config: Config = CONFIG) -> None:
        self.stage = WatchStage(config, {}, None)
        self.rows = DigestRows()
        self.offset = 0
        self.words: dict[int, str] = {}

    def record(self, until_ms: int) -> InputRecord:
        """The next record: what was added to the rows, and the time."""
        batch = msgspec.structs.replace(self.rows.take(until_ms)[0], term_words=self.words)
        self.offset += 1
        return InputRecord(2, self.offset - 1, until_ms, None, encode_batch(batch))

    def tell(self, until_ms: int) -> list[Output]:
        """What follows from it."""
        return self.stage.apply(self.record(until_ms))

    def calm(self, minutes: int, first: int = 0, per_min: int = 2, seed: int = 1) -> list[Output]:
        """Everyday talk, told by the hour."""
        chance = random.Random(seed)
        out: list[Output] = []
        for minute in range(first, first + minutes):
            for _ in range(chance.randint(0, 2 * per_min)):
                self.rows.add("ikea", T0 + minute * MINUTE + chance.randrange(MINUTE), 0.9 if chance.random() < 0.2 else 0.1)
            if minute % 60 == 59:
                out += self.tell(T0 + (minute + 1) * MINUTE)
        return out

    def storm(self, minutes: int, first: int, per_min: int = 20) -> list[Output]:
        """Anger, told by the minute."""
        out: list[Output] = []
        for minute in range(first, first + minutes):
            for second in range(per_min):
                self.rows.add("ikea", T0 + minute * MINUTE + second * (MINUTE // per_min), 0.9)
            out += self.tell(T0 + (minute + 1) * MINUTE)
        return out


def saved(stage: WatchStage, states: dict[bytes, bytes] | None = None) -> tuple[dict[bytes, bytes], bytes]:
    """What a checkpoint makes durable on top of `states`."""
    changed = {key: state for key, state in stage.changed() if state is not None}
    return {**(states or {}), **changed}, stage.position()


def test_signals_lie_with_their_group_and_ticks_everywhere() -> None:
    """So that everything about a group comes in one order, and every partition knows the time."""
    desk = Desk()
    outputs = desk.calm(1440) + desk.storm(10, first=1440)
    signals = [output for output in outputs if output.topic == "acme.signals"]
    levels = [output for output in signals if isinstance(decode_signal(output.value), Signal)]
    assert levels
    assert {(output.key, output.partition) for output in levels} == {(b"food", partition_of("food", PARTITIONS))}
    ticks = [output for output in signals if isinstance(decode_signal(output.value), Tick)]
    by_partition = [[tick.value for tick in ticks if tick.partition == p] for p in range(PARTITIONS)]
    assert by_partition[0] == by_partition[1] == by_partition[2]
    assert len(ticks) + len(levels) == len(signals)


def test_points_lie_in_the_partition_of_the_digests() -> None:
    """One for each brand and minute with something in it."""
    desk = Desk()
    outputs = [output for output in desk.calm(120) if output.topic == "acme.series"]
    assert {output.partition for output in outputs} == {2}
    assert {point.brand for output in outputs for point in decode_series(output.value).points} == {"ikea"}


def test_outputs_name_the_record_that_they_follow_from() -> None:
    """The next stage skips what isn't newer: partition and offset of the digests, and a number that rises."""
    desk = Desk()
    desk.calm(1440)
    outputs = desk.storm(3, first=1440)
    sources = [decode_signal(output.value).source for output in outputs if output.topic == "acme.signals"]  # type: ignore[union-attr]  # watch sends no commands
    assert {source.partition for source in sources} == {2}
    assert {source.offset for source in sources} == {desk.offset - 3, desk.offset - 2, desk.offset - 1}
    assert sorted(sources) == sources


def test_the_state_goes_through_its_bytes_unchanged() -> None:
    """A brand made of its state has the same state; so nothing is lost or rounded by a restart."""
    desk = Desk()
    desk.calm(1440)
    desk.storm(15, first=1440)
    for raw in saved(desk.stage)[0].values():
        assert packed(BrandWatch.from_state(unpacked(raw)).to_state()) == raw


def test_a_stage_made_of_a_checkpoint_decides_as_the_one_that_went_on() -> None:
    """To the byte: records, states and position; whether a checkpoint is taken or not changes nothing either."""
    whole, cut = Desk(), Desk()
    for desk in (whole, cut):
        desk.calm(1440)
    states, position = saved(cut.stage)
    for step in range(20):
        cut.stage = WatchStage(CONFIG, states, position)
        assert cut.storm(1, first=1440 + step) == whole.storm(1, first=1440 + step)
        states, position = saved(cut.stage, states)
    assert (states, position) == saved(whole.stage, {})


def test_only_brands_that_were_touched_are_saved() -> None:
    """An idle brand costs a checkpoint nothing."""
    desk = Desk()
    desk.rows.add("quiet", T0)
    desk.tell(T0 + 5 * MINUTE)
    assert set(saved(desk.stage)[0]) == {b"quiet"}
    desk.rows.add("loud", T0 + 6 * MINUTE)
    desk.tell(T0 + 7 * MINUTE)
    assert set(saved(desk.stage)[0]) == {b"loud"}
    assert saved(desk.stage)[0] == {}


@pytest.mark.parametrize(("per_min", "most_bytes"), [(1_000, BUSY_BYTES), (1, QUIET_BYTES)])
def test_the_state_of_a_brand_is_small_whatever_its_volume(per_min: int, most_bytes: int) -> None:
    """Two hours of ever new authors and texts in a language of 3,000 words: 64 kB at 1,000 a minute, 10 kB at one."""
    desk = Desk()
    chance = random.Random(3)
    words = {unlike(f"word{n}"): f"word{n}" for n in range(3_000)}
    hashes = list(words)
    desk.words = words
    for minute in range(120):
        for second in range(per_min):
            at_ms = T0 + minute * MINUTE + second * MINUTE // per_min
            terms = chance.choices(hashes, k=8)
            desk.rows.add("ikea", at_ms, chance.random(), reach=chance.randrange(1 << 20), terms=terms)
        desk.tell(T0 + (minute + 1) * MINUTE)
        (state,) = saved(desk.stage)[0].values()
        assert len(state) <= most_bytes, f"minute {minute}"


def test_a_changed_config_takes_over_from_the_next_record_on() -> None:
    """What counts as negative, here."""
    desk = Desk()
    desk.rows.add("ikea", T0, 0.6)
    desk.tell(T0 + 1)
    strict = CONFIG.model_copy(update={"intake": CONFIG.intake.model_copy(update={"negative_from": 0.8})})
    desk.stage.reconfigure(strict)
    desk.rows.add("ikea", T0 + 2, 0.6)
    desk.rows.add("ikea", T0 + 3, 0.9)
    desk.tell(T0 + 4)
    assert (desk.stage.core.brands["ikea"].mentions, desk.stage.core.brands["ikea"].negative) == (3, 2)


def broken(raw: bytes, **inner: object) -> bytes:
    """The state of a brand with other values."""
    return packed({**unpacked(raw), **inner})


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda raw: broken(raw, v=1), r"brand state has version 1, this program reads \d+"),
        (lambda raw: broken(raw, v=99), r"brand state has version 99, this program reads \d+"),
        (lambda raw: broken(raw, ahead="soon"), "Expected `array`"),
        (lambda raw: raw[:-9], "."),
        (lambda raw: raw[:40] + b"\xff" * 40 + raw[80:], "."),
        (lambda raw: msgspec.msgpack.encode({"marks": {}, "rest": b"\xff" * 99}), "not compressed as this version does it"),
        (lambda raw: b"", "."),
    ],
)
def test_a_brand_that_cannot_be_read_stops_the_start(change: Callable[[bytes], bytes], what: str) -> None:
    """With its name and the remedy, though brands are read only when they are spoken of."""
    desk = Desk()
    for name in ("ikea", "telar"):
        desk.rows.add(name, T0)
    desk.tell(T0)
    states, position = saved(desk.stage)
    with pytest.raises(StateError, match=rf"the kept state of ikea can't be read \(.*{what}.*rebato state rebuild watch"):
        WatchStage(CONFIG, {**states, b"ikea": change(states[b"ikea"])}, position)


def test_what_a_start_cannot_see_is_an_error_of_the_state_not_of_a_record() -> None:
    """Nobody pays who doesn't need that brand; a record that does mustn't be set aside: the next would fare no better."""
    desk = Desk()
    for name in ("ikea", "telar"):
        desk.rows.add(name, T0)
    desk.tell(T0)
    states, position = saved(desk.stage)
    desk.stage = WatchStage(CONFIG, {**states, b"ikea": broken(states[b"ikea"], history=7)}, position)
    desk.rows = DigestRows(offset=2)
    desk.rows.add("telar", T0)
    desk.tell(T0)
    assert set(saved(desk.stage)[0]) == {b"telar"}
    desk.rows.add("ikea", T0)
    with pytest.raises(StateError, match=r"the kept state of ikea can't be read .* `rebato state rebuild watch`"):
        desk.tell(T0)


def test_bytes_that_are_no_record_are_refused_before_anything_changes() -> None:
    """The engine sets them aside."""
    desk = Desk()
    desk.calm(60)
    saved(desk.stage)
    before = desk.stage.position()
    with pytest.raises(UndecodableError):
        desk.stage.apply(InputRecord(2, desk.offset, T0, None, b"\xff"))
    assert (desk.stage.position(), dict(desk.stage.changed())) == (before, {})


def test_checkpoints_within_a_minute_say_what_writing_anew_would() -> None:
    """Parts that haven't changed are taken as they were written: every seven seconds, through a calm and a storm."""
    desk = Desk()
    desk.calm(180)
    for step in range(60):
        at_ms = T0 + 180 * MINUTE + step * 7_000
        for number in range(step % 5 * (8 if step > 30 else 1)):
            desk.rows.add("ikea", at_ms + number, 0.9 if step > 30 else 0.1)
        desk.rows.add("delta", at_ms)
        desk.tell(at_ms + 1_000)
        anew = {name.encode(): unpacked(packed(desk.stage.core.state(name))) for name in desk.stage.core.touched}
        assert {name: unpacked(state) for name, state in desk.stage.changed() if state} == anew


def test_a_checkpoint_of_very_many_brands_keeps_nothing_of_them() -> None:
    """It would double their memory; and who falls silent is let go."""
    desk = Desk()
    for number in range(MOST_WRITTEN + 1):
        desk.rows.add(f"brand{number}", T0)
    desk.tell(T0 + 1_000)
    for brands in (set(desk.stage.core.touched), {"brand1", "brand2"}, {"brand2"}, set()):
        desk.stage.core.touched.clear()
        desk.stage.core.touched |= brands
        assert len(list(desk.stage.changed())) == len(brands)
        assert set(desk.stage._written) == (brands if len(brands) <= MOST_WRITTEN else set())

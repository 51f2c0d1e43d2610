"""The heartbeat's mention: read like any other, counted nowhere, and nothing that a stranger could use."""

from collections.abc import Sequence

import pytest

from detectors.text.scorer import TextScores
from schemas.beat import Beat
from schemas.enums import IntakeOutcome, Refusal
from streams.intake.beat import beat_value, read_beat
from streams.intake.records import BEAT, RawRecord, control_headers, read_control
from streams.intake.scores import ScoreMemory
from streams.intake.stage import UNKNOWN_SOURCE, IntakeStage
from tests.streams.intake.making import OBSERVED_MS, config, mention, scorer


def beat(ms: int = OBSERVED_MS, partition: int = 0, offset: int = 0, value: bytes | None = None) -> RawRecord:
    """As intake writes it."""
    return RawRecord(partition, offset, OBSERVED_MS, beat_value(ms) if value is None else value, control_headers(BEAT))


def test_a_beat_is_passed_on_and_counts_nowhere() -> None:
    """Neither for a brand nor as a mention that was read."""
    stage = IntakeStage(config(time="live"), scorer())
    batch = stage.process([beat(), RawRecord(0, 1, OBSERVED_MS, mention())])
    assert batch.beats == [Beat(0, OBSERVED_MS)]
    assert batch.counts == {("x", IntakeOutcome.COUNTED): 1}
    assert batch.columns.offset.tolist() == [1]
    assert not batch.is_silent
    assert stage.process([beat(offset=2)]).is_silent


def test_a_brand_that_takes_every_mention_doesnt_take_the_beat() -> None:
    """With `brands: auto`, and for a brand whose name stands in its text."""
    for brands in ("auto", [{"id": "rebato", "names": ["rebato", "heartbeat"]}]):
        batch = IntakeStage(config(brands=brands, time="live"), scorer()).process([beat()])
        assert (len(batch.columns), batch.beats) == (0, [Beat(0, OBSERVED_MS)])


def test_a_replay_passes_no_beat_on() -> None:
    """Its time is no wall clock's."""
    assert IntakeStage(config(), scorer()).process([beat()]).beats == []


def test_without_the_header_it_is_a_mention_like_any_other() -> None:
    """HTTP and files bring no headers: a stranger who writes the same bytes has written a mention without a brand."""
    batch = IntakeStage(config(time="live"), scorer()).process([RawRecord(0, 0, OBSERVED_MS, beat_value(OBSERVED_MS))])
    assert batch.beats == []
    assert batch.counts == {("rebato", IntakeOutcome.NO_BRAND): 1}


@pytest.mark.parametrize(
    "record",
    [
        beat(OBSERVED_MS + 121_000),  # it would hold back all the true ones after it
        beat(value=b"{"),
        beat(value=b'{"ms": 1}'),
        RawRecord(0, 0, OBSERVED_MS, beat_value(OBSERVED_MS), [("rebato-control", b"\xff")]),
    ],
)
def test_a_beat_that_is_broken_or_from_the_future_is_none(record: RawRecord) -> None:
    """Then it is read as a mention, and mostly refused as one."""
    assert read_beat(record) is None
    assert IntakeStage(config(time="live"), scorer()).process([record]).beats == []


def test_a_release_without_heartbeats_reads_a_record_that_says_nothing() -> None:
    """It takes any value of the header for a control record, which in live time moves nothing."""
    record = RawRecord(0, 0, OBSERVED_MS, beat_value(OBSERVED_MS), control_headers("watermark"))
    assert read_control(record) is not None


def test_where_reading_texts_fails_the_beat_doesnt_come_through() -> None:
    """A pipeline that refuses every mention isn't alive."""
    stage = IntakeStage(config(time="live"), scorer())

    class Failing:
        def score(self, texts: Sequence[str], langs: Sequence[str | None]) -> TextScores:
            if any("heartbeat" in text for text in texts):
                raise ValueError("no model")
            return scorer().score(texts, langs)

    stage._scores = ScoreMemory(Failing())
    batch = stage.process([beat(), RawRecord(0, 1, OBSERVED_MS, mention())])
    assert batch.beats == []
    assert [refused.reason for refused in batch.refused] == [Refusal.POISON]
    assert batch.counts == {("x", IntakeOutcome.COUNTED): 1, (UNKNOWN_SOURCE, IntakeOutcome.REFUSED): 1}

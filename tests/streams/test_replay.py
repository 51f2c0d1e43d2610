"""Replays on the embedded broker, up to the digests."""

import asyncio
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schemas.digest import END_MS
from schemas.enums import IntakeOutcome
from schemas.errors import UsageError
from streams.cli.replay import app
from streams.embedded import PARTITIONS, EmbeddedBroker
from streams.replay import Extent, Order, check_order, extent_of, replay
from tests.streams.intake.making import OBSERVED_MS, config, mention
from tests.streams.intake.test_process import Seen, kafka_config, read_all, running, wait_until
from tests.streams.sources.collecting import all_mentions


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Sixty mentions of an hour, and a broken line."""
    path = tmp_path / "hour.jsonl"
    lines = [mention(id=str(n), observed_at=f"2013-02-25T12:{n:02}:00Z") for n in range(60)]
    path.write_bytes(b"\n".join([*lines[:30], b"{broken", *lines[30:]]))
    return path


@pytest.mark.embedded
async def test_a_replay_arrives_whole_with_its_own_time(embedded: EmbeddedBroker, file: Path) -> None:
    """Every digest partition learns how far time has come in each source partition, and that it is over."""
    embedded.create("mentions", "mentions.dead", "digests")
    settings = kafka_config(embedded)
    extent = extent_of([file])
    assert extent == Extent(61, OBSERVED_MS - 30 * 60_000, OBSERVED_MS + 29 * 60_000)
    sent = await replay(settings, [file], Order(), extent)
    assert sent.lines == 61
    seen = Seen()
    async with running(settings, seen):
        await wait_until(lambda: sum(seen.outcomes.values()) == 61)
    assert seen.outcomes == {IntakeOutcome.COUNTED: 60, IntakeOutcome.REFUSED: 1}
    found = await read_all(embedded)
    assert len(found.counted) == 60
    for marks in found.watermarks.values():
        assert {mark.partition for mark in marks if mark.ms == extent.last_ms} == set(range(PARTITIONS))
        assert {mark.partition for mark in marks if mark.ms == END_MS} == set(range(PARTITIONS))
    assert len(found.watermarks) == PARTITIONS


@pytest.mark.embedded
async def test_a_replay_keeps_its_pace(embedded: EmbeddedBroker, file: Path) -> None:
    """An hour at 3,000 times its speed takes more than a second, and the time is told on the way."""
    embedded.create("mentions")
    started_s = time.monotonic()
    sent = await replay(kafka_config(embedded), [file], Order(speed=3_000), extent_of([file]))
    assert 1.0 < time.monotonic() - started_s < 10
    assert sent.controls >= 60 * PARTITIONS


@pytest.mark.embedded
async def test_a_rehearsal_in_live_time_is_of_today(embedded: EmbeddedBroker, file: Path) -> None:
    """Shifted to now, without control records; nothing of it is in the future."""
    embedded.create("mentions", "mentions.dead", "digests")
    settings = kafka_config(embedded, time="live")
    await replay(settings, [file], Order(speed=5_000, shift_to_now=True), extent_of([file]))
    assert not any(record.headers for record in await all_mentions(embedded))
    seen = Seen()
    async with running(settings, seen):
        await wait_until(lambda: sum(seen.outcomes.values()) == 61)
    assert seen.outcomes == {IntakeOutcome.COUNTED: 60, IntakeOutcome.REFUSED: 1}


@pytest.mark.embedded
def test_the_command_says_what_it_sent(embedded: EmbeddedBroker, file: Path, tmp_path: Path) -> None:
    """As JSON for scripts; and --learn-only sends no end."""
    embedded.create("mentions")
    settings = tmp_path / "rebato.yaml"
    settings.write_text(f"brands: auto\ntime: replay\nkafka: {{brokers: '{embedded.address}'}}\n")
    result = CliRunner().invoke(app, [str(file), "--config", str(settings), "--json", "--learn-only"])
    assert result.exit_code == 0, result.output
    assert '"lines": 61' in result.output
    records = asyncio.run(all_mentions(embedded))
    words = {value for record in records for _, value in record.headers}
    assert words == {b"watermark"}
    assert sum(1 for record in records if not record.headers) == 61


def test_orders_that_make_no_sense_are_refused_with_a_remedy() -> None:
    """Before anything is read or sent."""
    for settings, order, text in (
        (config(time="live"), Order(), "--shift-to-now"),
        (config(time="live"), Order(learn_only=True), "needs `time: replay`"),
        (config(), Order(speed=0), "must be above 0"),
    ):
        with pytest.raises(UsageError, match=text):
            check_order(settings, order)
    check_order(config(time="live"), Order(shift_to_now=True))


def test_a_file_without_any_time_is_refused(tmp_path: Path) -> None:
    """It is no file of mentions."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"1,2,3\n4,5,6\n")
    with pytest.raises(UsageError, match="observed_at"):
        extent_of([path])

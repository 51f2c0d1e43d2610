"""A watched folder: each line once, however the files come and go."""

import asyncio
import gzip
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from schemas.errors import UsageError
from streams.embedded import EmbeddedBroker
from streams.sources.folder import FolderDoor
from streams.sources.observe import Door
from streams.sources.positions import NAME, Positions
from streams.sources.process import run_sources
from streams.sources.sender import mention_sender
from streams.sources.tail import read_tail
from tests.streams.intake.making import mention
from tests.streams.sources.collecting import Seen, all_mentions, kafka_config


@pytest.mark.embedded
async def test_every_line_of_every_file_is_sent_once(embedded: EmbeddedBroker, tmp_path: Path) -> None:
    """Files that grow, are renamed, come packed; broken lines too: intake says what is wrong with them."""
    embedded.create("mentions")
    lines = [mention(id=str(n)) for n in range(6)] + [b"{broken"]
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    seen = Seen()
    async with mention_sender(kafka_config(embedded).kafka) as sender:
        door = FolderDoor(tmp_path, sender, seen)
        plain.write_bytes(lines[0] + b"\n\n" + lines[1][:20])
        assert await door.look() == 1
        with plain.open("ab") as file:
            file.write(lines[1][20:] + b"\n" + lines[6] + b"\n")
        packed.write_bytes(gzip.compress(lines[2] + b"\n" + lines[3]))
        assert await door.look() == 4
        plain.rename(tmp_path / "renamed.jsonl")
        assert await FolderDoor(tmp_path, sender, seen).look() == 0
        (tmp_path / "c.jsonl").write_bytes(lines[4] + b"\n" + lines[5])
        assert await door.look() == 2
    found = Counter(record.value for record in await all_mentions(embedded))
    assert found == Counter(lines)
    assert seen.doors == {Door.FOLDER: 7}


@pytest.mark.embedded
async def test_the_role_watches_until_it_is_stopped(embedded: EmbeddedBroker, tmp_path: Path) -> None:
    """A file that comes while it runs is taken in."""
    embedded.create("mentions")
    settings = kafka_config(embedded, sources={"folder": {"path": str(tmp_path), "poll": "1 s"}})
    stop, seen = asyncio.Event(), Seen()
    task = asyncio.create_task(run_sources(settings, seen, stop))
    (tmp_path / "a.jsonl").write_bytes(mention() + b"\n")
    async with asyncio.timeout(20):
        while not seen.doors:  # noqa: ASYNC110 (what is waited for sets no event)
            await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(task, 5)


def test_a_line_without_its_end_waits_unless_it_is_whole(tmp_path: Path) -> None:
    """The beginning of a JSON object is never one itself."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(mention(id="1") + b"\n" + mention(id="2")[:-1])
    assert read_tail(file, 0).lines == [mention(id="1")]
    file.write_bytes(mention(id="1") + b"\n" + mention(id="2"))
    assert read_tail(file, 0).lines == [mention(id="1"), mention(id="2")]


def test_gzip_that_ends_early_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    """Once the rest has come, reading goes on behind it."""
    file = tmp_path / "a.jsonl.gz"
    noise = [mention(id=str(n), text=os.urandom(300).hex()) for n in range(200)]
    whole = gzip.compress(b"\n".join(noise))
    file.write_bytes(whole[: len(whole) // 2])
    first = read_tail(file, 0)
    assert first.lines == noise[: len(first.lines)]
    assert 50 < len(first.lines) < 150
    assert "ends early" in str(first.problem)
    file.write_bytes(whole)
    rest = read_tail(file, first.offset)
    assert first.lines + rest.lines == noise
    assert rest.problem is None


def test_many_lines_come_in_parts(tmp_path: Path) -> None:
    """So that one large file doesn't fill the memory."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"".join(mention(id=str(n)) + b"\n" for n in range(2_500)))
    offset, sizes = 0, []
    while (tail := read_tail(file, offset)).lines:
        offset = tail.offset
        sizes.append(len(tail.lines))
    assert sizes == [1_000, 1_000, 500]


def test_positions_survive_and_a_damaged_file_of_them_is_said(tmp_path: Path) -> None:
    """With the remedy."""
    positions = Positions.load(tmp_path)
    positions.read["1:2"] = 77
    positions.save()
    assert Positions.load(tmp_path).read == {"1:2": 77}
    positions.keep_only(set())
    assert positions.read == {}
    for broken in ("{", "[]", json.dumps({"read": {"a": "b"}})):
        (tmp_path / NAME).write_text(broken)
        with pytest.raises(UsageError, match=r"can't be read.*Delete it"):
            Positions.load(tmp_path)
    with pytest.raises(UsageError, match=r"there is no folder.*sources.folder.path"):
        Positions.load(tmp_path / "nowhere")

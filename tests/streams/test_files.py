"""Files of mentions: order, time, and what is said of files that can't be read."""

import gzip
import io
import os
import threading
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.errors import UsageError
from streams import files
from streams.files import read_records
from tests.streams.intake.making import OBSERVED_MS, mention


def at(minute: int, **fields: object) -> bytes:
    return mention(observed_at=f"2013-02-25T{12 + minute // 60:02}:{minute % 60:02}:00Z", **fields)


def minutes(*paths: Path) -> list[int]:
    """The time at each line, in minutes since 12:00; 0 ms stays below all."""
    return [(record.append_ms - OBSERVED_MS) // 60_000 + 30 if record.append_ms else -1 for record in read_records(paths)]


def test_files_are_merged_by_time_and_lines_stay_as_they_are(tmp_path: Path) -> None:
    """Packed or not; told by content, not by name. Empty lines are left out, lines are numbered through."""
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_bytes(at(1, id="a") + b"\r\n\n{broken\n" + at(5, id="b"))
    second.write_bytes(gzip.compress(at(3, id="c") + b"\n"))
    found = list(read_records([first, second]))
    assert [record.value for record in found] == [at(1, id="a"), b"{broken", at(3, id="c"), at(5, id="b")]
    assert [record.offset for record in found] == [0, 1, 2, 3]


def test_time_goes_forward_only_and_broken_lines_dont_move_it(tmp_path: Path) -> None:
    """Before the first line with a time it is 0; it begins where the lines agree that it does."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n".join([b"{", at(5), at(3), mention(observed_at="9999-01-01T00:00:00Z"), b"x", at(6)]))
    assert minutes(file) == [-1, 3, 3, 3, 3, 6]


def test_a_line_from_the_far_future_doesnt_move_time(tmp_path: Path) -> None:
    """The lines after it are of the day before: they would all be late."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n".join([at(1), mention(observed_at="2099-01-01T00:00:00Z"), *(at(2 + n) for n in range(60))]))
    assert minutes(file) == [1, 2, *range(2, 62)]


def test_lines_of_years_ago_dont_hold_time_up(tmp_path: Path) -> None:
    """However many there are, as long as they aren't more than the others that follow."""
    file = tmp_path / "a.jsonl"
    stray = mention(observed_at="2012-01-01T00:00:00Z")
    file.write_bytes(b"\n".join(line for n in range(0, 600, 5) for line in (at(n), stray)))
    assert minutes(file)[:180:2] == list(range(0, 450, 5))


def test_a_quiet_night_is_no_jump_to_doubt(tmp_path: Path) -> None:
    """The lines after it agree."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\n".join([at(1), at(600), at(601)]))
    assert minutes(file) == [1, 600, 601]


def test_a_very_long_line_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one line still, and the next one is whole."""
    monkeypatch.setattr(files, "MAX_LINE_BYTES", 10)
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"x" * 35 + b"\nnext\n")
    assert [record.value for record in read_records([file])] == [b"x" * 10, b"next"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_pipe_is_read_whole(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """It can be opened only once; a byte order mark before its first line is none of it."""
    pipe, lines = tmp_path / "pipe", [at(n % 50, id=str(n)) for n in range(2_000)]
    os.mkfifo(pipe)
    content = pack(BOM_UTF8 + b"\n".join(lines))
    writer = threading.Thread(target=pipe.write_bytes, args=(content,), daemon=True)
    writer.start()
    assert [record.value for record in read_records([pipe])] == lines
    writer.join()


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for every command that reads files."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(at(1) + b"\n" + at(2)))))
    assert minutes(Path("-")) == [1, 2]


def test_what_is_wrong_with_a_file_is_said_in_one_line(tmp_path: Path) -> None:
    """Missing, a folder, cut off, damaged."""
    packed = gzip.compress(b"\n".join(at(n, id=str(n)) for n in range(59)))
    cut, damaged = tmp_path / "cut.jsonl.gz", tmp_path / "damaged.jsonl.gz"
    cut.write_bytes(packed[:-20])
    damaged.write_bytes(packed[:40] + bytes(100) + packed[140:])
    for path, text in (
        (tmp_path / "none.jsonl", "there is no file"),
        (tmp_path, "can't be read"),
        (cut, "is cut off.*Copy it again"),
        (damaged, "is damaged after.*Copy it again"),
    ):
        with pytest.raises(UsageError, match=text) as error:
            list(read_records([path]))
        assert "\n" not in str(error.value)

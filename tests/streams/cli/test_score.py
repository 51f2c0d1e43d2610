"""`rebato score`."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.streams.cli.conftest import Rebato

LINES = (
    '{"text": "¡Qué vergüenza, huele a gas y nadie contesta!", "id": 7}\n'
    '{"text": "I love it, thank you", "lang": "en-GB"}\n'
    "\n"
    '{"text": "猫が好き"}\n'
)


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_line_gets_what_was_found_in_its_text(rebato: Rebato, tmp_path: Path) -> None:
    """Language, probability of negative, categories, and the words that decided; its own fields stay."""
    (tmp_path / "in.jsonl").write_text(LINES, encoding="utf-8")
    code, out, err = rebato("score", "--input", "in.jsonl", "--output", "out.jsonl")
    angry, glad, unknown = _lines(tmp_path / "out.jsonl")
    assert (code, out, err) == (0, "", "3 lines scored, 0 broken.\n")
    assert (angry["lang"], angry["id"]) == ("es", 7)
    assert isinstance(angry["negativity"], float)
    assert 0.5 < angry["negativity"] <= 1
    assert "safety" in angry["categories"]  # type: ignore[operator]  # a list
    assert "huele a gas" in angry["terms"]  # type: ignore[operator]  # a list
    assert (glad["lang"], glad["negativity"] < 0.5) == ("en-GB", True)  # type: ignore[operator]  # a float
    assert unknown["lang"] is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON: Input data was truncated"),
        (b'{"text": NaN}', "not JSON: "),
        (b'"text"', "not an object. Write "),
        (b'{"txt": "x"}', "`text` is missing, or no text."),
        (b'{"text": 7}', "`text` is missing, or no text."),
        (b'{"text": "x", "lang": 7}', "`lang` must be text"),
        (b'{"text": "\xff"}', "not JSON: "),
        (b'{"text": "\\ud800"}', "not JSON: "),
        (b"[" * 100_000, "not JSON: "),
    ],
)
def test_a_broken_line_is_told_with_its_number_and_left_out(
    line: bytes, reason: str, rebato: Rebato, tmp_path: Path
) -> None:
    """The others are scored."""
    (tmp_path / "in.jsonl").write_bytes(b'{"text": "one"}\n' + line + b'\n{"text": "three"}\n')
    code, _, err = rebato("score", "--input", "in.jsonl", "--output", "out.jsonl")
    assert code == 0
    assert err.startswith(f"in.jsonl line 2: {reason}")
    assert err.endswith("2 lines scored, 1 broken.\n")
    assert [found["text"] for found in _lines(tmp_path / "out.jsonl")] == ["one", "three"]


def test_many_broken_lines_are_told_ten_times_and_counted(rebato: Rebato, tmp_path: Path) -> None:
    """Nobody reads a thousand; a file without any usable line is a failed check."""
    (tmp_path / "in.jsonl").write_text("x\n" * 1_500, encoding="utf-8")
    code, out, err = rebato("score", "--input", "in.jsonl", "--output", "out.jsonl", "--json")
    facts = json.loads(out)
    assert (code, facts["done"], facts["broken"], len(facts["first_broken"])) == (1, 0, 1_500, 10)
    assert err.count(": not JSON") == 10
    assert err.endswith("no line could be used. Each must be an object with a `text`.\n")


def test_batches_score_as_single_lines_do(rebato: Rebato, tmp_path: Path) -> None:
    """1,000 lines a batch; the order stays."""
    texts = [f"Mensaje {n}: {'fatal' if n % 3 else 'genial'}" for n in range(1_001)]
    (tmp_path / "in.jsonl").write_text("".join(f'{{"text": "{text}"}}\n' for text in texts), encoding="utf-8")
    assert rebato("score", "--input", "in.jsonl", "--output", "out.jsonl").code == 0
    found = _lines(tmp_path / "out.jsonl")
    assert [line["text"] for line in found] == texts
    assert len({line["negativity"] for line in found}) == 2


def test_packed_files_are_read_and_written(rebato: Rebato, tmp_path: Path) -> None:
    """By their name, `.gz`."""
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(LINES.encode()))
    assert rebato("score", "--input", "in.jsonl.gz", "--output", "out.jsonl.gz").code == 0
    assert len(gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "source", "target", "message"),
    [
        (None, "in.jsonl", "out.jsonl", "can't read in.jsonl: no such file or directory."),
        (b"x", "in.jsonl", "nowhere/out.jsonl", "can't write nowhere/out.jsonl: no such file or directory."),
        (b"x", "in.jsonl", ".", "can't write .: it is a folder."),
        (b"x", ".", "out.jsonl", "can't read .: is a directory."),
        (b"x", "in.jsonl.gz", "out.jsonl", "can't unpack in.jsonl.gz: it isn't gzip, or is cut off."),
        (gzip.compress(b"x" * 999, mtime=0)[:-9], "in.jsonl.gz", "out.jsonl", "can't unpack in.jsonl.gz: "),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(
    content: bytes | None, source: str, target: str, message: str, rebato: Rebato, tmp_path: Path
) -> None:
    """Exit code 2, and nothing half written stays behind."""
    if content is not None and source != ".":
        (tmp_path / source).write_bytes(content)
    code, _, err = rebato("score", "--input", source, "--output", target)
    assert (code, err.startswith(message), err.count("\n")) == (2, True, 1)
    assert [file.name for file in tmp_path.iterdir() if file.name != source] == []


@pytest.mark.parametrize(
    ("command", "given", "first"),
    [
        ("score", '{"text": "hola"}', '{"text":"hola","lang":"es",'),
        ("detect-series", "timestamp,value\n2024-01-01,5", "timestamp,value,score,alarm\n"),
    ],
)
def test_a_pipe_is_read_and_written(command: str, given: str, first: str, tmp_path: Path) -> None:
    """`-` is stdin and stdout; what else is said goes to stderr."""
    arguments = [sys.executable, "-m", "streams.cli", command, "--input", "-", "--output", "-", "--json"]
    done = subprocess.run(arguments, input=given, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.startswith(first)
    assert json.loads(done.stderr)["done"] == 1


def test_deciding_words_of_a_batch_are_those_of_each_text_alone(tmp_path: Path, rebato: Rebato) -> None:
    """They are found for all lines at once."""
    texts = ["¡Qué vergüenza, huele a gas!", "", "I love it", "furchtbar, nie wieder :(", "nada"]
    for name, lines in (("all", texts), *((str(n), [text]) for n, text in enumerate(texts))):
        (tmp_path / f"{name}.in").write_text("".join(json.dumps({"text": text}) + "\n" for text in lines), encoding="utf-8")
        assert rebato("score", "--input", f"{name}.in", "--output", f"{name}.out").code == 0
    alone = [_lines(tmp_path / f"{n}.out")[0]["terms"] for n in range(len(texts))]
    assert [line["terms"] for line in _lines(tmp_path / "all.out")] == alone
    assert any(alone)


def test_a_file_needs_no_option(rebato: Rebato, tmp_path: Path) -> None:
    """What comes out goes to the terminal."""
    (tmp_path / "in.jsonl").write_text(LINES, encoding="utf-8")
    code, out, err = rebato("score", "in.jsonl")
    assert (code, len(out.splitlines()), err) == (0, 3, "3 lines scored, 0 broken.\n")


@pytest.mark.parametrize(
    ("files", "message"), [((), "no file is given."), (("a", "--input", "b"), "2 files are given, and one is read.")]
)
def test_one_file_is_read(files: tuple[str, ...], message: str, rebato: Rebato) -> None:
    """Neither none nor two."""
    code, _, err = rebato("score", *files)
    assert (code, err.startswith(message)) == (2, True)

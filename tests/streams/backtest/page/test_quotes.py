"""What people said, on the page of a backtest."""

import gzip
from pathlib import Path

import msgspec
import pytest

from schemas.incident import Incident
from schemas.signal import Sample
from streams.backtest.quotes import quotes_of, stamps
from streams.backtest.run import Backtest
from streams.files import STANDARD, read_records
from tests.alerts.bench import burning, figures
from tests.streams.backtest.page.reading import HOSTILE, Parsed, made, one_brand
from tests.streams.months import calm_then_storm, write_lines


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Backtest, str]:
    """Two calm days with a food scare at their end, whose texts try to break out of the page."""
    lines = [
        msgspec.json.encode(said | {"text": f"{said['text']} {HOSTILE}", "url": "javascript:alert(1)"})
        for said in map(msgspec.json.decode, calm_then_storm())
    ]
    return made(tmp_path_factory.mktemp("storm"), lines, one_brand(language="es"))


def of_line(path: Path, number: int) -> Incident:
    """An incident whose sample is that line."""
    record = next(record for record in read_records([path]) if record.offset == number)
    told = figures(samples=[Sample(0, 0, number, record.append_ms, 0.9)])
    return msgspec.structs.replace(burning().last, peak_figures=told)


def test_it_quotes_at_most_three_texts_an_incident(storm: tuple[Backtest, str]) -> None:
    """Out of the files, for a run keeps none."""
    run, page = storm
    assert Parsed(page).text.count("Lo que dicen") == len(run.rung) > 0
    assert len(run.rung) <= page.count("<blockquote>") <= 3 * len(run.rung)


def test_a_stranger_s_words_stay_words(storm: tuple[Backtest, str]) -> None:
    """Markup is shown, and what isn't a link of the web is none."""
    _, page = storm
    assert "&lt;/script&gt;&lt;img src=x" in page
    assert "<img" not in page
    assert "javascript:" not in page


def test_what_was_deleted_is_quoted_no_more(tmp_path: Path) -> None:
    """The page is passed on; the line that deletes it may come long after."""
    lines = calm_then_storm()[:9]
    whole = write_lines(tmp_path / "whole.jsonl", lines)
    assert len(quotes_of([of_line(whole, 3)], [whole], stamps([whole]))) == 1
    gone = msgspec.json.decode(lines[3]) | {"action": "delete", "observed_at": "2030-01-01T00:00:00Z"}
    less = write_lines(tmp_path / "less.jsonl", [*lines, msgspec.json.encode(gone)])
    assert quotes_of([of_line(less, 3)], [less], stamps([less])) == {}


def test_who_can_t_be_read_twice_is_not_quoted(tmp_path: Path) -> None:
    """A pipe, and a file that was changed or is gone by now."""
    path = write_lines(tmp_path / "in.jsonl", calm_then_storm()[:9])
    incident, before = of_line(path, 3), stamps([path])
    assert stamps([STANDARD]) is None
    assert quotes_of([incident], [STANDARD], None) == {}
    write_lines(path, calm_then_storm()[:10])
    assert quotes_of([incident], [path], before) == {}
    path.unlink()
    assert quotes_of([incident], [path], before) == {}


def test_a_file_that_ends_early_loses_no_page(tmp_path: Path) -> None:
    """What was found until there is quoted."""
    path = tmp_path / "in.jsonl.gz"
    whole = gzip.compress(b"".join(line + b"\n" for line in calm_then_storm()))
    path.write_bytes(whole[: len(whole) // 2])
    told = figures(samples=[Sample(0, 0, 10**9, 0, 0.9)])
    incident = msgspec.structs.replace(burning().last, peak_figures=told)
    assert quotes_of([incident], [path], stamps([path])) == {}

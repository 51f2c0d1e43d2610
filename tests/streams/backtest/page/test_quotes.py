"""What people said, on the page of a backtest."""

from pathlib import Path

import msgspec
import pytest

from schemas.signal import Sample
from streams.backtest.quotes import quotes_of
from streams.backtest.run import Backtest
from streams.files import STANDARD
from tests.alerts.bench import burning, figures
from tests.streams.backtest.page.reading import HOSTILE, Parsed, made, one_brand
from tests.streams.months import calm_then_storm


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Backtest, str]:
    """Two calm days with a food scare at their end, whose texts try to break out of the page."""
    lines = [
        msgspec.json.encode(said | {"text": f"{said['text']} {HOSTILE}", "url": "javascript:alert(1)"})
        for said in map(msgspec.json.decode, calm_then_storm())
    ]
    return made(tmp_path_factory.mktemp("storm"), lines, one_brand(language="es"))


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


def test_a_pipe_can_t_be_read_twice() -> None:
    """Then nobody is quoted."""
    told = figures(samples=[Sample(0, 0, 3, 0, 0.9)])
    incident = msgspec.structs.replace(burning().last, peak_figures=told)
    assert quotes_of([incident], [STANDARD]) == {}


def test_a_line_that_isn_t_the_sample_s_is_not_quoted(tmp_path: Path) -> None:
    """The file was changed meanwhile."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in calm_then_storm()[:9]))
    told = figures(samples=[Sample(0, 0, 3, 0, 0.9)])
    incident = msgspec.structs.replace(burning().last, peak_figures=told)
    assert quotes_of([incident], [path]) == {}

"""The page of a backtest: it stands alone, says what the report says, and nobody's words break out of it."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.config.events import Event
from schemas.config.model import Config
from streams.backtest.page.subject import MOST_BRANDS
from streams.backtest.run import Backtest
from streams.planned_view import Row
from tests.streams.backtest.page.reading import HOSTILE, Parsed, made, one_brand
from tests.streams.months import BRAND, START, calm_then_storm, good_line


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Backtest, str]:
    """Two calm days with a food scare at their end."""
    return made(tmp_path_factory.mktemp("storm"), calm_then_storm(), one_brand(language="es"))


def test_it_says_what_rang_in_the_language_of_the_config(storm: tuple[Backtest, str]) -> None:
    """The verdict first, then what the alert says."""
    run, page = storm
    text = Parsed(page).text
    assert "Casa Lumbre habría sonado" in text
    for incident in run.rung:
        assert incident.id in text
    for words in ("lo normal son unas", "caballo", "Alertas", "Con la mitad de falsas alarmas admitidas", "Resuelta"):
        assert words in text, words
    assert "a slack" not in text  # nobody is configured


def test_what_was_planned_is_told_and_drawn_where_it_is_about_the_brand(tmp_path: Path) -> None:
    """An event of another group isn't; more than a few are counted."""
    start_ms = int((START + timedelta(hours=3)).timestamp() * 1000)
    hour_ms = 3_600_000

    def row(hours: int, **more: object) -> Row:
        fields = {"name": "match <b>", "start": "2013-02-25 20:00", "duration": "1 h", "lift": 4}
        event = Event.model_validate(fields | more)
        return Row(event, "", "Europe/Madrid", start_ms + hours * hour_ms, start_ms + (hours + 1) * hour_ms)

    rows = [row(0), row(1, group="banks"), *(row(n, brands=[BRAND]) for n in range(2, 7))]
    _, page = made(tmp_path, [good_line(n, START, "Casa Lumbre") for n in range(9)], one_brand(), planned=rows)
    parsed = Parsed(page)
    (brand,) = parsed.numbers["brands"]
    assert [span["from"] for span in brand["planned"]] == [r.start_ms for r in rows if r.event.group is None]
    assert {span["severity"] for span in brand["planned"]} == {"planned"}
    assert parsed.text.count("match <b>") == 4
    assert "Planned (green): " in parsed.text
    assert ", 4x) and 2 more" in parsed.text


def test_the_curves_are_those_of_the_run(storm: tuple[Backtest, str]) -> None:
    """The peak of the incident is in them, and columns are of one length."""
    run, page = storm
    numbers = Parsed(page).numbers
    (brand,) = numbers["brands"]
    columns = {name: brand[name] for name in ("at", "mentions", "negative", "share", "rate", "mentions_usual")}
    assert len({len(column) for column in columns.values()}) == 1
    assert brand["at"] == sorted(set(brand["at"]))
    crisis = max(run.rung, key=lambda i: i.peak_figures.negative)
    assert max(brand["negative"]) >= crisis.peak_figures.negative
    assert min(brand["rate"]) < 0 < max(brand["rate"])
    assert brand["budget"] == 1.0
    assert {span["severity"] for span in brand["incidents"]} >= {"critical"}


def test_it_stands_alone(storm: tuple[Backtest, str]) -> None:
    """It names no address but the name space of SVG, and its policy forbids every load."""
    page = storm[1]
    assert set(re.findall(r"https?://[^\"'\s<)]+", page)) == {"http://www.w3.org/2000/svg"}
    parsed = Parsed(page)
    policy = next(a["content"] or "" for t, a in parsed.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not [t for t, a in parsed.tags if {"src", "style"} & set(a) or t in ("link", "iframe", "img")]


def _hostile(mention: dict[str, Any]) -> dict[str, Any]:
    author = {**mention["author"], "handle": f"{HOSTILE}{mention['id']}", "followers": 9_000}
    return {**mention, "brand": HOSTILE, "source": HOSTILE, "text": f"{mention['text']} #{HOSTILE}", "author": author}


def test_nobodys_words_break_out(tmp_path: Path) -> None:
    """Names of brands, handles, terms, networks and files are strangers' input."""
    lines = [json.dumps(_hostile(json.loads(line))).encode() for line in calm_then_storm()]
    run, page = made(tmp_path, lines, Config(brands="auto"), (f"{HOSTILE}.jsonl",))
    assert run.rung
    parsed = Parsed(page)
    assert "onerror" in parsed.text
    assert not [t for t, a in parsed.tags if t == "img" or any(name.startswith("on") for name in a)]
    assert page.count("<script") == page.count("</script") == 2
    assert "\u202e" not in page
    assert parsed.numbers["brands"]


def test_many_brands_are_cut_and_said(tmp_path: Path) -> None:
    """At most forty, and the others are counted."""
    count = MOST_BRANDS + 7
    lines = [good_line(n, START + timedelta(seconds=n), "hola", brand=f"brand{n % count}") for n in range(3 * count)]
    _, page = made(tmp_path, lines, Config(brands="auto"))
    parsed = Parsed(page)
    assert len(parsed.numbers["brands"]) == MOST_BRANDS
    assert "7 more brands (21 mentions, 0 incidents) are left out" in parsed.text
    assert [a for t, a in parsed.tags if a.get("id") == "filter"]


def test_what_was_refused_is_counted_by_reason(tmp_path: Path) -> None:
    """What stood in the line isn't repeated: it is a stranger's."""
    lines = [good_line(1, START, "hola", brand="ikea"), b"a stranger's line", good_line(1, START, "hola", brand="ikea")]
    _, page = made(tmp_path, lines, Config(brands="auto"))
    text = Parsed(page).text
    assert "1 (not JSON 1)" in text
    assert "stranger" not in text


@pytest.mark.parametrize(
    "lines", [[], [b"nonsense"], [good_line(1, START, "hola")]], ids=["empty", "broken", "other brands"]
)
def test_nothing_to_show_is_a_page_too(lines: list[bytes], tmp_path: Path) -> None:
    """It says so."""
    _, page = made(tmp_path, lines, one_brand())
    assert "No mention of a watched brand" in Parsed(page).text

"""`rebato backtest`."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.streams.cli.conftest import Outcome, Rebato
from tests.streams.intake.broken import broken_lines
from tests.streams.months import BRAND, CONFIG, calm_then_storm, good_line, onset, write_lines

REPORT = {"config_hash", "input", "brands", "incidents", "speed"}
INPUT = {"files", "mentions", "invalid", "duplicates", "late", "first", "last"}
INCIDENT = {
    *("id", "brand", "brands", "kind", "severity", "opened_at", "peak_severity", "peak_at", "resolved_at", "alerts"),
    *("observed", "expected", "ratio", "negative_share", "negative_share_expected", "false_alarm_probability", "terms"),
    *("authors", "texts", "mentions"),
}
ALERT = {"at", "transition", "severity", "destinations"}


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days of one brand, the last minutes of them a food scare."""
    return write_lines(tmp_path_factory.mktemp("storm") / "storm.jsonl", calm_then_storm())


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    """The folder of the command, with a config in it."""
    (tmp_path / "rebato.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def _report(outcome: Outcome) -> dict[str, Any]:
    assert outcome.code == 0, outcome.err
    report: dict[str, Any] = json.loads(outcome.out)
    return report


def _time(text: str) -> datetime:
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


def test_the_report_has_everything_that_scripts_rely_on(rebato: Rebato, configured: Path, storm: Path) -> None:
    """Every key of the contract, times in UTC, and figures that agree with each other."""
    report = _report(rebato("backtest", "--input", storm, "--json", "-"))
    assert set(report) >= REPORT
    assert set(report["input"]) >= INPUT
    lines = len(storm.read_bytes().splitlines())
    assert report["input"]["files"] == [str(storm)]
    assert (report["input"]["mentions"], report["input"]["invalid"], report["input"]["duplicates"]) == (lines, 0, 0)
    assert report["brands"][BRAND]["mentions"] == lines
    assert 0 < report["brands"][BRAND]["negative"] < lines
    assert report["speed"]["mentions_per_s"] > 0
    told = [incident for incident in report["incidents"] if incident["alerts"]]
    assert report["brands"][BRAND]["incidents"] == len(report["incidents"])
    for incident in report["incidents"]:
        assert set(incident) >= INCIDENT
        assert 0 <= incident["false_alarm_probability"] <= 1
        assert all(set(alert) >= ALERT and alert["destinations"] for alert in incident["alerts"])
    crisis = next(incident for incident in told if _time(incident["opened_at"]) >= onset())
    assert (_time(crisis["opened_at"]) - onset()).total_seconds() <= 600
    assert _time(crisis["opened_at"]) <= _time(crisis["peak_at"]) <= _time(crisis["resolved_at"])
    assert (crisis["brand"], crisis["kind"], crisis["peak_severity"]) == (BRAND, "surge", "critical")
    assert crisis["ratio"] > 4
    assert crisis["negative_share"] > crisis["negative_share_expected"] > 0
    assert any("caballo" in term for term in crisis["terms"])
    assert [crisis["alerts"][0]["transition"], crisis["alerts"][-1]["transition"]] == ["opened", "resolved"]


def test_the_terminal_says_it_in_sentences(rebato: Rebato, configured: Path, storm: Path) -> None:
    """What would have rung and when, in the installation's zone; the report goes into a file as well."""
    code, out, _ = rebato("backtest", "--input", storm, "--json", "report.json")
    assert code == 0
    first = out.splitlines()[0]
    assert first.startswith(f"In these 2 days {BRAND} would have rung ")
    assert "Sat 03 Jan 00:2" in first  # 23:20 UTC and a few minutes
    assert "At half the budget: " in out
    assert "At double the budget: " in out
    assert " a second)." in out.splitlines()[-1]
    assert set(json.loads((configured / "report.json").read_text(encoding="utf-8"))) >= REPORT


def test_no_row_of_the_table_is_cut_off(
    rebato: Rebato, configured: Path, storm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a pipe each incident has a line of its own, in the installation's zone; a narrow terminal gets a paragraph."""
    monkeypatch.delenv("COLUMNS", raising=False)
    _, out, _ = rebato("backtest", "--input", storm)
    (row,) = (line for line in out.splitlines() if line.startswith("2015-01-03 00:2"))
    assert row.split()[2:5] == [BRAND, "surge", "critical"]
    monkeypatch.setenv("COLUMNS", "60")
    _, narrow, _ = rebato("backtest", "--input", storm)
    assert "…" not in out + narrow
    (first,) = (line for line in narrow.splitlines() if line.startswith("2015-01-03 00:2"))
    assert first.endswith(f"{BRAND}: surge, critical")
    assert max(len(line) for line in narrow.splitlines() if line.startswith("  told")) <= 60


def test_a_file_out_of_order_is_said_to_be_one(rebato: Rebato, configured: Path) -> None:
    """Its evidence would be nonsense, and nothing else would tell."""
    lines = calm_then_storm(per_min=1)
    write_lines(configured / "in.jsonl", [lines[0], lines[-1], *lines[1:-1]])
    code, out, _ = rebato("backtest", "--input", "in.jsonl")
    assert code == 0
    assert "Is the file in the order of `observed_at`?" in out
    write_lines(configured / "in.jsonl", lines)
    _, out, _ = rebato("backtest", "--input", "in.jsonl")
    assert "in the order" not in out


def test_the_page_changes_nothing_of_the_report(rebato: Rebato, configured: Path, storm: Path) -> None:
    """It is written beside it, whole, and says what the terminal says."""
    with_page = _report(rebato("backtest", "--input", storm, "--json", "-", "--html", "page.html"))
    without = _report(rebato("backtest", "--input", storm, "--json", "-"))
    del with_page["speed"], without["speed"]
    assert with_page == without
    page = (configured / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    assert "Casa Lumbre</bdi> would have rung " in page
    for incident in without["incidents"]:
        assert incident["id"] in page or not incident["alerts"]


def test_a_run_is_repeatable(rebato: Rebato, configured: Path, storm: Path) -> None:
    """The same file in two halves, one of them packed, gives the same report; but for the names of files and its speed."""
    lines = storm.read_bytes().splitlines()
    halves = [write_lines(configured / "a.jsonl", lines[::2]), configured / "b.jsonl.gz"]
    halves[1].write_bytes(gzip.compress(b"\n".join(lines[1::2]), 1))
    reports = [
        _report(rebato("backtest", "--json", "-", *(part for path in paths for part in ("--input", path))))
        for paths in ([storm], halves)
    ]
    for report in reports:
        del report["speed"], report["input"]["files"]
    assert reports[0] == reports[1]


def test_brands_may_come_as_the_mentions_name_them(rebato: Rebato, tmp_path: Path) -> None:
    """`brands: auto`: any file runs without a config of its own."""
    (tmp_path / "rebato.yaml").write_text("brands: auto\n", encoding="utf-8")
    lines = [good_line(n, onset(), "hola", brand=brand) for n, brand in enumerate(["ikea", "IKEA", "lumbre", "lumbre"])]
    report = _report(rebato("backtest", "--json", "-", "--input", write_lines(tmp_path / "in.jsonl", lines)))
    assert sum(brand["mentions"] for brand in report["brands"].values()) == 4
    assert report["brands"]["lumbre"] == {"mentions": 2, "negative": 0, "incidents": 0}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.jsonl", None, "there is no file none.jsonl."),
        ("cut.jsonl.gz", gzip.compress(b"{}\n" * 999, mtime=0)[:-9], "cut.jsonl.gz is cut off: "),
        ("odd.jsonl.gz", gzip.compress(b"{}\n" * 999, mtime=0)[:12] + b"\xff" * 50, "odd.jsonl.gz is damaged after 0 lines"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    name: str, content: bytes | None, message: str, rebato: Rebato, configured: Path
) -> None:
    """Exit code 2, no traceback, no report."""
    if content is not None:
        (configured / name).write_bytes(content)
    code, out, err = rebato("backtest", "--input", name, "--json", "report.json")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(message)
    assert not list(configured.glob("report*"))


def test_a_report_that_cannot_be_written_is_said_before_the_run(rebato: Rebato, configured: Path, storm: Path) -> None:
    """Not after minutes of work."""
    code, out, err = rebato("backtest", "--input", storm, "--json", "nowhere/report.json")
    assert (code, out) == (2, "")
    assert err.startswith("can't write nowhere/report.json: no such file or directory.")


def test_a_page_that_cannot_be_written_is_said_before_the_run(rebato: Rebato, configured: Path, storm: Path) -> None:
    """And no report is left behind."""
    code, out, err = rebato("backtest", "--input", storm, "--json", "report.json", "--html", "nowhere/page.html")
    assert (code, out) == (2, "")
    assert err.startswith("can't write nowhere/page.html: no such file or directory.")
    assert not list(configured.glob("report*"))


@pytest.mark.parametrize(
    ("lines", "said", "ends_with"),
    [
        ([], "There is nothing in it: no line at all.", 0),
        ([b"nonsense"], "1 line refused (not_json 1); the first is line 1: ", 1),
        ([good_line(1, onset(), "hola")], "No mention of a watched brand: nothing could ring.", 0),
    ],
    ids=["empty", "broken", "other brands"],
)
def test_a_file_without_a_watched_brand_says_so(
    lines: list[bytes], said: str, ends_with: int, rebato: Rebato, configured: Path
) -> None:
    """Nothing could ring; that is an answer, but for a file in which no line is a mention."""
    write_lines(configured / "in.jsonl", lines)
    code, out, err = rebato("backtest", "--input", "in.jsonl")
    assert code == ends_with
    assert said in out
    assert ("no line of the input is a mention" in err) == bool(ends_with)
    report = json.loads(rebato("backtest", "--input", "in.jsonl", "--json", "-").out)
    assert (report["brands"], report["incidents"]) == ({}, [])


def test_brands_as_they_come_must_be_named(rebato: Rebato, configured: Path) -> None:
    """The advice isn't what the config already says."""
    (configured / "rebato.yaml").write_text("brands: auto\n", encoding="utf-8")
    write_lines(configured / "in.jsonl", [good_line(1, onset(), "hola")])
    assert "Give each line a `brand`, or list the brands" in rebato("backtest", "--input", "in.jsonl").out


def test_broken_lines_are_counted_and_named_and_the_others_are_exact(rebato: Rebato, configured: Path) -> None:
    """5,000 broken lines, one before each good one, each counted by its reason."""
    broken = [(line.replace(b"\n", b" "), reason) for line, reason in broken_lines(5_000)]
    good = calm_then_storm(per_min=2)[:5_000]
    write_lines(configured / "in.jsonl", [line for (bad, _), ok in zip(broken, good, strict=True) for line in (bad, ok)])
    code, out, _ = rebato("backtest", "--input", "in.jsonl", "--json", "report.json")
    assert code == 0
    assert out.startswith("5,000 lines refused (")
    assert "That is much of the file" in out
    report = json.loads((configured / "report.json").read_text(encoding="utf-8"))
    reasons: dict[str, int] = {}
    for _, reason in broken:
        reasons[reason.value] = reasons.get(reason.value, 0) + 1
    assert report["input"]["invalid_by_reason"] == dict(sorted(reasons.items()))
    assert (report["input"]["invalid"], report["input"]["mentions"], report["input"]["late"]) == (5_000, 5_000, 0)
    assert report["brands"][BRAND]["mentions"] == 5_000
    refusals = report["input"]["refusals"]
    assert [refusal["line"] for refusal in refusals[:3]] == [1, 3, 5]
    assert [refusal["reason"] for refusal in refusals] == [reason.value for _, reason in broken[: len(refusals)]]

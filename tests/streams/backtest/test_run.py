"""Backtests: the account of every line, time, and other budgets."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.config.model import Config
from schemas.enums import Channel, Kind, Refusal
from streams.backtest.run import BATCH, Backtest, backtest
from streams.backtest.words import sentences
from streams.files import read_records
from tests.streams.intake.making import scorer
from tests.streams.months import BRAND, START, calm_then_storm, good_line, onset, write_lines

AUTO = Config(brands="auto")
LISTED = Config.model_validate({"brands": [{"id": BRAND, "names": ["Casa Lumbre"], "handles": {"x": "CasaLumbre"}}]})


def run(tmp_path: Path, lines: list[bytes], config: Config = AUTO) -> Backtest:
    """A backtest over a file of these lines."""
    file = write_lines(tmp_path / "in.jsonl", lines)
    return backtest(config, "hash", read_records([file]), scorer(), lambda done: None)


def hour(*extra: bytes) -> list[bytes]:
    """Two hundred minutes of one brand, with something in their middle."""
    lines = [good_line(n, START + timedelta(minutes=n), "hola", brand="ikea") for n in range(200)]
    return [*lines[:100], *extra, *lines[100:]]


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("2099-01-01T00:00:00Z", Refusal.FUTURE),
        ("2015-01-03T00:00:00Z", Refusal.FUTURE),  # nearly two days ahead of the lines around it
        ("0001-01-01T00:00:00Z", Refusal.OUT_OF_RANGE_TIME),
        ("9999-12-31T23:59:59Z", Refusal.OUT_OF_RANGE_TIME),
    ],
)
def test_one_line_of_another_age_is_refused_and_moves_nothing(tmp_path: Path, time: str, reason: Refusal) -> None:
    """The lines after it are neither late nor of its day."""
    found = run(tmp_path, hour(good_line(999, START, "hola", brand="ikea", observed_at=time)))
    assert (found.refused, found.mentions, found.late) == ({reason: 1}, 200, 0)
    assert found.last_ms - found.first_ms == 199 * 60_000
    assert found.refusals[0][:2] == (100, reason)


def test_refused_lines_are_told_in_their_order(tmp_path: Path) -> None:
    """Whatever the step that refuses them."""
    far, broken = good_line(999, START + timedelta(days=900), "hola", brand="ikea"), b"{"
    found = run(tmp_path, hour(far, broken))
    assert [(line, reason) for line, reason, _ in found.refusals] == [(100, Refusal.FUTURE), (101, Refusal.NOT_JSON)]


def test_a_gap_of_weeks_is_no_future(tmp_path: Path) -> None:
    """The lines after it agree, so time goes on there."""
    lines = [good_line(n, START + timedelta(days=20 * (n // 60), minutes=n), "hola", brand="ikea") for n in range(120)]
    found = run(tmp_path, lines)
    assert (found.refused, found.mentions, found.late) == ({}, 120, 0)


def test_every_line_is_counted_once_as_something(tmp_path: Path) -> None:
    """New, repeat or refused; late ones are mentions that no window has."""
    lines = [good_line(n, START + timedelta(seconds=10 * n), "hola", brand="ikea") for n in range(BATCH + 10)]
    late = good_line(9_999, START, "hola", brand="ikea")
    found = run(tmp_path, [*lines, late, late, b"nonsense"])
    assert (found.mentions, found.duplicates, found.refused) == (BATCH + 11, 1, Counter({Refusal.NOT_JSON: 1}))
    assert found.late == 1
    assert "1 mention came too late to count." in sentences(found, "UTC")


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Backtest:
    """Two calm days with a food scare at their end."""
    return run(tmp_path_factory.mktemp("storm"), calm_then_storm(), LISTED)


def test_a_crisis_rings_and_what_is_open_at_the_end_resolves(storm: Backtest) -> None:
    """Time goes on after the last line."""
    crisis = [i for i in storm.rung if i.opened_ms >= onset().timestamp() * 1000]
    assert [i.kind for i in crisis] == [Kind.SURGE]
    assert crisis[0].resolved_ms > storm.last_ms
    assert {alert.destination for alert in storm.alerts} == {Channel.SLACK}


def test_a_larger_budget_rings_at_least_as_often(storm: Backtest) -> None:
    """At double the budget whatever rings at half of it rings too."""
    less, more = storm.other_budgets[0.5], storm.other_budgets[2.0]
    assert len(less) <= len(storm.rung) <= len(more)


def test_calm_days_ring_nothing(tmp_path: Path) -> None:
    """And the sentences say so."""
    found = run(tmp_path, calm_then_storm(storm_per_min=0), LISTED)
    assert found.rung == []
    assert "In these 2 days nothing would have rung, for 1 brand." in sentences(found, "UTC")

"""Real replays: every line is accounted for, and what must never ring doesn't."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.config.model import Config
from schemas.incident import Incident
from streams.backtest.run import Backtest, backtest
from streams.files import read_records
from tests.streams.intake.making import scorer

pytestmark = pytest.mark.data
AUTO = Config(brands="auto")
NO_END_MS = 1 << 60


@pytest.fixture(scope="module")
def runs(data_dir: Path) -> dict[Path, Backtest]:
    """All replays, run."""
    files = sorted((data_dir / "replays").glob("*.jsonl.gz"))
    assert files
    return {file: backtest(AUTO, "hash", read_records([file]), scorer(), lambda done: None) for file in files}


@pytest.fixture(scope="module")
def events(data_dir: Path) -> list[dict[str, Any]]:
    """What is known to have happened in them."""
    found: list[dict[str, Any]] = json.loads((data_dir / "replays" / "events.json").read_text(encoding="utf-8"))
    return found


def test_every_line_is_accounted_for(runs: dict[Path, Backtest]) -> None:
    """A mention, a repeat or refused; none is lost."""
    for file, run in runs.items():
        with gzip.open(file) as lines:
            total = sum(1 for line in lines if line.strip())
        assert run.mentions + run.duplicates + sum(run.refused.values()) == total, file.name
        assert run.refused == {}, file.name
        assert run.late == 0, file.name


def test_what_must_never_ring_does_not(runs: dict[Path, Backtest], events: list[dict[str, Any]]) -> None:
    """Bought retweets, on the days on which we know of them."""
    never = [event for event in events if event["rule"] == "never"]
    assert never
    for event in never:
        run = next(run for file, run in runs.items() if file.name.startswith(event["replay"] + "."))
        assert [i.id for i in run.rung if _within(i, event)] == [], event["what"]


def _within(incident: Incident, event: dict[str, Any]) -> bool:
    first_ms, last_ms = _ms(event["onset"]), _ms(event["end"])
    same = incident.brand.casefold() == event["brand"].casefold().replace(" ", "")
    return same and first_ms <= incident.opened_ms <= last_ms


def _ms(time: str | None) -> int:
    return int(datetime.fromisoformat(time).timestamp() * 1000) if time else NO_END_MS

"""`rebato top` without a terminal: one table of what the topics say."""

import json
import time
from pathlib import Path

import pytest
from confluent_kafka import Producer

from schemas.enums import IncidentState, Kind, Severity
from schemas.incident import Incident
from schemas.series import Point, SeriesBatch
from schemas.signal import Figures
from schemas.wire import encode
from streams.cli.main import run
from streams.embedded import EmbeddedBroker

pytestmark = pytest.mark.embedded


@pytest.fixture
def config(embedded: EmbeddedBroker, tmp_path: Path) -> str:
    """A config for an embedded broker on which a brand burns."""
    embedded.create("series", "incidents")
    now_ms = int(time.time() * 1000)
    point = Point("lacocinera", "food", now_ms, 412, 30.0, 292, 6.6, 31, 0.001, False)
    incident = Incident(
        v=1, id="lacocinera-surge-1", brand="lacocinera", group="food", kind=Kind.SURGE, state=IncidentState.OPEN,
        severity=Severity.CRITICAL, peak_severity=Severity.CRITICAL, opened_ms=now_ms, since_ms=now_ms - 540_000,
        revision=1, figures=Figures(), evidence=9.0, false_alarms_per_month=0.01, budget_per_month=1.0,
    )  # fmt: skip
    producer = Producer({"bootstrap.servers": embedded.address})
    producer.produce("series", encode(SeriesBatch(1, now_ms, [point])), partition=2)
    producer.produce("series", b"\xff not ours", partition=1)
    producer.produce("incidents", encode(incident), incident.id.encode(), 1)
    producer.flush()
    file = tmp_path / "rebato.yaml"
    brand = "{id: lacocinera, names: [La Cocinera]}"
    file.write_text(f"brands: [{brand}]\nkafka: {{brokers: '{embedded.address}'}}\nmonitoring: {{port: 0}}\n")
    return str(file)


def test_without_a_terminal_it_prints_one_table(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts and logs get a snapshot and the prompt back."""
    assert run(["top", "--config", config]) == 0
    out = capsys.readouterr().out
    assert "La Cocinera" in out
    assert "● critical 9 min" in out


def test_json_has_the_figures(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The same, for machines."""
    assert run(["top", "--config", config, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["brands"]
    assert (row["mentions"], row["severity"], row["ratio"]) == (412, "critical", 13.73)

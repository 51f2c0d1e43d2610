"""The whole pipeline in one object: what goes in comes out, however it is cut up."""

from collections.abc import Iterable

import pytest

from alerts.desk import IncidentDesk
from schemas.alert import Alert
from schemas.config.model import Config
from schemas.enums import Transition
from schemas.incident import Incident
from schemas.signal import SignalRecord, Source
from streams.intake.records import RawRecord
from streams.pipeline import Pipeline, Step, telling
from tests.streams.intake.making import scorer
from tests.streams.months import BRAND, START, calm_then_storm

CONFIG = Config.model_validate(
    {
        "brands": [{"id": BRAND, "names": ["Casa Lumbre"], "handles": {"x": "CasaLumbre"}}],
        "alerts": {"slack": {"webhook_url": "https://hooks.example.com/x"}},
        "time": "replay",
    }
)
START_MS = int(START.timestamp() * 1000)
MINUTE_MS = 60_000
DAYS = 2
END_MS = START_MS + DAYS * 1440 * MINUTE_MS


def run(every_min: int, learn_until_ms: int = 0) -> list[Step]:
    """A storm after two calm days, fed in pieces of so many minutes, then two hours of silence."""
    pipeline = Pipeline(CONFIG, "hash", scorer())
    per_min = _by_minute(calm_then_storm(DAYS))
    steps = []
    for first in range(0, DAYS * 1440 + 120, every_min):
        records = [record for minute in range(first, first + every_min) for record in per_min.get(minute, [])]
        steps.append(pipeline.feed(records, START_MS + (first + every_min) * MINUTE_MS, learn_until_ms))
    return steps


def _by_minute(lines: list[bytes]) -> dict[int, list[RawRecord]]:
    storm = DAYS * 1440 - 40
    out: dict[int, list[RawRecord]] = {}
    for number, line in enumerate(lines):
        minute = number if number < storm else storm + (number - storm) // 13
        out.setdefault(minute, []).append(RawRecord(0, number, START_MS + minute * MINUTE_MS, line))
    return out


def _alerts(steps: list[Step]) -> list[Alert]:
    return [alert for step in steps for alert in step.alerts]


def _incidents(steps: list[Step]) -> dict[str, Incident]:
    return {incident.id: incident for step in steps for incident in step.incidents}


@pytest.fixture(scope="module")
def by_minute() -> list[Step]:
    """Fed minute by minute."""
    return run(every_min=1)


def test_mentions_go_in_and_alerts_come_out(by_minute: list[Step]) -> None:
    """Opened, and resolved at the end; each alert carries the incident as it was."""
    alerts = _alerts(by_minute)
    transitions = [alert.transition for alert in alerts]
    assert transitions[0] is Transition.OPENED
    assert transitions[-1] is Transition.RESOLVED
    assert len({alert.id for alert in alerts}) == len(alerts)
    assert all(alert.incident.brand == BRAND for alert in alerts)


def test_the_pieces_of_the_input_change_no_decision(by_minute: list[Step]) -> None:
    """A backtest feeds thousands of lines at once, a live installation a few: the same incidents at the same minutes."""
    fine, coarse = _incidents(by_minute), _incidents(run(every_min=10))
    assert fine.keys() == coarse.keys()
    for name, incident in fine.items():
        assert abs(incident.resolved_ms - coarse[name].resolved_ms) <= MINUTE_MS
        assert incident.peak_severity is coarse[name].peak_severity


def test_what_only_teaches_rings_nothing() -> None:
    """Before that time the detectors learn, and no level is stated."""
    steps = run(every_min=10, learn_until_ms=END_MS + 120 * MINUTE_MS)
    assert _incidents(steps) == {}
    assert sum(len(step.intake.columns) for step in steps if step.intake) > 2_000


def test_ticks_that_change_nothing_may_be_left_out(by_minute: list[Step]) -> None:
    """Where the desk waits for nothing; its decisions are those on all records."""
    signals = [record for step in by_minute for record in step.signals]

    def decided(desk: IncidentDesk, records: Iterable[tuple[int, SignalRecord]]) -> tuple[int, list[Alert], list[Incident]]:
        decisions = [desk.apply(record, Source(0, position, 0)) for position, record in records]
        alerts, incidents = [a for d in decisions for a in d.alerts], [i for d in decisions for i in d.incidents]
        return len(decisions), alerts, incidents

    desks = [IncidentDesk(CONFIG, "hash"), IncidentDesk(CONFIG, "hash")]
    everything = decided(desks[0], enumerate(signals))
    needed = decided(desks[1], telling(signals, desks[1]))
    assert everything[1:] == needed[1:]
    assert everything[1]
    assert needed[0] < everything[0] / 2

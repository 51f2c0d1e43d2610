"""Where every brand stands: what the live table shows of series and incidents."""

import io

import msgspec
import pytest
from rich.console import Console

from schemas.enums import IncidentState, Kind, Severity
from schemas.incident import Incident, Member
from schemas.series import Point, SeriesBatch
from schemas.signal import Figures
from streams.board import Standings
from streams.cli.table import Board, render, sparkline

MIN = 60_000
NOON = 1_700_000_000_000


def _batch(at_ms: int, brand: str, mentions: int, last_min: int = 0, learning: bool = False) -> SeriesBatch:
    point = Point(brand, brand, at_ms, mentions, 20.0, mentions // 2, 4.0, last_min, 100.0, learning)
    return SeriesBatch(1, at_ms, [point])


def _incident(revision: int, severity: Severity, state: IncidentState = IncidentState.OPEN, acked_by: str = "") -> Incident:
    return Incident(
        v=1, id="ikea-surge-1", brand="ikea", group="food", kind=Kind.SURGE, state=state, severity=severity,
        peak_severity=severity, opened_ms=NOON, since_ms=NOON - 9 * MIN, revision=revision, figures=Figures(),
        evidence=5.0, false_alarms_per_month=0.1, budget_per_month=1.0, brands=["ikea", "telar"], acked_by=acked_by,
    )  # fmt: skip


def _screen(board: Board) -> str:
    out = io.StringIO()
    Console(file=out, width=110).print(render(board))
    return out.getvalue()


def test_the_worst_comes_first() -> None:
    """Whoever looks has ten seconds."""
    standings = Standings({"ikea": "IKEA"})
    for brand, mentions in (("calm", 20), ("busy", 90), ("ikea", 30)):
        standings.add_series(_batch(NOON, brand, mentions))
    standings.add_incident(_incident(1, Severity.CRITICAL))
    assert [row.brand for row in standings.board("t").rows] == ["IKEA", "busy", "calm"]


def test_the_newest_revision_is_the_incident() -> None:
    """Records of a compacted topic come in order of offset, yet a repeat may lie behind its successor."""
    standings = Standings()
    standings.add_series(_batch(NOON, "ikea", 90))
    standings.add_incident(_incident(2, Severity.CRITICAL))
    standings.add_incident(_incident(1, Severity.WARNING))
    (row,) = standings.board("t").rows
    assert (row.severity, row.since_s) == (Severity.CRITICAL, 540)
    standings.add_incident(_incident(3, Severity.CRITICAL, IncidentState.RESOLVED))
    assert standings.board("t").rows[0].severity is None


def test_a_brand_that_caught_the_crisis_shows_it() -> None:
    """Contagion: one incident, several brands."""
    standings = Standings()
    standings.add_series(_batch(NOON, "telar", 30))
    standings.add_incident(_incident(1, Severity.WARNING, IncidentState.ACKNOWLEDGED, "ana"))
    (row,) = standings.board("t").rows
    assert (row.severity, row.note) == (Severity.WARNING, "acknowledged by ana")


def test_silence_counts_as_nothing() -> None:
    """A brand of which nobody speaks is stated by nobody: after the window its counts are over."""
    standings = Standings()
    standings.add_series(_batch(NOON, "ikea", 90, last_min=7))
    standings.add_series(_batch(NOON + 20 * MIN, "telar", 20))
    rows = {row.brand: row for row in standings.board("t").rows}
    assert (rows["ikea"].mentions, rows["ikea"].negative_share) == (0, 0.0)


def test_the_chart_has_a_bar_for_each_minute() -> None:
    """Minutes without a record are minutes without anger."""
    standings = Standings()
    for minute, negative in ((0, 3), (1, 4), (4, 9)):
        standings.add_series(_batch(NOON + minute * MIN, "ikea", 90, last_min=negative))
    assert list(standings.board("t").spark) == [3, 4, 0, 0, 9]


def test_the_table_says_it_in_a_line_a_brand() -> None:
    """Figures, then what they mean."""
    standings = Standings({"ikea": "IKEA"})
    standings.add_series(_batch(NOON, "ikea", 412, last_min=9))
    standings.add_series(_batch(NOON, "calm", 18, learning=True))
    standings.add_incident(_incident(1, Severity.CRITICAL))
    screen = _screen(standings.board("rebato · test", 1204.4))
    assert "rebato · test" in screen
    assert "1,204 mentions/s" in screen
    (line,) = (line for line in screen.splitlines() if line.startswith(" IKEA"))
    assert line.split() == ["IKEA", "412", "20", "20.6", "50%", "20%", "●", "critical", "9", "min"]
    assert "○ learning what is normal" in screen


@pytest.mark.parametrize(("values", "bars"), [([], ""), ([0, 0], "▁▁"), ([5, 5], "██"), ([0, 1000], "▁█")])
def test_bars_are_against_the_highest(values: list[int], bars: str) -> None:
    """Nothing is nothing, however little there is."""
    assert sparkline(values) == bars


def test_of_a_crisis_that_has_spread_each_brand_shows_whose_it_is_until_it_is_calm() -> None:
    """The first one needs no note."""
    members = [Member(brand, f"{brand}-1", NOON, Severity.WARNING, Figures()) for brand in ("ikea", "telar")]
    shared = msgspec.structs.replace(_incident(1, Severity.WARNING), kind=Kind.CONTAGION, members=members)
    standings = Standings({"ikea": "IKEA"})
    for brand in ("ikea", "telar"):
        standings.add_series(_batch(NOON, brand, 30))
    standings.add_incident(shared)
    assert {row.brand: row.note for row in standings.board("t").rows} == {"IKEA": "", "telar": "same crisis as IKEA"}
    calm = [members[0], msgspec.structs.replace(members[1], ended_ms=NOON + 1)]
    standings.add_incident(msgspec.structs.replace(shared, revision=2, members=calm))
    severities = {row.brand: row.severity for row in standings.board("t").rows}
    assert severities == {"IKEA": Severity.WARNING, "telar": None}

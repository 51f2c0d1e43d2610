"""How bad an incident is."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import installation_rules
from alerts.severity import points, severity_of
from schemas.enums import Kind, Severity
from schemas.signal import Figures, Unusual
from tests.alerts.bench import config, figures, level

BIG = figures()
ASK, ILL = Unusual(0.7, 0.1, "question"), Unusual(0.2, 0.01, "safety")
RULES = installation_rules(config(), "hash")


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        pytest.param({"rate": 1.0}, "warning", id="at the threshold, four times the negative mentions: two points"),
        pytest.param({"rate": 1.0, "figures": figures(negative=12)}, "watch", id="not twice the usual: under one point"),
        pytest.param({"rate": 1.0, "figures": figures(negative=12), "rising": True}, "warning", id="but rising fast"),
        pytest.param({"rate": 1.0, "figures": figures(negative=12, reach=900_000)}, "warning", id="but from loud voices"),
        pytest.param({"rate": 1.0, "figures": figures(negative=12, reach=412_000)}, "watch", id="of a crowd's usual reach"),
        pytest.param({"rate": 1 / 12}, "critical", id="once a year, large and broad"),
        pytest.param({"rate": 1 / 11}, "warning", id="more often than once a year"),
        pytest.param({"rate": 0.01, "figures": figures(mentions=80)}, "warning", id="under three times the mentions"),
        pytest.param({"rate": 0.01, "figures": figures(authors=9)}, "warning", id="under twice the floor of authors"),
        pytest.param({"rate": 0.01, "figures": figures(texts=7)}, "warning", id="under twice the floor of texts"),
        pytest.param({"rate": 0.01, "kind": Kind.VOLUME}, "watch", id="talk without anger"),
        pytest.param({"rate": 1.0, "kind": Kind.SYSTEM, "figures": figures(mentions=0)}, "warning", id="about ourselves"),
        pytest.param({"rate": 1.0, "kind": Kind.TOPIC, "figures": figures(mentions=60)}, "warning", id="all mentions count"),
        pytest.param({"rate": 0.01, "kind": Kind.TOPIC, "figures": figures(unusual=ASK)}, "warning", id="questions"),
        pytest.param({"rate": 0.01, "kind": Kind.TOPIC, "figures": figures(unusual=ILL)}, "critical", id="health"),
    ],
)
def test_severity_wants_rarity_size_and_breadth(changes: dict[str, Any], severity: str) -> None:
    """Each row says its rule."""
    assert severity_of(level(**changes), RULES) is Severity(severity)


def test_a_rare_surge_under_a_strict_budget_needs_speed_or_size_to_be_critical() -> None:
    """With 0.25 false alarms a month once a year is only 0.8 points above the threshold."""
    strict = installation_rules(config(sensitivity="quiet"), "hash")
    three_times = figures(negative=20)
    assert severity_of(level(rate=1 / 12, figures=three_times), strict) is Severity.WARNING
    assert severity_of(level(rate=1 / 12, figures=three_times, rising=True), strict) is Severity.CRITICAL
    assert severity_of(level(rate=1 / 12, figures=three_times, rising=True, evidence_window_s=3600), strict) is (
        Severity.WARNING
    )


def test_reach_alone_wakes_nobody() -> None:
    """A million followers are worth one point of three, and the bounds for `critical` stay."""
    loud = figures(negative=8, reach=10**7)
    assert severity_of(level(rate=1 / 12, figures=loud), installation_rules(config(sensitivity="quiet"), "hash")) is (
        Severity.WARNING
    )
    assert severity_of(level(rate=1 / 11, figures=loud), RULES) is Severity.WARNING


@given(
    kind=st.sampled_from(Kind),
    rate=st.floats(0, allow_nan=False),
    of=st.builds(figures, mentions=st.integers(0, 10**9), negative=st.integers(0, 10**9), reach=st.integers(0, 10**12)),
)
def test_every_level_has_a_severity(kind: Kind, rate: float, of: Figures) -> None:
    """However rare or common, of whatever kind."""
    assert severity_of(level(kind=kind, rate=rate, figures=of), RULES) in Severity


def test_points_are_bounded() -> None:
    """Nothing is worth more than 7 points, and nothing less than 0."""
    assert points(level(rate=0.0, rising=True), 1.0) == 6.0
    assert points(level(rate=0.0, rising=True, figures=figures(reach=10**9)), 1.0) == 7.0
    assert points(level(rate=50.0, figures=figures(negative=1)), 1.0) == 0.0

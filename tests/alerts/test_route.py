"""Who is told."""

import pytest

from alerts.route import destinations, still_configured
from schemas.config.model import Alerts
from schemas.enums import Kind, Severity
from tests.alerts.bench import config

ALERTS = config().alerts


@pytest.mark.parametrize(
    ("kind", "severity", "names"),
    [
        pytest.param(Kind.SURGE, Severity.CRITICAL, ["slack", "pagerduty", "webhook"], id="critical: the pager too"),
        pytest.param(Kind.SURGE, Severity.WARNING, ["slack", "webhook"], id="warning: not the pager"),
        pytest.param(Kind.SURGE, Severity.WATCH, [], id="watch: nobody who didn't ask for it"),
        pytest.param(Kind.VOLUME, Severity.CRITICAL, [], id="talk without anger: nobody, whatever they ask for"),
    ],
)
def test_a_channel_hears_of_what_is_at_least_its_least_severity(kind: Kind, severity: Severity, names: list[str]) -> None:
    """Each row says its rule."""
    assert destinations(ALERTS, kind, severity) == names


def test_a_channel_that_the_config_no_longer_has_hears_nothing() -> None:
    """Its key and address are gone."""
    assert still_configured(ALERTS, ["webhook", "email"]) == ["webhook"]
    assert destinations(Alerts(), Kind.SURGE, Severity.CRITICAL) == []

"""Much talk that is no crisis: praise for one brand, and one text from hundreds of accounts about another."""

import pytest

from schemas.enums import Kind, Severity
from tests.driver import Driver
from tests.stories.telling import last_incidents, written_alerts

LOUD = ["brisa", "molino"]


def test_much_talk_pages_nobody(undisturbed: Driver) -> None:
    """Neither praise at more than ten times the usual volume nor a flood of copies of an angry text."""
    assert not [alert for alert in written_alerts(undisturbed).values() if alert.incident.brand in LOUD]
    assert not [alert for alert in undisturbed.receivers.alerts if alert.incident.brand in LOUD]


@pytest.mark.parametrize("brand", LOUD)
def test_it_is_on_record_as_volume(undisturbed: Driver, brand: str) -> None:
    """Whoever looks sees that people talk more, and that nobody was called."""
    (incident,) = [each for each in last_incidents(undisturbed).values() if each.brand == brand]
    assert (incident.kind, incident.peak_severity, incident.notified) == (Kind.VOLUME, Severity.WATCH, [])
    assert incident.resolved_ms > incident.opened_ms


def test_praise_came_at_ten_times_the_usual(undisturbed: Driver) -> None:
    """And little of it was taken for anger."""
    (incident,) = [each for each in last_incidents(undisturbed).values() if each.brand == "brisa"]
    assert incident.peak_figures.ratio > 8
    assert incident.peak_figures.negative_share < 0.2


def test_copies_are_many_mentions_and_few_texts(undisturbed: Driver) -> None:
    """They count; they are one text, not hundreds of people who have something to say."""
    (incident,) = [each for each in last_incidents(undisturbed).values() if each.brand == "molino"]
    assert incident.peak_figures.ratio > 8
    assert incident.peak_figures.negative_share > 0.5
    assert incident.peak_figures.texts < incident.peak_figures.mentions / 3

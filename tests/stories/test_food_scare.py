"""Horse meat is found in the lasagne of two brands of one group: the right people are told, soon, and of the end."""

import re

import pytest

from schemas.alert import Alert
from schemas.enums import Channel, IncidentState, Kind, Severity, Transition
from schemas.incident import Incident
from streams.demo import story, texts
from streams.demo.told import slack_lines
from tests.driver import Driver
from tests.stories.telling import Mention, last_incidents, ms, written_alerts

MOST_MINUTES = 6
SCARED = sorted(story.ONSETS)


def _incident(driver: Driver, brand: str) -> Incident:
    (incident,) = [each for each in last_incidents(driver).values() if each.brand == brand]
    return incident


def _alerts(driver: Driver, brand: str, destination: Channel | None = None) -> list[Alert]:
    return [
        alert
        for alert in sorted(written_alerts(driver).values(), key=lambda alert: alert.incident.revision)
        if alert.incident.brand == brand and destination in (None, alert.destination)
    ]


@pytest.mark.parametrize("brand", SCARED)
def test_each_brand_in_trouble_rings_within_minutes(undisturbed: Driver, brand: str) -> None:
    """One incident each, from the onset to the first alert at most six minutes of the story."""
    incident = _incident(undisturbed, brand)
    first = _alerts(undisturbed, brand)[0]
    assert (incident.kind, first.transition) == (Kind.SURGE, Transition.OPENED)
    assert 0 < first.at_ms - ms(story.ONSETS[brand]) <= MOST_MINUTES * 60_000


def test_nobody_else_rings(undisturbed: Driver) -> None:
    """An ordinary day, praise and copies are no crisis."""
    assert {alert.incident.brand for alert in written_alerts(undisturbed).values()} == set(SCARED)


@pytest.mark.parametrize("brand", SCARED)
def test_it_grows_critical_and_then_wakes_somebody(undisturbed: Driver, brand: str) -> None:
    """Slack, mail and webhook hear of a warning; the pager only of what is critical, and of its end."""
    assert _incident(undisturbed, brand).peak_severity is Severity.CRITICAL
    by_channel = {channel: _alerts(undisturbed, brand, channel) for channel in Channel}
    for channel in (Channel.SLACK, Channel.EMAIL, Channel.WEBHOOK):
        assert by_channel[channel][0].transition is Transition.OPENED
    pages = by_channel[Channel.PAGERDUTY]
    assert {alert.transition for alert in pages} >= {Transition.RESOLVED}
    assert pages[0].incident.severity is Severity.CRITICAL
    assert all(alert.incident.severity is Severity.CRITICAL for alert in pages if alert.transition is Transition.ESCALATED)


@pytest.mark.parametrize("brand", SCARED)
def test_it_ends_and_everybody_who_was_told_is_told(undisturbed: Driver, brand: str) -> None:
    """The last alert on each channel says that it is over."""
    incident = _incident(undisturbed, brand)
    assert incident.state is IncidentState.RESOLVED
    assert incident.resolved_ms > ms(story.EASE)
    for channel in Channel:
        assert _alerts(undisturbed, brand, channel)[-1].transition is Transition.RESOLVED


@pytest.mark.parametrize("brand", SCARED)
def test_what_is_said_can_be_understood_in_ten_seconds(undisturbed: Driver, mentions: list[Mention], brand: str) -> None:
    """In the team's language: who, how bad, how many against how many, the words, and what people really wrote."""
    told = list(zip(undisturbed.receivers.alerts, undisturbed.receivers.bodies, strict=True))
    alert, body = next((a, b) for a, b in told if a.incident.brand == brand and a.incident.severity is Severity.CRITICAL)
    lines = slack_lines(body)
    figures = alert.incident.figures
    assert re.match(rf"🔴 {texts.NAMES[brand].upper()} · crítica · oleada negativa · desde las 13:\d\d", lines[0])
    (measure,) = [line for line in lines if "menciones en 15 min" in line]
    assert measure.startswith(f"{figures.mentions} menciones en 15 min, lo normal son unas {figures.mentions_expected:.0f} ")
    assert f"{figures.negative_share:.0%}".replace("%", " % negativas") in measure.replace("\xa0", " ")
    (new,) = [line for line in lines if line.startswith("Lo nuevo:")]
    assert {"caballo", "carne"} <= set(re.split(r"[:·] ?| ", new))
    quotes = [line for line in lines if line.startswith("“")]
    assert len(quotes) >= 3
    written = {" ".join(mention["text"].split()) for mention in mentions}
    assert {quote.removeprefix("“").rpartition("”")[0] for quote in quotes} <= written
    assert any(alert.incident.id in line for line in lines if "rebato incidents ack" in line)


@pytest.mark.parametrize("brand", SCARED)
def test_the_numbers_of_the_alert_are_those_of_the_mentions(undisturbed: Driver, brand: str) -> None:
    """Every mention is counted once, and the usual is about the usual."""
    peak = _incident(undisturbed, brand).peak_figures
    usual = story.usual_rate(brand, story.ONSETS[brand]) * peak.window_s / 60
    assert peak.ratio > 3
    assert peak.negative_share > 2 * peak.negative_share_expected
    assert peak.mentions_expected == pytest.approx(usual, rel=0.4)

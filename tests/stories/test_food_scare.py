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


def _incident(driver: Driver) -> Incident:
    """The one that both brands share."""
    (incident,) = [each for each in last_incidents(driver).values() if len(each.brands) > 1]
    return incident


def _alerts(driver: Driver, brand: str, destination: Channel | None = None) -> list[Alert]:
    return [
        alert
        for alert in sorted(written_alerts(driver).values(), key=lambda alert: alert.incident.revision)
        if brand in alert.incident.brands and destination in (None, alert.destination)
    ]


@pytest.mark.parametrize("brand", SCARED)
def test_each_brand_in_trouble_rings_within_minutes(undisturbed: Driver, brand: str) -> None:
    """From the onset to the first alert that names it at most six minutes of the story."""
    first = _alerts(undisturbed, brand)[0]
    assert 0 < first.at_ms - ms(story.ONSETS[brand]) <= MOST_MINUTES * 60_000


def test_it_is_one_crisis_and_told_as_one(undisturbed: Driver) -> None:
    """The second brand's incident goes into the first one's, and one alert on each channel says that it has spread."""
    kept = _incident(undisturbed)
    first, second = sorted(SCARED, key=lambda brand: story.ONSETS[brand])
    assert (kept.kind, kept.brand, kept.brands) == (Kind.CONTAGION, first, [first, second])
    (merged,) = [each for each in last_incidents(undisturbed).values() if each.brand == second]
    assert merged.merged_into == kept.id
    spread = [alert for alert in written_alerts(undisturbed).values() if alert.incident.spread_to]
    assert sorted(alert.destination for alert in spread) == sorted(Channel)
    assert {tuple(alert.incident.spread_to) for alert in spread} == {(second,)}
    assert "carne de caballo" in kept.members[1].words


def test_nobody_else_rings(undisturbed: Driver) -> None:
    """An ordinary day, praise and copies are no crisis, though the third brand of the group is watched more closely."""
    assert {brand for alert in written_alerts(undisturbed).values() for brand in alert.incident.brands} == set(SCARED)


@pytest.mark.parametrize("brand", SCARED)
def test_it_grows_critical_and_then_wakes_somebody(undisturbed: Driver, brand: str) -> None:
    """Slack, mail and webhook hear of a warning; the pager only of what is critical, and of its end."""
    assert _incident(undisturbed).peak_severity is Severity.CRITICAL
    by_channel = {channel: _alerts(undisturbed, brand, channel) for channel in Channel}
    first = Transition.OPENED if brand == _incident(undisturbed).brand else Transition.ESCALATED
    for channel in (Channel.SLACK, Channel.EMAIL, Channel.WEBHOOK):
        assert by_channel[channel][0].transition is first
    pages = by_channel[Channel.PAGERDUTY]
    assert {alert.transition for alert in pages} >= {Transition.RESOLVED}
    assert pages[0].incident.severity is Severity.CRITICAL
    assert all(alert.incident.severity is Severity.CRITICAL for alert in pages if alert.transition is Transition.ESCALATED)


@pytest.mark.parametrize("brand", SCARED)
def test_it_ends_and_everybody_who_was_told_is_told(undisturbed: Driver, brand: str) -> None:
    """The last alert on each channel says that it is over."""
    incident = _incident(undisturbed)
    assert incident.state is IncidentState.RESOLVED
    assert incident.resolved_ms > ms(story.EASE)
    for channel in Channel:
        assert _alerts(undisturbed, brand, channel)[-1].transition is Transition.RESOLVED


@pytest.mark.parametrize("brand", SCARED)
def test_what_is_said_can_be_understood_in_ten_seconds(undisturbed: Driver, mentions: list[Mention], brand: str) -> None:
    """In the team's language: who, how bad, how many against how many, the words, and what people really wrote."""
    told = list(zip(undisturbed.receivers.alerts, undisturbed.receivers.bodies, strict=True))
    alert, body = next((a, b) for a, b in told if brand in a.incident.brands and a.incident.severity is Severity.CRITICAL)
    lines = slack_lines(body)
    figures = alert.incident.figures
    names = [texts.NAMES[each] for each in alert.incident.brands]
    kind = "contagio entre marcas" if len(names) > 1 else "oleada negativa"
    title = f"🔴 {' + '.join(names).upper()} · crítica · {kind} · desde las 13:"
    assert re.match(rf"{re.escape(title)}\d\d", lines[0])
    (measure,) = [line for line in lines if ", lo normal son unas" in line]
    assert measure.removeprefix(f"{names[0]}: ").startswith(
        f"{figures.mentions} menciones en 15 min, lo normal son unas {figures.mentions_expected:.0f} "
    )
    assert f"{figures.negative_share:.0%}".replace("%", " % negativas") in measure.replace("\xa0", " ")
    (new,) = [line for line in lines if line.startswith("Lo nuevo:")]
    assert "carne de caballo" in new.split("Lo nuevo: ")[1].split(" · ")
    quotes = [line for line in lines if line.startswith("“")]
    assert len(quotes) >= 3
    written = {" ".join(mention["text"].split()) for mention in mentions}
    assert {quote.removeprefix("“").rpartition("”")[0] for quote in quotes} <= written
    assert any(alert.incident.id in line for line in lines if "rebato incidents ack" in line)


@pytest.mark.parametrize("brand", SCARED)
def test_the_numbers_of_the_alert_are_those_of_the_mentions(undisturbed: Driver, brand: str) -> None:
    """Every mention is counted once, and the usual is about the usual."""
    kept = _incident(undisturbed)
    told = [m.figures for alert in _alerts(undisturbed, brand) for m in alert.incident.members if m.brand == brand]
    peak = kept.peak_figures if brand == kept.brand else max(told, key=lambda figures: figures.ratio)
    usual = story.usual_rate(brand, story.ONSETS[brand]) * peak.window_s / 60
    assert peak.ratio > 3
    assert peak.negative_share > 2 * peak.negative_share_expected
    assert peak.mentions_expected == pytest.approx(usual, rel=0.4)

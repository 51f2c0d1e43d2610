"""The same day, with a plan: the campaign was expected, and the crisis breaks out in the middle of a fair."""

from datetime import timedelta

import pytest

from schemas.config.events import Event
from schemas.enums import Kind
from schemas.signal import Signal
from streams.demo import story
from tests.driver import Driver, demo_config
from tests.stories.telling import CAMPAIGN, MINUTE_MS, Mention, last_incidents, learn, live, written_alerts
from tests.streams.intake.making import scorer

PLANNED = [
    Event(name="fan week", brands=["brisa"], start=CAMPAIGN.at, duration=timedelta(hours=2), lift=12.0),
    Event(name="fair", brands=["fogones"], start=story.LOOK, duration=timedelta(hours=6), lift=3.0),
]


@pytest.fixture(scope="module")
def planned(mentions: list[Mention]) -> Driver:
    """The pipeline after the whole story."""
    driver = Driver(demo_config().model_copy(update={"events": PLANNED}), scorer())
    learn(driver, mentions)
    live(driver, mentions, driver.advance)
    return driver


def test_a_planned_campaign_is_no_news(planned: Driver, undisturbed: Driver) -> None:
    """Not even as volume; without the plan it is."""
    assert [each.kind for each in last_incidents(undisturbed).values() if each.brand == "brisa"] == [Kind.VOLUME]
    assert [each.kind for each in last_incidents(planned).values() if each.brand == "brisa"] == []


def _first(driver: Driver) -> int:
    """When somebody was first told of the crisis, log time."""
    return min(alert.at_ms for alert in written_alerts(driver).values() if alert.incident.brand == "fogones")


def test_a_crisis_at_an_event_rings_as_soon_as_without_one(planned: Driver, undisturbed: Driver) -> None:
    """Within five minutes; the alert names the event."""
    opened, expected = (_first(driver) for driver in (planned, undisturbed))
    assert opened <= expected + 5 * MINUTE_MS
    told = [alert for alert in written_alerts(planned).values() if alert.incident.brand == "fogones"]
    assert {alert.incident.figures.planned.name for alert in told if alert.incident.figures.planned} == {"fair"}


def test_other_brands_are_judged_as_without_a_plan(planned: Driver, undisturbed: Driver) -> None:
    """Level by level."""

    def levels(driver: Driver) -> list[tuple[str, int, float]]:
        records = [each for each in driver.read_out("signals") if isinstance(each, Signal)]
        return [(each.brand, each.at_ms, each.evidence) for each in records if each.brand in ("lumbre", "molino", "telar")]

    assert levels(planned) == levels(undisturbed) != []

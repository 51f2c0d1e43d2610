"""What people know of a brand's anger isn't told again as another kind of it."""

from typing import Any

import pytest

from schemas.enums import Kind
from schemas.signal import Unusual
from tests.alerts.bench import MINUTE, Bench, config, figures

SURGE = {"rate": 0.05}
TOPIC = {"kind": Kind.TOPIC, "rate": 0.05, "figures": figures(unusual=Unusual(0.4, 0.02, "fraud"))}
WORSE = {"kind": Kind.NEGATIVITY, "rate": 0.05, "figures": figures(unusual=Unusual(0.6, 0.3, ""))}
USUAL = figures(negative=7, unusual=Unusual(0.4, 0.02, "fraud"))


@pytest.fixture
def bench() -> Bench:
    """Slack alone, without reminders."""
    return Bench(config(alerts={"pagerduty": None, "webhook": None, "reminders": []}))


def told(bench: Bench, minutes: int, **restated: Any) -> list[tuple[str, str]]:
    """Kind and transition of the alerts of so many minutes in which watch states this."""
    return [(str(a.incident.kind), str(a.transition)) for a in bench.wait(minutes * MINUTE, **restated)]


def test_what_grows_in_a_surge_goes_on_as_that_surge(bench: Bench) -> None:
    """It neither rings by itself, nor does the surge end while it does."""
    assert told(bench, 10, **SURGE) == [("surge", "opened")]
    assert told(bench, 90, **TOPIC) == []
    assert bench.last.state == "open"


def test_where_people_do_not_know_the_surge_what_grows_in_it_is_told() -> None:
    """A surge that is only watched calls nobody; neither does it hide what does."""
    slack = {"webhook_url": "https://hooks.example.com/s", "min_severity": "critical"}
    bench = Bench(config(alerts={"pagerduty": None, "webhook": None, "reminders": [], "slack": slack}))
    assert told(bench, 10, rate=0.9, figures=figures(mentions=40, negative=14)) == []
    assert told(bench, 10, **{**TOPIC, "rate": 0.001, "rising": True})[:1] == [("topic", "opened")]


def test_what_long_windows_remember_of_a_surge_that_has_ended_is_no_news(bench: Bench) -> None:
    """What goes on, or is still remembered two hours later, is."""
    told(bench, 10, **SURGE)
    over = {**TOPIC, "figures": USUAL}
    assert told(bench, 100, **over) == [("surge", "resolved")]
    assert told(bench, 60, **over) == [("topic", "opened")]


@pytest.mark.parametrize("first", [SURGE, TOPIC], ids=["surge", "topic"])
def test_worse_days_are_left_out_for_a_day_after_anger_that_was_told(bench: Bench, first: dict[str, Any]) -> None:
    """For the day that they look back on is made of it."""
    told(bench, 10, **first)
    told(bench, 40, rate=40.0)
    assert told(bench, 23 * 60, **WORSE) == []
    assert told(bench, 2 * 60, **WORSE) == [("negativity", "opened")]


def test_worse_days_that_were_told_first_go_on_beside_a_surge(bench: Bench) -> None:
    """And what was called a false alarm has told nobody anything."""
    assert told(bench, 10, **WORSE) == [("negativity", "opened")]
    assert told(bench, 10, **SURGE) == [("surge", "opened")]
    assert ("negativity", "resolved") not in told(bench, 10, **WORSE)
    other = Bench(bench.config)
    told(other, 10, **SURGE)
    other.command("feedback", incident=other.last.id, verdict="false")
    assert told(other, 10, **WORSE) == [("negativity", "opened")]

"""Those who ask, and those who wait for an answer: one story, told once, and never by something that nobody hears."""

from typing import Any

import msgspec
import pytest

from schemas.enums import Kind
from schemas.signal import Figures, Source, Unusual
from schemas.waiting import Waiting
from tests.alerts.bench import HOUR, MINUTE, START_MS, Bench, config, figures, level

WAITS = Waiting(40, 4.0, 5, START_MS - 20 * MINUTE, 1_800, 60, 3, 0, 38, 0.1, 600, 30)
CROWD = msgspec.structs.replace(WAITS, waiting=200, usual=182.0, dropped=40, usual_asked=9.0)
"""Nearly as many as ever wait, and hundreds ask."""


def asking(rate: float = 0.001) -> dict[str, Any]:
    """Many who ask."""
    return {"kind": Kind.TOPIC, "rate": rate, "figures": figures(unusual=Unusual(0.7, 0.1, "question"))}


def waiting(rate: float = 0.05, waits: Waiting = WAITS) -> dict[str, Any]:
    """Many who wait."""
    return {"kind": Kind.UNANSWERED, "rate": rate, "figures": figures(waiting=waits)}


def both(bench: Bench, minutes: int, *levels: dict[str, Any]) -> list[tuple[str, str, str]]:
    """So many minutes in which watch states these each minute; destination, kind and transition of each alert."""
    before = len(bench.alerts)
    for _ in range(minutes):
        for each in levels:
            bench.say(**each)
        bench.wait(MINUTE)
    return [(a.destination, str(a.incident.kind), str(a.transition)) for a in bench.alerts[before:]]


@pytest.fixture
def bench() -> Bench:
    """Slack alone, without reminders."""
    return Bench(config(alerts={"pagerduty": None, "webhook": None, "reminders": []}))


def test_who_waits_tells_for_both(bench: Bench) -> None:
    """Also in the hours after it, in which the longest window still holds those who asked."""
    assert both(bench, 20, asking(), waiting()) == [("slack", "unanswered", "opened")]
    over = waiting(rate=40.0, waits=msgspec.structs.replace(WAITS, waiting=2))
    assert both(bench, 40, asking(), over) == [("slack", "unanswered", "resolved")]
    assert both(bench, 5 * 60, asking()) == []
    assert both(bench, 80, asking()) == [("slack", "topic", "opened")]


def test_who_asks_is_heard_where_those_who_wait_are_not(bench: Bench) -> None:
    """A level of theirs that is hardly rarer than asked for, and no larger than ever, is no more than watched."""
    small = waiting(rate=0.9, waits=msgspec.structs.replace(WAITS, waiting=9, usual=8.0, asked=9, usual_asked=9.0))
    assert both(bench, 20, asking(), small) == [("slack", "topic", "opened")]
    assert {i.severity for i in bench.incidents if i.kind is Kind.UNANSWERED} == {"watch"}
    assert both(bench, 40, asking(rate=40.0), small) == [("slack", "topic", "resolved")]
    assert bench.alerts[-1].incident.resolved_why == "calm"


def test_what_was_told_of_those_who_ask_goes_on_as_those_who_wait_once_these_ring(bench: Bench) -> None:
    """One more alert, and the end of the first says where it goes on."""
    assert both(bench, 10, asking()) == [("slack", "topic", "opened")]
    assert both(bench, 50, asking(), waiting())[:2] == [("slack", "unanswered", "opened"), ("slack", "topic", "resolved")]
    assert bench.alerts[-1].incident.merged_into.startswith("lacocinera-unanswered")


def test_a_channel_that_does_not_hear_of_those_who_wait_hears_of_those_who_ask() -> None:
    """One wants every level, the other warnings only."""
    bench = Bench(
        config(alerts={"pagerduty": None, "reminders": [], "webhook": {"url": "https://x.y", "min_severity": "watch"}})
    )
    small = waiting(rate=0.9, waits=msgspec.structs.replace(WAITS, waiting=9, usual=8.0, asked=9, usual_asked=9.0))
    both(bench, 10, small)
    told = both(bench, 10, small, asking())
    assert ("slack", "topic", "opened") in told


def test_a_verdict_on_those_who_wait_says_nothing_of_those_who_ask(bench: Bench) -> None:
    """A false alarm of the one is none of the other."""
    both(bench, 10, asking(), waiting())
    bench.command("feedback", incident=bench.last.id, verdict="false")
    assert ("slack", "topic", "opened") in both(bench, 10, asking())


def test_what_nobody_states_any_more_tells_nothing_of_those_who_ask(bench: Bench) -> None:
    """The brand goes over to another partition, where who asks is the first thing that is heard of it."""
    both(bench, 10, waiting())
    for _ in range(7):
        bench.now_ms += MINUTE
        bench.tick(partition=1, partitions=2)
    asked = level(at_ms=bench.now_ms, **asking())
    bench.feed(msgspec.structs.replace(asked, source=Source(1, bench.offset, 0)))
    ended, begun = bench.incidents[-2:]
    assert (ended.kind, ended.resolved_why) == (Kind.UNANSWERED, "not_restated")
    assert (begun.kind, begun.state) == (Kind.TOPIC, "open")


@pytest.mark.parametrize(("usual_asked", "severity"), [(9.0, "critical"), (-1.0, "watch")])
def test_where_always_as_many_wait_as_are_followed_the_size_is_how_many_more_ask(usual_asked: float, severity: str) -> None:
    """Two hundred are followed; of an older watch nothing is known of those who ask."""
    bench = Bench(config())
    crowd = msgspec.structs.replace(CROWD, usual_asked=usual_asked)
    bench.say(**waiting(rate=0.015 if usual_asked > 0 else 0.9, waits=crowd))
    bench.wait(HOUR // 2)
    assert bench.last.severity == severity
    assert isinstance(bench.last.figures, Figures)

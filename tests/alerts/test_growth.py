"""What has doubled since the last alert rings again."""

from typing import Any

import msgspec
import pytest

from alerts.growth import Size, has_doubled, size, size_of
from schemas.enums import Kind, Severity
from schemas.incident import Member
from schemas.signal import Figures
from schemas.waiting import Waiting
from tests.alerts.bench import CRITICAL, MINUTE, WARNING, Bench, burning, config, figures, whats


def negatives(count: int) -> dict[str, Any]:
    """The warning of the bench, with so many negative mentions in the quarter of an hour; 290 when it rang."""
    return WARNING | {"figures": figures(mentions=count + 100, negative=count)}


def news(bench: Bench) -> list[str]:
    """Destinations that got news."""
    return [alert.destination for alert in bench.alerts if alert.transition == "updated"]


def test_what_has_doubled_rings_once_for_each_doubling() -> None:
    """Wherever the first alert went; just below twice nothing does."""
    bench = burning(alerts={"reminders": ["4 h"]})
    bench.wait(30 * MINUTE, **negatives(579))
    assert news(bench) == []
    bench.wait(2 * MINUTE, **negatives(580))
    assert news(bench) == ["slack", "webhook"]
    assert "grew: 290 → 580" in whats(bench)
    bench.wait(60 * MINUTE, **negatives(1_000))
    assert news(bench) == ["slack", "webhook"]


def test_what_a_morning_explains_is_no_news() -> None:
    """Twice as many are usual by then as when it rang; four times as many are news."""
    bench = Bench(config(alerts={"reminders": ["4 h"]}))
    for duration_ms, count, usual, told in (
        (2 * MINUTE, 100, 6.0, []),
        (30 * MINUTE, 399, 14.0, []),
        (5 * MINUTE, 400, 14.0, ["slack", "webhook"]),
    ):
        bench.wait(duration_ms, **WARNING | {"figures": figures(negative=count, quarter_usual=usual)})
        assert news(bench) == told


def test_what_was_told_at_noon_is_not_taken_for_a_night_s() -> None:
    """Told of 100 at night and of 90 at noon; 200 at noon are twice as many as anybody knows of."""
    bench = Bench(config(alerts={"reminders": ["15 min", "4 h"]}))
    bench.wait(2 * MINUTE, **WARNING | {"figures": figures(negative=100, quarter_usual=6.0)})
    bench.wait(20 * MINUTE, **WARNING | {"figures": figures(negative=90, quarter_usual=14.0)})
    assert ("slack", "reminder") in bench.said()
    bench.wait(17 * MINUTE, **WARNING | {"figures": figures(negative=200, quarter_usual=14.0)})
    assert news(bench) == ["slack", "webhook"]


@pytest.mark.parametrize(
    ("now", "before", "doubled"),
    [
        pytest.param(Size(40, 0.4), Size(10, 0.02), True, id="of nearly nothing there may be many times as much"),
        pytest.param(Size(399, 900.0), Size(50, 9.0), False, id="the hour explains four times as many …"),
        pytest.param(Size(400, 900.0), Size(50, 9.0), True, id="… and no more"),
        pytest.param(Size(200, 3.0), Size(100, 30.0), True, id="a night excuses nothing"),
        pytest.param(Size(199, 3.0), Size(100, 30.0), False, id="nor does it call less than twice as many news"),
        pytest.param(Size(200, 30.0), Size(100, 0.0), True, id="what was usual isn't known"),
        pytest.param(Size(32, 14.0), Size(8, 6.0), False, id="a count taken twice scatters twice as much"),
    ],
)
def test_the_hour_is_taken_into_account(now: Size, before: Size, doubled: bool) -> None:
    """Each row says its rule."""
    assert has_doubled(now, before) is doubled


def test_questions_that_wait_have_no_usual_number() -> None:
    """The figures' negative mentions are something else."""
    waiting = Waiting(30, 2.0, 0, 0, 1800, 40, 10, 0)
    shown = figures(waiting=waiting, quarter_usual=9.0)
    assert size_of(Kind.UNANSWERED, shown) == Size(30)
    assert size_of(Kind.SURGE, shown) == Size(290, 9.0)
    assert size_of(Kind.TOPIC, shown) == Size()


def test_a_steep_rise_rings_a_quarter_of_an_hour_apart() -> None:
    """Two alerts have no mention in common."""
    bench = burning()
    bench.wait(10 * MINUTE, **negatives(2_000))
    assert news(bench) == []
    bench.wait(6 * MINUTE, **negatives(3_000))
    assert news(bench) == ["slack", "webhook"]


def test_a_reminder_of_what_has_doubled_is_news() -> None:
    """It was due before the next level came."""
    bench = burning()
    bench.wait(30 * MINUTE, **negatives(600))
    assert bench.said()[2:4] == [("slack", "updated"), ("webhook", "updated")]
    assert bench.said()[4:] == [("slack", "reminder"), ("webhook", "reminder")]


def test_whoever_has_it_in_hand_is_left_alone() -> None:
    """An acknowledgement covers the severity, however many there are."""
    bench = burning()
    bench.command("ack", incident=bench.last.id)
    bench.wait(40 * MINUTE, **negatives(2_000))
    assert news(bench) == []


def test_a_silence_holds_it_back() -> None:
    """And it goes when the silence ends, if it is still true."""
    bench = burning(alerts={"reminders": ["4 h"]})
    bench.command("silence", incident=bench.last.id, comment="known", until_ms=bench.now_ms + 30 * MINUTE)
    bench.wait(29 * MINUTE, **negatives(2_000))
    assert news(bench) == []
    bench.wait(3 * MINUTE, **negatives(2_000))
    assert news(bench) == ["slack", "webhook"]


def test_what_wavers_is_no_news() -> None:
    """The most that was told counts, also where a reminder told of less."""
    bench = burning()
    bench.wait(14 * MINUTE, **negatives(290))
    for _ in range(6):
        bench.wait(25 * MINUTE, **negatives(120))
        bench.wait(25 * MINUTE, **negatives(500))
    assert news(bench) == []


def test_what_chance_explains_is_no_news() -> None:
    """9 negative mentions and 18 a quarter of an hour later may be the same crisis."""
    bench = Bench(config(alerts={"reminders": ["4 h"]}))
    for duration_ms, count, told in ((2 * MINUTE, 9, []), (30 * MINUTE, 18, []), (5 * MINUTE, 22, ["slack", "webhook"])):
        few = figures(mentions=100 + count, negative=count, negative_expected=1.0)
        bench.wait(duration_ms, **WARNING | {"figures": few})
        assert news(bench) == told


def test_what_nobody_hears_leaves_no_trace() -> None:
    """Here the only destination takes what is critical, and it has eased."""
    only = {"slack": {"webhook_url": "https://hooks.example.com/s", "min_severity": "critical"}}
    bench = Bench(config(alerts={**dict.fromkeys(("pagerduty", "webhook")), **only}))
    bench.wait(3 * MINUTE, **CRITICAL)
    bench.wait(40 * MINUTE, **negatives(290))
    bench.wait(40 * MINUTE, **negatives(2_000))
    assert bench.last.severity == "warning"
    assert not any(what.startswith("grew") for what in whats(bench))


def test_of_a_shared_incident_all_brands_count_together() -> None:
    """So it doesn't grow when the one whose figures are shown is calm, and does when another brand does."""
    own = Figures(900, 100, 9.0, 50, 5.0, quarter_usual=4.0)
    members = [Member(name, f"{name}-1", 1, Severity.WARNING, own) for name in ("ikea", "zara")]
    shared = msgspec.structs.replace(
        burning().last, kind=Kind.CONTAGION, members=members, figures=msgspec.structs.replace(own, negative=1)
    )
    assert size(shared) == Size(100, 8.0)
    calm = [msgspec.structs.replace(members[0], ended_ms=5), members[1]]
    assert size(msgspec.structs.replace(shared, members=calm)) == Size(50, 4.0)

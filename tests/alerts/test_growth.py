"""What has doubled since the last alert rings again."""

from typing import Any

from tests.alerts.bench import MINUTE, WARNING, Bench, burning, figures, whats


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
    """And it goes when the silence ends."""
    bench = burning()
    bench.command("silence", incident=bench.last.id, comment="known", until_ms=bench.now_ms + 30 * MINUTE)
    bench.wait(29 * MINUTE, **negatives(2_000))
    assert news(bench) == []
    bench.wait(3 * MINUTE, **negatives(2_000))
    assert news(bench) == ["slack", "webhook"]

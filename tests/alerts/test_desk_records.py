"""What the desk writes, and what it reads twice or can't use."""

import pytest

from alerts.render.sentences import wave_ms
from alerts.story import LENGTH
from schemas.enums import Outcome
from schemas.signal import Command, Source
from tests.alerts.bench import (
    CALM,
    MINUTE,
    SECOND,
    WARNING,
    Bench,
    burning,
    figures,
    level,
    whats,
)


def test_the_peak_is_kept() -> None:
    """The level with most negative mentions, beside the newest, and the largest evidence."""
    bench = burning()
    bench.wait(MINUTE, rate=0.2, evidence=5.0, figures=figures(mentions=1_000, negative=800))
    peak_ms = bench.now_ms
    bench.wait(5 * MINUTE, rate=0.5, evidence=4.0)
    incident = bench.last
    assert (incident.peak_evidence, incident.peak_ms, incident.peak_figures.mentions) == (5.0, peak_ms, 1_000)
    assert (incident.evidence, incident.figures.mentions) == (4.0, 412)


def test_figures_are_written_every_10_s_of_log_time_at_most() -> None:
    """watch may state many levels a second."""
    bench = burning()
    before = len(bench.incidents)
    for _ in range(40):
        bench.now_ms += SECOND
        bench.say(**WARNING)
    assert len(bench.incidents) - before == 4


def test_the_story_is_bounded() -> None:
    """The opening and the newest lines."""
    bench = burning()
    for _ in range(LENGTH + 10):
        bench.command("feedback", verdict="real", incident=bench.last.id)
    assert len(bench.last.timeline) == LENGTH
    assert whats(bench)[:2] == ["opened", "confirmed"]


def test_a_long_story_keeps_the_beginning_of_its_newest_wave() -> None:
    """The title says since when that burns, and how long it did."""
    bench = burning(alerts={"calm_for": "2 min"})
    for _ in range(2):
        bench.wait(3 * MINUTE, **CALM)
        bench.wait(2 * MINUTE, **WARNING)
    assert whats(bench).count("second wave") == 2
    begun_ms = wave_ms(bench.last)
    for _ in range(LENGTH):
        bench.command("ack", incident=bench.last.id)
    assert whats(bench)[:3] == ["opened", "second wave", "acknowledged"]
    assert (len(bench.last.timeline), wave_ms(bench.last)) == (LENGTH, begun_ms)


def test_two_brands_of_a_group_have_their_own_incidents() -> None:
    """Whatever partition they share."""
    bench = Bench()
    bench.say(**WARNING)
    bench.say(**WARNING, brand="ikea")
    assert [incident.id for incident in bench.incidents] == ["lacocinera-surge-201302261208", "ikea-surge-201302261208"]


def test_an_alert_has_its_place_in_the_log() -> None:
    """The signals partition and offset that it was decided at, and its number there."""
    bench = burning()
    sources = [alert.source for alert in bench.alerts]
    assert sources == [Source(3, sources[0].offset, 0), Source(3, sources[0].offset, 1)]


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (Outcome.FAILED, "not delivered: slack failed 404 no such channel"),
        (Outcome.EXPIRED, "not delivered: slack expired 404 no such channel"),
        (Outcome.IN_DOUBT, "not delivered: slack in_doubt 404 no such channel"),
        (Outcome.SENT, "opened"),
        (Outcome.SUPERSEDED, "opened"),
    ],
)
def test_what_was_not_delivered_stands_in_the_story(outcome: Outcome, line: str) -> None:
    """What arrived, or was overtaken by something newer, needs no word."""
    bench = burning()
    bench.deliver(bench.alerts[0], outcome, "404 no such channel")
    assert whats(bench)[-1] == line


def test_a_level_is_skipped_when_its_source_is_not_newer() -> None:
    """watch repeats itself after a crash; ticks and deliveries likewise, and commands by id."""
    bench = burning()
    bench.command("ack", incident=bench.last.id)
    bench.deliver(bench.alerts[0], Outcome.FAILED)
    for record, at in list(bench.log):
        decisions = bench.desk.apply(record, at)
        assert (decisions.alerts, decisions.incidents) == ([], [])


def test_a_command_that_names_nothing_changes_nothing() -> None:
    """Unknown incidents, actions and verdicts."""
    bench = burning()
    incident = bench.last.id
    for fields in (
        {"action": "ack", "incident": "unknown"},
        {"action": "ack", "brand": "unknown"},
        {"action": "dance", "incident": incident},
        {"action": "feedback", "verdict": "maybe", "incident": incident},
        {"action": "silence", "incident": incident},
        {"action": "unsilence", "incident": incident},
    ):
        decisions = bench.command(**fields)
        assert (decisions.alerts, decisions.incidents) == ([], [])


def test_a_record_that_raises_changes_nothing() -> None:
    """The engine tries it again, or sets it aside."""
    bench = burning()
    before = bench.desk.position()
    broken = Command(v=1, id="x", action="silence", author=None, at_ms=0, brand="ikea", until_ms=1)  # type: ignore[arg-type]  # broken on purpose
    with pytest.raises(AttributeError):
        bench.desk.apply(broken, Source(3, 999, 0))
    assert bench.desk.position() == before


def test_a_level_keeps_its_learning_mark() -> None:
    """An alert about a young brand says so."""
    bench = Bench()
    bench.feed(level(learning=True))
    assert bench.last.learning

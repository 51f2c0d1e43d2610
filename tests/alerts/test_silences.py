"""Silences need an author, a comment and an end, and count log time."""

from typing import Any

import pytest

from alerts.silences import LIMIT, Silence, asked, key_of, silenced, with_silence
from schemas.signal import Command

COMMAND: dict[str, Any] = {
    "v": 1,
    "id": "c",
    "action": "silence",
    "author": "ana",
    "at_ms": 1_000,
    "brand": "ikea",
    "comment": "known",
    "until_ms": 4_000,
}


def test_a_silence_lasts_as_long_as_was_asked_for_in_log_time() -> None:
    """3 s from the asking, counted from the log's now, which in a replay is another year."""
    assert asked(Command(**COMMAND), now_ms=50_000) == Silence(53_000, "ana", "known")


@pytest.mark.parametrize("missing", [{"author": " "}, {"comment": ""}, {"until_ms": 1_000}, {"brand": ""}])
def test_a_silence_without_author_comment_end_or_name_is_none(missing: dict[str, Any]) -> None:
    """Whoever finds it must know who asked, why, and until when."""
    assert asked(Command(**COMMAND | missing), now_ms=0) is None


def test_a_silence_is_about_the_incident_when_one_is_named() -> None:
    """Else about the brand."""
    assert key_of(Command(**COMMAND)) == "brand:ikea"
    assert key_of(Command(**COMMAND, incident="ikea-surge-1")) == "incident:ikea-surge-1"


def test_a_silence_ends_at_its_end_and_is_then_forgotten() -> None:
    """At `until_ms` it is over."""
    silences = {"brand:ikea": Silence(100, "ana", "known")}
    assert silenced(silences, "ikea", "i", 99)
    assert not silenced(silences, "ikea", "i", 100)
    assert not silenced(silences, "telar", "i", 99)
    assert silenced({"incident:i": Silence(100, "ana", "known")}, "telar", "i", 99)
    assert list(with_silence(silences, "brand:telar", Silence(300, "bo", "x"), 100)) == ["brand:telar"]


def test_silences_are_bounded() -> None:
    """Beyond the limit those that end first are dropped."""
    silences: dict[str, Silence] = {}
    for number in range(LIMIT + 5):
        silences = with_silence(silences, f"brand:b{number}", Silence(1_000 + number, "ana", "x"), 0)
    assert len(silences) == LIMIT
    assert "brand:b4" not in silences

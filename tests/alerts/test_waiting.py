"""Incidents about questions and complaints that wait for an answer."""

import msgspec
import pytest

from alerts.render.view import View
from alerts.render.waiting import still_waits, waiting_sentences
from alerts.rules import installation_rules
from alerts.severity import severity_of
from schemas.enums import Kind, Severity
from schemas.signal import Signal
from schemas.waiting import Waiting
from tests.alerts.bench import MINUTE, config, figures, level

WAITS = Waiting(37, 4.0, 20, 5 * MINUTE, 1800, 40, 2, 1, authors=31, breach_s=400, breaching=17, dropped=12)


def waits(rate: float = 0.01, **changes: int) -> Signal:
    """A level of a brand of which few speak, and few of them negatively."""
    shown = figures(mentions=3, authors=3, texts=1, negative=0)
    waiting = msgspec.structs.replace(WAITS, **changes)
    return level(kind=Kind.UNANSWERED, rate=rate, figures=msgspec.structs.replace(shown, waiting=waiting))


@pytest.mark.parametrize(
    ("changes", "rings"),
    [({}, True), ({"waiting": 7}, False), ({"authors": 4}, False), ({"waiting": 8, "authors": 5}, True)],
)
def test_its_floors_are_of_those_who_wait(changes: dict[str, int], rings: bool) -> None:
    """Not of all that is said: volume may be quiet."""
    assert installation_rules(config(), "h").rings(waits(**changes)) is rings


def test_how_bad_it_is_follows_how_many_wait_against_the_usual() -> None:
    """Nine times as many, once in eight years: critical. As many as ever: at most a warning."""
    rules = installation_rules(config(), "h")
    assert severity_of(waits(), rules) is Severity.CRITICAL
    assert severity_of(msgspec.structs.replace(waits(rate=0.9), rising=False), rules) is Severity.WARNING
    usual = msgspec.structs.replace(WAITS, usual=30.0)
    calm = msgspec.structs.replace(waits(), figures=msgspec.structs.replace(waits().figures, waiting=usual))
    assert severity_of(calm, rules) is not Severity.CRITICAL


def test_it_says_who_waits_what_is_promised_and_what_is_usual() -> None:
    """In both languages, with the number first. Where not all are followed, what is usually followed says nothing."""
    assert waiting_sentences(WAITS, 46 * MINUTE, View(language="en")) == (
        "At least 37 questions and complaints wait, the oldest for 41 min (promised: 30 min). "
        "20 are past it already and, at this pace, 17 more will be late, the first in 7 min. "
        "In the last hour 40 came and 3 were answered. "
        "12 older ones are no longer followed: they may still wait."
    )
    usual = msgspec.structs.replace(WAITS, breaching=0, dropped=0, usual_asked=11.6)
    assert waiting_sentences(usual, 46 * MINUTE, View(language="es")) == (
        "37 preguntas y quejas esperan, la más antigua desde hace 41 min (prometido: 30 min); lo normal son unas 4. "
        "20 pasan ya del plazo. En la última hora llegaron 40 (de media, unas 12 por hora) y se respondieron 3."
    )


def test_few_are_said_in_the_singular_and_what_is_to_come_is_left_out_at_the_end() -> None:
    """Hardly any are usual, and one is late."""
    one = Waiting(1, 0.2, 1, 5 * MINUTE, 1800, 1, 1, 0, 1, breach_s=400, breaching=1)
    assert waiting_sentences(one, 46 * MINUTE, View("es"), ahead=False) == (
        "1 pregunta o queja espera, la más antigua desde hace 41 min (prometido: 30 min); lo normal es casi ninguna. "
        "1 pasa ya del plazo. En la última hora llegó 1 y se respondió 1."
    )
    assert " and, at this pace, 1 more will be late, in 7 min." in waiting_sentences(one, 46 * MINUTE, View("en"))
    left = msgspec.structs.replace(WAITS, dropped=1)
    assert waiting_sentences(left, 0, View("es")).endswith(" Otra más antigua ya no se sigue: puede que siga esperando.")
    assert waiting_sentences(left, 0, View("en")).endswith(" 1 older one is no longer followed: it may still wait.")


def test_where_a_promise_has_hours_a_wait_is_told_in_them() -> None:
    """Asked on Friday evening, read on Monday: nobody has waited for three days. A level says how long, as of then."""
    asked = msgspec.structs.replace(WAITS, oldest_s=900, promise_s=7200, dropped=0, overdue=0, breaching=0)
    for later in (0, 2):
        said = waiting_sentences(asked, (20 + later) * MINUTE, View("es"))
        assert "la más antigua desde hace al menos 15 min de horario de atención (prometido: 2 h)" in said


@pytest.mark.parametrize(
    ("changes", "more"), [({}, False), ({"overdue": 1}, True), ({"waiting": 9}, True), ({"waiting": 8}, False)]
)
def test_more_than_usual_or_late_ones_are_no_normality(changes: dict[str, int], more: bool) -> None:
    """Then an end isn't called back to normal."""
    calm = msgspec.structs.replace(WAITS, waiting=4, usual=4.5, overdue=0)
    assert still_waits(msgspec.structs.replace(calm, **changes)) is more

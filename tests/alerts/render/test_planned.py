"""An alert about a time for which something was planned says so."""

import json

import msgspec

from alerts.render.facts import facts
from alerts.render.webhook import render_webhook
from schemas.enums import Transition
from schemas.signal import Planned
from tests.alerts.render.cases import EN, ES, FIGURES, INCIDENT, NOON_MS, RESOLVED, alert

EVENT = Planned("Black *Friday*\n<b>", NOON_MS + 719 * 60_000, 3.0)
AT_EVENT = msgspec.structs.replace(INCIDENT, figures=msgspec.structs.replace(FIGURES, planned=EVENT))


def test_the_event_its_end_and_what_was_expected_are_told_in_both_languages() -> None:
    """Beside what is usual, which is the usual of any day."""
    opened = alert(Transition.OPENED, AT_EVENT)
    assert facts(opened, [], EN).notes == ["Planned: Black *Friday* <b> until 23:59, 3x expected."]
    assert facts(opened, [], ES).notes == ["Previsto: Black *Friday* <b> hasta las 23:59, con 3x lo normal."]
    assert "normally about 30 (14x)" in facts(opened, [], EN).measure


def test_an_event_without_a_lift_is_named() -> None:
    """A price rise: nobody knows what it brings."""
    figures = msgspec.structs.replace(FIGURES, planned=Planned("price rise", NOON_MS + 60_000 * 2000, 1.0))
    opened = alert(Transition.OPENED, msgspec.structs.replace(INCIDENT, figures=figures, learning=True))
    said = facts(opened, [], EN)
    assert said.notes == ["Planned: price rise until Fri 15 Feb 21:20."]
    assert "still being learned" in said.confidence  # and how rare it is isn't


def test_what_is_over_is_told_as_ever() -> None:
    """The peak is what matters then."""
    over = msgspec.structs.replace(RESOLVED, figures=AT_EVENT.figures)
    assert facts(alert(Transition.RESOLVED, over), [], EN).notes == []


def test_programs_get_it_as_fields() -> None:
    """Only where there is one."""
    opened = alert(Transition.OPENED, AT_EVENT)
    incident = json.loads(render_webhook(opened, facts(opened, [], EN)))["data"]["incident"]
    assert incident["planned"]["lift"] == 3.0
    assert incident["planned"]["until"] == "2013-02-14T22:59:00.000Z"
    other = alert(Transition.OPENED)
    assert "planned" not in json.loads(render_webhook(other, facts(other, [], EN)))["data"]["incident"]

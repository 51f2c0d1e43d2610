"""What people ask for about an incident."""

from alerts.brand import BrandIncidents, Step
from alerts.commands import acknowledged
from alerts.rules import installation_rules
from schemas.signal import Command
from tests.alerts.bench import START_MS, config


def test_a_command_about_an_incident_that_is_forgotten_changes_nothing() -> None:
    """It lingers for a while after its end, and then there is nothing to acknowledge."""
    state = BrandIncidents("ikea")
    command = Command(v=1, id="c", action="ack", author="ana", at_ms=START_MS, incident="ikea-surge-201302261208")
    assert acknowledged(state, command, installation_rules(config(), "hash"), START_MS) == Step(state, [], [])

"""An incident that several brands share: whose figures are shown."""

import msgspec
import pytest

from alerts.render.contagion import lead, others
from alerts.render.sentences import last_seen, peak
from schemas.enums import IncidentState
from schemas.incident import Incident
from tests.alerts.render.cases import EN, FIGURES, NOON_MS, SPREAD


def ended(first_ms: int, second_ms: int) -> Incident:
    """La Cocinera and IKEA, calm since then; 0: not yet."""
    times = (first_ms, second_ms)
    members = [msgspec.structs.replace(m, ended_ms=at_ms) for m, at_ms in zip(SPREAD.members, times, strict=True)]
    return msgspec.structs.replace(SPREAD, members=members)


@pytest.mark.parametrize(
    ("incident", "shown", "beside"),
    [
        pytest.param(ended(0, 0), "La Cocinera", "IKEA: 96 mentions", id="the earliest that burns"),
        pytest.param(ended(5, 0), "IKEA", "La Cocinera: calm by now", id="whoever still burns"),
        pytest.param(ended(5, 9), "IKEA", "La Cocinera: calm by now", id="of calm ones the last that burned"),
        pytest.param(ended(9, 5), "La Cocinera", "IKEA: calm by now", id="that may be the first"),
        pytest.param(ended(9, 9), "La Cocinera", "IKEA: calm by now", id="together: the earliest"),
    ],
)
def test_the_figures_stand_under_the_name_of_the_brand_that_they_are_of(incident: Incident, shown: str, beside: str) -> None:
    """The incident keeps the figures of the last brand that burned."""
    assert lead(incident, EN) == shown
    assert others(incident, EN).startswith(beside)


def test_at_its_end_now_and_the_worst_each_stand_under_their_own_brand() -> None:
    """La Cocinera was the worst; IKEA calmed down last."""
    over = msgspec.structs.replace(
        ended(5, 9),
        state=IncidentState.RESOLVED,
        peak_ms=NOON_MS,
        peak_figures=FIGURES,
        peak_brand="lacocinera",
        figures=msgspec.structs.replace(FIGURES, windows={900: (12, 2)}),
    )
    assert last_seen(over, EN).startswith("Last seen: IKEA: 12 mentions in 15 min")
    assert peak(over, EN).startswith("La Cocinera: at its worst")

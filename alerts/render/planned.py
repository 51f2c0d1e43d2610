"""What was planned for the time that an alert is about: whoever reads it must know that some of it was expected."""

from alerts.render.clean import NAME_CHARS, clean
from alerts.render.view import View
from schemas.config.model import Language
from schemas.signal import Planned

_PLANNED: dict[Language, str] = {"es": "Previsto: {name} hasta {until}", "en": "Planned: {name} until {until}"}
_LIFT: dict[Language, str] = {"es": ", con {lift}x lo normal", "en": ", {lift}x expected"}


def planned_sentence(planned: Planned, near_ms: int, view: View) -> str:
    """One sentence, which a table of figures may stand before.

    >>> planned_sentence(Planned("Black Friday", 1_795_823_940_000, 3.0), 1_795_800_000_000, View())
    'Planned: Black Friday until 23:59, 3x expected.'
    """
    text = _PLANNED[view.language].format(
        name=clean(planned.name, NAME_CHARS) or "?", until=view.at(planned.until_ms, near_ms)
    )
    lift = _LIFT[view.language].format(lift=view.figure(planned.lift)) if planned.lift > 1 else ""
    return f"{text}{lift}."

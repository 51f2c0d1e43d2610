"""How large an incident was, in the number that its kind is about. Pure."""

from schemas.enums import Kind
from schemas.incident import Incident


def size(incident: Incident) -> str:
    """Times the usual mentions; of kinds that aren't about a count of now, those who wait, or the people of their window."""
    return own_size(incident) or f"{max(incident.peak_figures.ratio, 0):.1f}x"


def own_size(incident: Incident) -> str:
    """What the kind says instead of how many times the usual mentions; "" where that says it."""
    figures = incident.peak_figures
    found = figures.unusual
    if incident.kind is Kind.UNANSWERED and figures.waiting:
        return f"{figures.waiting.waiting:,} wait"
    if incident.kind is Kind.NEGATIVITY and found:
        return f"{found.observed:.0%} negative, usually {found.usual:.0%}"
    if incident.kind is Kind.SILENCE and found:
        return f"{found.observed:,.0f} people, usually {found.usual:,.0f}"
    return ""

"""Incidents and alerts by hand, and a run that has them."""

import msgspec

from schemas.alert import Alert
from schemas.enums import Kind, Severity, Transition
from schemas.incident import MERGED, Incident
from schemas.signal import Source
from streams.backtest.run import Backtest, BrandCounts
from tests.alerts.bench import HOUR, MINUTE, START_MS, burning

_INCIDENT = burning().last


def incident(
    name: str, at_ms: int = START_MS, kind: Kind = Kind.SURGE, brand: str = "ikea", into: str = "", **more: object
) -> Incident:
    """An hour of a brand, a warning at most; `into`: the incident that it has become."""
    fields: dict[str, object] = {
        "id": name,
        "kind": kind,
        "brand": brand,
        "brands": [brand],
        "opened_ms": at_ms,
        "peak_ms": at_ms + 30 * MINUTE,
        "peak_severity": Severity.WARNING,
        "resolved_ms": at_ms + HOUR,
        "resolved_why": f"{MERGED}{into}" if into else "calm",
    }
    return msgspec.structs.replace(_INCIDENT, **fields | more)


def alert(about: Incident, at_ms: int, **changes: object) -> Alert:
    """One that tells Slack of the incident as it was then."""
    then = msgspec.structs.replace(about, resolved_ms=0, resolved_why="", **changes)
    return Alert(1, f"{about.id}-{at_ms}", Source(0, 0, 0), "slack", Transition.OPENED, at_ms, then)


def run_of(incidents: list[Incident], alerts: list[Alert]) -> Backtest:
    """A month that found these."""
    run = Backtest(first_ms=START_MS - 240 * HOUR, last_ms=START_MS + 480 * HOUR, mentions=100, alerts=alerts)
    run.incidents = {each.id: each for each in incidents}
    run.brands = {brand: BrandCounts(50, 10) for each in incidents for brand in each.brands}
    run.rarest = dict.fromkeys(run.incidents, 0.1)
    return run

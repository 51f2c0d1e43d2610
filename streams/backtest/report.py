"""A backtest as JSON for scripts and as sentences for people. Pure."""

from datetime import UTC, datetime
from math import expm1
from typing import Any

import msgspec

from schemas.alert import Alert
from schemas.incident import Incident
from schemas.waiting import Waiting
from streams.backtest.rings import brands_of, root
from streams.backtest.run import Backtest


def rfc3339(ms: int) -> str | None:
    """The time in UTC; None for "not yet".

    >>> rfc3339(1_360_000_000_000)
    '2013-02-04T17:46:40Z'
    """
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if ms else None


def as_json(run: Backtest, config_hash: str, files: list[str], seconds: float) -> dict[str, Any]:
    """The report's JSON."""
    by_incident: dict[str, list[Alert]] = {}
    for alert in run.alerts:
        by_incident.setdefault(alert.incident.id, []).append(alert)
    incidents = [
        _incident(i, by_incident.get(i.id, []), run.rarest[i.id])
        for i in sorted(run.incidents.values(), key=lambda i: i.opened_ms)
    ]
    total = run.mentions + run.duplicates + sum(run.refused.values())
    return {
        "config_hash": config_hash,
        "input": {
            "files": files,
            "mentions": run.mentions,
            "invalid": sum(run.refused.values()),
            "duplicates": run.duplicates,
            "late": run.late,
            "first": rfc3339(run.first_ms),
            "last": rfc3339(run.last_ms),
            "invalid_by_reason": {reason.value: n for reason, n in sorted(run.refused.items())},
            "refusals": [{"line": n + 1, "reason": reason.value, "detail": detail} for n, reason, detail in run.refusals],
        },
        "brands": {
            name: {
                "mentions": counts.mentions,
                "negative": counts.negative,
                "incidents": sum(name in brands_of(i) for i in run.incidents.values() if root(i, run.incidents) == i.id),
            }
            for name, counts in sorted(run.brands.items())
        },
        "incidents": incidents,
        "speed": {"seconds": round(seconds, 3), "mentions_per_s": round(total / seconds) if seconds > 0 else 0},
    }


def _incident(incident: Incident, alerts: list[Alert], rate: float) -> dict[str, Any]:
    peak = incident.peak_figures
    return {
        "id": incident.id,
        "brand": incident.brand,
        "brands": brands_of(incident),
        "kind": incident.kind.value,
        "merged_into": incident.merged_into or None,
        "severity": incident.severity.value,
        "opened_at": rfc3339(incident.opened_ms),
        "peak_severity": incident.peak_severity.value,
        "peak_at": rfc3339(incident.peak_ms),
        "resolved_at": rfc3339(incident.resolved_ms),
        "alerts": _alerts(alerts),
        "observed": peak.mentions,
        "expected": peak.mentions_expected,
        "ratio": round(peak.ratio, 2),
        "negative_share": round(peak.negative_share, 3),
        "negative_share_expected": round(peak.negative_share_expected, 3),
        "false_alarm_probability": _probability(rate),
        "terms": peak.terms,
        "authors": peak.authors,
        "texts": peak.texts,
        "mentions": peak.mentions,
        "planned": peak.planned.name if peak.planned else None,
        **({"unusual": msgspec.structs.asdict(peak.unusual)} if peak.unusual else {}),
        **({"waiting": _waiting(peak.waiting)} if peak.waiting else {}),
    }


def _waiting(waiting: Waiting) -> dict[str, Any]:
    """Those who wait for an answer."""
    told = msgspec.structs.asdict(waiting)
    return {"oldest_at": rfc3339(told.pop("oldest_ms")), **told}


def _probability(rate: float) -> float:
    """Chance that a month without a crisis shows this much evidence: 1 − exp(−rate)."""
    return float(f"{-expm1(-rate):.3g}")


def _alerts(alerts: list[Alert]) -> list[dict[str, Any]]:
    grouped: dict[int, list[Alert]] = {}
    for alert in alerts:
        grouped.setdefault(alert.incident.revision, []).append(alert)
    return [
        {
            "at": rfc3339(group[0].at_ms),
            "transition": group[0].transition.value,
            "severity": group[0].incident.severity.value,
            "destinations": sorted(a.destination for a in group),
        }
        for group in grouped.values()
    ]

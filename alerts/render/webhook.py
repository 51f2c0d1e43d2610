"""The alert as JSON for programs. The form is a contract: fields are added, never changed; else `version` rises.

It follows Standard Webhooks: `type`, `timestamp` of the event, `data`. Numbers are plain, times RFC 3339 in UTC, and
`data.text` holds the sentences for people. Strangers' text is in it, cleaned but not escaped: escape it where you show it.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from alerts.render.clean import clean
from alerts.render.facts import Facts
from schemas.alert import Alert
from schemas.incident import Incident, Member, Neighbour
from schemas.signal import Figures, Planned, Trouble, Unusual
from schemas.waiting import Waiting

FORM_VERSION = 1


def render_webhook(alert: Alert, facts: Facts) -> bytes:
    """The exact bytes to sign and send: JSON, UTF-8, without blanks."""
    return msgspec.json.encode(
        {
            "type": f"incident.{alert.transition.value}",
            "version": FORM_VERSION,
            "timestamp": _time(alert.at_ms),
            "data": {"alert": alert.id, "incident": _incident(alert.incident), "text": _text(facts)},
        }
    )


def _time(ms: int) -> str | None:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if ms else None


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "id": clean(incident.id, 300),
        "revision": incident.revision,
        "brand": clean(incident.brand, 200),
        "brands": [clean(brand, 200) for brand in incident.brands],
        "group": clean(incident.group, 200),
        "kind": incident.kind.value,
        "state": incident.state.value,
        "severity": incident.severity.value,
        "peak_severity": incident.peak_severity.value,
        "opened_at": _time(incident.opened_ms),
        "since": _time(incident.since_ms),
        "peak_at": _time(incident.peak_ms),
        "resolved_at": _time(incident.resolved_ms),
        "resolved_why": clean(incident.resolved_why, 300),
        "acknowledged_by": clean(incident.acked_by, 80),
        "rising": incident.rising,
        "learning": incident.learning,
        "false_alarms_per_month": incident.false_alarms_per_month,
        "budget_per_month": incident.budget_per_month,
        "config_hash": clean(incident.config_hash, 64),
        **_group(incident),
        **(_trouble(incident.trouble) if incident.trouble else _figures(incident.figures)),
    }


def _group(incident: Incident) -> dict[str, Any]:
    """What it has to do with other brands, where it has."""
    shared = {
        "members": [_member(member) for member in incident.members],
        "merged_into": clean(incident.merged_into, 300),
        "neighbour": _neighbour(incident.neighbour) if incident.neighbour else None,
    }
    return {name: value for name, value in shared.items() if value}


def _member(member: Member) -> dict[str, Any]:
    """A brand of a contagion."""
    return {
        "brand": clean(member.brand, 200),
        "incident": clean(member.incident, 300),
        "joined_at": _time(member.joined_ms),
        "ended_at": _time(member.ended_ms),
        "severity": member.severity.value,
        "mentions": member.figures.mentions,
        "mentions_expected": member.figures.mentions_expected,
        "negative": member.figures.negative,
        "words": [clean(word, 80) for word in member.words],
    }


def _neighbour(neighbour: Neighbour) -> dict[str, Any]:
    """The brand of its group that rang before."""
    return {
        "brand": clean(neighbour.brand, 200),
        "incident": clean(neighbour.incident, 300),
        "rang_at": _time(neighbour.rang_ms),
        "words": [clean(word, 80) for word in neighbour.words],
    }


def _unusual(unusual: Unusual) -> dict[str, Any]:
    """What is unusual beside the anger; the incident's kind says which number it is."""
    return {"what": clean(unusual.what, 80), "observed": unusual.observed, "usual": unusual.usual}


def _trouble(trouble: Trouble) -> dict[str, Any]:
    """In the place of figures, of which there are none."""
    note = clean(trouble.note, 300)
    return {"trouble": {"fault": trouble.fault.value, "about": clean(trouble.about, 200), "note": note}}


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "window_s": figures.window_s,
        "mentions": figures.mentions,
        "mentions_expected": figures.mentions_expected,
        "ratio": figures.ratio,
        "negative": figures.negative,
        "negative_share": figures.negative_share,
        "negative_share_expected": figures.negative_share_expected,
        "authors": figures.authors,
        "texts": figures.texts,
        "reach": figures.reach,
        "networks": {clean(name, 80): count for name, count in figures.networks.items()},
        "categories": {clean(name, 80): count for name, count in figures.categories.items()},
        "terms": [clean(term, 80) for term in figures.terms],
        **({"unusual": _unusual(figures.unusual)} if figures.unusual else {}),
        "loudest": [{"handle": clean(loud.handle, 80), "reach": loud.reach} for loud in figures.loudest],
        "negative_per_min": figures.negative_per_min,
        **(_planned(figures.planned) if figures.planned else {}),
        **(_waiting(figures.waiting) if figures.waiting else {}),
    }


def _waiting(waiting: Waiting) -> dict[str, Any]:
    """Questions and complaints that wait for an answer."""
    told = msgspec.structs.asdict(waiting)
    return {"waiting": {"oldest_at": _time(told.pop("oldest_ms")), **told}}


def _planned(planned: Planned) -> dict[str, Any]:
    """An event of that time; what is expected above doesn't include it."""
    return {"planned": {"name": clean(planned.name, 200), "until": _time(planned.until_ms), "lift": planned.lift}}


def _text(facts: Facts) -> dict[str, Any]:
    return {
        "title": facts.title,
        "change": facts.change,
        "measure": facts.measure,
        "confidence": facts.confidence,
        "peak": facts.peak,
        "notes": facts.notes,
        "rows": [{"label": label, "text": text} for label, text in facts.rows],
        "samples": [{"text": quote.text, "note": quote.note, "url": quote.url} for quote in facts.quotes],
        "footer": facts.footer,
        "open_url": facts.open_url,
    }

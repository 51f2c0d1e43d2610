"""The alert as PagerDuty events (Events API v2; developer.pagerduty.com/docs/events-api-v2).

- Each severity has a dedup key of its own: PagerDuty doesn't notify again for a key that somebody has acknowledged, so
  a rise must be a new key. An alert's trigger goes to the key of the worst severity so far; an acknowledgement and a
  resolve go to the keys of all severities up to it. Those for keys that never fired are dropped by PagerDuty.
- Limits: dedup_key 255 characters, summary 1,024, one event 512 KB (facts are bounded: some 20 KB at most).
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from alerts.render.clean import clean, shorten
from alerts.render.facts import Facts
from schemas.alert import Alert
from schemas.enums import Severity, Transition
from schemas.incident import Incident

SUMMARY_CHARS = 1024
KEY_CHARS = 255
_SEVERITY = {Severity.WATCH: "info", Severity.WARNING: "warning", Severity.CRITICAL: "critical"}
_ACTIONS = {Transition.ACKNOWLEDGED: "acknowledge", Transition.RESOLVED: "resolve"}

Event = dict[str, Any]


def render_pagerduty(alert: Alert, facts: Facts) -> list[Event]:
    """The events to send in this order, without the routing key, which is a secret."""
    incident = alert.incident
    action = _ACTIONS.get(alert.transition)
    if action:
        worst = incident.peak_severity.rank
        return [{"event_action": action, "dedup_key": dedup_key(incident, each)} for each in Severity if each.rank <= worst]
    return [_trigger(alert, facts)]


def dedup_key(incident: Incident, severity: Severity) -> str:
    """The key of this incident at this severity; hashed when it would be too long or isn't plain."""
    key = f"{incident.id}:{severity.value}"
    if len(key) <= KEY_CHARS and key.isascii() and key.isprintable():
        return key
    return f"{hashlib.sha256(incident.id.encode('utf-8', 'surrogatepass')).hexdigest()}:{severity.value}"


def _trigger(alert: Alert, facts: Facts) -> Event:
    incident = alert.incident
    details = {
        "change": facts.change,
        "confidence": facts.confidence,
        "notes": facts.notes,
        **dict(facts.rows),
        facts.quotes_label: [f"“{quote.text}” {quote.note}" for quote in facts.quotes],
        "actions": facts.actions,
        "rule": facts.footer,
    }
    event: Event = {
        "event_action": "trigger",
        "dedup_key": dedup_key(incident, incident.peak_severity),
        "client": "rebato",
        "payload": {
            "summary": shorten(facts.summary, SUMMARY_CHARS),
            "source": "rebato",
            "severity": _SEVERITY[incident.severity],
            "timestamp": datetime.fromtimestamp(alert.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
            "component": clean(incident.brand, 200) or "?",
            "group": clean(incident.group, 200) or "?",
            "class": incident.kind.value,
            "custom_details": {name: value for name, value in details.items() if value},
        },
    }
    if facts.open_url:
        event |= {"client_url": facts.open_url, "links": [{"href": facts.open_url, "text": facts.open_label}]}
    return event
